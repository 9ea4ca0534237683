"""Straight lines, geodesics and walks: on surfaces whose geodesics are known, and never longer than lines."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from explorer.latent.paths import departure, geodesic, nearest, shared, straight, walk
from tests.training.geometry.test_metric import codes, net, polar
from training import runs
from training.geometry.geodesics import resample
from training.geometry.metric import Decode, length


def stretched(z: Tensor) -> Tensor:
    """A linear decoder with unlike scales."""
    return z @ torch.tensor([[3.0, 0, 1, 0], [0, 0.2, 0, 0.1]])


def sphere(z: Tensor) -> Tensor:
    """(latitude, longitude), in radians, to the unit sphere: geodesics are great circles."""
    latitude, longitude = z.T
    flat = torch.cos(latitude)
    return torch.stack([flat * torch.cos(longitude), flat * torch.sin(longitude), torch.sin(latitude)], 1)


def exponential(z: Tensor) -> Tensor:
    """A plane in curved coordinates: geodesics are straight in the pictures."""
    return torch.exp(z * torch.tensor([1.0, -0.5])) / 10


def wall(z: Tensor) -> Tensor:
    """A steep hill on the line, and none of it far above."""
    hill = 6 * torch.exp(-(z[:, :1] ** 2) * 4) * torch.sigmoid(8 * (1 - z[:, 1:])) * torch.ones(1, 4)
    return torch.cat([z, hill], 1)


def valley(z: Tensor) -> Tensor:
    """A winding valley, whose geodesics a few steps can't follow."""
    return torch.cat([0.2 * z, 2 * torch.tanh(2 * (torch.sin(3 * z[:, :1]) - z[:, 1:]) ** 2)], 1)


def distance(decode: Decode, a: list, b: list) -> float:
    x = decode(torch.tensor([a, b]))
    return float((x[0] - x[1]).norm())


def gaps(decode: Decode, path: np.ndarray) -> np.ndarray:
    return np.array([length(decode, leg, 512) for leg in pairwise(path)])


def test_a_straight_line_has_equal_steps_and_both_ends() -> None:
    line = straight([0.1, 0.2], [0.7, -3], 7)
    assert line.shape == (7, 2)
    assert line[0].tolist() == [0.1, 0.2] and line[-1].tolist() == [0.7, -3]
    assert np.allclose(np.diff(line, axis=0), [0.1, -3.2 / 6])


def test_resampling_spaces_the_pictures_equally_and_keeps_the_path() -> None:
    corner = np.array([[0, 0], [2, 0], [2, 2]])
    path = resample(exponential, corner, 12)
    assert path[0].tolist() == [0, 0] and path[-1].tolist() == [2, 2]
    assert ((path[:, 1] == 0) | (path[:, 0] == 2)).all()
    assert np.ptp(np.diff(path[path[:, 1] == 0, 0])) > 0.1  # unlike in z
    total = (math.exp(2) - 1 + 1 - math.exp(-1)) / 10
    along = [(math.exp(z1) - 1 + 1 - math.exp(-z2 / 2)) / 10 for z1, z2 in path]
    assert np.allclose(along, np.linspace(0, total, 12), atol=2e-3 * total)


def test_where_no_picture_changes_the_steps_are_equal_in_z() -> None:
    path = resample(lambda z: 0 * z, [[0, 0], [4, 0]], 5)
    assert path.tolist() == [[0, 0], [1, 0], [2, 0], [3, 0], [4, 0]]
    flat_ends = resample(lambda z: z.clamp(1, 3), [[0, 0], [4, 0]], 5)
    assert np.allclose(flat_ends[:, 0], [0, 1.5, 2, 2.5, 4], atol=1e-3)


def test_the_geodesic_of_a_linear_decoder_is_the_straight_line() -> None:
    a, b = [-1.0, -20], [2.0, 30]
    assert np.allclose(geodesic(stretched, a, b, 21), straight(a, b, 21), atol=2e-2)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([0.8, 0.0], [0.8, 2.0]),
        ([0.5, -1.0], [-0.3, 1.0]),
        ([1.2, 0.2], [1.0, 2.8]),
        ([0.0, 0.0], [0.0, 1.5]),
    ],
)
def test_the_geodesic_of_a_sphere_is_the_great_circle(a: list, b: list) -> None:
    x = sphere(torch.tensor([a, b], dtype=torch.float64))
    angle = math.acos(float(x[0] @ x[1]))
    path = geodesic(sphere, a, b, 41)
    assert length(sphere, path) == pytest.approx(angle, rel=1e-3)
    normal = torch.linalg.cross(x[0], x[1])
    height = sphere(torch.from_numpy(path)) @ (normal / normal.norm())
    assert float(height.abs().max()) < 0.02
    if a[0] > 0.7:
        assert length(sphere, [a, b]) > 1.05 * angle  # the parallel is longer: there was something to find


