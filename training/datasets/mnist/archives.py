"""The files of a data set: MNIST's own, embedded, and those that somebody placed in a folder."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Collection
from pathlib import Path

from training.datasets.dataset import DataError
from training.datasets.idx import MOST_BYTES
from training.kit.files import read_file, reason, write_whole

EMBEDDED = Path(__file__).parent
MNIST_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def unpack_mnist(folder: Path, heal: bool, needed: Collection[str]) -> None:
    """Make sure that the four files stand unpacked in `folder`, those needed with their known md5 sums.

    A damaged file is unpacked anew if `heal`, otherwise it is an error: a folder that the user named
    is never overwritten. Raises DataError.
    """
    for name, md5 in MNIST_MD5.items():
        path = folder / name
        if name not in needed and path.exists():
            continue
        try:
            digest = hashlib.md5(read_file(path, MOST_BYTES)).hexdigest() if path.exists() else None
        except OSError as error:
            raise DataError(f"{path} can't be read ({reason(error)}).") from error
        if digest == md5:
            continue
        if digest and not heal:
            raise DataError(
                f"{path} is truncated, altered or not MNIST's own (its md5 sum is not {md5}). Move it "
                f"elsewhere: the next start puts the original there; all else in that folder can stay."
            )
        write(path, embedded_file(name))


def embedded_file(name: str) -> bytes:
    """The unpacked bytes of one embedded file, checked. Raises DataError."""
    packed = EMBEDDED / f"{name}.gz"
    advice = f"Restore it with `git checkout -- training/datasets/mnist/{packed.name}`, or install it again."
    content = unpacked(packed, advice)
    if hashlib.md5(content).hexdigest() != MNIST_MD5[name]:
        raise DataError(f"{packed} is altered: its md5 sum, unpacked, is not {MNIST_MD5[name]}. {advice}")
    return content


def unpack_placed(folder: Path, names: list[str]) -> None:
    """Unpack the files that somebody placed in `folder` as .gz. Raises DataError."""
    for name in names:
        packed = folder / f"{name}.gz"
        if packed.is_file() and not (folder / name).exists():
            write(folder / name, unpacked(packed, "Place this one file there anew; the others can stay."))


def unpacked(packed: Path, advice: str) -> bytes:
    try:
        content = read_file(packed, MOST_BYTES)
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(MOST_BYTES + 1)  # some archives have no end
    except FileNotFoundError as error:
        raise DataError(f"{packed} is missing. {advice}") from error
    except EOFError as error:
        raise DataError(
            f"{packed} can't be unpacked: after {len(content):,} bytes it ends early, as a download that "
            f"stopped or is under way. {advice}"
        ) from error
    except (OSError, zlib.error) as error:
        raise DataError(f"{packed} can't be unpacked ({reason(error)}). {advice}") from error
    if len(unpacked) > MOST_BYTES:
        raise DataError(f"{packed} holds more than {MOST_BYTES:,} bytes, and no data set does. {advice}")
    return unpacked


def write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise DataError(
            f"{path} can't be written ({reason(error)}). Free some space, or name another folder with "
            f"--data-root (the app: DATA_ROOT in the environment)."
        ) from error
