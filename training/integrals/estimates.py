"""log p(x) of one image by sampling: what k samples from the prior, or from q(z|x), say of it. In nats.

The average of k weights p(x, z) / r(z), z from r, is an unbiased estimate of p(x). With r the prior it
is naive Monte Carlo; with r = q(z|x) it is importance sampling. The logarithm of such an average is too
small on average, for the logarithm is concave: its expectation with q is the importance-weighted bound of
order k (Burda et al. 2016), the ELBO for k = 1.

One growing pool of weights gives all orders k = 1, 2, 4, ...: it is cut into disjoint blocks of k, and
each block is one repetition of the estimate.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.kit.precision import full_precision
from training.likelihoods import gaussian_log_density, reparameterise

MIN_REPETITIONS = 8  # Of fewer repetitions neither mean nor spread is given.
NEAR = 1.0  # An estimate within so many nats of log p(x) is near.
SHARE_NEAR = 0.9  # Samples are enough if this share of the repetitions is near.
BAND = (0.1, 0.9)  # The spread of the estimates lies between these quantiles.


@torch.no_grad()
@full_precision()
def log_weights(
    log_likelihood: Callable[[Tensor], Tensor],
    mean: Tensor,
    logvar: Tensor,
    count: int,
    chance: torch.Generator,
) -> Tensor:
    """log p(x|z) + log p(z) - log r(z) of `count` codes from r = N(mean, exp(logvar)): (count,) float64.

    log_likelihood: codes (m, d) to log p(x|z) of one image, (m,). mean, logvar: (d,). The prior, zeros for
    both, leaves log p(x|z).
    """
    noise = torch.randn(count, len(mean), generator=chance).to(mean)
    z = reparameterise(mean, logvar, noise)
    log_ratio = gaussian_log_density(z, 0.0, 0.0) - gaussian_log_density(z, mean, logvar)
    return (log_likelihood(z) + log_ratio).double()


def ladder(log_weights: Tensor) -> list[Tensor]:
    """For k = 1, 2, 4, ... the log of the mean weight of every block of k: (n,) to (n // k,) each.

    The first of each is that of the first k weights.
    """
    rungs = [log_weights]
    while len(rungs[-1]) > 1:
        pairs = rungs[-1][: len(rungs[-1]) // 2 * 2].view(-1, 2)
        rungs.append(torch.logaddexp(pairs[:, 0], pairs[:, 1]) - math.log(2))
    return rungs


@dataclass(frozen=True)
class Order:
    """Mean, spread and errors of `repetitions` estimates of log p(x) from k samples each, in nats.

    mean: of the logarithms, from q the importance-weighted bound of order k; error: its standard error;
    low, high: 10 % and 90 % of the estimates; rms: root of the mean squared error; near: the share of the
    estimates within one nat. Both are errors against the exact value.
    """

    k: int
    repetitions: int
    mean: float
    error: float
    low: float
    high: float
    rms: float
    near: float


def order(k: int, estimates: Tensor, exact: float) -> Order:
    """The summary of estimates of log p(x) with k samples each, (repetitions,)."""
    off = estimates - exact
    low, high = torch.quantile(estimates, estimates.new_tensor(BAND)).tolist()
    return Order(
        k=k,
        repetitions=len(estimates),
        mean=estimates.mean().item(),
        error=estimates.std().item() / math.sqrt(len(estimates)),
        low=low,
        high=high,
        rms=off.square().mean().sqrt().item(),
        near=(off.abs() <= NEAR).double().mean().item(),
    )


def orders(rungs: Sequence[Tensor], exact: float) -> list[Order]:
    """An Order for each k that the pool estimates at least MIN_REPETITIONS times. rungs: of `ladder`."""
    return [order(2**i, rung, exact) for i, rung in enumerate(rungs) if len(rung) >= MIN_REPETITIONS]


def needed(orders: Sequence[Order]) -> int | None:
    """The smallest measured k of which SHARE_NEAR of the repetitions come within one nat; or None.

    Nothing is extrapolated: None means more samples than the last k.
    """
    return next((o.k for o in orders if o.near >= SHARE_NEAR), None)


def needed_of_bound(orders: Sequence[Order], exact: float) -> int | None:
    """The smallest measured k whose mean of the logarithms, the bound, lies within one nat; or None."""
    return next((o.k for o in orders if abs(o.mean - exact) <= NEAR), None)
