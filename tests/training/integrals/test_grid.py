"""log p(x) by quadrature: against closed forms, the plain sum over the grid, and a finer grid."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import Independent, MultivariateNormal, Normal

from training import datasets, runs
from training.integrals.grid import (
    Decode,
    brute_log_marginal,
    cells_and_neighbours_near_best,
    exact_log_likelihood,
    grouped_logsumexp,
    log_marginal,
    plane,
    with_eight_neighbours,
)
from training.likelihoods import LIKELIHOODS, softplus_sum

PIXELS, SD = 12, 0.3


@pytest.fixture
def chance() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def coarse_products() -> Iterator[None]:
    """What training leaves behind in its process: products in bfloat16, where the processor has them."""
    torch.set_float32_matmul_precision("medium")
    yield
    torch.set_float32_matmul_precision("highest")


def images(count: int) -> Tensor:
    """Test images, every pixel drawn as Bernoulli(grey): (count, 784)."""
    grey = (
        torch.from_numpy(datasets.load("mnist", train=False).images[:count]).reshape(count, -1).float() / 255
    )
    return (torch.rand(grey.shape, generator=torch.Generator().manual_seed(1)) < grey).float()


@pytest.fixture
def sharp(checkpoints: Path) -> Decode:
    """A trained decoder made steeper, and folded: posteriors are narrow and have many modes."""
    model = runs.load_model(runs.load("vae"))
    return lambda z: 6 * model.decode(2 * torch.sin(1.5 * z))


@pytest.mark.parametrize("pixels", [1, 7, 12, 784])
def test_sum_of_softplus(pixels: int, chance: torch.Generator) -> None:
    logits = 20 * torch.randn(50, pixels, generator=chance)
    logits[0], logits[1], logits[2] = 0, 1e4, -1e4
    expected = F.softplus(logits.double()).sum(-1)
    torch.testing.assert_close(softplus_sum(logits).double(), expected, atol=1e-4, rtol=1e-6)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_families_are_the_likelihoods(likelihood: str, chance: torch.Generator) -> None:
    x = torch.rand(5, PIXELS, generator=chance, dtype=torch.float64)
    logits = torch.randn(5, PIXELS, generator=chance, dtype=torch.float64)
    a, b = LIKELIHOODS[likelihood].linear_form(logits)
    expected = LIKELIHOODS[likelihood].log_p(x, logits)
    torch.testing.assert_close((x * a).sum(-1) + b + LIKELIHOODS[likelihood].base(x), expected)


@pytest.mark.parametrize("quadrature", [log_marginal, brute_log_marginal])
def test_a_linear_gaussian_model_has_its_closed_form(quadrature, chance: torch.Generator) -> None:
    weight = torch.randn(PIXELS, 2, generator=chance)
    centre = torch.randn(PIXELS, generator=chance)
    marginal = MultivariateNormal(
        centre.double(), (weight @ weight.T).double() + SD**2 * torch.eye(PIXELS).double()
    )
    z = torch.randn(200, 2, generator=chance)
    x = z @ weight.T + centre + SD * torch.randn(200, PIXELS, generator=chance)

    def linear_form(z: Tensor) -> tuple[Tensor, Tensor]:
        mean = z @ weight.T + centre
        return mean / SD**2, -0.5 * (mean**2).sum(-1) / SD**2

    base = Independent(Normal(torch.zeros(PIXELS), SD), 1).log_prob(x)
    log_p = quadrature(linear_form, x) + base.double()
    assert log_p.dtype == torch.float64
    torch.testing.assert_close(log_p, marginal.log_prob(x.double()), atol=2e-4, rtol=0)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_a_network_s_integral_is_the_sum_over_the_grid(likelihood: str, sharp: Decode) -> None:
    x, z = images(5), plane(128, 4.0, torch.zeros(1))
    log_joint = LIKELIHOODS[likelihood].log_p(x[:, None], sharp(z)) + Normal(0, 1).log_prob(z).sum(1)
    expected = torch.logsumexp(log_joint.double(), 1) + 2 * math.log(8 / 128)
    log_p = exact_log_likelihood(sharp, x, likelihood, grid=128, extent=4.0)
    torch.testing.assert_close(log_p, expected, atol=2e-3, rtol=0)


def test_what_pruning_leaves_out_is_nothing(sharp: Decode) -> None:
    def linear_form(z: Tensor) -> tuple[Tensor, Tensor]:
        return LIKELIHOODS["bernoulli"].linear_form(sharp(z))

    x = images(40)
    pruned, plain = log_marginal(linear_form, x), brute_log_marginal(linear_form, x)
    assert (pruned - plain).abs().max() < 2e-4
    finer = brute_log_marginal(linear_form, x[:15], grid=1024)
    assert (pruned[:15] - finer).abs().mean() < 1e-3, "a grid twice as fine"
    assert (log_marginal(linear_form, x, cells=16) - plain).abs().max() > 0.01, "this decoder is a hard one"
    _, cells = cells_and_neighbours_near_best(
        linear_form, x, plane(64, 6.0, x), plane(2, 6 / 64, x), margin=30
    )
    assert len(cells) < 0.2 * 64**2 * len(x), "most cells are left out"


def test_progress_adds_up(sharp: Decode) -> None:
    shares: list[float] = []
    exact_log_likelihood(sharp, images(20), grid=64, report=shares.append)
    assert sum(shares) == pytest.approx(1)


def test_training_s_precision_is_put_aside_and_back(sharp: Decode, coarse_products: None) -> None:
    coarse = exact_log_likelihood(sharp, images(50), grid=64)
    assert torch.get_float32_matmul_precision() == "medium"
    torch.set_float32_matmul_precision("highest")
    torch.testing.assert_close(exact_log_likelihood(sharp, images(50), grid=64), coarse, atol=1e-4, rtol=0)


def test_a_grid_that_its_cells_don_t_divide_is_an_error(sharp: Decode) -> None:
    with pytest.raises(ValueError, match="cells is 64; it must divide grid, which is 100"):
        exact_log_likelihood(sharp, images(2), grid=100)


def test_midpoints_fill_the_square() -> None:
    points = plane(4, 2.0, torch.zeros(1))
    assert (
        points.shape == (16, 2) and points[0].tolist() == [-1.5, -1.5] and points[-1].tolist() == [1.5, 1.5]
    )
    assert len(points.unique(dim=0)) == 16 and points.mean(0).tolist() == [0, 0]


def test_dilation_reaches_the_eight_neighbours(chance: torch.Generator) -> None:
    mask = torch.rand(3, 9, 9, generator=chance) < 0.05
    expected = F.max_pool2d(mask.float()[:, None], 3, stride=1, padding=1)[:, 0].bool()
    assert torch.equal(with_eight_neighbours(mask), expected)


def test_sums_by_group(chance: torch.Generator) -> None:
    values = -1000 + 50 * torch.randn(300, generator=chance)
    groups = torch.randint(0, 7, (300,), generator=chance)
    expected = torch.stack([torch.logsumexp(values[groups == g].double(), 0) for g in range(7)])
    torch.testing.assert_close(grouped_logsumexp(values, groups, 7), expected)
