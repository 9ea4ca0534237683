"""Rate, mutual information and KL(q(z) || p(z)) against closed forms, bounds and chance."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm
from torch import Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from training.integrals.aggregate import cell_edges, masses, rate
from training.likelihoods import kl_to_standard_normal

CELLS = 512


def codes(n: int, sd: float, spread: float = 1.0) -> tuple[Tensor, Tensor]:
    """Means and log-variances of n Gaussians of one sd."""
    mean = spread * torch.randn(n, 2, generator=torch.Generator().manual_seed(0))
    return mean, torch.full((n, 2), 2 * math.log(sd))


def test_masses_are_those_of_scipy_and_add_up_to_one() -> None:
    mean, logvar = codes(5, 0.3)
    edges = cell_edges(64, 6.0, mean)
    cells = masses(edges, mean[:, 0], logvar[:, 0])
    expected = np.diff(norm.cdf(edges.numpy(), mean[:, :1].numpy(), 0.3), axis=1)
    np.testing.assert_allclose(cells, expected, atol=1e-7)
    np.testing.assert_allclose(cells.sum(1), 1)


@pytest.mark.parametrize("count", [1, 300])
def test_equal_codes_tell_nothing_of_the_image(count: int) -> None:
    mean, logvar = torch.tensor([[0.7, -0.4]]), torch.tensor([[0.3, 0.5]]).log() * 2
    parts = rate(mean.repeat(count, 1), logvar.repeat(count, 1), CELLS)
    expected = kl_to_standard_normal(mean, logvar).sum().item()
    assert parts.rate == pytest.approx(expected)
    assert parts.divergence == pytest.approx(expected, abs=1e-3)
    assert parts.information == pytest.approx(0, abs=1e-3)
    assert parts.lost == pytest.approx(parts.information, abs=1e-6), "all of it is the cells'"


def test_codes_that_never_meet_tell_the_image() -> None:
    axis = torch.linspace(-3, 3, 8)
    mean = torch.cartesian_prod(axis, axis)
    parts = rate(mean, torch.full((64, 2), 2 * math.log(0.07)), CELLS)
    assert parts.information == pytest.approx(math.log(64), abs=2 * parts.lost + 1e-6)
    assert parts.lost < 0.01


def test_codes_that_fill_the_prior_are_the_prior() -> None:
    """Means from N(0, 1 - s^2) and q of sd s: q(z) is N(0, 1), but for the chance of finitely many means."""
    mean, logvar = codes(20_000, 0.6, 0.8)
    parts = rate(mean, logvar, 256)
    assert 0 < parts.divergence < 0.005
    assert parts.information == pytest.approx(-2 * math.log(0.6), abs=0.05)


def test_the_truth_lies_within_what_the_cells_lose() -> None:
    mean, logvar = codes(40, 0.05)
    parts = rate(mean, logvar, CELLS)
    q = MixtureSameFamily(Categorical(torch.ones(40)), Independent(Normal(mean, (0.5 * logvar).exp()), 1))
    torch.manual_seed(1)
    z = q.sample((200_000,))
    ratio = q.log_prob(z) - Normal(0.0, 1.0).log_prob(z).sum(1)
    chance = 4 * ratio.std().item() / math.sqrt(len(z))
    assert parts.divergence - chance < ratio.mean().item() < parts.divergence + parts.lost + chance
    assert parts.divergence > parts.coarser
    finer = rate(mean, logvar, 2 * CELLS)
    assert finer.coarser == pytest.approx(parts.divergence, abs=1e-5)
    assert parts.divergence < finer.divergence < parts.divergence + parts.lost
    assert finer.lost == pytest.approx(parts.lost / 4, rel=0.1), "of second order in the side of a cell"


def test_codes_beyond_the_square_are_in_the_outer_cells() -> None:
    parts = rate(torch.tensor([[9.0, 0.0]]), torch.zeros(1, 2), CELLS)
    assert (
        parts.rate == pytest.approx(40.5)
        and 10 < parts.divergence < 40.5 <= parts.divergence + parts.lost + 1e-9
    )


def test_progress_and_refusals() -> None:
    done: list[float] = []
    rate(*codes(3, 0.5), CELLS, report=done.append)
    assert sum(done) == pytest.approx(1)
    with pytest.raises(ValueError, match="multiple of 64"):
        rate(*codes(3, 0.5), 100)
    with pytest.raises(ValueError, match="images 0"):
        rate(*codes(0, 0.5), CELLS)
