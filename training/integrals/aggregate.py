"""q(z), the mean of q(z|x) over images, against the prior: rate, mutual information, divergence. In nats.

The plane falls into cells, and the mass of a Gaussian in a cell is known: a product over the axes of
differences of its cumulative distribution. So the mass of q(z) in all cells is one matrix product.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from training.kit.precision import full_precision
from training.kit.threads import Report, map_threads, silent
from training.likelihoods import kl_to_standard_normal
from training.protocol import CELLS, EXTENT

ROWS = 64  # The masses of so many rows of cells come from one matrix product.
NEGLIGIBLE_MASS = 1e-9  # An image is left out of such rows if its q(z|x) has no more mass than this in them.


@dataclass(frozen=True)
class Rate:
    """The rate, in nats, and its parts: rate = mutual information + divergence, KL(q(z) || p(z)).

    A partition can only lessen a divergence. So `divergence` is too small, by at most `lost`, which is how
    much of the rate the cells lose; `information`, the rest of the rate, is too large by as much.
    """

    rate: float
    information: float
    divergence: float
    lost: float
    coarser: float  # the divergence on cells of twice the side


@torch.no_grad()
@full_precision()
def rate(
    mean: Tensor, logvar: Tensor, cells: int = CELLS, extent: float = EXTENT, report: Report = silent
) -> Rate:
    """The rate E KL(q(z|x) || N(0, I)) of n images and its parts. mean, logvar: (n, 2).

    rate = I(x; z) + KL(q(z) || p(z)), x being one of the n images, so that I(x; z) <= log n (Hoffman &
    Johnson 2016). Raises ValueError if 2 * ROWS does not divide cells, or for no images.
    """
    if cells % ROWS or not len(mean):
        raise ValueError(f"cells is {cells}, images {len(mean)}; needed are a multiple of {ROWS}, and some")
    mean, logvar = mean.double(), logvar.double()
    edges = cell_edges(cells, extent, mean)
    axis = zip(mean[:, 1].split(500), logvar[:, 1].split(500), strict=True)
    columns = torch.cat([masses(edges, m, v).float() for m, v in axis])

    def row_sums(part: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        rows = masses(part, mean[:, 0], logvar[:, 0]).float()
        near = rows.sum(1) > NEGLIGIBLE_MASS
        q = (rows[near].T @ columns[near] / len(mean)).double()
        pooled = q.unflatten(0, (-1, 2)).unflatten(2, (-1, 2)).sum((1, 3))
        return q.sum(1), torch.stack([xlogx(q), xlogx(pooled)]), q.sum(0), xlogx(rows.double())

    parts = map_threads(row_sums, list(edges.unfold(0, ROWS + 1, ROWS)), report)
    first, totals, second, own = zip(*parts, strict=True)
    negentropy, coarse = sum(totals[1:], totals[0]).tolist()
    marginals = torch.cat(first), sum(second[1:], second[0])
    prior = masses(edges, mean.new_zeros(1), mean.new_zeros(1))[0]
    divergence = negentropy - cross(marginals, prior)
    pairs = tuple(m.view(-1, 2).sum(1) for m in marginals)
    coarser = coarse - cross(pairs, prior.view(-1, 2).sum(1))
    of_images = (sum(own[1:], own[0]) + sum(xlogx(c.double()) for c in columns.split(500))) / len(mean)
    total = kl_to_standard_normal(mean, logvar).sum(1).mean().item()
    seen = of_images.item() - cross(marginals, prior)  # the rate that the cells see
    return Rate(total, total - divergence, divergence, total - seen, coarser)


def cell_edges(cells: int, extent: float, like: Tensor) -> Tensor:
    """Edges of `cells` equal cells of an axis, (cells + 1,), the outer two at infinity."""
    edges = torch.linspace(-extent, extent, cells + 1, dtype=torch.float64, device=like.device)
    edges[0], edges[-1] = -math.inf, math.inf
    return edges


def masses(edges: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """The mass of N(mean, exp(logvar)) between neighbouring edges: (c + 1,), (n,), (n,) to (n, c)."""
    result: Tensor = torch.special.ndtr((edges - mean[:, None]) * (-0.5 * logvar).exp()[:, None]).diff(dim=1)
    return result


def xlogx(mass: Tensor) -> Tensor:
    """Sum of m log m over all cells."""
    return torch.xlogy(mass, mass).sum()


def cross(marginals: tuple[Tensor, ...], prior: Tensor) -> float:
    """E_q[log p] for a p that is a product over the axes: its marginals are enough."""
    return sum((m @ prior.log()).item() for m in marginals)
