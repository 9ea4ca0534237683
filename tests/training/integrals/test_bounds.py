"""ELBO and importance-weighted bounds: where they are exact, and beside the quadrature."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.distributions import Independent, MultivariateNormal, Normal

from tests.training.integrals.test_grid import images
from training import runs
from training.families import Autoencoder
from training.integrals.bounds import importance_weighted_bound, log_importance_weights, posterior_samples
from training.integrals.grid import exact_log_likelihood
from training.likelihoods import LIKELIHOODS, kl_to_standard_normal


@pytest.fixture
def chance() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def model(checkpoints: Path) -> Autoencoder:
    return runs.load_model(runs.load("vae"))


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_samples_and_their_likelihood(likelihood: str, model: Autoencoder, chance: torch.Generator) -> None:
    x, shares = images(9), []
    mean, logvar = model.encode(x)
    assert logvar is not None
    z, log_likelihood = posterior_samples(
        model.decode, x, mean, logvar, 1500, chance, likelihood, lambda share: shares.append(share)
    )
    torch.testing.assert_close(
        log_likelihood, LIKELIHOODS[likelihood].log_p(x[:, None], model.decode(z)), atol=2e-3, rtol=1e-5
    )
    scaled = (z - mean[:, None]) / (0.5 * logvar[:, None]).exp()
    assert scaled.mean().abs() < 0.02 and (scaled.std() - 1).abs() < 0.02
    assert sum(shares) == pytest.approx(1)


def test_weights_under_the_true_posterior_are_all_the_evidence(chance: torch.Generator) -> None:
    """x = (3 z1, 2 z2) + noise: posterior and marginal are known, and each weight is p(x) itself."""
    scale, sd = torch.tensor([3.0, 2.0]).double(), 0.5
    x = 3 * torch.randn(20, 2, generator=chance, dtype=torch.float64)
    precision = 1 + scale**2 / sd**2
    mean, logvar = x * scale / sd**2 / precision, -precision.log().expand_as(x)
    noise = torch.randn(20, 30, 2, generator=chance, dtype=torch.float64)
    z = mean[:, None] + (0.5 * logvar[:, None]).exp() * noise
    likelihood = Independent(Normal(z * scale, sd), 1).log_prob(x[:, None])
    marginal = MultivariateNormal(torch.zeros(2).double(), torch.diag(scale**2 + sd**2)).log_prob(x)
    weights = log_importance_weights(z, likelihood, mean, logvar)
    torch.testing.assert_close(weights, marginal[:, None].expand(20, 30))
    torch.testing.assert_close(importance_weighted_bound(weights), marginal)


def test_the_bound_is_the_log_of_the_mean_weight(chance: torch.Generator) -> None:
    weights = torch.rand(4, 100, generator=chance)
    torch.testing.assert_close(
        importance_weighted_bound(weights.log() - 500), weights.double().mean(1).log() - 500
    )


def test_bounds_rise_to_the_exact_value(model: Autoencoder, chance: torch.Generator) -> None:
    x = images(30)
    mean, logvar = model.encode(x)
    assert logvar is not None
    logvar = logvar + 1.0  # wider than the posterior, so that its tails are reached
    exact = exact_log_likelihood(model.decode, x).mean()
    z, likelihood = posterior_samples(model.decode, x, mean, logvar, 2000, chance)
    weights = log_importance_weights(z, likelihood, mean, logvar)

    def bound(k: int) -> Tensor:
        """The bound with k samples, averaged over all samples."""
        return torch.stack([importance_weighted_bound(part).mean() for part in weights.split(k, 1)]).mean()

    elbo = (likelihood.mean(1) - kl_to_standard_normal(mean, logvar).sum(1)).double().mean()
    gaps = [(exact - b).item() for b in (elbo, bound(1), bound(10), bound(100), bound(2000))]
    assert gaps[1] == pytest.approx(gaps[0], abs=0.05), "one sample: the ELBO"
    assert gaps[1] > gaps[2] > gaps[3] > gaps[4] > -0.02
    assert gaps[4] < 0.02 < gaps[2] and not math.isnan(sum(gaps))
