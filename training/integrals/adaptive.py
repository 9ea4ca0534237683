"""log p(x) and p(z|x) of one image, to the last nat: a lattice that follows the posterior.

A posterior may be a hundred times narrower than the plane is wide. Where it lies, a scan of the decoder
says (moments.py); there the codes of a lattice are decoded, then those of one twice as fine, and so on,
each only near codes that matter, until the sum no longer changes. For a smooth integrand such a sum is off
by far less than by its change (Trefethen & Weideman 2014): at a spacing of one posterior sd by 1e-8.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from training.integrals.grid import LinearForm
from training.integrals.moments import SCAN_SIDE, Scan, axis
from training.kit.checkpoints import checkpoint
from training.kit.precision import full_precision
from training.likelihoods import Likelihood, gaussian_log_density

LogLikelihood = Callable[[Tensor], Tensor]  # codes (m, 2) to log p(x|z) of one image (m,)

# A code matters unless it lies so many nats below the best; those left out hold some 1e-5 of the mass.
CODE_MARGIN = 16.0
MAX_FIRST_CODES = 2_000  # The first lattice has at most so many codes.
MAX_CODES = 30_000  # No lattice has more codes than these.
TOLERANCE_NATS = 0.002  # The search ends once a lattice twice as fine changes log p(x) by less than this.
DECODED_AT_ONCE = 1024  # Codes are decoded in batches of this size.
# The indices (i, j) of a point become one number, (i + INDEX_RANGE / 2) INDEX_RANGE + j + INDEX_RANGE / 2, so
# both must lie within INDEX_RANGE / 2 of 0.
INDEX_RANGE = 1 << 20


@dataclass(frozen=True)
class PosteriorLattice:
    """The codes that matter for an image and log p(x, z) at them, (k,) float64.

    index: (k, 2) whole numbers, counted from z = 0 along either axis: z = spacing * index.
    """

    index: Tensor
    spacing: float
    log_joint: Tensor

    @property
    def z(self) -> Tensor:
        return self.index * self.spacing

    @property
    def log_evidence(self) -> float:
        """log p(x), in nats: the logarithm of the integral of p(x, z), one square of the lattice a code."""
        return torch.logsumexp(self.log_joint, 0).item() + 2 * math.log(self.spacing)

    @property
    def independent_log_evidence(self) -> float:
        """An independent estimate of log p(x), in nats: the sum over the codes with both indices odd.

        They are a lattice of twice the spacing that shares no code with the one before this, which has the
        even indices.
        """
        odd = (self.index % 2 == 1).all(1)
        return torch.logsumexp(self.log_joint[odd], 0).item() + 2 * math.log(2 * self.spacing)

    @property
    def log_posterior(self) -> Tensor:
        """log p(z|x) at the codes, (k,), in nats: a density."""
        return self.log_joint - self.log_evidence

    @property
    def mode(self) -> Tensor:
        """The code of the largest p(z|x), (2,)."""
        return self.z[self.log_joint.argmax()]


@dataclass(frozen=True)
class Posterior:
    """p(z|x) of an image on the last lattice; error: how far the lattice half as fine was off, in nats."""

    lattice: PosteriorLattice
    error: float

    @property
    def log_evidence(self) -> float:
        return self.lattice.log_evidence


def log_likelihood_of(linear_form: LinearForm, likelihood: Likelihood, x: Tensor) -> LogLikelihood:
    """log p(x|z) of one image x (pixels,), in nats, as a function of codes; differentiable."""
    base = likelihood.base(x)

    def log_likelihood(z: Tensor) -> Tensor:
        a, b = linear_form(z)
        return a @ x + b + base

    return log_likelihood


@torch.no_grad()
def posterior_of(
    log_likelihood: LogLikelihood, scanned: Scan, x: Tensor, tolerance: float = TOLERANCE_NATS
) -> Posterior:
    """The posterior of one image x (pixels,) and its evidence, for the prior N(0, I). tolerance: in nats.

    Raises ValueError where log p(x|z) is no finite number.
    """
    index, spacing = first_indices(scanned, x)
    lattice = posterior_lattice(log_likelihood, index, spacing, x)
    while True:
        finer = posterior_lattice(log_likelihood, finer_indices(lattice), lattice.spacing / 2, x)
        error = abs(finer.log_evidence - lattice.log_evidence)
        if error < tolerance or 4 * matters(finer).sum() > MAX_CODES:
            return Posterior(finer, error)
        lattice = finer


@full_precision()
def first_indices(scanned: Scan, x: Tensor) -> tuple[Tensor, float]:
    """Indices (k, 2) on the scan's lattice, or on every second, fourth ... line of it, where p(z|x) lies.

    With them the spacing of this lattice, in z.
    """
    joint = (scanned.a @ (x @ scanned.basis) + scanned.b).view(SCAN_SIDE, SCAN_SIDE)
    check_finite(joint)
    near = dilated(joint >= joint.max() - CODE_MARGIN)
    stride = 1
    middle = SCAN_SIDE // 2  # z = 0 is on every lattice
    while near[middle % stride :: stride, middle % stride :: stride].sum() > MAX_FIRST_CODES:
        near = dilated(near, stride)
        stride *= 2
    index = near.nonzero() - middle
    index = index[(index % stride == 0).all(1)] // stride
    return index, stride * float(axis(x)[1] - axis(x)[0])


def check_finite(log_joint: Tensor) -> None:
    """Raises ValueError where log p(x, z) has no finite maximum."""
    if not log_joint.max().isfinite():
        raise ValueError("log p(x, z) is no finite number: the decoder's weights are spoiled")


def dilated(mask: Tensor, steps: int = 1) -> Tensor:
    """Each True spreads to its neighbours within `steps`, (rows, columns) bool."""
    size = 2 * steps + 1
    return torch.nn.functional.max_pool2d(mask[None].float(), size, 1, steps)[0].bool()


@full_precision()
def posterior_lattice(
    log_likelihood: LogLikelihood, index: Tensor, spacing: float, like: Tensor
) -> PosteriorLattice:
    """log p(x, z) at the codes of these indices, and at all that border on one that matters."""
    lattice = PosteriorLattice(index, spacing, log_joint(log_likelihood, index * spacing, like))
    check_finite(lattice.log_joint)
    for _ in range(SCAN_SIDE):
        around = neighbours(lattice.index[matters(lattice)], 1)
        new = around[~isin(around, lattice.index)]
        if not len(new) or len(lattice.index) + len(new) > MAX_CODES:
            break
        value = log_joint(log_likelihood, new * spacing, like)
        lattice = PosteriorLattice(
            torch.cat([lattice.index, new]), spacing, torch.cat([lattice.log_joint, value])
        )
    return lattice


def log_joint(log_likelihood: LogLikelihood, z: Tensor, like: Tensor) -> Tensor:
    """log p(x, z) at codes (m, 2), in nats: (m,) float64."""
    z = z.to(like)
    likelihood = in_parts(log_likelihood, z)
    return likelihood.double() + gaussian_log_density(z.double(), 0.0, 0.0)


def in_parts(value_at: LogLikelihood, z: Tensor) -> Tensor:
    """A function of codes (m, 2), part by part: (m,)."""
    values = []
    for part in z.split(DECODED_AT_ONCE):
        checkpoint()
        values.append(value_at(part))
    return torch.cat(values)


def matters(lattice: PosteriorLattice) -> Tensor:
    """Which codes are within CODE_MARGIN of the best: (k,) bool."""
    return lattice.log_joint >= lattice.log_joint.max() - CODE_MARGIN


def finer_indices(lattice: PosteriorLattice) -> Tensor:
    """The indices, on the lattice twice as fine, of the codes that matter and of what lies around them."""
    return neighbours(2 * lattice.index[matters(lattice)], 1)


def neighbours(index: Tensor, steps: int) -> Tensor:
    """These indices and those within `steps` of them on either axis, each once: (m, 2)."""
    offsets = torch.arange(-steps, steps + 1, device=index.device)
    around = index[:, None] + torch.cartesian_prod(offsets, offsets)
    number = torch.unique(numbered(around.flatten(0, 1)))  # many times faster than of rows
    return torch.stack([number // INDEX_RANGE, number % INDEX_RANGE], 1) - INDEX_RANGE // 2


def isin(index: Tensor, among: Tensor) -> Tensor:
    """Which indices, (m, 2), are among others, (k, 2): (m,) bool."""
    return torch.isin(numbered(index), numbered(among))


def numbered(index: Tensor) -> Tensor:
    """Each pair of indices, within INDEX_RANGE / 2 of 0, as one number: (m, 2) to (m,)."""
    return (index[:, 0] + INDEX_RANGE // 2) * INDEX_RANGE + index[:, 1] + INDEX_RANGE // 2
