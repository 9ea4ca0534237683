"""From a drawing to an image in MNIST's form. Numpy and scipy; nothing learned."""

import numpy as np
from scipy import ndimage

from training.datasets.mnist import SIDE

BOX = 20  # pixels of the box that an image's ink fills
NOISE = 16  # of 255: ink no stronger than this does not count
STRONG = 250  # of 255: the strongest ink of an image of MNIST is stronger
THICKEST = 8  # pixels: no stroke comes out thicker, as in 99.8 % of MNIST's test images
BLOB = 0.65  # share of its box: a thick drawing that fills more is a blob, which MNIST's are not
THIN = 0.45  # `fullness` below this asks for a thicker pen; 99.4 % of MNIST's test images lie above
PEN = 0.8  # standard deviation in pixels of the blur that thickens thin strokes


def normalise(ink: np.ndarray) -> np.ndarray:
    """Ink (h, w) uint8, 255 on 0, of any size -> image (1, 28, 28) uint8 in MNIST's form.

    "Normalized to fit in a 20x20 pixel box while preserving their aspect ratio [...] by computing the
    center of mass of the pixels, and translating the image so as to position this point at the center
    of the 28x28 field" (yann.lecun.com/exdb/mnist). MNIST has that centre in pixel 14, counted from 0.
    Beyond MNIST's recipe, for pens that its writers did not have: a blob is not blown up to 20 pixels,
    and a thin stroke is made thicker instead of fading to grey. What has MNIST's form stays as it is. Raises
    ValueError without ink.
    """
    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise ValueError(f"ink is an array (h, w) of uint8; this one is {ink.shape} of {ink.dtype}")
    if not ink.size or ink.max() <= NOISE:
        raise ValueError("nothing is drawn yet: draw a digit first")
    if in_form(ink):
        return ink[None].copy()
    strokes = cropped(ink)
    image = fitted(strokes, BOX)
    thickness = thickest(image)
    if thickness > THICKEST and image.mean() > BLOB:
        image = fitted(strokes, round(BOX * THICKEST / thickness))
    elif fullness(image) < THIN:
        image = thickened(fitted(strokes, BOX - 2))
    return placed(np.rint(255 * image).astype(np.uint8))[None]


def in_form(ink: np.ndarray) -> bool:
    """Whether ink is an image of MNIST's form.

    Its box is 19 or 20 pixels long and its centre of mass within half a pixel of 14, as in all test images.
    """
    if ink.shape != (SIDE, SIDE) or ink.max() < STRONG:
        return False
    extent = max(np.ptp(np.flatnonzero(ink.any(axis))) + 1 for axis in (0, 1))
    centre = np.array(ndimage.center_of_mass(ink))
    return bool(extent in (BOX - 1, BOX) and np.abs(centre - SIDE / 2).max() <= 0.5)


def cropped(ink: np.ndarray) -> np.ndarray:
    """The ink's bounding box (h, w), as float32 with 1 for its strongest ink."""
    rows, columns = np.flatnonzero(ink.max(1) > NOISE), np.flatnonzero(ink.max(0) > NOISE)
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    result: np.ndarray = box / box.max()
    return result


def fitted(strokes: np.ndarray, side: int) -> np.ndarray:
    """Strokes scaled by area averages: the longer side is `side` pixels, the shorter at least 1."""
    longer = max(strokes.shape)
    h, w = (max(1, round(n * side / longer)) for n in strokes.shape)
    result: np.ndarray = np.clip(
        averages(strokes.shape[0], h) @ strokes @ averages(strokes.shape[1], w).T, 0, 1
    )
    return result


def averages(n: int, k: int) -> np.ndarray:
    """The matrix (k, n) that averages n pixels over k equal stretches, each pixel by its share in them."""
    edges = np.linspace(0, n, k + 1, dtype=np.float32)[:, None]
    pixel = np.arange(n, dtype=np.float32)
    share = np.minimum(edges[1:], pixel + 1) - np.maximum(edges[:-1], pixel)
    result: np.ndarray = np.maximum(share, 0) * np.float32(k / n)
    return result


def thickest(image: np.ndarray) -> float:
    """About how thick the thickest stroke is, in pixels: twice the way from its middle to its rim."""
    return float(2 * ndimage.distance_transform_edt(np.pad(image > 0.5, 1)).max() - 1)


def fullness(image: np.ndarray) -> float:
    """How full of ink the 3 x 3 pixels about the ink are, on average: 1/3 in a line 1 pixel thick."""
    padded = np.pad(image, 1)
    return float((padded * ndimage.uniform_filter(padded, 3, mode="constant")).sum() / padded.sum())


def thickened(image: np.ndarray) -> np.ndarray:
    """Thin or greyed strokes (h, w) drawn thick and strong: (h + 2, w + 2).

    A blur spreads the ink, then it is laid on `coats` times: grey v becomes 1 - (1 - v)^coats, which
    saturates softly where a gain would clip. The strongest quarter of the ink comes out above 0.96.
    """
    spread = ndimage.gaussian_filter(np.pad(image, 1), PEN, mode="constant")
    level = np.percentile(spread[spread > 0.02 * spread.max()], 75)
    coats = max(1.0, np.log(0.04) / np.log1p(-min(level, 0.999)))
    result: np.ndarray = 1 - (1 - np.minimum(spread, 1)) ** coats
    return result


def placed(box: np.ndarray) -> np.ndarray:
    """The box (h, w) within (28, 28), its centre of mass in pixel 14, or as near as the box allows."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (
        int(np.clip(np.rint(SIDE / 2 - centre), 0, SIDE - n))
        for centre, n in zip(ndimage.center_of_mass(box), box.shape, strict=True)
    )
    image[top : top + box.shape[0], left : left + box.shape[1]] = box
    return image
