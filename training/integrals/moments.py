"""The exact posterior p(z|x) of a decoder over the plane: mean and variances, by quadrature.

As in grid.py, log p(x|z) = x . a(z) + b(z) + c(x). A decoder is scanned once, on a lattice of codes;
log p(x, z) on this lattice is then one matrix product for many images. Between its points, where an image's
posterior lies, log p(x, z) is a polynomial: a posterior may be narrower than the spacing, but its logarithm,
as smooth as the decoder, is not. On the shipped run, against all of 1024 x 1024 points, means are off by
0.07 posterior sd (median; 0.5 sd at 95 %), log-variances by 0.13 on average.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from training.integrals.grid import LinearForm, grouped_logsumexp, joint_linear_form
from training.kit.precision import full_precision
from training.kit.threads import map_threads

# A decoder is scanned at SCAN_SIDE x SCAN_SIDE codes on [-SCAN_EXTENT, SCAN_EXTENT]^2, 1/24 apart.
SCAN_EXTENT = 4.5
SCAN_SIDE = 217
STENCIL = 6  # The polynomial of a cell goes through STENCIL x STENCIL codes; the middle four are its corners.
INNER = 8  # INNER x INNER points in each cell are summed, 1/192 apart.
FIT = 1e-4  # of the largest value: how far off a scan may be on another processor
RANK = 256  # Principal directions of a(z) in use; the others hold about 0.002 nats of log p(x, z).
WIDE_CELLS = 1_500  # The posterior of an image with more is so wide that the lattice itself sums it.
MOST_CELLS = 1 << 17  # at a time: each holds INNER x INNER numbers several times
CORNER_MARGIN = 20.0  # A cell is left out if all its corners lie so many nats below the image's best code.


@dataclass(frozen=True)
class Scan:
    """log p(x, z) = (x basis) . a + b at all m = SCAN_SIDE^2 codes z: basis (pixels, r), a (m, r), b (m,)."""

    basis: Tensor
    a: Tensor
    b: Tensor


def axis(like: Tensor) -> Tensor:
    """The lattice's coordinate on either axis: (SCAN_SIDE,)."""
    return torch.linspace(-SCAN_EXTENT, SCAN_EXTENT, SCAN_SIDE, dtype=like.dtype, device=like.device)


def lattice(like: Tensor) -> Tensor:
    """The codes of a scan: (m, 2)."""
    return torch.cartesian_prod(axis(like), axis(like))


@full_precision()
def scan(linear_form: LinearForm, like: Tensor) -> Scan:
    """The linear form of log p(x, z) at 47,089 codes, of the type and device of `like`."""
    parts = map_threads(lambda block: joint_at(linear_form, block), lattice(like).split(1024))
    a, b = (torch.cat(part) for part in zip(*parts, strict=True))
    some = a[::4].double()
    basis = torch.linalg.eigh(some.T @ some).eigenvectors[:, -RANK:].to(a)
    return Scan(basis, a @ basis, b)


def joint_at(linear_form: LinearForm, z: Tensor) -> tuple[Tensor, Tensor]:
    """a (k, pixels) and b (k,) of log p(x, z) at codes z (k, 2)."""
    a, b = joint_linear_form(linear_form, z, z.new_zeros(1, 2))
    return a[:, 0], b[:, 0]


@torch.no_grad()
@full_precision()
def scan_fits(linear_form: LinearForm, scanned: Scan, rows: Tensor) -> bool:
    """Whether a scan has its shapes, and says of the codes in some rows what the decoder says now."""
    a, b = joint_at(linear_form, lattice(scanned.b)[rows])
    pixels, rank = a.shape[1], min(a.shape[1], RANK)
    shapes = [part.shape for part in (scanned.basis, scanned.a, scanned.b)]
    if shapes != [(pixels, rank), (SCAN_SIDE**2, rank), (SCAN_SIDE**2,)]:
        return False
    pairs = ((a @ scanned.basis, scanned.a[rows]), (b, scanned.b[rows]))
    return all(bool(torch.isclose(x, y, FIT, FIT * float(x.abs().max())).all()) for x, y in pairs)


