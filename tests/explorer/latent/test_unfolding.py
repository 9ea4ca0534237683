"""How a cloud unfolds: the ring, every layer of a decoder, and the projection beside scikit-learn's."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.linalg import orthogonal_procrustes
from sklearn.decomposition import PCA

from explorer.latent.unfolding import cloud, nearest_labels, principal, ring, stages, turned
from training import runs
from training.families import Autoencoder, LatentModel
from training.networks import activations


@pytest.fixture
def model(checkpoints: Path) -> Autoencoder:
    return runs.load_as(LatentModel, runs.load("vae"))


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(0)


def test_the_cloud_is_standard_normal() -> None:
    z = cloud(20_000)
    assert np.abs(z.mean(0)).max() < 0.03 and np.abs(np.cov(z.T) - np.eye(2)).max() < 0.03
    assert np.array_equal(z, cloud(20_000)) and not np.array_equal(z, cloud(20_000, seed=1))


def test_the_ring_keeps_directions_and_moves_radii() -> None:
    z = cloud(500)
    radius, points = np.hypot(*z.T), ring(z)
    np.testing.assert_allclose(np.hypot(*points.T), 1 + radius / 10, rtol=1e-5)
    np.testing.assert_allclose(np.arctan2(*points.T), np.arctan2(*z.T), atol=1e-5)
    assert np.isfinite(ring(np.zeros((1, 2)))).all()


def test_the_stages_are_the_decoder(model: Autoencoder) -> None:
    z = torch.from_numpy(cloud(50))
    outputs = activations(model.decoder, z)
    assert [title for title, _ in outputs] == ["linear", "residual 1", "norm, SiLU", "pictures"]
    torch.testing.assert_close(outputs[-1][1], torch.sigmoid(model.decode(z)))
    torch.testing.assert_close(outputs[0][1], model.decoder[0](z))
    torch.testing.assert_close(outputs[1][1], model.decoder[:2](z))


def test_each_stage_lies_as_the_one_before(model: Autoencoder) -> None:
    z = cloud(400)
    projections = stages(model, z)
    assert [s.width for s in projections] == [2, 16, 16, 16, 784] and projections[0].points is z
    assert all(s.points.shape == (400, 2) and 0 < s.share <= 1 for s in projections)
    assert projections[1].share == pytest.approx(1), "a linear map of two numbers spans a plane"
    for before, after in pairwise(projections):
        rotation, _ = orthogonal_procrustes(after.points, before.points - before.points.mean(0))
        np.testing.assert_allclose(rotation, np.eye(2), atol=1e-3)


def test_the_projection_is_scikit_learn_s(chance: np.random.Generator) -> None:
    h = chance.standard_normal((300, 9)) @ chance.standard_normal((9, 9)) + 5
    points, share = principal(h)
    fitted = PCA(2).fit(h)
    assert share == pytest.approx(fitted.explained_variance_ratio_.sum())
    np.testing.assert_allclose(np.abs(points), np.abs(fitted.transform(h)), atol=1e-8)


def test_a_cloud_that_does_not_vary_has_a_projection() -> None:
    points, share = principal(np.ones((10, 4)))
    assert not points.any() and share == 1


def test_turning_takes_rotation_and_reflection_away_but_no_scale(chance: np.random.Generator) -> None:
    points = chance.standard_normal((100, 2))
    angle = 2.1
    mirror = np.array([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]])
    centred = points - points.mean(0)
    np.testing.assert_allclose(turned(3 * centred @ mirror, points), 3 * centred, atol=1e-12)


def test_the_nearest_code_gives_its_label() -> None:
    codes, labels = np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([3, 7])
    assert nearest_labels(np.array([[1.0, 5.0], [2.1, 0.0]]), codes, labels).tolist() == [3, 7]