def test_the_geodesic_of_a_plane_in_other_coordinates_is_straight_in_the_pictures() -> None:
    a, b = [2.5, 3.0], [-3.0, -4.5]
    path = geodesic(exponential, a, b, 65)
    x = exponential(torch.tensor([a, b], dtype=torch.float64)).numpy()
    assert length(exponential, path) == pytest.approx(distance(exponential, a, b), rel=1e-3)
    line = np.linspace(x[0], x[1], 65)
    assert np.abs(exponential(torch.from_numpy(path)).numpy() - line).max() < 0.005
    assert length(exponential, [a, b]) > 1.1 * distance(exponential, a, b)


def test_polar_coordinates_cut_across_the_circle() -> None:
    path = geodesic(polar, [2, 0], [2, 2], 25)
    assert length(polar, path) == pytest.approx(4 * math.sin(1), rel=2e-3)
    assert path[12] == pytest.approx([2 * math.cos(1), 1], abs=0.02)


def test_a_geodesic_goes_round_what_a_straight_start_would_climb() -> None:
    path = geodesic(wall, [-2, 0], [2, 0], 41)
    assert length(wall, path) < 6.5 < 20 < length(wall, [[-2, 0], [2, 0]])
    assert path[:, 1].max() > 1.2


def test_a_line_is_the_answer_where_the_steps_cut_corners_until_they_are_longer() -> None:
    a, b = [-math.pi, 0], [1.6, math.sin(4.8)]
    for steps in (2, 3, 5):
        assert length(valley, geodesic(valley, a, b, steps)) <= length(valley, [a, b]) * (1 + 1e-3)
    assert length(valley, geodesic(valley, a, b, 60)) < 0.4 * length(valley, [a, b])


@pytest.mark.parametrize("seed", range(4))
def test_a_geodesic_is_never_longer_than_the_line_and_has_equal_steps(seed: int) -> None:
    decode = net(seed)
    for k, (a, b) in enumerate(codes(6, seed).reshape(3, 2, 2) * 3):
        path = geodesic(decode, a, b, 30)
        assert path.shape == (30, 2) and path[0].tolist() == a.tolist() and path[-1].tolist() == b.tolist()
        assert length(decode, path) <= length(decode, [a, b]) * (1 + 1e-3)
        assert length(decode, path) >= 0.999 * distance(decode, a.tolist(), b.tolist())
        if k == 0:
            steps = gaps(decode, path)
            assert np.ptp(steps) < 0.02 * steps.mean()
            assert np.array_equal(geodesic(decode, a, b, 30), path)


@pytest.mark.parametrize("name", ["ae", "vae"])
def test_geodesics_of_trained_models_are_shorter(checkpoints: Path, name: str) -> None:
    model = runs.load_model(runs.load(name))

    def decode(z: Tensor) -> Tensor:
        return torch.sigmoid(model.decode(z))

    for steps, (a, b) in zip((2, 3, 40), codes(6).reshape(3, 2, 2) * 2, strict=True):
        path = geodesic(decode, a, b, steps)
        assert path.shape == (steps, 2)
        assert length(decode, path) <= length(decode, [a, b]) * (1 + 1e-3)
    far = geodesic(decode, [-300, 200], [300, 100], 20)  # a line through all the pictures there are
    assert length(decode, far) < 0.999 * length(decode, [[-300, 200], [300, 100]])


@pytest.mark.parametrize("apart", [0, 1e-12, 1e-7, 1e-4])
def test_codes_that_coincide_nearly_have_a_geodesic(apart: float) -> None:
    path = geodesic(net(0), [1, 1], [1 + apart, 1], 9)
    assert path.shape == (9, 2) and path[-1].tolist() == [1 + apart, 1]
    assert np.abs(path - [1, 1]).max() <= apart * 1.0001


def test_a_decoder_of_one_picture_has_a_geodesic() -> None:
    assert np.allclose(geodesic(lambda z: 0 * z, [0, 0], [3, 1], 4), straight([0, 0], [3, 1], 4))


PINS = [[0.0, 0.0], [0.5, 2.0], [-1.0, 0.3]]


