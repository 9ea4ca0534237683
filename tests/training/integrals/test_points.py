"""The shifted lattice: its points, its quantiles, and integrals that are known."""

import math

import pytest
import torch
from torch.distributions import Normal

from training.integrals.points import lattice, normal_quantiles, shifted

LIKE = torch.zeros(1)


def codes(count: int, noise: torch.Tensor) -> torch.Tensor:
    return normal_quantiles(shifted(lattice(count, noise), noise))


def test_the_fibonacci_lattice() -> None:
    assert (lattice(5, LIKE) * 5).round().tolist() == [[0, 0], [1, 3], [2, 1], [3, 4], [4, 2]]
    for count in (1, 2, 89, 1597):
        points = (lattice(count, LIKE) * count).round()
        assert all(sorted(axis) == list(range(count)) for axis in points.T.tolist()), "once in every strip"


def test_points_keep_their_distances_round_the_torus() -> None:
    """987 points are nearly as far apart as 987 can be: sqrt(2 / sqrt 3 / count) in a hexagonal lattice."""
    moved = shifted(lattice(987, LIKE), torch.tensor([0.3, -1.2]))
    assert (moved >= 0).all() and (moved < 1).all()
    apart = (moved[0] - moved[1:]).abs()
    nearest = torch.minimum(apart, 1 - apart).norm(dim=1).min().item()
    assert nearest > 0.85 * math.sqrt(2 / math.sqrt(3) / 987)


def test_quantiles_are_the_normal_distribution_s() -> None:
    points = torch.rand(100, 2, generator=torch.Generator().manual_seed(0)) * 0.98 + 0.01
    torch.testing.assert_close(normal_quantiles(points), Normal(0.0, 1.0).icdf(points), atol=1e-5, rtol=1e-5)
    ends = normal_quantiles(torch.tensor([[0.0, 1 - 2**-24]]))
    assert ends.isfinite().all() and 4.8 < ends.abs().min() <= ends.abs().max() < 5


@pytest.mark.parametrize("count", [1, 34])
def test_a_shifted_lattice_is_unbiased(count: int) -> None:
    """E exp(c . z) = exp(|c|^2 / 2) for z from N(0, I)."""
    chance, c = torch.Generator().manual_seed(0), torch.tensor([0.8, -0.5])
    shifts = torch.randn(20_000 // count, 2, generator=chance)
    means = torch.stack([(codes(count, noise) @ c).exp().mean() for noise in shifts])
    assert means.mean().item() == pytest.approx(math.exp(c.square().sum() / 2), rel=0.03)


def test_a_lattice_is_worth_many_points_drawn_at_random() -> None:
    """exp(-|z - c|^2 / 2 s^2) has a known integral; the error's spread is compared at 987 points."""
    chance, c, s = torch.Generator().manual_seed(1), torch.tensor([0.5, -0.3]), 0.2
    exact = s**2 / (1 + s**2) * math.exp(-c.square().sum() / 2 / (1 + s**2))

    def error(z: torch.Tensor) -> float:
        return (torch.exp(-0.5 * ((z - c) / s).square().sum(1)).mean() / exact - 1).item()

    ours = [error(codes(987, torch.randn(2, generator=chance))) for _ in range(50)]
    drawn = [error(torch.randn(987, 2, generator=chance)) for _ in range(50)]
    assert max(map(abs, ours)) < 0.01 < 0.1 < max(map(abs, drawn))
