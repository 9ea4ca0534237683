"""Estimates of log p(x): unbiased in p(x), below in log p(x), by a linear decoder whose evidence is known."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from training.integrals.estimates import (
    MIN_REPETITIONS,
    Order,
    ladder,
    log_weights,
    needed,
    needed_of_bound,
    orders,
)
from training.likelihoods import gaussian_log_density

PIXELS, SD = 5, 0.5


class Linear:
    """x = W z + c + noise: evidence and posterior of one image are known. W has orthogonal columns."""

    def __init__(self, chance: torch.Generator):
        columns = torch.linalg.qr(torch.randn(PIXELS, 2, generator=chance)).Q
        self.weight = columns * torch.tensor([1.5, 0.8])
        self.centre = torch.randn(PIXELS, generator=chance)
        self.x = self.weight @ torch.tensor([1.0, -1.2]) + self.centre + 0.3
        covariance = (self.weight @ self.weight.T + SD**2 * torch.eye(PIXELS)).double()
        self.evidence = MultivariateNormal(self.centre.double(), covariance).log_prob(self.x.double()).item()
        precision = torch.eye(2) + self.weight.T @ self.weight / SD**2
        self.mean = torch.linalg.solve(precision, self.weight.T @ (self.x - self.centre) / SD**2)
        self.logvar = -precision.diagonal().log()

    def log_likelihood(self, z: Tensor) -> Tensor:
        return gaussian_log_density(self.x, z @ self.weight.T + self.centre, 2 * math.log(SD))

    def weights(self, name: str, count: int, chance: torch.Generator) -> Tensor:
        mean, logvar = {
            "prior": (torch.zeros(2), torch.zeros(2)),
            "q": (self.mean + 0.1, self.logvar + 0.5),
            "posterior": (self.mean, self.logvar),
        }[name]
        return log_weights(self.log_likelihood, mean, logvar, count, chance)


@pytest.fixture
def chance() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def linear(chance: torch.Generator) -> Linear:
    return Linear(chance)


@pytest.mark.parametrize("name", ["prior", "q"])
def test_estimates_are_unbiased_in_p(name: str, linear: Linear, chance: torch.Generator) -> None:
    estimates = (ladder(linear.weights(name, 64 * 2000, chance))[6] - linear.evidence).exp()
    assert len(estimates) == 2000
    error = estimates.std() / math.sqrt(2000)
    assert 0 < error < 0.05, "the test can tell"
    assert abs(estimates.mean() - 1) < 3 * error


@pytest.mark.parametrize("name", ["prior", "q"])
def test_their_logarithms_lie_below_and_rise(name: str, linear: Linear, chance: torch.Generator) -> None:
    estimates = orders(ladder(linear.weights(name, 2**16, chance)), linear.evidence)
    assert [o.k for o in estimates] == [2**i for i in range(14)]
    assert all(o.repetitions == 2**16 // o.k for o in estimates)
    assert all(o.mean < linear.evidence + 3 * o.error for o in estimates)
    for less, more in pairwise(estimates):
        assert more.mean > less.mean - 3 * more.error
    assert estimates[0].mean < linear.evidence - 0.1 and abs(estimates[-1].mean - linear.evidence) < 0.02


def test_one_sample_from_q_is_the_elbo(linear: Linear, chance: torch.Generator) -> None:
    """ELBO = log p(x) - KL(q || posterior), here between two diagonal Gaussians."""
    first = orders(ladder(linear.weights("q", 2**16, chance)), linear.evidence)[0]
    ratio = math.exp(0.5)
    kl = 0.5 * (2 * (ratio - 1 - 0.5) + (0.1**2 / linear.logvar.exp()).sum().item())
    assert first.mean == pytest.approx(linear.evidence - kl, abs=4 * first.error)


def test_the_true_posterior_gives_the_evidence_with_every_sample(
    linear: Linear, chance: torch.Generator
) -> None:
    weights = linear.weights("posterior", 500, chance)
    torch.testing.assert_close(weights, torch.full_like(weights, linear.evidence), atol=1e-4, rtol=0)
    estimates = orders(ladder(weights), linear.evidence)
    assert needed(estimates) == needed_of_bound(estimates, linear.evidence) == 1 and estimates[0].rms < 1e-4


def test_blocks_are_disjoint_and_in_order(chance: torch.Generator) -> None:
    weights = 400 * torch.randn(77, generator=chance).double()
    rungs = ladder(weights)
    assert [len(rung) for rung in rungs] == [77, 38, 19, 9, 4, 2, 1]
    for i, rung in enumerate(rungs):
        blocks = weights[: len(rung) * 2**i].view(len(rung), 2**i)
        torch.testing.assert_close(rung, torch.logsumexp(blocks, 1) - math.log(2**i))


def test_a_summary_is_what_numpy_says(chance: torch.Generator) -> None:
    estimates = torch.randn(81, generator=chance).double() - 100
    (single,) = orders([estimates], -99.5)
    values = estimates.numpy()
    expected = Order(
        1,
        81,
        values.mean(),
        values.std(ddof=1) / 9,
        *np.quantile(values, [0.1, 0.9]),
        np.sqrt(((values + 99.5) ** 2).mean()),
        np.mean(np.abs(values + 99.5) <= 1),
    )
    assert vars(single) == pytest.approx(vars(expected))


def test_few_repetitions_say_nothing(chance: torch.Generator) -> None:
    estimates = orders(ladder(torch.randn(16 * MIN_REPETITIONS - 1, generator=chance).double()), 0.0)
    assert [o.k for o in estimates] == [1, 2, 4, 8]


def test_samples_needed_are_measured_not_extrapolated() -> None:
    def measured(k: int, near: float, mean: float) -> Order:
        return Order(k, 10, mean, 0.1, -1.0, 1.0, 1.0, near)

    rungs = [
        measured(1, 0.2, -9.0),
        measured(2, 0.89, -1.1),
        measured(4, 0.9, -0.9),
        measured(8, 1.0, 0.0),
    ]
    assert needed(rungs) == 4 and needed_of_bound(rungs, 0.0) == 4
    assert needed(rungs[:2]) is None and needed_of_bound(rungs[:2], 0.0) is None and needed([]) is None
