"""The exact posterior's moments: against a closed form, and the plain sum over a finer grid."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.training.integrals.test_grid import images
from training import runs
from training.families import Autoencoder, LatentModel
from training.integrals import moments as scans
from training.integrals.grid import LinearForm, plane
from training.integrals.moments import lagrange, posterior_moments, scan
from training.likelihoods import LIKELIHOODS, gaussian_log_density

PIXELS, SD = 12, 0.3


def moments(linear_form: LinearForm, x: Tensor) -> tuple[Tensor, Tensor]:
    return posterior_moments(scan(linear_form, x), x)


def brute_moments(linear_form: LinearForm, x: Tensor, grid: int) -> tuple[Tensor, Tensor]:
    """The same in float64, from every point of a grid."""
    z = plane(grid, 6.0, x)
    a, b = (torch.cat(part) for part in zip(*(linear_form(part) for part in z.split(4096)), strict=True))
    joint = x.double() @ a.double().T + (b + gaussian_log_density(z, 0.0, 0.0)).double()
    weights, z = joint.softmax(1), z.double()
    mean = weights @ z
    return mean, torch.stack([(w[:, None] * (z - m) ** 2).sum(0) for w, m in zip(weights, mean, strict=True)])


@pytest.mark.parametrize("sd", [1.0, 0.15])
def test_a_linear_gaussian_model_has_its_closed_form(sd: float) -> None:
    chance = torch.Generator().manual_seed(0)
    weight, centre = torch.randn(PIXELS, 2, generator=chance), torch.randn(PIXELS, generator=chance)
    z = torch.randn(200, 2, generator=chance)
    x = z @ weight.T + centre + sd * torch.randn(200, PIXELS, generator=chance)

    def linear_form(z: Tensor) -> tuple[Tensor, Tensor]:
        mean = z @ weight.T + centre
        return mean / sd**2, -0.5 * (mean**2).sum(-1) / sd**2

    covariance = torch.linalg.inv(torch.eye(2).double() + (weight.T @ weight).double() / sd**2)
    expected = (x - centre).double() @ weight.double() / sd**2 @ covariance
    mean, variance = moments(linear_form, x)
    assert mean.dtype == variance.dtype == torch.float64
    torch.testing.assert_close(mean, expected, atol=2e-4, rtol=0)
    torch.testing.assert_close(variance, covariance.diagonal().expand(200, 2), atol=1e-6, rtol=2e-3)


def test_the_polynomial_is_the_one_through_all_nodes() -> None:
    nodes, at = torch.arange(-2.0, 4.0).double(), torch.linspace(0, 1, 7).double()
    for power in range(6):
        torch.testing.assert_close(lagrange(nodes, at) @ nodes**power, at**power)


@pytest.fixture
def model(exact: Path) -> Autoencoder:
    return runs.load_as(LatentModel, runs.load("exact"))


@pytest.mark.parametrize("steep", [1, 2])
def test_a_network_s_moments_are_sums_over_a_fine_grid(model: Autoencoder, steep: float) -> None:
    """A decoder made steeper, and folded: posteriors have several modes."""

    def linear_form(z: Tensor) -> tuple[Tensor, Tensor]:
        return LIKELIHOODS["bernoulli"].linear_form(steep * model.decode(2 * torch.sin(1.5 * z)))

    x = images(25)
    (mean, variance), (wanted, wanted_variance) = moments(linear_form, x), brute_moments(linear_form, x, 512)
    torch.testing.assert_close(mean, wanted, atol=2e-3, rtol=0)
    torch.testing.assert_close(variance, wanted_variance, atol=1e-3, rtol=0.01)
    assert (variance.max(1).values > 0.5).any(), "the hard case: modes far apart"


def test_codes_are_the_moments_of_the_posterior(model: Autoencoder) -> None:
    x = images(8)
    mean, logvar = model.encode(x)
    assert logvar is not None and mean.dtype == logvar.dtype == torch.float32
    z = plane(200, 6.0, x)
    joint = LIKELIHOODS["bernoulli"].log_p(x[:, None], model.decode(z)) + gaussian_log_density(z, 0.0, 0.0)
    weights = joint.double().softmax(1)
    torch.testing.assert_close(mean.double(), weights @ z.double(), atol=1e-3, rtol=0)
    variance = weights @ z.double() ** 2 - (weights @ z.double()) ** 2
    torch.testing.assert_close(logvar.double(), variance.log(), atol=0.02, rtol=0)
    for i in range(8):
        torch.testing.assert_close(model.encode(x[i : i + 1])[0][0], mean[i], atol=1e-5, rtol=0)


def test_the_scan_is_kept_until_the_weights_change(model: Autoencoder) -> None:
    x = images(3)
    before, _ = model.encode(x)
    kept = model.scanned
    assert torch.equal(model.encode(x)[0], before) and model.scanned is kept
    assert not any("scan" in key for key in model.state_dict())
    with torch.no_grad():
        model.decoder[0].weight.neg_()  # the plane turned half round: so is the code
    torch.testing.assert_close(model.encode(x)[0], -before, atol=1e-3, rtol=0)
    assert model.scanned is not kept


def test_a_posterior_narrower_than_the_grid_has_a_finite_variance(model: Autoencoder) -> None:
    with torch.no_grad():
        model.decoder[-1].weight.mul_(1000)
    mean, logvar = model.encode(images(20))
    assert logvar is not None and mean.isfinite().all() and logvar.isfinite().all()


def test_posteriors_as_wide_as_the_prior_are_summed_on_the_lattice_itself() -> None:
    """As of an untrained decoder: it takes neither gigabytes nor minutes."""
    like = torch.zeros(1, 4)
    z = scans.lattice(like)
    scanned = scans.Scan(torch.eye(4), torch.cat([0.5 * z, -z], 1), -0.5 * (z**2).sum(1))
    x = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.4, 0.0, 0.2]])
    mean, variance = posterior_moments(scanned, x)  # N(m, I) each
    expected = torch.tensor([[0.5, 0.0], [0.0, 0.0], [0.0, 0.0]])
    torch.testing.assert_close(mean, expected.double(), atol=2e-3, rtol=0)
    torch.testing.assert_close(variance, torch.ones(3, 2).double(), atol=5e-3, rtol=0)


def test_groups_hold_all_narrow_images_once_and_few_cells_each() -> None:
    cells = torch.tensor([10, 2000, 90, 50, 60, 1500, 1400])
    found = list(scans.groups(cells, 100))
    assert sorted(torch.cat(found).tolist()) == [0, 2, 3, 4, 5, 6]
    assert all(cells[group].sum() - cells[group].max() < 200 for group in found)
