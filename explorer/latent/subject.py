"""The image in question, as a model is asked about it: a test image or a drawing, grey or binarised."""

from dataclasses import dataclass

import numpy as np
import torch

from training.models import PIXELS, Autoencoder

PIXEL_KINDS = ("binarised", "grey")


@dataclass(frozen=True)
class Asked:
    """A run and an image in question: image (28, 28) uint8, its number (-1: a drawing), and x (784,) float32,
    its pixels as `kind` says."""

    run: str
    model: Autoencoder
    index: int
    image: np.ndarray
    kind: str
    x: np.ndarray


def uniform(index: int) -> np.ndarray:
    """The noise that binarises test image `index` in training.evaluate's first draw (seed 0): (784,) float32.

    A drawing, index -1, takes that of image 0.
    """
    chance = torch.Generator().manual_seed(0)
    return torch.rand(max(index, 0) + 1, PIXELS, generator=chance)[-1].numpy()


def pixels(image: np.ndarray, kind: str, noise: np.ndarray) -> np.ndarray:
    """An image (28, 28) uint8 as the model is asked about it: float32 (784,), grey in [0, 1] or 0 and 1.

    "binarised" draws every pixel as Bernoulli(grey value): 1 where the noise (784,) is less. Raises
    ValueError for another kind.
    """
    if kind not in PIXEL_KINDS:
        raise ValueError(f"pixels is {kind!r}; allowed are {', '.join(PIXEL_KINDS)}")
    grey = image.reshape(PIXELS).astype(np.float32) / 255
    return grey if kind == "grey" else (noise < grey).astype(np.float32)
