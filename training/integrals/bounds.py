"""Lower bounds of log p(x), of codes drawn from q(z|x): ELBO and importance-weighted bound. In nats."""

import math

import torch
from torch import Tensor

from training.integrals.grid import Decode
from training.kit.precision import full_precision
from training.kit.threads import Report, map_threads, silent
from training.likelihoods import LIKELIHOODS, gaussian_log_density, reparameterise


@full_precision()
def posterior_samples(
    decode: Decode,
    x: Tensor,
    mean: Tensor,
    logvar: Tensor,
    samples: int,
    generator: torch.Generator,
    likelihood: str = "bernoulli",
    report: Report = silent,
) -> tuple[Tensor, Tensor]:
    """Codes z (n, samples, d) drawn from q(z|x) = N(mean, exp(logvar)), and log p(x|z) (n, samples).

    x: (n, pixels); mean, logvar: (n, d). The generator is the CPU's, on every device.
    """
    form, size = LIKELIHOODS[likelihood], max(1, 4000 // samples)
    noise = torch.randn(len(x), samples, mean.shape[1], generator=generator).to(x.device)
    z = reparameterise(mean[:, None], logvar[:, None], noise)

    def log_likelihood(part: tuple[Tensor, Tensor]) -> Tensor:
        images, drawn = part
        a, b = form.linear_form(decode(drawn.flatten(0, 1)))
        product = torch.bmm(a.unflatten(0, drawn.shape[:2]), images[:, :, None])[..., 0]
        return product + b.view_as(product) + form.base(images)[:, None]

    parts = list(zip(x.split(size), z.split(size), strict=True))
    return z, torch.cat(map_threads(log_likelihood, parts, report))


def log_importance_weights(z: Tensor, log_likelihood: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """log p(x|z) + log p(z) - log q(z|x): (n, samples), from what posterior_samples returned."""
    log_q = gaussian_log_density(z, mean[:, None], logvar[:, None])
    return log_likelihood + gaussian_log_density(z, 0.0, 0.0) - log_q


def importance_weighted_bound(log_weights: Tensor) -> Tensor:
    """log of the mean weight: (n, k) to (n,), a lower bound of log p(x) on average (Burda et al. 2016)."""
    return torch.logsumexp(log_weights.double(), 1) - math.log(log_weights.shape[1])
