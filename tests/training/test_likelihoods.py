"""Likelihoods, divergences and objectives against torch.distributions."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import Bernoulli, Categorical, Independent, MultivariateNormal, Normal, kl_divergence

from training.families import Batch, LatentModel, build, configured
from training.likelihoods import (
    GAUSSIAN_SD,
    bernoulli_log_likelihood,
    cross_entropy,
    gaussian_log_density,
    gaussian_log_likelihood,
    kl_to_standard_normal,
    reparameterise,
)

N, PIXELS, D = 6, 50, 3


@pytest.fixture
def chance() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def normal(chance: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=chance, dtype=torch.float64)


def test_bernoulli_likelihood_of_binary_pixels(chance: torch.Generator) -> None:
    logits = 4 * normal(chance, N, PIXELS)
    x = (normal(chance, N, PIXELS) > 0).double()
    expected = Independent(Bernoulli(logits=logits), 1).log_prob(x)
    torch.testing.assert_close(bernoulli_log_likelihood(x, logits), expected)


def test_bernoulli_likelihood_of_grey_pixels_is_the_negative_cross_entropy(chance: torch.Generator) -> None:
    logits, x = 4 * normal(chance, N, PIXELS), torch.sigmoid(normal(chance, N, PIXELS))
    expected = -F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="none").sum(-1)
    torch.testing.assert_close(bernoulli_log_likelihood(x, logits), expected)


def test_bernoulli_likelihood_stays_finite_at_the_ends() -> None:
    logits = torch.tensor([[1e4, -1e4], [-1e4, 1e4]])
    x = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert bernoulli_log_likelihood(x, logits).tolist() == [0.0, -2e4]


def test_gaussian_likelihood(chance: torch.Generator) -> None:
    logits, x = normal(chance, N, PIXELS), torch.sigmoid(normal(chance, N, PIXELS))
    expected = Independent(Normal(torch.sigmoid(logits), GAUSSIAN_SD), 1).log_prob(x)
    torch.testing.assert_close(gaussian_log_likelihood(x, logits), expected)


@pytest.mark.parametrize("likelihood", [bernoulli_log_likelihood, gaussian_log_likelihood])
def test_likelihoods_keep_every_leading_dimension(likelihood, chance: torch.Generator) -> None:
    x, logits = torch.sigmoid(normal(chance, N, 1, PIXELS)), normal(chance, N, 4, PIXELS)
    assert likelihood(x, logits).shape == (N, 4)
    torch.testing.assert_close(likelihood(x, logits)[2, 3], likelihood(x[2, 0], logits[2, 3]))


def test_density_of_a_diagonal_gaussian(chance: torch.Generator) -> None:
    z, mean, logvar = (normal(chance, N, D) for _ in range(3))
    expected = MultivariateNormal(mean, torch.diag_embed(logvar.exp())).log_prob(z)
    torch.testing.assert_close(gaussian_log_density(z, mean, logvar), expected)
    standard = MultivariateNormal(torch.zeros(D).double(), torch.eye(D).double()).log_prob(z)
    torch.testing.assert_close(gaussian_log_density(z, 0.0, 0.0), standard)


def test_kl_per_dimension(chance: torch.Generator) -> None:
    mean, logvar = normal(chance, N, D), normal(chance, N, D)
    expected = kl_divergence(Normal(mean, (0.5 * logvar).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_to_standard_normal(mean, logvar), expected)
    assert kl_to_standard_normal(torch.zeros(1, D), torch.zeros(1, D)).abs().max() == 0


def test_reparameterised_codes_have_the_posterior_s_moments(chance: torch.Generator) -> None:
    mean, logvar = torch.tensor([1.0, -2.0]).double(), torch.tensor([-1.0, 2.0]).double()
    z = reparameterise(mean, logvar, normal(chance, 200_000, 2))
    torch.testing.assert_close(z.mean(0), mean, atol=0.02, rtol=0)
    torch.testing.assert_close(z.var(0).log(), logvar, atol=0.02, rtol=0)


def test_cross_entropy_is_minus_the_log_probability_of_the_label(chance: torch.Generator) -> None:
    logits, labels = 4 * normal(chance, N, 7), torch.arange(N)
    torch.testing.assert_close(cross_entropy(logits, labels), -Categorical(logits=logits).log_prob(labels))


@pytest.mark.parametrize("model", ["ae", "vae"])
def test_a_model_s_loss_is_made_of_its_terms(model: str, chance: torch.Generator) -> None:
    torch.manual_seed(0)
    beta = {"vae": 3.0}.get(model, 1.0)
    network = build(configured(model, width=8, encoder_blocks=0, decoder_blocks=0, beta=beta))
    assert isinstance(network, LatentModel)
    x, epsilon = torch.rand(N, 784, generator=chance), torch.randn(N, 2, generator=chance)
    terms = network(Batch(x, epsilon))
    mean, logvar = network.encode(x)
    z = mean if logvar is None else Normal(mean, (0.5 * logvar).exp()).mean + (0.5 * logvar).exp() * epsilon
    expected = -Independent(Bernoulli(logits=network.decode(z), validate_args=False), 1).log_prob(x)
    if logvar is not None:
        expected = expected + beta * kl_divergence(Normal(mean, (0.5 * logvar).exp()), Normal(0.0, 1.0)).sum(
            1
        )
    torch.testing.assert_close(terms["loss"], expected)
