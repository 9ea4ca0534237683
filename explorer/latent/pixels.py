"""The image in question, as a model is asked about it: a test image or a drawing, grey or binarised."""

import numpy as np
import torch

from explorer.vocabulary import PIXEL_KINDS
from training import datasets

NUMBERS_AT_ONCE = 2**20  # the noise is drawn, and passed over, in pieces of so many numbers


def noise_row(index: int, count: int) -> int:
    """The place of test image `index`, of `count`, among those that training.evaluate measures.

    An image that it does not measure, or a drawing, index -1, takes the place of another.
    """
    numbers = datasets.measured_numbers(count)
    place = int(np.searchsorted(numbers, index))
    return place if place < len(numbers) and numbers[place] == index else max(index, 0) % len(numbers)


def binarising_noise(row: int, pixels: int) -> np.ndarray:
    """The noise that binarises the image of this row in training.evaluate's first draw (seed 0).

    (pixels,) float32, a number for each of the image's c * h * w.
    """
    chance = torch.Generator().manual_seed(0)
    before = row * pixels  # numbers of the rows before, passed over in pieces that fit into any memory
    for first in range(0, before, NUMBERS_AT_ONCE):
        torch.rand(min(NUMBERS_AT_ONCE, before - first), generator=chance)
    return torch.rand(pixels, generator=chance).numpy()


def model_input(image: np.ndarray, kind: str, noise: np.ndarray) -> np.ndarray:
    """An image (c, h, w) uint8 as the model is asked about it: float32 (c * h * w,), in [0, 1] or 0 and 1.

    "binarised" draws every pixel as Bernoulli(grey value): 1 where the noise (c * h * w,) is less. Raises
    ValueError for another kind.
    """
    if kind not in PIXEL_KINDS:
        raise ValueError(f"pixels is {kind!r}; allowed are {', '.join(PIXEL_KINDS)}")
    grey = image.reshape(-1).astype(np.float32) / 255
    return grey if kind == "grey" else (noise < grey).astype(np.float32)
