"""Measures of a cloud of codes, against plain counting, torch.distributions and chance."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.spatial.distance import cdist
from torch.distributions import MultivariateNormal, kl_divergence

from training.measures.codes import (
    NEIGHBOURS,
    energy_distance_to_prior,
    gaussian_kl_to_prior,
    holes,
    neighbour_accuracies,
    trust,
)


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(0)


def test_accuracies_are_a_vote_of_the_nearest(chance: np.random.Generator) -> None:
    labels, asked = chance.integers(0, 4, 400), chance.integers(0, 4, 150)
    train = chance.normal(size=(400, 2)) + np.stack([labels, labels % 2], 1)
    test = chance.normal(size=(150, 2)) + np.stack([asked, asked % 2], 1)
    distances = np.linalg.norm(test[:, None] - train, axis=2)
    accuracies = neighbour_accuracies(train, labels, test, asked)
    assert list(accuracies) == ["knn_1", "knn_5", "knn_20"]
    for k in NEIGHBOURS:
        nearest = labels[np.argsort(distances, axis=1)[:, :k]]
        votes = np.stack([(nearest == c).sum(1) for c in range(4)], 1).argmax(1)  # a tie: the smaller label
        assert accuracies[f"knn_{k}"] == pytest.approx((votes == asked).mean())


def test_trustworthiness_by_its_formula(chance: np.random.Generator) -> None:
    pixels, k, n = chance.normal(size=(60, 8)).astype(np.float32), 5, 60
    codes = pixels[:, :2]
    far = np.linalg.norm(pixels[:, None] - pixels, axis=2)
    near = np.linalg.norm(codes[:, None] - codes, axis=2)
    np.fill_diagonal(far, -1)
    np.fill_diagonal(near, -1)
    ranks = far.argsort(1).argsort(1)  # 0: the image itself
    penalty = sum(max(0, ranks[i, j] - k) for i in range(n) for j in near[i].argsort()[1 : k + 1])
    assert trust(pixels, codes) == pytest.approx(1 - 2 * penalty / (n * k * (2 * n - 3 * k - 1)))
    assert trust(pixels, pixels) == 1


@pytest.mark.parametrize("d", [1, 2, 5])
def test_kl_of_the_matched_gaussian(d: int) -> None:
    torch.manual_seed(d)
    codes = torch.randn(300, d) @ torch.randn(d, d) + torch.randn(d)
    covariance = torch.from_numpy(np.cov(codes.numpy().T.astype(float), ddof=0)).reshape(d, d)
    matched = MultivariateNormal(codes.double().mean(0), covariance)
    prior = MultivariateNormal(torch.zeros(d).double(), torch.eye(d).double())
    assert gaussian_kl_to_prior(codes) == pytest.approx(kl_divergence(matched, prior).item())


def test_codes_on_a_line_are_infinitely_far_from_the_prior() -> None:
    t = torch.arange(8.0)
    assert gaussian_kl_to_prior(torch.stack([t, t], 1)) == math.inf


def test_energy_distance_is_what_chance_says() -> None:
    torch.manual_seed(0)
    codes, prior = torch.randn(3000, 2) * torch.tensor([0.5, 2.0]) + 1, torch.randn(2, 3000, 2)
    expected = 2 * torch.cdist(codes, prior[0]) - torch.cdist(codes, codes) - torch.cdist(prior[1], prior[0])
    assert energy_distance_to_prior(codes) == pytest.approx(expected.mean().item(), abs=0.05)


def test_energy_distance_of_known_clouds() -> None:
    torch.manual_seed(0)
    assert 0 < energy_distance_to_prior(torch.randn(5000, 2)) < 2e-3
    at_zero, far = torch.zeros(10, 2), torch.tensor([[3e3, 4e3]])
    assert energy_distance_to_prior(at_zero) == pytest.approx(math.sqrt(2 * math.pi) - math.sqrt(math.pi))
    assert energy_distance_to_prior(far) == pytest.approx(1e4 - math.sqrt(math.pi), rel=1e-6)


def test_energy_distance_is_for_planes() -> None:
    with pytest.raises(ValueError, match="3 dimensions"):
        energy_distance_to_prior(torch.zeros(4, 3))


@pytest.mark.parametrize("n, level", [(10_000, 0.01), (1000, 0.01), (1000, 0.1)])
def test_codes_from_the_prior_leave_the_level_as_holes(n: int, level: float) -> None:
    shares = [holes(np.random.default_rng(i).normal(size=(n, 2)), level) for i in range(5)]
    assert np.mean(shares) == pytest.approx(level, rel=0.25)


def test_the_hole_of_a_missing_disc_is_as_large_as_its_mass() -> None:
    codes = np.random.default_rng(4).normal(size=(10_000, 2))
    centre, radius = np.array([0.5, -0.5]), 1.0
    missing = codes[np.linalg.norm(codes - centre, axis=1) > radius]
    inner = 0.92  # a point that near the rim has codes within its reach
    low, high = (stats.ncx2.cdf(r**2, 2, 0.5) for r in (inner * radius, radius))
    assert low < holes(missing) < high + 0.01


def test_holes_are_what_clouds_from_the_prior_seldom_have() -> None:
    generator = np.random.default_rng(5)
    codes = np.array([[1.5, 1.0], [0.0, -1.0], [2.0, 0.0], [-0.5, 0.5], [3.0, 3.0]])
    p, clouds = generator.normal(size=(400, 2)), generator.normal(size=(2000, 5, 2))
    empty = cdist(p, codes).min(1)
    others = cdist(p, clouds.reshape(-1, 2)).reshape(400, 2000, 5).min(2)
    expected = np.mean(np.mean(others >= empty[:, None], axis=1) < 0.3)
    assert holes(codes, 0.3) == pytest.approx(expected, abs=0.06) and 0.2 < expected < 0.8


def test_codes_far_away_leave_nothing_but_a_hole() -> None:
    assert holes(np.full((50, 2), 1e8)) == holes(np.full((50, 2), 99, dtype=np.float32)) == 1


def test_holes_want_codes_and_a_probability() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        holes(np.empty((0, 2)))
    for level in (0, 1, np.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            holes(np.zeros((5, 2)), level)
