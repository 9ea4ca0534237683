"""The test images of the data sets, and the noise that binarises them."""

import numpy as np

from explorer.latent.pixels import binarising_noise
from explorer.library.cached import cached
from training import datasets
from training.datasets import Split


@cached
def images(dataset: str) -> Split:
    """The test images of a data set. Raises DataError."""
    return datasets.load(dataset, train=False, root=datasets.given_root())


@cached
def noise(row: int, pixels: int) -> np.ndarray:
    """What binarises the image of this row, of so many numbers: latent.pixels.binarising_noise."""
    return binarising_noise(row, pixels)
