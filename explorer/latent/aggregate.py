"""q(z), the mean of q(z|x) over the test images, as pictures of the plane beside the prior. Numpy only."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from explorer.latent.frame import Window

DENSITY_WINDOW = Window(-4.0, 4.0, -4.0, 4.0)  # holds all but 1e-4 of the prior
DENSITY_CELLS = 200  # a side


@dataclass(frozen=True)
class Aggregate:
    """In each cell of a window, rows from bottom to top: the density of q(z), and log q(z) / p(z) in nats.

    Both are of the cell's mass, (rows, columns) float32; `axes` are the cells' centres on z1 and z2. Where q
    has no mass that a float can hold, the logarithm is -inf.
    """

    density: np.ndarray
    log_ratio: np.ndarray
    axes: tuple[np.ndarray, np.ndarray]


def aggregate(
    mean: np.ndarray, sd: np.ndarray, window: Window = DENSITY_WINDOW, cells: int = DENSITY_CELLS
) -> Aggregate:
    """q(z) of n images, mean and sd (n, 2), from the exact masses of their Gaussians in cells x cells cells.

    The mass of a Gaussian in a cell is a product over the axes, so that q(z) is one matrix product. Raises
    ValueError for no images.
    """
    if not len(mean):
        raise ValueError("there are 0 images; at least 1 is needed")
    edges = [
        np.linspace(window.left, window.right, cells + 1),
        np.linspace(window.bottom, window.top, cells + 1),
    ]
    first, second = (masses(edges[k], mean[:, k, None], sd[:, k, None]) for k in (0, 1))
    prior = [masses(edge, 0.0, 1.0) for edge in edges]
    mass = second.T @ first / len(mean)
    area = (edges[0][1] - edges[0][0]) * (edges[1][1] - edges[1][0])
    with np.errstate(divide="ignore"):
        log_ratio = np.log(mass) - np.log(np.outer(prior[1], prior[0]))
    centres = (edges[0][:-1] + edges[0][1:]) / 2, (edges[1][:-1] + edges[1][1:]) / 2
    return Aggregate((mass / area).astype(np.float32), log_ratio.astype(np.float32), centres)


def masses(edges: np.ndarray, mean: np.ndarray | float, sd: np.ndarray | float) -> np.ndarray:
    """The mass of N(mean, sd^2) between neighbouring edges: (c + 1,), (n, 1) to (n, c)."""
    a = (edges - mean) / sd
    flip = a[..., :-1] > 0  # the lower tail has the finer floats
    low = np.where(flip, -a[..., 1:], a[..., :-1])
    high = np.where(flip, -a[..., :-1], a[..., 1:])
    result: np.ndarray = ndtr(high) - ndtr(low)
    return result
