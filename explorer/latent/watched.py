"""What is seen of a model while it is trained: its codes, and images that it decodes. Torch in, numpy out."""

from dataclasses import dataclass

import numpy as np
import torch

from explorer.latent import coding
from explorer.latent.frame import Window
from training.datasets import Split
from training.families import LatentModel
from training.kit.precision import full_precision

POINTS = 1_000  # test images whose codes are shown
TILES = 12  # decoded images along each axis of a map
DIGITS = 3  # test images that are rebuilt again and again
SAMPLES = 20  # codes of the prior that are decoded again and again
LARGEST_HALF = 65_504.0


@dataclass(frozen=True)
class Tiles:
    """Decoded images on a grid: the points (n, 2) that they are centred on, and the side of each, (n,)."""

    points: np.ndarray
    size: np.ndarray


def shown(test: Split) -> Split:
    """The test images whose codes are shown: POINTS of them at equal steps, or all."""
    count = min(POINTS, len(test.images))
    return test.part(np.arange(count) * len(test.images) // max(1, count))


def rebuilt(test: Split) -> np.ndarray:
    """The numbers of the images that are rebuilt: the first of each of the first few classes."""
    _, first = np.unique(test.labels, return_index=True)
    numbers = first if len(first) >= DIGITS else np.arange(len(test.labels))
    return np.asarray(numbers[:DIGITS])


def prior_codes(seed: int, dimensions: int) -> np.ndarray:
    """The same codes of N(0, I) for every model of a seed: float32 (SAMPLES, d)."""
    codes: np.ndarray = np.random.default_rng(seed).standard_normal((SAMPLES, dimensions)).astype(np.float32)
    return codes


def tiles(window: Window) -> Tiles:
    """A grid of TILES x TILES equal squares over a window, row by row from the upper left."""
    step = (window.right - window.left) / TILES
    along = (np.arange(TILES) + 0.5) * step
    across, down = np.meshgrid(window.left + along, window.top - along)
    points = np.stack([across.ravel(), down.ravel()], 1).astype(np.float32)
    return Tiles(points, np.full(len(points), step, np.float32))


@full_precision()
@torch.no_grad()
def codes(model: LatentModel, images: np.ndarray) -> np.ndarray:
    """The means of q(z|x) of images (n, c, h, w) uint8 as half floats, uint16 (n, d) of their bits."""
    model.eval()
    mean, _ = coding.encode(model, images)
    model.train()
    halves = np.nan_to_num(mean).clip(-LARGEST_HALF, LARGEST_HALF).astype(np.float16)
    result: np.ndarray = halves.view(np.uint16)
    return result


@full_precision()
@torch.no_grad()
def decoded(model: LatentModel, z: np.ndarray) -> np.ndarray:
    """The images (n, c, h, w) uint8 of codes (n, d)."""
    model.eval()
    images = coding.decode(model, z)
    model.train()
    return images


@full_precision()
@torch.no_grad()
def rebuild(model: LatentModel, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes (n, d) float32 of images (n, c, h, w) uint8, and the images that these decode to."""
    model.eval()
    mean, _ = coding.encode(model, images)
    again = coding.decode(model, mean)
    model.train()
    return mean, again
