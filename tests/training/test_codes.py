"""Measures of a cloud of codes, against plain counting, torch.distributions and chance."""

import math

import numpy as np
import pytest
import torch
from torch.distributions import MultivariateNormal, kl_divergence

from training.codes import (
    NEIGHBOURS,
    energy_distance_to_prior,
    gaussian_kl_to_prior,
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
    found = neighbour_accuracies(train, labels, test, asked)
    assert list(found) == ["knn_1", "knn_5", "knn_20"]
    for k in NEIGHBOURS:
        nearest = labels[np.argsort(distances, axis=1)[:, :k]]
        votes = np.stack([(nearest == c).sum(1) for c in range(4)], 1).argmax(1)  # a tie: the smaller label
        assert found[f"knn_{k}"] == pytest.approx((votes == asked).mean())


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
