"""q(z) on cells, against scipy's Gaussians and the prior itself."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from explorer.latent.aggregate import DENSITY_WINDOW, aggregate, masses
from explorer.latent.frame import Window


def test_masses_are_those_of_scipy_even_far_out() -> None:
    edges = np.array([-30.0, -1.0, 0.5, 9.0, 9.5])
    expected = [norm.cdf(b) - norm.cdf(a) if a < 0 else norm.sf(a) - norm.sf(b) for a, b in pairwise(edges)]
    np.testing.assert_allclose(masses(edges, 0.0, 1.0), expected, rtol=1e-12)


def test_one_wide_code_on_the_prior_is_the_prior() -> None:
    q_z = aggregate(np.zeros((3, 2)), np.ones((3, 2)), cells=40)
    np.testing.assert_allclose(q_z.log_ratio, 0, atol=1e-6)
    z1, z2 = np.meshgrid(*q_z.axes)
    np.testing.assert_allclose(q_z.density, norm.pdf(z1) * norm.pdf(z2), atol=1e-3)


def test_rows_run_from_bottom_to_top_and_columns_from_left_to_right() -> None:
    mean, sd = np.array([[1.0, -2.0]]), np.array([[0.3, 0.1]])
    q_z = aggregate(mean, sd, Window(-4, 4, -3, 3), 60)
    row, column = np.unravel_index(q_z.density.argmax(), q_z.density.shape)
    assert (q_z.axes[0][column], q_z.axes[1][row]) == pytest.approx((1.0, -2.0), abs=0.14)
    area = (8 / 60) * (6 / 60)
    assert q_z.density.sum() * area == pytest.approx(1, abs=1e-4)


def test_the_sum_over_cells_is_the_divergence_of_a_gaussian() -> None:
    mean, sd = np.array([[0.5, -0.3]]), np.array([[0.6, 0.5]])
    q_z = aggregate(mean, sd, Window(-6, 6, -6, 6), 600)
    mass = q_z.density.astype(float) * (12 / 600) ** 2
    some = mass > 0
    expected = 0.5 * (mean**2 + sd**2 - 1 - 2 * np.log(sd)).sum()
    assert (mass[some] * q_z.log_ratio[some]).sum() == pytest.approx(expected, abs=1e-3)


def test_where_no_code_lies_the_ratio_has_no_end() -> None:
    q_z = aggregate(np.array([[-3.0, -3.0]]), np.full((1, 2), 0.01), DENSITY_WINDOW, 50)
    assert q_z.log_ratio[-1, -1] == -np.inf and np.isfinite(q_z.density).all()


def test_no_images_are_refused() -> None:
    with pytest.raises(ValueError, match="0 images"):
        aggregate(np.empty((0, 2)), np.empty((0, 2)))
