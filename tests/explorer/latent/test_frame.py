"""The frame: robust ranges and lattices, against plain statements of what they are."""

import numpy as np
import pytest
from scipy import stats

from explorer.latent.frame import Window, lattice, robust_window


def test_the_robust_window_is_a_square_that_outliers_do_not_move() -> None:
    codes = np.random.default_rng(0).normal([1, -2], [3, 1], (10_000, 2))
    window = robust_window(codes)
    assert window.right - window.left == pytest.approx(window.top - window.bottom)
    spread = stats.norm.ppf(0.9975) * 3 * 1.12
    assert (window.left + window.right) / 2 == pytest.approx(1, abs=0.3)
    assert (window.right - window.left) / 2 == pytest.approx(spread, rel=0.05)
    codes[:5] = 1e4
    assert robust_window(codes).right == pytest.approx(window.right, rel=0.1)


def test_one_code_has_a_window_too() -> None:
    window = robust_window(np.zeros((5, 2)))
    assert window.left < 0 < window.right


@pytest.mark.parametrize("edges", [(1, 1, 0, 1), (0, 1, 2, 1), (0, np.inf, 0, 1), (np.nan, 1, 0, 1)])
def test_a_window_without_an_area_is_refused(edges: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="left < right"):
        Window(*edges)


def test_linear_steps_are_equal_anchored_at_zero_and_fill_the_window() -> None:
    window = Window(-3.3, 2.7, -1, 5)
    tiles = lattice(window, 20, "linear", (0, 0), (1, 1))
    assert np.allclose(tiles.size, 0.3)
    assert np.allclose(tiles.z / 0.3 % 1, 0.5, atol=1e-3)
    assert tiles.z[:, 0].min() - 0.15 <= -3.3 and tiles.z[:, 0].max() + 0.15 >= 2.7
    assert len(np.unique(tiles.z.round(4), axis=0)) == len(tiles.z)


def test_panning_leaves_linear_tiles_where_they_are() -> None:
    one = lattice(Window(-2, 2, -2, 2), 16, "linear", (0, 0), (1, 1)).z
    two = lattice(Window(-1.9, 2.1, -2, 2), 16, "linear", (0, 0), (1, 1)).z
    both = set(map(tuple, one.round(5))) & set(map(tuple, two.round(5)))
    assert len(both) > 0.9 * len(one)


def test_quantile_steps_hold_equal_probability() -> None:
    tiles = lattice(Window(-3, 3, -3, 3), 15, "quantile", (0.5, 0), (2, 1))
    for axis, (location, scale) in enumerate([(0.5, 2), (0, 1)]):
        p = stats.norm(location, scale).cdf(np.unique(tiles.z[:, axis]))
        assert len(p) == 15 and np.allclose(np.diff(p), np.diff(p)[0], atol=1e-5)
    assert tiles.size.min() > 0 and np.ptp(tiles.size) > 0


def test_quantile_tiles_do_not_overlap() -> None:
    tiles = lattice(Window(-4, 4, -4, 4), 20, "quantile", (0, 0), (1, 1))
    gaps = np.abs(tiles.z[:, None] - tiles.z[None]).max(-1)
    reach = (tiles.size[:, None] + tiles.size[None]) / 2
    np.fill_diagonal(gaps, np.inf)
    assert (gaps - reach).min() > -1e-5


@pytest.mark.parametrize("edges", [(40, 50, 40, 50), (-60, -50, 3, 13), (-1e-4, 1e-4, 5, 5.0002)])
def test_far_out_and_deep_down_quantiles_are_still_a_lattice(edges: tuple[float, ...]) -> None:
    window = Window(*edges)
    tiles = lattice(window, 10, "quantile", (0, 0), (1, 1))
    assert tiles.z.shape == (100, 2) and np.isfinite(tiles.z).all()
    assert tiles.z[:, 0].min() >= window.left - 1e-6 and tiles.z[:, 0].max() <= window.right + 1e-6


def test_wrong_words_are_refused_with_the_allowed_ones() -> None:
    with pytest.raises(ValueError, match="linear, quantile"):
        lattice(Window(-1, 1, -1, 1), 10, "cubic", (0, 0), (1, 1))
    with pytest.raises(ValueError, match="2 to 64"):
        lattice(Window(-1, 1, -1, 1), 65, "linear", (0, 0), (1, 1))
