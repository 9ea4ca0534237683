"""What a data set is: the shape of its images and its classes before one is read, and how to read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SIDES = (4, 256)  # pixels of an image's edge, least and most
CHANNELS = (1, 3)  # grey, or red, green and blue
MOST_CLASSES = 1_000
MEASURED = 10_000  # of a larger test set so many images are measured, chosen with seed 0
UNLABELLED = ("all",)  # the classes of a data set without labels

Shape = tuple[int, int, int]  # channels, height, width


class DataError(Exception):
    """A data set that can't be read. The message names the file and says what to do."""


@dataclass(frozen=True)
class Split:
    """One part of a data set: images (n, c, h, w) uint8, labels (n,) int64, the names of the classes.

    Without labels every label is 0, and the only class is "all".
    """

    images: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]

    @property
    def pixels(self) -> np.ndarray:
        """The images as rows: (n, c * h * w) uint8, a view."""
        return self.images.reshape(len(self.images), -1)

    def part(self, rows: slice | np.ndarray) -> "Split":
        """The images of these rows."""
        return Split(self.images[rows], self.labels[rows], self.classes)


@dataclass(frozen=True)
class Drawing:
    """How a drawing is brought to the form of a data set's images.

    `normalise` takes ink (h, w) uint8, 255 on 0, of any size, and returns an image (c, h, w) uint8; it raises
    ValueError with a message for people.
    """

    what: str  # what people are asked to draw: "a digit"
    normalise: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Dataset:
    """A data set, before an image of it is read.

    `read(train, root, download)` returns a split, from files below `root` (None: the user's cache); it
    raises DataError. Without a `drawing`, none can be brought to the form of the images. Raises ValueError,
    naming the field and what it allows.
    """

    name: str
    title: str
    shape: Shape
    classes: tuple[str, ...]
    read: Callable[[bool, Path | None, bool], Split]
    labelled: bool = True
    drawing: Drawing | None = None

    def __post_init__(self) -> None:
        channels, *sides = self.shape
        if channels not in CHANNELS or not all(SIDES[0] <= side <= SIDES[1] for side in sides):
            raise ValueError(
                f"{self.name}: shape is {self.shape}; it must be (c, h, w) with c 1 or 3, and h and w from "
                f"{SIDES[0]} to {SIDES[1]}"
            )
        if not 1 <= len(self.classes) <= MOST_CLASSES:
            raise ValueError(f"{self.name}: there are {len(self.classes)} classes; allowed are 1 to 1,000")
        if not self.labelled and self.classes != UNLABELLED:
            raise ValueError(f"{self.name}: without labels the only class is {UNLABELLED[0]!r}")

    @property
    def pixels(self) -> int:
        """Numbers of an image: c * h * w."""
        channels, height, width = self.shape
        return channels * height * width


def measured_split(test: Split) -> Split:
    """The test images that are measured: all, or MEASURED of them if there are more."""
    return test if len(test.images) <= MEASURED else test.part(measured_numbers(len(test.images)))


def measured_numbers(count: int) -> np.ndarray:
    """The numbers of the images that are measured, of `count`, ascending."""
    if count <= MEASURED:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).permutation(count)[:MEASURED])


def named(name: str, among: Mapping[str, Dataset]) -> Dataset:
    """The data set of this name. Raises DataError, which lists those that there are."""
    if name not in among:
        raise DataError(f"No data set is called {name!r}; there are {', '.join(among)}.")
    return among[name]
