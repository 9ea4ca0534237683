"""The best Gaussian for one image, against closed forms: a linear decoder's posterior is one."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from tests.training.integrals.test_adaptive import exact_posterior, linear
from training.integrals import adaptive, gaussian
from training.integrals.gaussian import Gaussian
from training.integrals.moments import scan
from training.likelihoods import gaussian_log_density

SD = 0.7


@pytest.fixture(scope="module")
def case() -> tuple[adaptive.LogLikelihood, adaptive.Posterior, MultivariateNormal]:
    """log p(x|z) of an image under a linear decoder, what was found for it, and its true posterior."""
    linear_form, family, weight, shift = linear(SD)
    x = weight @ torch.tensor([0.6, -0.9]) + shift + SD
    log_likelihood = adaptive.log_likelihood_of(linear_form, family, x)
    mean, covariance = exact_posterior(weight, shift, SD, x)
    posterior = adaptive.posterior_of(log_likelihood, scan(linear_form, x[None]), x)
    return log_likelihood, posterior, MultivariateNormal(mean.double(), covariance.double())


FAR = Gaussian(torch.tensor([1.5, 0.3]), torch.diag(torch.tensor([0.2, 0.4])))
TILTED = Gaussian(torch.tensor([0.5, 0.3]), torch.tensor([[0.2, 0.0], [-0.1, 0.4]]))


def as_normal(q: Gaussian) -> MultivariateNormal:
    return MultivariateNormal(q.mean.double(), scale_tril=q.tril.double())


@pytest.mark.parametrize("count", [2, 8, 20])
def test_nodes_integrate_polynomials(count: int) -> None:
    epsilon, weights = gaussian.nodes(count, torch.zeros(2, dtype=torch.float64))
    assert weights.sum() == pytest.approx(1)
    assert (weights @ epsilon**2).tolist() == pytest.approx([1, 1])
    assert (weights @ (epsilon**3).prod(1)).item() == pytest.approx(0, abs=1e-9)
    if count > 2:
        assert (weights @ epsilon[:, 0] ** 4).item() == pytest.approx(3)


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 0.75])
def test_quantiles_integrate_what_is_smooth(shift: float) -> None:
    like = torch.zeros(2, dtype=torch.float64)
    epsilon, weights = gaussian.quantiles((48, 96), like, shift)
    assert weights.sum() == pytest.approx(1)
    assert (weights @ epsilon).tolist() == pytest.approx([0, 0], abs=2e-5)
    assert (weights @ epsilon**2).tolist() == pytest.approx([1, 1], abs=5e-5)
    assert (weights @ torch.cos(epsilon).prod(1)).item() == pytest.approx(math.exp(-1), abs=2e-5)


def test_two_lattices_err_in_opposite_ways() -> None:
    """Waves too short for either: their sum is that of nodes half as far apart."""
    q = Gaussian(torch.zeros(2).double(), torch.eye(2).double())
    (epsilon, weights), count = gaussian.rule(q, 0.0), len(gaussian.quantiles((101, 101), q.mean)[0])
    assert len(epsilon) == pytest.approx(2 * count, rel=0.01)
    wave = torch.cos(2 * math.pi * 101 * torch.special.ndtr(epsilon[:, 0] / gaussian.NODE_SD))
    half = len(epsilon) // 2
    one, other = (2 * (weights * wave)[part].sum().item() for part in (slice(half), slice(half, None)))
    assert one == pytest.approx(-1, abs=0.01) and other == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("q", [FAR, TILTED])
def test_bound_and_gap_are_the_closed_forms(case: tuple, q: Gaussian) -> None:
    log_likelihood, posterior, truth = case
    normal = MultivariateNormal(torch.zeros(2).double(), torch.eye(2).double())
    bound = gaussian.bound(log_likelihood, q)
    assert bound.kl == pytest.approx(kl_divergence(as_normal(q), normal).item(), rel=1e-6)
    gap = kl_divergence(as_normal(q), truth).item()
    log_normaliser = posterior.lattice.independent_log_evidence
    assert log_normaliser != posterior.log_evidence and log_normaliser == pytest.approx(
        posterior.log_evidence, abs=2e-3
    )
    assert gaussian.kl_to_posterior(log_likelihood, q, log_normaliser) == pytest.approx(gap, abs=2e-3)
    assert bound.elbo + gap == pytest.approx(posterior.log_evidence, abs=2e-3)


@pytest.mark.parametrize("start", [FAR, "mode"])
def test_the_best_gaussian_is_the_posterior_itself(case: tuple, start: Gaussian | str) -> None:
    log_likelihood, posterior, truth = case
    begin = gaussian.at_mode(posterior) if start == "mode" else start
    *_, (q, elbo) = gaussian.improved(log_likelihood, begin, tilted=True)
    assert elbo == pytest.approx(posterior.log_evidence, abs=3e-3)  # no gap is left
    assert (q.mean - truth.mean).abs().max() < 0.02
    assert (q.tril @ q.tril.T - truth.covariance_matrix).abs().max() < 0.02


def test_the_best_axis_parallel_gaussian_has_the_precisions_of_the_posterior(case: tuple) -> None:
    """Of factorised q the nearest to N(m, C) has its mean and variances 1 / (C^-1)_ii (Bishop 2006, 10.1)."""
    log_likelihood, posterior, truth = case
    *_, (q, elbo) = gaussian.improved(log_likelihood, FAR, tilted=False)
    assert q.tril[1, 0] == 0
    assert (q.mean - truth.mean).abs().max() < 0.02
    expected = truth.precision_matrix.diagonal().rsqrt()
    assert (q.tril.diagonal() / expected - 1).abs().max() < 0.03
    gap = kl_divergence(as_normal(q), truth).item()
    assert posterior.log_evidence - elbo == pytest.approx(gap, abs=3e-4) and gap > 1e-3


def test_the_start_at_the_mode_has_its_curvature(case: tuple) -> None:
    _, posterior, truth = case
    q = gaussian.at_mode(posterior)
    assert (q.mean - truth.mean).abs().max() < 0.1
    assert (q.tril.diagonal() / truth.precision_matrix.diagonal().rsqrt() - 1).abs().max() < 0.1


def test_two_modes_that_q_spans_are_seen() -> None:
    """Two narrow ones far apart: a Gauss-Hermite rule of few nodes sees nothing of them."""

    def log_likelihood(z: Tensor) -> Tensor:
        modes = torch.tensor([[-1.0, 0.0], [1.0, 0.0]])
        return torch.logsumexp(-0.5 * ((z[:, None] - modes) ** 2).sum(-1) / 0.05**2, 1)

    q = Gaussian(torch.zeros(2), torch.diag(torch.tensor([0.6, 0.1])))
    chance = torch.Generator().manual_seed(0)
    z = q.mean + torch.randn(400_000, 2, generator=chance) @ q.tril.T
    drawn = log_likelihood(z).double()
    error = (drawn.std() / math.sqrt(len(z))).item()
    bound = gaussian.bound(log_likelihood, q)
    assert -bound.reconstruction == pytest.approx(drawn.mean().item(), abs=5 * error)
    log_q = as_normal(q).log_prob(z.double())
    surplus = log_q - drawn - gaussian_log_density(z.double(), 0.0, 0.0)
    assert gaussian.kl_to_posterior(log_likelihood, q, 0.0) == pytest.approx(
        surplus.mean().item(), abs=5 * error
    )
