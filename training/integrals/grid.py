"""log p(x), exactly: the integral over the latent plane, by quadrature. In nats.

Both likelihoods have the form log p(x|z) = x . a(z) + b(z) + c(x), so that one matrix product gives it
for many images and many codes at once.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from training.kit.precision import full_precision
from training.kit.threads import Report, map_threads, silent
from training.likelihoods import LIKELIHOODS, gaussian_log_density
from training.protocol import EXTENT, GRID

Decode = Callable[[Tensor], Tensor]  # codes (m, d) to logits (m, pixels)
LinearForm = Callable[[Tensor], tuple[Tensor, Tensor]]  # codes (m, d) to a (m, pixels) and b (m,)

# A cell is summed if a point tried in it, or in a neighbour, is within so many nats of the image's best.
# Between the points that are compared log p(x, z) may rise, and here they lie 0.1 apart. The margins in
# moments.py and adaptive.py are smaller, and hold for the points of a scan, 1/24 apart.
CELL_MARGIN = 30.0


def exact_log_likelihood(
    decode: Decode,
    x: Tensor,
    likelihood: str = "bernoulli",
    grid: int = GRID,
    extent: float = EXTENT,
    report: Report = silent,
) -> Tensor:
    """log p(x) = log of the integral of p(x|z) N(z; 0, I) over z in R^2. x: (n, pixels) to (n,) float64.

    Midpoint rule on grid x grid points of [-extent, extent]^2, see log_marginal. Some posteriors of sharp
    decoders are as narrow as the default spacing, 0.023: against a grid twice as fine 512 x 512 is off by
    0.002 nats on average over MNIST, and by up to 0.7 nats on single images (VAE; "exact", the sharpest
    decoder, on 1,000 images: 0.005 on average, up to 1.1).
    """
    form = LIKELIHOODS[likelihood]
    log_integral = log_marginal(lambda z: form.linear_form(decode(z)), x, grid, extent, report=report)
    return log_integral + form.base(x).double()


@full_precision()
def log_marginal(
    linear_form: LinearForm,
    x: Tensor,
    grid: int = GRID,
    extent: float = EXTENT,
    cells: int = 64,
    margin: float = CELL_MARGIN,
    report: Report = silent,
) -> Tensor:
    """log of the integral of exp(x . a(z) + b(z)) N(z; 0, I) over the plane. x: (n, pixels); (n,) float64.

    The midpoint rule on grid x grid points of [-extent, extent]^2, from coarse to fine: the square falls
    into cells x cells, each image is tried at four points of every cell, and the points of the grid are
    summed only in cells within `margin` nats of the image's best, and in their eight neighbours.
    Against brute_log_marginal that is off by 1e-5 nats, float32's noise. Raises ValueError if cells does not
    divide grid.
    """
    if grid % cells:
        raise ValueError(f"cells is {cells}; it must divide grid, which is {grid}")
    centres = plane(cells, extent, x)
    half = extent / cells
    scan = plane(2, half, x)
    inner = plane(grid // cells, half, x)
    images, near = cells_and_neighbours_near_best(
        linear_form, x, centres, scan, margin, lambda share: report(0.5 * share)
    )
    order = torch.argsort(near, stable=True)
    images = images[order]
    used, counts = torch.unique_consecutive(near[order], return_counts=True)
    owners = images.split(counts.tolist())  # for each used cell the images that it matters for

    def sums(block: Tensor) -> Tensor:
        """The log of the sum over a cell's points, for each of these cells and each image it matters for."""
        a, b = joint_linear_form(linear_form, centres[used[block]], inner)
        products = (torch.addmm(b[i], x[owners[cell]], a[i].T) for i, cell in enumerate(block.tolist()))
        return torch.cat([torch.logsumexp(product, 1) for product in products])

    blocks = torch.arange(len(used)).split(max(1, 4096 // len(inner)))
    values = torch.cat(map_threads(sums, blocks, lambda share: report(0.5 * share)))
    return grouped_logsumexp(values, images, len(x)) + 2 * math.log(2 * extent / grid)


def cells_and_neighbours_near_best(
    linear_form: LinearForm, x: Tensor, centres: Tensor, scan: Tensor, margin: float, report: Report = silent
) -> tuple[Tensor, Tensor]:
    """Pairs of an image and a cell that matters for it: image numbers and cell numbers, (m,) each.

    A cell matters if it, or one of its eight neighbours, has a scanned point within `margin` of the best.
    """
    side = math.isqrt(len(centres))
    scanned = map_threads(lambda block: joint_linear_form(linear_form, block, scan), centres.split(1024))
    a, b = (torch.cat(part).flatten(0, 1) for part in zip(*scanned, strict=True))

    def near(numbers: Tensor) -> tuple[Tensor, Tensor]:
        log_joint = torch.addmm(b, x[numbers], a.T)
        best = log_joint.unflatten(1, (side, side, len(scan))).amax(-1)
        keep = with_eight_neighbours(best >= best.amax((1, 2), keepdim=True) - margin)
        image, cell = keep.flatten(1).nonzero(as_tuple=True)
        return numbers[image], cell

    parts = torch.arange(len(x), device=x.device).split(400)
    images, cells = map(torch.cat, zip(*map_threads(near, parts, report), strict=True))
    if len(images.unique()) < len(x):
        raise ValueError("log p(x, z) is no finite number: the decoder's weights are spoiled")
    return images, cells


@full_precision()
def brute_log_marginal(
    linear_form: LinearForm, x: Tensor, grid: int = GRID, extent: float = EXTENT
) -> Tensor:
    """log_marginal on every point of the grid: for tests and few images, 500 times the work."""
    total = torch.full((len(x),), -math.inf, dtype=torch.float64, device=x.device)
    for z in plane(grid, extent, x).split(4096):
        a, b = joint_linear_form(linear_form, z, torch.zeros_like(z[:1]))
        log_joint = torch.addmm(b[:, 0], x, a[:, 0].T).double()
        total = torch.logaddexp(total, torch.logsumexp(log_joint, 1))
    return total + 2 * math.log(2 * extent / grid)


def joint_linear_form(linear_form: LinearForm, centres: Tensor, offsets: Tensor) -> tuple[Tensor, Tensor]:
    """a (m, k, pixels) and b (m, k) of log p(x, z) at the points z = centre + offset, (m, 2) and (k, 2)."""
    z = (centres[:, None] + offsets).flatten(0, 1)
    a, b = linear_form(z)
    shape = (len(centres), len(offsets))
    return a.unflatten(0, shape), (b + gaussian_log_density(z, 0.0, 0.0)).unflatten(0, shape)


def plane(count: int, extent: float, like: Tensor) -> Tensor:
    """Midpoints of count x count equal squares that fill [-extent, extent]^2: (count^2, 2)."""
    axis = (torch.arange(count, dtype=like.dtype, device=like.device) + 0.5) * (2 * extent / count) - extent
    return torch.cartesian_prod(axis, axis)


def with_eight_neighbours(mask: Tensor) -> Tensor:
    """Each True spreads to its eight neighbours. (n, rows, columns) bool."""
    for axis in (1, 2):
        grown = mask.clone()
        size = mask.shape[axis] - 1
        grown.narrow(axis, 1, size).logical_or_(mask.narrow(axis, 0, size))
        grown.narrow(axis, 0, size).logical_or_(mask.narrow(axis, 1, size))
        mask = grown
    return mask


def grouped_logsumexp(values: Tensor, groups: Tensor, count: int) -> Tensor:
    """For each group the logarithm of its sum of exp(values), in float64: (p,), (p,) to (count,)."""
    values, groups = values.double(), groups.long()
    top = values.new_full((count,), -math.inf).scatter_reduce_(0, groups, values, "amax")
    return top + torch.zeros_like(top).index_add_(0, groups, (values - top[groups]).exp()).log()
