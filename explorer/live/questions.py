"""What a question names: a run, a window of its plane, an image of it as the model is asked about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer import library
from explorer.latent import frame
from explorer.latent.evidence import Posterior
from explorer.latent.pixels import model_input, noise_row
from explorer.library import Opened
from explorer.live.packets import indices, number, octets

DRAWN = -1  # in place of a test image's number: the drawing that comes along
EDGES = ("left", "right", "bottom", "top")  # of a window
NO_NOISE = np.zeros(0, np.float32)
MAX_ASPECT = 2  # times as wide as high, or as high as wide, a window may be


@dataclass(frozen=True)
class Question:
    """A run and an image in question: image (c, h, w) uint8, noise (c * h * w,) that binarises it (none of
    it for grey pixels), and x (c * h * w,) float32, its pixels as `kind` says."""

    run: Opened
    image: np.ndarray
    kind: str
    noise: np.ndarray
    x: np.ndarray

    @property
    def posterior(self) -> Posterior:
        """p(z|x). Raises ValueError where the run has none."""
        result: Posterior = self.run.posterior(self.x)
        return result


def run_of(values: Mapping[str, Any]) -> Opened:
    """The run that is asked. Raises RunError, ValueError."""
    name = values.get("run")
    if not isinstance(name, str):
        raise ValueError(f"run must be a name, got {name!r}")
    return library.open_map(name)


def question_of(values: Mapping[str, Any]) -> Question:
    """What every question about one image holds: run, image, pixels; and drawing, a list of c * h * w bytes,
    if image is -1.

    Raises RunError, DataError, ValueError.
    """
    run = run_of(values)
    index: Any = values.get("image")
    kind: Any = values.get("pixels")
    images = run.test.images
    if index == DRAWN:
        image = octets(values, "drawing", run.dataset.shape)
    else:
        image = images[indices({"image": [index]}, "image", len(images), 1)[0]]
    noise = NO_NOISE
    if kind != "grey":
        noise = library.noise(noise_row(index, len(images)), image.size)
    return Question(run, image, kind, noise, model_input(image, kind, noise))


def window_of(values: Mapping[str, Any]) -> frame.Window:
    """The window of a query. Raises ValueError for a long one, which would hold no end of tiles."""
    window = frame.Window(*(number(values, edge) for edge in EDGES))
    if not 1 / MAX_ASPECT < (window.right - window.left) / (window.top - window.bottom) < MAX_ASPECT:
        raise ValueError(f"a window is a square, or nearly; this one is {window}")
    return window
