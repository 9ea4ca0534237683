"""The best Gaussian q(z) for one image: the gap of an encoder's q(z|x), split (Cremer et al. 2018).

log p(x) - ELBO(q) = [log p(x) - ELBO(q*)] + [ELBO(q*) - ELBO(q)]: what no q of a family can reach, and what
the encoder missed, q* being the family's best. Here the ELBO is no estimate: E_q[log p(x|z)] is a quadrature
over epsilon, z = mean + tril epsilon: while q moves, Gauss and Hermite's, exact for polynomials of degree
2 NODES - 1; of what is reported, a finer one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.integrals.adaptive import LogLikelihood, Posterior, in_parts
from training.integrals.expectation import nodes
from training.kit.precision import full_precision
from training.likelihoods import gaussian_log_density

NODES = 8  # While q moves, the quadrature has so many nodes along each axis.

# What is reported is summed over closer nodes: the quantiles of a normal with the sd NODE_SD. In the middle
# of q they lie max(MIN_NODE_STEP, NODE_STEP * w^STEP_GROWTH) apart in z, w being the product of q's widths
# along the axes of epsilon: the wider q is, the more nodes it has, and the better their errors cancel.
NODE_SD = 2.0
NODE_STEP = 1 / 20
STEP_GROWTH = 0.35
MIN_NODE_STEP = 1 / 40
MIN_NODES = 32  # An axis has at least so many of these nodes.
NEGLIGIBLE_WEIGHT = 1e-8  # A node is left out if its weight is no more than this share of the largest.

MAX_ADAM_STEPS = 60  # L-BFGS, after Adam, takes at most a quarter of these.
ADAM_RATE = 0.1  # The learning rate of Adam, in standard deviations of the start.
NEGLIGIBLE_GAIN = 1e-4  # The search ends after two steps in a row that gain less, in nats.


@dataclass(frozen=True)
class Gaussian:
    """q(z) = N(mean, tril tril^T): mean (2,), tril (2, 2) lower triangular."""

    mean: Tensor
    tril: Tensor


@dataclass(frozen=True)
class Bound:
    """The ELBO of a q and its two terms, in nats: elbo = -reconstruction - kl."""

    reconstruction: float
    kl: float

    @property
    def elbo(self) -> float:
        return -self.reconstruction - self.kl


def diagonal(mean: Tensor, logvar: Tensor) -> Gaussian:
    """An encoder's q(z|x): (2,), (2,)."""
    return Gaussian(mean, torch.diag((0.5 * logvar).exp()))


def gaussian_kl(mean: Tensor, tril: Tensor) -> Tensor:
    """KL(N(mean, tril tril^T) || N(0, I)), in nats; a scalar."""
    return 0.5 * ((tril**2).sum() + (mean**2).sum() - len(mean)) - tril.diagonal().log().sum()


def quantiles(counts: Sequence[int], like: Tensor, shift: float = 0.0) -> tuple[Tensor, Tensor]:
    """Epsilon (k, 2) and weights (k,) as from `nodes`, at equal steps of probability under N(0, NODE_SD^2).

    So they are close in the middle and thin in the tails; each is weighted with N(0, 1) / N(0, NODE_SD^2).

    counts: of each axis; `shift`, as a share of a step, moves all the nodes, those beyond the end to the
    start. There the weights fade to 0, as the probability to the power NODE_SD^2 - 1.
    """
    axes, weights = [], []
    for count in counts:
        share = (torch.arange(count, dtype=torch.float64) + 0.5 + shift) / count % 1
        axes.append(NODE_SD * torch.special.ndtri(share[share > 0]))
        weights.append((-0.5 * axes[-1] ** 2 * (1 - 1 / NODE_SD**2)).softmax(0))
    weight = torch.outer(*weights).flatten()
    matter = weight > NEGLIGIBLE_WEIGHT * weight.max()
    weight = weight[matter] / weight[matter].sum()
    return torch.cartesian_prod(*axes)[matter].to(like), weight.to(like)


def rule(q: Gaussian, shift: float) -> tuple[Tensor, Tensor]:
    """Epsilon and weights for an expectation under q, close enough to see every mode that q may span.

    Two lattices of quantiles, the second amid the cells of the first: where one errs, the other errs the
    other way.
    """
    widths = q.tril.norm(dim=0).tolist()  # how far z moves along each axis of epsilon
    step = max(MIN_NODE_STEP, NODE_STEP * math.prod(widths) ** STEP_GROWTH)
    counts = [max(MIN_NODES, math.ceil(math.sqrt(2 * math.pi) * NODE_SD * width / step)) for width in widths]
    first, second = (quantiles(counts, q.mean, s) for s in (shift, shift + 0.5))
    return torch.cat([first[0], second[0]]), torch.cat([first[1], second[1]]) / 2