@pytest.mark.parametrize("kind", ["straight", "geodesic"])
@pytest.mark.parametrize("loop", [False, True])
def test_a_walk_stands_on_every_pin_and_a_loop_returns(kind: str, loop: bool) -> None:
    path = walk(sphere, PINS, kind, 50, loop)
    assert path.z.shape == (50, 2)
    assert path.z[list(path.pins)].tolist() == PINS
    assert path.pins[0] == 0 and list(path.pins) == sorted(path.pins)
    assert path.z[-1].tolist() == (PINS[0] if loop else PINS[-1])
    assert (path.pins[-1] == 49) == (not loop)
    steps = gaps(sphere, path.z) if kind == "geodesic" else np.linalg.norm(np.diff(path.z, axis=0), axis=1)
    assert np.ptp(steps) < 0.15 * steps.mean()


def test_walks_know_straight_from_geodesic() -> None:
    direct, short = (walk(polar, [[2, 0], [2, 2]], kind, 20).z for kind in ("straight", "geodesic"))
    assert np.allclose(direct, straight([2, 0], [2, 2], 20))
    assert short[:, 0].min() < 1.2


def test_a_walk_with_as_few_steps_as_pins_and_pins_that_coincide() -> None:
    assert walk(sphere, PINS, "geodesic", 4, loop=True).z.tolist() == [*PINS, PINS[0]]
    same = walk(sphere, [[1, 1], [1, 1], [0, 1]], "straight", 10)
    assert same.z.shape == (10, 2) and same.pins == (0, 1, 9)
    assert np.allclose(walk(sphere, [[1, 1], [1, 1]], "geodesic", 5).z, 1)


def test_steps_are_shared_in_proportion_and_each_leg_has_one() -> None:
    assert shared(10, [1, 3, 1]).tolist() == [2, 6, 2]
    assert shared(7, [0, 0, 0]).sum() == 7
    rng = np.random.default_rng(0)
    for _ in range(200):
        sizes = rng.exponential(size=rng.integers(1, 9)) ** 3
        total = int(rng.integers(len(sizes), 40))
        counts = shared(total, sizes.tolist())
        assert counts.sum() == total and counts.min() >= 1
        if total > 20 * len(sizes) and sizes.min() * total > sizes.sum():
            assert np.abs(counts - sizes / sizes.sum() * total).max() < 1


def test_departure_is_in_the_spacing_of_the_codes() -> None:
    grid = np.stack(np.meshgrid(np.arange(10), np.arange(10)), -1).reshape(-1, 2) * 0.5
    path = [[1.0, 1.0], [1.2, 1.0], [-3.0, 4.5]]
    assert np.allclose(departure(grid, path), [0, 0.4, 6])
    assert np.allclose(departure(np.concatenate([grid, grid]), path), [0, 0.4, 6])


def test_nearest_and_departure_are_what_all_distances_say() -> None:
    z, path = codes(300), codes(40, seed=1)
    apart = cdist(path, z)
    assert np.array_equal(nearest(z, path), apart.argmin(1))
    own = cdist(z, z) + np.diag(np.full(300, np.inf))
    assert np.allclose(departure(z, path), apart.min(1) / np.median(own.min(1)))


def test_wrong_input_is_refused_in_words() -> None:
    for a, b in (([0, 0, 0], [1, 1]), ([0, 0], [math.nan, 0]), ([0, 0], [math.inf, 0]), (1, [0, 0])):
        for way in (straight, lambda a, b, steps: geodesic(polar, a, b, steps)):
            with pytest.raises(ValueError, match="two finite numbers"):
                way(a, b, 5)
    for few in (
        lambda: straight([0, 0], [1, 1], 1),
        lambda: geodesic(polar, [0, 0], [1, 1], 1),
        lambda: resample(polar, [[0, 0], [1, 1]], 1),
    ):
        with pytest.raises(ValueError, match="steps is 1; at least 2"):
            few()
    with pytest.raises(ValueError, match="'crooked'; allowed are straight, geodesic"):
        walk(polar, PINS, "crooked", 10)
    with pytest.raises(ValueError, match="at least two corners; it has 1"):
        walk(polar, PINS[:1], "straight", 10)
    with pytest.raises(ValueError, match="corner 2 needs two finite numbers"):
        walk(polar, [[0, 0], [math.nan, 1]], "straight", 10)
    with pytest.raises(ValueError, match="3 legs needs at least 4"):
        walk(polar, PINS, "straight", 3, loop=True)
    with pytest.raises(ValueError, match="at least two that differ"):
        departure([[0, 0], [0, 0]], PINS)
    with pytest.raises(ValueError, match="finite"):
        nearest([[0, math.nan]], PINS)
    with pytest.raises(ValueError, match="shape"):
        resample(polar, [1, 2, 3], 5)
