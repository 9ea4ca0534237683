"""The evidence of one image: against closed forms, against finer lattices, and the identity on MNIST."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from training import datasets, runs
from training.families import Autoencoder, LatentModel
from training.integrals import adaptive, gaussian
from training.integrals.adaptive import PosteriorLattice, posterior_of
from training.integrals.grid import exact_log_likelihood
from training.integrals.moments import scan
from training.kit.threads import map_threads
from training.likelihoods import LIKELIHOODS, Likelihood

PIXELS = 6


def linear(sd: float, seed: int = 0) -> tuple[adaptive.LinearForm, Likelihood, Tensor, Tensor]:
    """A linear decoder with Gaussian likelihood, x = W z + c + sd * noise: linear form, family, W, c."""
    chance = torch.Generator().manual_seed(seed)
    weight, shift = torch.randn(PIXELS, 2, generator=chance), torch.randn(PIXELS, generator=chance)

    def linear_form(z: Tensor) -> tuple[Tensor, Tensor]:
        mean = z @ weight.T + shift
        return mean / sd**2, -0.5 * (mean**2).sum(-1) / sd**2

    def base(x: Tensor) -> Tensor:
        return -0.5 * ((x**2).sum(-1) / sd**2 + PIXELS * math.log(2 * math.pi * sd**2))

    return (
        linear_form,
        Likelihood(
            "linear", lambda x, logits: logits.sum(-1), lambda logits: (logits, logits.sum(-1)), base, True
        ),
        weight,
        shift,
    )


def exact_posterior(weight: Tensor, shift: Tensor, sd: float, x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and covariance of p(z|x) of the linear decoder (Bishop 2006, equation 2.116)."""
    covariance = torch.linalg.inv(torch.eye(2) + weight.T @ weight / sd**2)
    return covariance @ weight.T @ (x - shift) / sd**2, covariance


@pytest.mark.parametrize("sd", [3.0, 0.3, 0.02])
def test_a_linear_decoder_s_evidence_and_posterior_are_found(sd: float) -> None:
    linear_form, family, weight, shift = linear(sd)
    x = (
        weight @ torch.tensor([0.83, -0.41])
        + shift
        + sd * torch.randn(PIXELS, generator=torch.Generator().manual_seed(1))
    )
    posterior = posterior_of(
        adaptive.log_likelihood_of(linear_form, family, x), scan(linear_form, x[None]), x
    )
    marginal = MultivariateNormal(shift.double(), (weight @ weight.T + sd**2 * torch.eye(PIXELS)).double())
    assert posterior.log_evidence == pytest.approx(marginal.log_prob(x.double()).item(), abs=2e-3)
    assert posterior.error < adaptive.TOLERANCE_NATS
    mean, covariance = exact_posterior(weight, shift, sd, x)
    share = posterior.lattice.log_posterior.exp() * posterior.lattice.spacing**2
    assert share.sum().item() == pytest.approx(1, abs=1e-4)
    assert (
        share @ posterior.lattice.z.double() - mean
    ).abs().max() < 0.02 * covariance.diagonal().sqrt().min()
    assert (
        posterior.lattice.spacing < 1.5 * torch.linalg.eigvalsh(covariance)[0].sqrt()
    )  # it follows the width


def test_the_lattice_goes_where_the_scan_does_not_reach() -> None:
    linear_form, family, weight, shift = linear(0.5)
    x = weight @ torch.tensor([4.6, -4.4]) + shift
    posterior = posterior_of(
        adaptive.log_likelihood_of(linear_form, family, x), scan(linear_form, x[None]), x
    )
    marginal = MultivariateNormal(shift.double(), (weight @ weight.T + 0.25 * torch.eye(PIXELS)).double())
    assert posterior.log_evidence == pytest.approx(marginal.log_prob(x.double()).item(), abs=2e-3)


def test_a_decoder_that_ignores_its_code_has_the_prior_as_posterior() -> None:
    def linear_form(z: Tensor) -> tuple[Tensor, Tensor]:
        return torch.zeros(len(z), PIXELS), torch.full((len(z),), -3.5)

    x = torch.ones(PIXELS)
    posterior = posterior_of(
        adaptive.log_likelihood_of(linear_form, LIKELIHOODS["bernoulli"], x), scan(linear_form, x[None]), x
    )
    assert posterior.log_evidence == pytest.approx(-3.5, abs=1e-3)


