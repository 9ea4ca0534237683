"""The frame of a map: which square of the plane it shows, and the lattice decoded in it. Numpy only."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from explorer.vocabulary import SPACINGS

COVERED_SHARE = 0.995  # share of the codes that the robust range of an axis holds
MARGIN_SHARE = 0.06  # of the range, left free on each side


@dataclass(frozen=True)
class Window:
    """A rectangle of the code plane: z1 from left to right, z2 from bottom to top."""

    left: float
    right: float
    bottom: float
    top: float

    def __post_init__(self) -> None:
        values = (self.left, self.right, self.bottom, self.top)
        if not all(np.isfinite(values)) or self.left >= self.right or self.bottom >= self.top:
            raise ValueError(f"a window needs finite numbers, left < right and bottom < top; it has {values}")


@dataclass(frozen=True)
class TileLattice:
    """Codes to decode, z (n, 2), and the side of the tile drawn centred on each, size (n,), in units of z."""

    z: np.ndarray
    size: np.ndarray


def robust_window(codes: np.ndarray) -> Window:
    """The square that holds the middle 99.5 % of the codes (n, 2) of each axis, with a margin.

    Robust, since single codes of an autoencoder lie many times farther out than all others.
    """
    tail = (1 - COVERED_SHARE) / 2
    low, high = np.quantile(codes, [tail, 1 - tail], axis=0)
    centre = (low + high) / 2
    half = max(float(np.max(high - low)) / 2, 1e-6) * (1 + 2 * MARGIN_SHARE)
    return Window(
        float(centre[0] - half), float(centre[0] + half), float(centre[1] - half), float(centre[1] + half)
    )


def lattice(
    window: Window, count: int, spacing: str, location: tuple[float, float], scale: tuple[float, float]
) -> TileLattice:
    """A lattice of about count x count codes over a window.

    "linear": equal steps, anchored at z = 0, so that panning a map leaves its tiles where they are.
    "quantile": equal steps of probability under N(location, scale^2), after Kingma & Welling 2014, fig. 4.
    Raises ValueError for another spacing or a count outside 2 to 64.
    """
    if spacing not in SPACINGS:
        raise ValueError(f"spacing is {spacing!r}; allowed are {', '.join(SPACINGS)}")
    if not 2 <= count <= 64:
        raise ValueError(f"count is {count}; allowed are 2 to 64")
    low = (window.left, window.bottom)
    high = (window.right, window.top)
    if spacing == "linear" or not min(scale) > 0:  # codes that coincide have no quantiles
        step = (window.right - window.left) / count
        axes = [steps(low[d], high[d], step) for d in (0, 1)]
    else:
        axes = [quantiles(low[d], high[d], count, location[d], scale[d]) for d in (0, 1)]
    z1, z2 = np.meshgrid(axes[0][0], axes[1][0])
    size = np.minimum(*np.meshgrid(axes[0][1], axes[1][1]))
    return TileLattice(
        np.stack([z1.ravel(), z2.ravel()], 1).astype(np.float32), size.ravel().astype(np.float32)
    )


def steps(low: float, high: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Centres of the cells of width `step`, anchored at 0, that touch [low, high]; and their widths."""
    first = np.floor(low / step)
    last = np.ceil(high / step)
    centres = (np.arange(first, last) + 0.5) * step
    return centres, np.full(len(centres), step)


def quantiles(
    low: float, high: float, count: int, location: float, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Centres of cells of equal probability within [low, high], and the widest tile centred in each.

    Where the normal's tail holds no probability that floats can tell apart, equal steps take over.
    """
    a = (low - location) / scale
    b = (high - location) / scale
    if a > 0:  # the lower tail has the finer floats: mirror, then mirror back
        centres, widths = quantiles(-high, -low, count, -location, scale)
        return -centres[::-1], widths[::-1]
    p = np.linspace(cumulative(a), cumulative(b), 2 * count + 1)
    grid = np.linspace(low, high, 2 * count + 1)
    if 0 < p[1] and p[-2] < 1:
        spaced = np.array([low, *(NormalDist(location, scale).inv_cdf(float(q)) for q in p[1:-1]), high])
        grid = spaced if np.all(np.diff(spaced) > 0) else grid
    edges = grid[::2]
    centres = grid[1::2]
    return centres, 2 * np.minimum(centres - edges[:-1], edges[1:] - centres)


def cumulative(x: float) -> float:
    """P(X <= x) for X ~ N(0, 1), precise in the lower tail."""
    return 0.5 * math.erfc(-x / math.sqrt(2))
