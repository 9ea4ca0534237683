"""The data sets. DATASETS names them; a reader adds its own."""

import os
from pathlib import Path

from training.datasets.dataset import (
    DataError,
    Dataset,
    Drawing,
    Shape,
    Split,
    measured_numbers,
    measured_split,
    named,
)
from training.datasets.torchvision_reader import TORCHVISION, cache_folder

__all__ = [
    "DATASETS",
    "DataError",
    "Dataset",
    "Drawing",
    "Shape",
    "Split",
    "cache_folder",
    "given_root",
    "load",
    "measured_numbers",
    "measured_split",
    "of_name",
]

DATASETS: dict[str, Dataset] = dict(TORCHVISION)


def of_name(name: str) -> Dataset:
    """The data set of this name. Raises DataError, which lists those that there are."""
    return named(name, DATASETS)


def given_root() -> Path | None:
    """Where the app looks for data sets: $DATA_ROOT; None: the user's cache."""
    return Path(os.environ["DATA_ROOT"]) if os.environ.get("DATA_ROOT") else None


def load(name: str, train: bool, root: Path | None = None, download: bool = False) -> Split:
    """One split of a data set, from files below `root` (default: the user's cache).

    What is not there is fetched only with `download`. Raises DataError.
    """
    return of_name(name).read(train, root, download)
