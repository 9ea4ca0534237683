"""Sampling: moments, closed forms and scipy's own distances."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from explorer.latent.sampling import (
    SOURCES,
    confident,
    density,
    draw,
    effective_classes,
    gaussian,
    nearest_distance,
)


def cloud(n: int = 400) -> np.ndarray:
    """A slanting Gaussian cloud, far from the origin."""
    z = np.random.default_rng(0).normal(size=(n, 2)) @ np.array([[2, 1], [0, 0.5]]) + [7, -3]
    return z.astype(np.float32)


@pytest.mark.parametrize("source", SOURCES)
def test_a_seed_gives_the_same_codes_again(source: str) -> None:
    one = draw(source, cloud(), 1000, seed=5)
    assert one.shape == (1000, 2) and one.dtype == np.float32 and np.isfinite(one).all()
    assert np.array_equal(one, draw(source, cloud(), 1000, seed=5))
    assert not np.array_equal(one, draw(source, cloud(), 1000, seed=6))
    assert draw(source, cloud(), 1, seed=2**32 - 1).shape == (1, 2)


def test_the_prior_does_not_look_at_the_codes() -> None:
    z = draw("prior", cloud(), 1000, seed=1)
    assert np.array_equal(z, draw("prior", np.empty((0, 2)), 1000, seed=1))
    assert stats.kstest(z.ravel(), "norm").pvalue > 0.01
    assert abs(np.corrcoef(z.T)[0, 1]) < 0.1


def test_the_gaussian_has_the_moments_of_the_codes() -> None:
    codes = cloud()
    z = gaussian(codes, 200_000, np.random.default_rng(1))
    assert np.allclose(z.mean(0), codes.mean(0), atol=0.02)
    assert np.allclose(np.cov(z.T), np.cov(codes.T), rtol=0.02)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(codes.T)), (z - codes.mean(0)).T)
    assert stats.kstest((white[:, :5000] ** 2).sum(0), stats.chi2(2).cdf).pvalue > 0.01


@pytest.mark.parametrize("codes", [cloud(), np.array([[0, 0]] * 10 + [[5, 0]])], ids=["cloud", "tenth"])
def test_the_density_has_the_moments_of_its_kernels(codes: np.ndarray) -> None:
    z = density(codes, 200_000, np.random.default_rng(2))
    widths = np.sort(cdist(codes, codes), axis=1)[:, 10]  # 0 is itself
    assert np.allclose(z.mean(0), codes.mean(0), atol=0.03)
    expected = np.cov(codes.T, bias=True) + np.mean(widths**2) * np.eye(2)
    assert np.allclose(np.cov(z.T), expected, rtol=0.03, atol=0.2)


def test_the_density_keeps_clusters_apart_however_far_an_outlier_lies() -> None:
    codes = np.random.default_rng(3).normal(0, 0.1, (2000, 2))
    codes[:1000, 0] += 5
    codes[0] = 1e4
    z = draw("density", codes, 1000, seed=0)
    left, right = (np.linalg.norm(z - centre, axis=1) < 0.6 for centre in ([0, 0], [5, 0]))
    assert 0.45 < left.mean() < 0.55 and 0.45 < right.mean() < 0.55
    assert (left | right).mean() > 0.99


def test_a_collapsed_cloud_and_two_codes_can_be_drawn_from() -> None:
    same = np.full((30, 2), 2.5, dtype=np.float32)
    for source in ("gaussian", "density"):
        assert np.allclose(draw(source, same, 10, seed=0), 2.5)
        assert np.isfinite(draw(source, np.eye(2), 10, seed=0)).all()


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="prior, gaussian, density"):
        draw("uniform", cloud(), 10, seed=0)
    for count in (0, 1001):
        with pytest.raises(ValueError, match="1 to 1000"):
            draw("prior", cloud(), count, seed=0)
    for seed in (-1, 2**32):
        with pytest.raises(ValueError, match="0 to 4294967295"):
            draw("prior", cloud(), 10, seed=seed)
    for source in ("gaussian", "density"):
        with pytest.raises(ValueError, match="at least 2"):
            draw(source, cloud(1), 10, seed=0)


def test_effective_classes_are_counted() -> None:
    assert effective_classes(np.eye(10, dtype=np.float32)) == pytest.approx(10)
    assert effective_classes(np.eye(10)[[3, 3, 3]]) == pytest.approx(1)
    assert effective_classes(np.full((2, 4), 0.25)) == pytest.approx(4)
    p = np.random.default_rng(6).dirichlet(np.ones(5), 50)
    assert effective_classes(p) == pytest.approx(np.exp(stats.entropy(p.mean(0))))
    with pytest.raises(ValueError, match="at least 1"):
        effective_classes(np.empty((0, 10)))


def test_the_confident_exceed_the_level() -> None:
    p = np.array([[0.95, 0.05], [0.1, 0.9], [0.5, 0.5], [0.0, 1.0]])
    assert confident(p) == 0.5
    assert confident(p, 0.4) == 1
    with pytest.raises(ValueError, match="at least 1"):
        confident(p[:0])


def test_the_nearest_image_is_as_far_as_scipy_says() -> None:
    generator = np.random.default_rng(7)
    reference = generator.integers(256, size=(2500, 784), dtype=np.uint8)  # more than a block
    images = generator.integers(256, size=(40, 784), dtype=np.uint8)
    images[0], images[1] = reference[3], reference[2400]
    images[2] = reference[2499] ^ 1
    distances = nearest_distance(images, reference)
    assert distances.dtype == np.float32 and distances.shape == (40,)
    assert np.allclose(distances, cdist(images / 255, reference / 255).min(1), rtol=1e-5)
    assert distances[0] == distances[1] == 0 and distances[2] == pytest.approx(28 / 255)
    assert nearest_distance(images[:0], reference).shape == (0,)
    with pytest.raises(ValueError, match="at least 1"):
        nearest_distance(images, reference[:0])
