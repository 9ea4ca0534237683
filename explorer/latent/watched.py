"""What is seen of a model while it is trained: its codes, and images that it decodes. Torch in, numpy out."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from explorer.latent import coding
from explorer.latent.frame import TileLattice, Window, lattice
from training.datasets import Split
from training.families import LatentModel
from training.fit.film import evenly
from training.kit.precision import full_precision

POINTS = 1_000  # test images whose codes are on the map
TILES = 12  # decoded images along each axis of a map, about
DIGITS = 3  # test images that are reconstructed again and again
SAMPLES = 20  # codes of the prior that are decoded again and again


def on_map(test: Split) -> Split:
    """The test images whose codes are on the map: POINTS of them at equal steps, or all."""
    return test.part(evenly(len(test.images), min(POINTS, len(test.images))).numpy())


def examples(test: Split) -> np.ndarray:
    """The numbers of the images that are reconstructed: the first of each of the first few classes."""
    _, first = np.unique(test.labels, return_index=True)
    numbers = first if len(first) >= DIGITS else np.arange(len(test.labels))
    return np.asarray(numbers[:DIGITS])


def prior_codes(seed: int, dimensions: int) -> np.ndarray:
    """The same codes of N(0, I) for every model of a seed: float32 (SAMPLES, d)."""
    codes: np.ndarray = np.random.default_rng(seed).standard_normal((SAMPLES, dimensions)).astype(np.float32)
    return codes


def tiles(window: Window) -> TileLattice:
    """The codes of the manifold over a window."""
    return lattice(window, TILES, "linear", (0.0, 0.0), (1.0, 1.0))


@contextmanager
def evaluated(model: LatentModel) -> Iterator[None]:
    """In the block the model computes as when it is measured; afterwards it trains on."""
    model.eval()
    try:
        with full_precision(), torch.no_grad():
            yield
    finally:
        model.train()


def codes(model: LatentModel, images: np.ndarray) -> np.ndarray:
    """The means of q(z|x) of images (n, c, h, w) uint8: float16 (n, d)."""
    with evaluated(model):
        return coding.half(coding.encode(model, images)[0])


def decoded(model: LatentModel, z: np.ndarray) -> np.ndarray:
    """The images (n, c, h, w) uint8 of codes (n, d)."""
    with evaluated(model):
        return coding.decode(model, z)


def reconstructed(model: LatentModel, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes (n, d) float32 of images (n, c, h, w) uint8, and the images that these decode to."""
    with evaluated(model):
        mean, _ = coding.encode(model, images)
        return mean, coding.decode(model, mean)