def test_neighbours_are_found_once() -> None:
    index = torch.tensor([[0, 0], [0, 1]])
    around = adaptive.neighbours(index, 1)
    assert len(around) == 12 and adaptive.isin(index, around).all()
    assert adaptive.isin(around, index).sum() == 2
    assert not adaptive.isin(torch.tensor([[-1, 1 << 19]]), index).any()
    lattice = PosteriorLattice(index, 0.5, torch.tensor([0.0, -50.0]))
    assert adaptive.matters(lattice).tolist() == [True, False]
    assert len(adaptive.finer_indices(lattice)) == 9


def loaded(name: str) -> Autoencoder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHECKPOINTS", str(Path(__file__).parents[3] / "checkpoints"))
        return runs.load_as(LatentModel, runs.load(name))


def grey_images() -> Tensor:
    return torch.from_numpy(datasets.load("mnist", train=False).images).flatten(1).float() / 255


@pytest.fixture(scope="module")
def shipped() -> tuple[Autoencoder, Tensor]:
    """The shipped VAE, and 200 test images, binarised."""
    images = grey_images()[::50]
    drawn = torch.rand(images.shape, generator=torch.Generator().manual_seed(0)) < images
    return loaded("vae"), drawn.float()


def test_the_evidence_is_that_of_a_grid_twice_as_fine(shipped: tuple[Autoencoder, Tensor]) -> None:
    model, x = shipped
    for image in x[::16]:
        log_likelihood = adaptive.log_likelihood_of(model.linear_form, LIKELIHOODS["bernoulli"], image)
        posterior = posterior_of(log_likelihood, model.scan(x), image)
        indices, spacing = adaptive.finer_indices(posterior.lattice), posterior.lattice.spacing / 2
        finer = adaptive.posterior_lattice(log_likelihood, indices, spacing, image)
        assert abs(finer.log_evidence - posterior.log_evidence) < 0.01
    assert posterior.log_evidence == pytest.approx(
        exact_log_likelihood(model.decode, x[192:193]).item(), abs=0.01
    )


def accounts(model: Autoencoder, x: Tensor) -> tuple[Tensor, Tensor]:
    """How far log p(x) = ELBO + KL(q(z|x) || p(z|x)) is off, and the KL, for images (n, pixels): (n,) each.

    Each of the three is by a quadrature of its own, the log p(x) in the KL by other codes, too.
    """
    scanned, (mean, logvar) = model.scan(x), model.encode(x)
    assert logvar is not None

    def account(i: int) -> tuple[float, float]:
        log_likelihood = adaptive.log_likelihood_of(model.linear_form, LIKELIHOODS["bernoulli"], x[i])
        posterior, q = posterior_of(log_likelihood, scanned, x[i]), gaussian.diagonal(mean[i], logvar[i])
        gap = gaussian.kl_to_posterior(log_likelihood, q, posterior.lattice.independent_log_evidence)
        return gaussian.bound(log_likelihood, q).elbo + gap - posterior.log_evidence, gap

    off, gaps = torch.tensor(map_threads(account, range(len(x)))).T
    return off, gaps


def test_the_identity_holds_for_200_test_images(shipped: tuple[Autoencoder, Tensor]) -> None:
    off, gaps = accounts(*shipped)
    assert off.abs().max() < 0.01
    assert gaps.min() > 0


def test_the_identity_holds_where_q_is_wide() -> None:
    """Images of "exact" whose q spans several modes: of the widest q, of middling ones, and two that are wide
    on one axis or on none, where rules of fewer nodes agree on a wrong value."""
    grey = grey_images()
    x = (torch.rand(grey.shape, generator=torch.Generator().manual_seed(0)) < grey).float()
    off, gaps = accounts(loaded("exact"), x[[33, 640, 8502, 4581, 206, 4525]])
    assert off.abs().max() < 0.01
    assert gaps.min() > 1