@full_precision()
def posterior_moments(scanned: Scan, x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance of each axis of p(z|x) for z from N(0, I): (n, pixels) to (n, 2) float64 each."""
    parts = map_threads(lambda part: moments(scanned, part), x.split(250))
    mean, variance = (torch.cat(part) for part in zip(*parts, strict=True))
    return mean, variance


def moments(scanned: Scan, x: Tensor) -> tuple[Tensor, Tensor]:
    """posterior_moments of a few images, whose log p(x, z) at all codes is in memory at once."""
    joint = torch.addmm(scanned.b, x @ scanned.basis, scanned.a.T).unflatten(1, (SCAN_SIDE, SCAN_SIDE))
    image, row, column = cells_with_corner_near_best(joint)
    cells = torch.bincount(image, minlength=len(x))
    mean, variance = (torch.empty(len(x), 2, dtype=torch.float64, device=x.device) for _ in range(2))
    wide = (cells > WIDE_CELLS).nonzero()[:, 0]
    mean[wide], variance[wide] = moments_on_lattice(joint[wide])
    for group in groups(cells, MOST_CELLS):
        place = torch.full((len(x),), -1, device=x.device)
        place[group] = torch.arange(len(group), device=x.device)
        own = place[image] >= 0
        mean[group], variance[group] = moments_in_cells(
            joint[group], place[image[own]], row[own], column[own]
        )
    return mean, variance


def groups(cells: Tensor, most: int) -> Iterator[Tensor]:
    """Numbers of images that are not wide, of so many cells each, (n,): in groups of about `most` cells."""
    narrow = (cells <= WIDE_CELLS).nonzero()[:, 0]
    number = cells[narrow].cumsum(0) // most
    for k in number.unique():
        yield narrow[number == k]


def moments_on_lattice(joint: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance of each axis, summed over the lattice: (n, SCAN_SIDE, SCAN_SIDE) to (n, 2) each."""
    z = lattice(joint).double()
    share = joint.flatten(1).double().softmax(1)
    mean = share @ z
    return mean, share @ z**2 - mean**2


def moments_in_cells(joint: Tensor, image: Tensor, row: Tensor, column: Tensor) -> tuple[Tensor, Tensor]:
    """The same, summed in cells: images (m,), and row and column of the corner of least z1 and z2."""
    offsets = torch.arange(STENCIL, device=joint.device) - (STENCIL // 2 - 1)
    stencils = joint[
        image[:, None, None],
        (row[:, None] + offsets)[:, :, None],
        (column[:, None] + offsets)[:, None],
    ].double()
    inside = (torch.arange(INNER, device=joint.device).double() + 0.5) / INNER
    weights = lagrange(offsets.double(), inside)  # (INNER, STENCIL)
    values = (weights @ stencils @ weights.T).flatten(1)  # (cells, INNER^2), log p(x, z)
    mass = torch.logsumexp(values, 1)
    share = (values - grouped_logsumexp(mass, image, len(joint))[image, None]).exp()
    along = axis(joint).double()
    step = 2 * SCAN_EXTENT / (SCAN_SIDE - 1)
    z = torch.cartesian_prod(inside, inside) * step
    corner = torch.stack([along[row], along[column]], 1)
    total = share.sum(1, keepdim=True)
    first = share @ z
    second = share @ z**2
    sums = torch.cat([total * corner + first, total * corner**2 + 2 * corner * first + second], 1)
    mean, square = sums.new_zeros(len(joint), 4).index_add_(0, image, sums).chunk(2, 1)
    return mean, square - mean**2


def cells_with_corner_near_best(joint: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Cells with a corner within CORNER_MARGIN of an image's best code: numbers of image, row, column, (m,).

    Row and column are those of the corner of least z1 and z2. joint: (n, SCAN_SIDE, SCAN_SIDE). Cells at the
    border, where the stencil does not fit, are left out.
    """
    near = joint >= joint.amax((1, 2), keepdim=True) - CORNER_MARGIN
    near = near[:, 1:] | near[:, :-1]
    cells = near[:, :, 1:] | near[:, :, :-1]
    reach = STENCIL // 2 - 1
    image, row, column = cells[:, reach : SCAN_SIDE - 1 - reach, reach : SCAN_SIDE - 1 - reach].nonzero(
        as_tuple=True
    )
    return image, row + reach, column + reach


def lagrange(nodes: Tensor, at: Tensor) -> Tensor:
    """Weights of the values at the nodes in their polynomial's values: (k,), (m,) to (m, k)."""
    apart = nodes[:, None] - nodes
    factors = (at[:, None, None] - nodes) / (apart + torch.eye(len(nodes)).to(apart))
    return factors.masked_fill(torch.eye(len(nodes), dtype=torch.bool, device=at.device), 1).prod(-1)
