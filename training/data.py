"""The data sets: name -> images (n, 28, 28) uint8, labels (n,), class names. MNIST comes with the project."""

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

EMBEDDED = Path(__file__).parent / "mnist"
MNIST_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


class DataError(Exception):
    """A data set that can't be read. The message names the file and says what to do."""


@dataclass(frozen=True)
class Split:
    """One part of a data set: images (n, 28, 28) uint8, labels (n,) int64, the names of the classes."""

    images: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """How torchvision reads a data set: the name of its class there, and what differs from MNIST's."""

    reader: str
    options: tuple[tuple[str, str], ...] = ()
    transposed: bool = False


DATASETS: dict[str, Source] = {
    "mnist": Source("MNIST"),
    "fashion-mnist": Source("FashionMNIST"),
    "kmnist": Source("KMNIST"),
    "emnist-digits": Source("EMNIST", (("split", "digits"),), transposed=True),
}


def cache_folder() -> Path:
    """The per-user folder where data sets are unpacked: $XDG_CACHE_HOME or ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "latent-explorer"


def load(name: str, train: bool, root: Path | None = None, download: bool = False) -> Split:
    """Read one split of a data set.

    Files already placed in `root` (default: the per-user cache) are used; MNIST is unpacked there from
    the project's own copy; others are fetched only with `download`. Raises DataError.
    """
    if name not in DATASETS:
        raise DataError(f"No data set is called {name!r}; there are {', '.join(DATASETS)}.")
    folder = root or cache_folder()
    if name == "mnist":
        unpack_mnist(folder / "MNIST" / "raw", heal=root is None)
    data = read(name, folder, train, download)
    images = np.ascontiguousarray(data.data.numpy())
    if DATASETS[name].transposed:
        images = np.ascontiguousarray(images.transpose(0, 2, 1))
    classes = tuple(str(c).split(" - ")[0] for c in data.classes)
    return Split(images, data.targets.numpy().astype(np.int64), classes)


def read(name: str, folder: Path, train: bool, download: bool) -> Any:
    """The torchvision data set, its failures turned into a DataError."""
    from torchvision import datasets  # a second to import: only where a data set is read

    source = DATASETS[name]
    reader: Callable[..., Any] = getattr(datasets, source.reader)
    place = folder / source.reader / "raw"
    try:
        return reader(str(folder), train=train, download=download, **dict(source.options))
    except (RuntimeError, OSError, ValueError, EOFError) as error:
        if download:
            raise DataError(
                f"{name} could not be downloaded ({error}). Without a network, place its files in {place} "
                f"and call again; or name another folder with --data-root."
            ) from error
        raise DataError(
            f"{name} is not in {place}, or is damaged there ({error}). "
            f"With a network, `python -m training.data {name}` fetches it."
        ) from error


def unpack_mnist(folder: Path, heal: bool) -> None:
    """Make sure that the four files stand unpacked in `folder`, each with its known md5 sum.

    A damaged file is unpacked anew if `heal`, otherwise it is an error: a folder that the user named
    is never overwritten. Raises DataError.
    """
    for name, md5 in MNIST_MD5.items():
        path = folder / name
        if path.exists():
            if hashlib.md5(path.read_bytes()).hexdigest() == md5:
                continue
            if not heal:
                raise DataError(
                    f"{path} is truncated or altered (its md5 sum is not {md5}). "
                    f"Delete it: the next start puts the original there."
                )
        write_file(path, embedded_file(name))


def embedded_file(name: str) -> bytes:
    """The unpacked bytes of one embedded file, checked. Raises DataError."""
    packed = EMBEDDED / f"{name}.gz"
    restore = f"Restore it with `git checkout -- training/mnist/{packed.name}`."
    try:
        content = gzip.decompress(packed.read_bytes())
    except FileNotFoundError as error:
        raise DataError(f"{packed} is missing. {restore}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{packed} can't be unpacked ({error}). {restore}") from error
    if hashlib.md5(content).hexdigest() != MNIST_MD5[name]:
        raise DataError(f"{packed} is altered: its md5 sum, unpacked, is not {MNIST_MD5[name]}. {restore}")
    return content


def write_file(path: Path, content: bytes) -> None:
    """Write a new file beside `path`, then rename it: nobody ever sees half a file. Raises DataError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise DataError(
            f"{path} can't be written ({error.strerror}). Free some space, or name another folder with "
            f"--data-root (the app: DATA_ROOT in the environment)."
        ) from error


def main() -> None:
    import argparse

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
