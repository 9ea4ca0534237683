"""Images made smaller by averages, where all of a data set would be too much to send. Numpy only."""

import math

import numpy as np

MAX_BYTES = 64_000_000  # of all thumbnails of a data set
IMAGES_AT_ONCE = 500  # images averaged at once


def thumbnails(images: np.ndarray, most: int = MAX_BYTES) -> np.ndarray:
    """Images (n, c, h, w) uint8 as they are, or averaged over squares so that they take `most` bytes at most.

    What is left over at the lower and right edge of such squares is cut off.
    """
    side = math.ceil(math.sqrt(images.nbytes / most))
    if side <= 1:
        return images
    parts = [
        averaged(images[first : first + IMAGES_AT_ONCE], side)
        for first in range(0, len(images), IMAGES_AT_ONCE)
    ]
    return np.concatenate(parts)


def averaged(images: np.ndarray, side: int) -> np.ndarray:
    """The means over squares of side x side pixels: (n, c, h, w) to (n, c, h // side, w // side) uint8."""
    n, c, h, w = images.shape
    side = min(side, h, w)
    rows = h // side
    columns = w // side
    squares = images[:, :, : rows * side, : columns * side].reshape(n, c, rows, side, columns, side)
    result: np.ndarray = np.rint(squares.mean((3, 5), dtype=np.float32)).astype(np.uint8)
    return result
