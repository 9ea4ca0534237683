"""The words of the menus, once for every room: what the maps can show and do, by the keys of the address."""

import re
from dataclasses import dataclass
from pathlib import Path

TOOL_INDEX = Path(__file__).parent / "stage/assets/compare/tools/index.js"
TOOLS = tuple(re.findall(r"\w+", TOOL_INDEX.read_text(encoding="utf-8").partition("TOOLS = [")[2]))
RANGES = ("own", "common")  # of the maps
SPACINGS = ("linear", "quantile")  # of the decoded images
ORDERS = ("under", "over")  # of images and points
SHAPES = ("lasso", "box")  # of a selection
PIXEL_KINDS = ("binarised", "grey")  # of an image in question
WALKS = ("straight", "geodesic")
SELECTIONS = ("misplaced", "error")  # colourings by whose largest values points can be selected


@dataclass(frozen=True)
class Layer:
    """A layer under the points: its words, and what it needs.

    log: its colours are spaced by ratios; needs_classifier: it needs a classifier of the run's data set.
    """

    short: str
    title: str
    unit: str
    help: str
    log: bool = False
    needs_classifier: bool = False


@dataclass(frozen=True)
class Colouring:
    """A colouring of the points: its words, and what it needs.

    needs: what a run must be able to do; labels: whether its data set must have labels; both: whether it
    compares the run with that of the other map.
    """

    short: str
    title: str
    unit: str
    help: str
    needs: str = ""
    labels: bool = False
    both: bool = False


LAYERS = {
    "density": Layer(
        "density",
        "density of the codes",
        "share/unit\u00b2",
        "Share of the test images' codes per unit of area of the map, smoothed by a Gaussian kernel whose "
        "standard deviation is 1.5 % of the map's own range. The scale ends at the largest value shown.",
    ),
    "magnification": Layer(
        "magnification",
        "magnification",
        "pixels/unit\u00b2",
        "\u221adet J\u1d40J, where J is the derivative of the decoded picture (all its pixels, in [0, 1]) by "
        "z. It says how much picture a unit of area of the map is stretched to: where it is large, a small "
        "step changes the picture much (Bishop et al. 1997). Colours are spaced by ratios; the scale "
        "spans 96 % of the values of what the map shows now.",
        log=True,
    ),
    "regions": Layer(
        "class seen",
        "class seen by the classifier",
        "probability",
        "The class that the convolutional classifier sees in the picture decoded at each place; the more "
        "sure, the stronger the colour. It was trained on real images and is sure of many pictures that are "
        "none.",
        needs_classifier=True,
    ),
    "entropy": Layer(
        "entropy",
        "entropy of the classifier",
        "nats",
        "Entropy of the classifier's probabilities for the picture decoded at each place: 0 nats where it is "
        "sure, the logarithm of the number of classes (of ten, 2.30) where it can't tell them apart.",
        needs_classifier=True,
    ),
}
COLOURINGS = {
    "error": Colouring(
        "error",
        "reconstruction error",
        "nats",
        "\u2212log p(x|z) at the image's own code, z = mean of q(z|x); grey pixels.",
    ),
    "likelihood": Colouring(
        "log p(x)",
        "log p(x)",
        "nats",
        "The evidence, by quadrature over the plane: 256 \u00d7 256 points of [\u22126, 6]\u00b2; grey "
        "pixels. A model without a prior has no p(x).",
        needs="evidence",
    ),
    "kl": Colouring(
        "KL",
        "KL to the prior",
        "nats",
        "KL(q(z|x) || N(0, I)): how much of the code this image uses. Not every model has a q(z|x).",
        needs="posterior",
    ),
    "neighbours": Colouring(
        "neighbours",
        "changed neighbours",
        "share",
        "Share of the 10 nearest neighbours in this map that are not among the 10 nearest in the other map.",
        both=True,
    ),
    "misplaced": Colouring(
        "misplaced",
        "misplaced neighbours",
        "share",
        "Share of the 10 nearest neighbours in this map that carry another label.",
        labels=True,
    ),
}
SOURCES = {  # of drawn codes
    "prior": "the prior N(0, I)",
    "gaussian": "a Gaussian fitted to its codes",
    "density": "the density of its codes",
}
LAYER_CHOICES = ("none", *LAYERS)
COLOUR_CHOICES = ("class", *COLOURINGS)
