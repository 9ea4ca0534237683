"""IDX files, the format of MNIST (LeCun): 0, 0, type, number of dimensions, their sizes, the numbers."""

import math
import struct
from pathlib import Path

import numpy as np

from training.datasets.dataset import DataError
from training.kit.files import read_file, reason

UNSIGNED_BYTE = 8  # the type of all numbers that are read
MOST_BYTES = 1 << 30  # of a file that is read: five times the largest of the data sets that are known
CONTENTS = {1: "labels", 3: "images"}  # by their number of dimensions


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """The bytes of an IDX file, uint8 with so many dimensions: 1 of labels (n,), 3 of images (n, h, w).

    Raises DataError, which says what the file is instead, and what to do.
    """
    try:
        content = read_file(path, MOST_BYTES)
    except OSError as error:
        raise DataError(f"{path} can't be read ({reason(error)}).") from error
    header = 4 + 4 * dimensions
    if content[:4] != bytes([0, 0, UNSIGNED_BYTE, dimensions]) or len(content) < header:
        raise DataError(
            f"{path} is no IDX file of {CONTENTS[dimensions]}: it begins with {content[:4]!r}. Place the "
            f"right file there; what else is in that folder can stay."
        )
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    expected = header + math.prod(shape)
    if len(content) != expected:
        cause = "a download that stopped" if len(content) < expected else "something was added"
        raise DataError(
            f"{path} has {len(content):,} bytes, and {expected:,} by its own header ({cause}). Place this "
            f"one file there anew; the others can stay."
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
