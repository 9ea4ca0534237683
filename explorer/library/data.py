"""The test images of the data sets, and the noise that binarises them."""

import os
from pathlib import Path

import numpy as np

from explorer.latent.pixels import binarising_noise
from explorer.library.cached import cached
from training import datasets
from training.datasets import Split


@cached
def images(dataset: str) -> Split:
    """The test images of a data set. Raises DataError."""
    root = os.environ.get("DATA_ROOT")
    return datasets.load(dataset, train=False, root=Path(root) if root else None)


@cached
def noise(row: int, pixels: int) -> np.ndarray:
    """What binarises the image of this row, of so many numbers: latent.pixels.binarising_noise."""
    return binarising_noise(row, pixels)
