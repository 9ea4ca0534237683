"""What the address of each page may hold: Compare's scene, the question about one image, keys of widgets."""

from typing import Annotated

from msgspec import Meta

from explorer import vocabulary
from explorer.address.fields import MOST_CLASSES, Code, Field, RunName, View, choice, each, whole, wholes
from explorer.address.schema import Schema

SIDES = ("left", "right")  # the two maps
MOST_CORNERS = 8  # of a walk
SELECTION = r"^(|class \d{1,3}|(error|misplaced) (left|right))\Z"

Moment = Annotated[float, Meta(ge=0, le=1e6)] | None  # an epoch

SCENE = Schema(  # of Compare: what its two maps show
    {
        "left": Field("ae", RunName),  # the run of each map
        "right": Field("vae", RunName),
        "tool": choice("look", vocabulary.TOOLS),
        "range": choice("own", vocabulary.RANGES),
        "spacing": choice("linear", vocabulary.SPACINGS),
        "order": choice("under", vocabulary.ORDERS),
        "layer": choice("none", vocabulary.LAYER_CHOICES),
        "colour": choice("class", vocabulary.COLOUR_CHOICES),
        "points": Field(True, bool),
        "manifold": Field(True, bool),
        "prior": Field(True, bool),
        "ellipses": Field(False, bool),
        "opacity": Field(0.55, Annotated[float, Meta(ge=0, le=1)]),
        "hidden": wholes(most=MOST_CLASSES),  # classes greyed out, by number
        "pins": each(SIDES, Code),
        "views": each(SIDES, View),  # of a map that is zoomed or moved
        "shape": choice("lasso", vocabulary.SHAPES),  # of a selection
        "select": Field("", Annotated[str, Meta(pattern=SELECTION)]),  # what is selected, unless by hand
        "walk": wholes(low=-1, most=MOST_CORNERS),  # numbers of test images; -1 is the drawing
        "loop": Field(False, bool),
        "steps": whole(14, 4, 30),  # pictures of a walk
        "source": choice("prior", vocabulary.SOURCES),  # of a sample
        "count": whole(60, 10, 300),
        "seed": whole(0, 0, 2**32 - 1),
        "image": whole(0),  # number of the test image in question
        "time": Field(None, Moment),  # how many epochs of the trainings were done; None: all, and no film
    }
)
DEFAULT_RUNS = tuple(SCENE.fields[side].default for side in SIDES)  # of the two maps

QUESTION = Schema(  # of the pages about one image
    {
        "run": Field("vae", RunName),
        "image": whole(0, low=-1),  # number of a test image; -1 is the drawing
        "pixels": choice("binarised", vocabulary.PIXEL_KINDS),
    }
)

# The keys of the widgets whose values stand in the address, and what they choose.
SAMPLING_TAB = "show"  # what the page Why not sample? shows
TEST_SET_RUNS = "tested"  # the runs of the page Test set
TEST_SET_ASPECT = "aspect"  # what that page shows of them
SEEDS_VIEW = "view"  # what the page Seeds shows
SEEDS_TURNED = "maps-turned"  # whether its maps are turned onto the first seed
SEEDS_RANGE = "maps-range"  # whether its maps have one range
TRAINING_RUNS = "runs"  # the runs of the page Training
