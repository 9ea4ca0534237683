"""Planes of the code space: there and back, and for two numbers nothing changes."""

import numpy as np
import pytest

from explorer.latent.planes import Plane, plane_of


def test_of_two_dimensions_the_plane_is_all() -> None:
    codes = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    plane = plane_of(2)
    assert np.array_equal(plane.to_codes(codes), codes) and plane.to_codes(codes).dtype == np.float32
    assert np.array_equal(plane.to_plane(codes), codes)


def test_a_slanting_plane_gives_its_points_back_and_projects_the_rest() -> None:
    generator = np.random.default_rng(1)
    axes, _ = np.linalg.qr(generator.normal(size=(5, 5)))
    plane = Plane(generator.normal(size=5), axes[:, :2].T)
    points = generator.normal(size=(20, 2))
    codes = plane.to_codes(points)
    assert codes.shape == (20, 5)
    np.testing.assert_allclose(plane.to_plane(codes), points, atol=1e-12)
    off = codes + generator.normal(size=(20, 3)) @ axes[:, 2:].T  # orthogonal to the plane
    np.testing.assert_allclose(plane.to_plane(off), points, atol=1e-12)
    lengths = np.linalg.norm(codes[1:] - codes[:-1], axis=1)
    np.testing.assert_allclose(lengths, np.linalg.norm(points[1:] - points[:-1], axis=1))


def test_what_is_no_plane_is_refused() -> None:
    with pytest.raises(ValueError, match=r"origin \(d,\) and axes \(2, d\), not \(3,\) and \(2, 2\)"):
        Plane(np.zeros(3), np.eye(2))
    with pytest.raises(ValueError, match="orthonormal"):
        Plane(np.zeros(2), 2 * np.eye(2))
    with pytest.raises(ValueError, match="codes have 3 dimensions; maps show 2"):
        plane_of(3)
