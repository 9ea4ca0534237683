"""The data sets: name -> images (n, 28, 28) uint8, labels (n,), class names. MNIST comes with the project."""

import argparse
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.archives import DataError, unpack_mnist, unpack_placed
from training.files import reason

MEASURED = 10_000  # of a larger test set so many images are measured, chosen with seed 0


@dataclass(frozen=True)
class Split:
    """One part of a data set: images (n, 28, 28) uint8, labels (n,) int64, the names of the classes."""

    images: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """How torchvision reads a data set: the name of its class there, and what differs from MNIST's.

    `classes` is their number, for those who build a network before they read an image.
    """

    reader: str
    options: tuple[tuple[str, str], ...] = ()
    stems: tuple[str, str] = ("train", "t10k")
    transposed: bool = False
    classes: int = 10

    @property
    def files(self) -> list[str]:
        """Names of the unpacked files, as torchvision wants them."""
        return [f"{stem}-{kind}-ubyte" for stem in self.stems for kind in ("images-idx3", "labels-idx1")]


DATASETS: dict[str, Source] = {
    "mnist": Source("MNIST"),
    "fashion-mnist": Source("FashionMNIST"),
    "kmnist": Source("KMNIST"),
    "emnist-digits": Source(
        "EMNIST", (("split", "digits"),), ("emnist-digits-train", "emnist-digits-test"), transposed=True
    ),
}


def cache_folder() -> Path:
    """The per-user folder where data sets are unpacked: $XDG_CACHE_HOME or ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "latent-explorer"


def measured(test: Split) -> Split:
    """The test images that are measured: all, or MEASURED of them if there are more."""
    if len(test.images) <= MEASURED:
        return test
    chosen = measured_numbers(len(test.images))
    return Split(test.images[chosen], test.labels[chosen], test.classes)


def measured_numbers(count: int) -> np.ndarray:
    """The numbers of the images that are measured, of `count`, ascending."""
    if count <= MEASURED:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).permutation(count)[:MEASURED])


def load(name: str, train: bool, root: Path | None = None, download: bool = False) -> Split:
    """Read one split of a data set.

    Files already placed in `root` (default: the per-user cache) are used; MNIST is unpacked there from
    the project's own copy; others are fetched only with `download`. Raises DataError.
    """
    if name not in DATASETS:
        raise DataError(f"No data set is called {name!r}; there are {', '.join(DATASETS)}.")
    folder, source = root or cache_folder(), DATASETS[name]
    place = folder / source.reader / "raw"
    if name == "mnist":
        unpack_mnist(place, heal=root is None)
    else:
        unpack_placed(place, source.files)
        missing = [file for file in source.files if not (place / file).is_file()]
        if missing and download:
            fetch(name, folder)
        elif missing:
            raise DataError(
                f"{name} is not in {place}: {', '.join(missing)} missing (.gz serves as well). Place "
                f"them there, or with a network fetch them: `python -m training.data {name}`."
            )
    try:
        return split_of(read(folder, source, train), source.transposed)
    except Exception as error:  # torchvision's parsers assert, index and unpack: any error means damage
        raise DataError(
            f"{name} in {place} is truncated or altered ({reason(error)}). Delete that folder and call again."
        ) from error


def read(folder: Path, source: Source, train: bool, download: bool = False) -> Any:
    from torchvision import datasets  # a second to import: only where a data set is read

    return getattr(datasets, source.reader)(
        str(folder), train=train, download=download, **dict(source.options)
    )


def split_of(data: Any, transposed: bool) -> Split:
    """Images upright, labels and the short names of the classes. Raises ValueError where they don't fit."""
    images, labels = data.data.numpy(), data.targets.numpy().astype(np.int64)
    classes = tuple(str(c).split(" - ")[0] for c in data.classes)
    if images.shape[1:] != (28, 28) or len(images) != len(labels) or not len(images):
        raise ValueError(f"images of shape {images.shape} with {len(labels)} labels")
    if labels.max() >= len(classes):
        raise ValueError(f"label {labels.max()}, but there are {len(classes)} classes")
    return Split(np.ascontiguousarray(images.transpose(0, 2, 1) if transposed else images), labels, classes)


def fetch(name: str, folder: Path) -> None:
    """Download a data set beside its place, then move it there: no half download is ever read.

    Raises DataError.
    """
    source = DATASETS[name]
    place = folder / source.reader / "raw"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as temporary, short_patience():
            read(Path(temporary), source, train=True, download=True)
            for file in source.files:
                (Path(temporary) / source.reader / "raw" / file).replace(place / file)
    except Exception as error:  # torchvision passes on whatever network, archive and disk raise
        raise DataError(
            f"{name} could not be downloaded ({reason(error)}). Without a network, place its files in "
            f"{place}: {', '.join(source.files)} (.gz serves as well)."
        ) from error


@contextmanager
def short_patience(seconds: float = 30) -> Iterator[None]:
    """A network that swallows everything is an error after `seconds`, not an endless wait."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.data", description="Fetch a data set.")
    parser.add_argument("dataset", choices=tuple(DATASETS))
    parser.add_argument("--data-root", type=Path, help=f"folder of the data sets (default: {cache_folder()})")
    args = parser.parse_args()
    try:
        for train in (True, False):
            split = load(args.dataset, train, args.data_root, download=True)
            print(f"{args.dataset} {'train' if train else 'test'}: {len(split.images):,} images")
    except DataError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