@full_precision()
@torch.no_grad()
def expected(value_at: LogLikelihood, q: Gaussian, shift: float) -> float:
    """E_q of a function of codes, (m, 2) to (m,), by the nodes of `rule`."""
    epsilon, weights = rule(q, shift)
    z = q.mean + epsilon @ q.tril.T
    return (weights.double() @ in_parts(value_at, z).double()).item()


def bound(log_likelihood: LogLikelihood, q: Gaussian) -> Bound:
    """The ELBO of q: KL in closed form, E_q[log p(x|z)] by the nodes of `rule`."""
    kl = gaussian_kl(q.mean.double(), q.tril.double()).item()
    return Bound(-expected(log_likelihood, q, 0.0), kl)


def kl_to_posterior(log_likelihood: LogLikelihood, q: Gaussian, log_evidence: float) -> float:
    """KL(q || p(z|x)) = E_q[log q(z) - log p(x, z)] + log p(x), in nats.

    At other codes than those of `bound`, and with no closed form. With a log p(x) that was summed over other
    codes, too (PosteriorLattice.independent_log_evidence), nothing in it cancels the errors of the other
    parts of log p(x) = ELBO + KL.
    """

    def surplus(z: Tensor) -> Tensor:
        epsilon = torch.linalg.solve_triangular(q.tril, (z - q.mean).T, upper=False).T.double()
        log_q = gaussian_log_density(epsilon, 0.0, 0.0) - q.tril.double().diagonal().log().sum()
        return log_q - log_likelihood(z).double() - gaussian_log_density(z.double(), 0.0, 0.0)

    return expected(surplus, q, 0.25) + log_evidence


@torch.no_grad()
def at_mode(posterior: Posterior) -> Gaussian:
    """A start at the posterior's mode, with the curvature of log p(z|x) there (Laplace's approximation)."""
    lattice = posterior.lattice
    middle = lattice.index[lattice.log_joint.argmax()]
    offsets = lattice.index - middle
    near = (offsets.abs() <= 2).all(1)
    z = (offsets[near] * lattice.spacing).double()
    columns = torch.stack([torch.ones(len(z)), z[:, 0], z[:, 1], z[:, 0] ** 2, z[:, 1] ** 2], 1).double()
    fit = torch.linalg.lstsq(columns, lattice.log_joint[near, None]).solution[3:, 0]
    sd = (-2 * fit).clamp(min=1.0).rsqrt()  # a prior curves by 1, a posterior by no less
    return Gaussian((middle * lattice.spacing).float(), torch.diag(sd).float())


@full_precision()
def improved(
    log_likelihood: LogLikelihood, start: Gaussian, tilted: bool
) -> Iterator[tuple[Gaussian, float]]:
    """Step by step a better q and its ELBO in nats, from `start` to the best that is near.

    An axis-parallel q stays so unless `tilted`. Adam (Kingma & Ba 2015) goes most of the way, in units of the
    start's own standard deviations, L-BFGS with a line search (Nocedal & Wright 2006, ch. 7) the rest.
    """
    epsilon, weights = nodes(NODES, start.mean)
    shift, stretch = (torch.zeros(2, requires_grad=True) for _ in range(2))
    tilt = torch.zeros(1, requires_grad=tilted)
    free = [shift, stretch, tilt] if tilted else [shift, stretch]

    def current() -> Gaussian:
        unit = torch.diag(stretch.exp()) + tilt * torch.tensor([[0.0, 0.0], [1.0, 0.0]])
        return Gaussian(start.mean + start.tril @ shift, start.tril @ unit)

    def loss() -> Tensor:
        optimizer.zero_grad()
        q = current()
        value = gaussian_kl(q.mean, q.tril) - weights @ log_likelihood(q.mean + epsilon @ q.tril.T)
        value.backward()
        return value.detach()

    optimizer: torch.optim.Optimizer = torch.optim.Adam(free, ADAM_RATE)
    for max_steps in (MAX_ADAM_STEPS, MAX_ADAM_STEPS // 4):
        best = math.inf
        still = 0
        for _ in range(max_steps):
            q = current()
            with torch.enable_grad():
                value = float(optimizer.step(loss))  # type: ignore[arg-type]  # of the q before this step
            yield Gaussian(q.mean.detach(), q.tril.detach()), -value
            still = still + 1 if best - value < NEGLIGIBLE_GAIN else 0
            best = min(best, value)
            if still == 2:
                break
        optimizer = torch.optim.LBFGS(free, max_iter=1, line_search_fn="strong_wolfe")
