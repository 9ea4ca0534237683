"""Points drawn with pixels: a cloud of codes as one picture, which a figure holds in place of its points."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from explorer.figures import png

MAP_PIXELS = 440  # of a map's side: enough for a projector, whose maps are about half as large
POINT_RADIUS = 1.8  # of a point, in these pixels
EMPTY_INDEX = 255  # index of the palette's colour for no point: transparent

Edges = tuple[float, float, float, float]  # left, right, bottom, top: a square


def picture(codes: np.ndarray, labels: np.ndarray, edges: Edges, colours: Sequence[str]) -> str:
    """The points as a PNG with a transparent ground, in a data address; later points lie on top."""
    image = Image.fromarray(raster(codes, labels % len(colours), edges), "P")
    shades = [int(colour[i : i + 2], 16) for colour in colours for i in (1, 3, 5)]
    image.putpalette(shades + [0] * (3 * 256 - len(shades)))
    return png.address(image, transparency=EMPTY_INDEX, optimize=False)


def raster(codes: np.ndarray, values: np.ndarray, edges: Edges) -> np.ndarray:
    """Discs of values (n,) at codes (n, 2) in the square: (MAP_PIXELS, MAP_PIXELS) uint8, top row first."""
    left, right, bottom, top = edges
    spots = np.floor((codes - [left, bottom]) / [right - left, top - bottom] * MAP_PIXELS).astype(np.int64)
    reach = np.arange(-int(POINT_RADIUS), int(POINT_RADIUS) + 1)
    disc = np.array([(x, y) for x in reach for y in reach if x * x + y * y <= POINT_RADIUS**2])
    x, y = np.moveaxis(spots[:, None] + disc, 2, 0)  # (n, disc): of one point after the other
    inside = (x >= 0) & (x < MAP_PIXELS) & (y >= 0) & (y < MAP_PIXELS)
    image = np.full((MAP_PIXELS, MAP_PIXELS), EMPTY_INDEX, np.uint8)
    image[MAP_PIXELS - 1 - y[inside], x[inside]] = np.broadcast_to(values[:, None], x.shape)[inside]
    return image
