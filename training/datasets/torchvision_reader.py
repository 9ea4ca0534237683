"""MNIST and its relatives: torchvision fetches and checks them; their files are read here."""

import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import platformdirs
from tqdm import tqdm

from training.datasets.dataset import DataError, Dataset, Drawing, Split
from training.datasets.idx import read_idx
from training.datasets.mnist import SHAPE
from training.datasets.mnist.archives import unpack_mnist, unpack_placed
from training.datasets.mnist.drawing import normalise
from training.kit.files import reason

DIGITS = tuple("0123456789")
SILENCE_SECONDS = 30.0  # that a network may be silent
LEAST_RATE = 1_000.0  # bytes a second that a file must come with, after so long


@dataclass(frozen=True)
class Source:
    """How torchvision reads a data set: the name of its class there, and what differs from MNIST's."""

    reader: str
    options: tuple[tuple[str, str], ...] = ()
    stems: tuple[str, str] = ("train", "t10k")
    transposed: bool = False

    @property
    def files(self) -> list[str]:
        """Names of the unpacked files, as torchvision wants them."""
        return [*self.part(train=True), *self.part(train=False)]

    def part(self, train: bool) -> tuple[str, str]:
        """The files of one split: images and labels."""
        stem = self.stems[0] if train else self.stems[1]
        return f"{stem}-images-idx3-ubyte", f"{stem}-labels-idx1-ubyte"


SOURCES: dict[str, Source] = {
    "mnist": Source("MNIST"),
    "fashion-mnist": Source("FashionMNIST"),
    "kmnist": Source("KMNIST"),
    "emnist-digits": Source(
        "EMNIST", (("split", "digits"),), ("emnist-digits-train", "emnist-digits-test"), transposed=True
    ),
}


def cache_folder() -> Path:
    """The per-user folder where data sets are unpacked; on Linux below $XDG_CACHE_HOME or ~/.cache."""
    return platformdirs.user_cache_path("latent-explorer", appauthor=False)


def load(name: str, train: bool, root: Path | None, download: bool) -> Split:
    """Read one split.

    Files already placed in `root` (default: the per-user cache) are used; MNIST is unpacked there from
    the project's own copy; others are fetched only with `download`. Raises DataError.
    """
    folder, source = root or cache_folder(), SOURCES[name]
    place = folder / source.reader / "raw"
    if name == "mnist":
        unpack_mnist(place, heal=root is None, needed=source.part(train))
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
    return read(place, name, train)


def read(place: Path, name: str, train: bool) -> Split:
    """One split from the unpacked files in a folder, images upright. Raises DataError."""
    source, dataset = SOURCES[name], TORCHVISION[name]
    images_path, labels_path = (place / file for file in source.part(train))
    images = read_idx(images_path, 3)
    labels = read_idx(labels_path, 1)
    check_images(images, dataset, images_path)
    check_labels(labels, len(images), dataset, labels_path)
    upright = images.transpose(0, 2, 1) if source.transposed else images
    return Split(upright[:, None].copy(), labels.astype(np.int64), dataset.classes)


def check_images(images: np.ndarray, dataset: Dataset, path: Path) -> None:
    """Raises DataError, which names the file, where images (n, h, w) are not what the data set says."""
    height, width = dataset.shape[1:]
    if images.shape[1:] != (height, width) or not len(images):
        size = " x ".join(map(str, images.shape[1:]))
        raise DataError(
            f"{path} holds {len(images):,} images of {size} pixels; those of {dataset.title} have "
            f"{height} x {width}."
        )
    if images.max() <= 1:
        raise DataError(
            f"Every pixel in {path} is 0 or 1, and grey values from 0 to 255 are expected: multiply them "
            f"by 255."
        )


def check_labels(labels: np.ndarray, images: int, dataset: Dataset, path: Path) -> None:
    """Raises DataError, which names the file, where labels (n,) are not of so many images, or of no class."""
    if len(labels) != images:
        raise DataError(
            f"{path} holds {len(labels):,} labels for {images:,} images: one of the two files is of another "
            f"data set, or of its other part."
        )
    if labels.max() >= len(dataset.classes):
        raise DataError(
            f"{path} has labels up to {labels.max()}, and the {len(dataset.classes)} classes of "
            f"{dataset.title} have 0 to {len(dataset.classes) - 1}: it is of another data set. Place that of "
            f"{dataset.title} there; the images can stay."
        )


def fetch(name: str, folder: Path) -> None:
    """Download a data set beside its place, then move it there: no half download is ever read.

    Raises DataError.
    """
    source = SOURCES[name]
    place = folder / source.reader / "raw"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as temporary, short_patience():
            download(Path(temporary), source)
            for file in source.files:
                (Path(temporary) / source.reader / "raw" / file).replace(place / file)
    except Exception as error:  # torchvision passes on whatever network, archive and disk raise
        raise DataError(
            f"{name} could not be downloaded ({reason(error)}). Without a network, place its files in "
            f"{place}: {', '.join(source.files)} (.gz serves as well)."
        ) from error


def download(folder: Path, source: Source) -> None:
    from torchvision import datasets  # a second to import: only where a data set is fetched

    getattr(datasets, source.reader)(str(folder), train=True, download=True, **dict(source.options))


@contextmanager
def short_patience(seconds: float = SILENCE_SECONDS, least: float = LEAST_RATE) -> Iterator[None]:
    """A network that swallows everything is an error after `seconds`, and one that only drips soon after."""
    from torchvision.datasets import utils

    before, library_s = socket.getdefaulttimeout(), utils._urlretrieve
    socket.setdefaulttimeout(seconds)
    utils._urlretrieve = partial(retrieve, grace=seconds, least=least)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
        utils._urlretrieve = library_s


def retrieve(
    url: str, filename: str | Path, chunk_size: int = 1 << 15, *, grace: float, least: float
) -> None:
    """Fetch a file, as torchvision does.

    Raises OSError where it comes slower than `least` bytes a second, after `grace` seconds.
    """
    began, count = time.monotonic(), 0
    with urllib.request.urlopen(url) as response, open(filename, "wb") as file:
        with tqdm(total=response.length, unit="B", unit_scale=True) as bar:
            while part := response.read1(chunk_size):
                file.write(part)
                bar.update(len(part))
                count += len(part)
                seconds = time.monotonic() - began
                if seconds > grace and count < least * seconds:
                    raise OSError(f"it came at {count / seconds:.0f} bytes a second; try again later")


GARMENTS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


def dataset(name: str, title: str, classes: tuple[str, ...], what: str) -> Dataset:
    return Dataset(name, title, SHAPE, classes, partial(load, name), drawing=Drawing(what, normalise))


TORCHVISION: dict[str, Dataset] = {
    "mnist": dataset("mnist", "MNIST", DIGITS, "a digit"),
    "fashion-mnist": dataset("fashion-mnist", "Fashion-MNIST", GARMENTS, "a garment"),
    "kmnist": dataset("kmnist", "Kuzushiji-MNIST", KANA, "a kana"),
    "emnist-digits": dataset("emnist-digits", "EMNIST digits", DIGITS, "a digit"),
}
