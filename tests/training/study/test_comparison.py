"""Two maps of the same images: against scipy, brute force, and maps whose likeness is known."""

import math

import numpy as np
import pytest
import torch
from scipy import linalg, spatial
from scipy.spatial.distance import cdist

from training.geometry.geodesics import lengths_between
from training.study import comparison
from training.study.comparison import disparity, rotation_onto, shared_neighbours, turned


def codes(n: int = 60, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).normal(size=(n, 2)) * [3, 1] + [5, -2]).astype(np.float32)


def rotation(angle: float, mirrored: bool = False) -> np.ndarray:
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return turn @ np.diag([1, -1]) if mirrored else turn


def clusters(places: np.ndarray, labels: np.ndarray, seed: int) -> np.ndarray:
    return places[labels] + 0.1 * np.random.default_rng(seed).normal(size=(len(labels), 2))


@pytest.mark.parametrize("seed", range(3))
def test_disparity_and_rotation_are_those_of_scipy(seed: int) -> None:
    a, b = codes(seed=seed), codes(seed=seed + 10)
    assert disparity(a, b) == pytest.approx(spatial.procrustes(b, a)[2])
    assert disparity(a, b) == pytest.approx(disparity(b, a))
    wanted = linalg.orthogonal_procrustes(a.astype(float) - a.mean(0), b.astype(float) - b.mean(0))[0]
    assert np.allclose(rotation_onto(a, b), wanted, atol=1e-5)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_map_that_is_turned_mirrored_moved_and_scaled_is_the_same(mirrored: bool) -> None:
    a = codes()
    b = 0.3 * a @ rotation(2.0, mirrored) + [7, 8]
    assert disparity(a, b) == pytest.approx(0, abs=1e-6)
    back = turned(b, a)
    assert back.dtype == np.float32 and np.allclose(back.mean(0), b.mean(0), atol=1e-5)
    assert np.allclose((back - back.mean(0)) / 0.3, a - a.mean(0), atol=1e-4)


def test_no_other_angle_is_nearer() -> None:
    a, b = codes(seed=1), codes(seed=2)
    left = np.square(turned(a, b) - a.mean(0) - b + b.mean(0)).sum()
    for angle in np.linspace(0, 2 * math.pi, 360):
        for mirrored in (False, True):
            other = (a - a.mean(0)) @ rotation(angle, mirrored)
            assert np.square(other - b + b.mean(0)).sum() >= left * (1 - 1e-5)


def test_deals_give_each_class_the_places_of_one_class() -> None:
    labels = np.repeat([0, 3, 7], [5, 9, 2])
    chance = np.random.default_rng(0)
    deals = [labels[comparison.dealt(labels, chance)] for _ in range(50)]
    assert all(len(set(deal[labels == c])) == 1 for deal in deals for c in (0, 3, 7))
    assert {tuple(dict.fromkeys(deal)) for deal in deals} >= {(0, 3, 7), (7, 3, 0), (3, 7, 0)}
    rows = comparison.shuffled(labels)
    assert sorted(rows) == list(range(16)) and np.array_equal(labels[rows], labels) and rows[0] != rows[1]


def test_chance_knows_maps_that_are_alike_from_those_that_only_gather_the_classes() -> None:
    labels = np.repeat(np.arange(10), 12)
    places = [np.random.default_rng(seed).normal(size=(10, 2)) for seed in range(16)]
    alike = comparison.compare(clusters(places[0], labels, 1), clusters(places[0], labels, 2), labels)
    assert alike["disparity"] < 0.05 and alike["as_near"] < 0.02 and alike["disparity_dealt"] > 0.5
    base = clusters(places[0], labels, 2)
    others = [comparison.compare(clusters(p, labels, 1), base, labels) for p in places[1:]]
    assert 0.3 < np.mean([v["as_near"] for v in others]) < 0.7
    assert all(v["disparity"] < 0.99 for v in others)  # less than 1, and for no other reason than ten classes
    dealt = np.mean([v["disparity_dealt"] for v in others])
    assert np.mean([v["disparity"] for v in others]) == pytest.approx(dealt, abs=0.1)


def test_shared_neighbours_as_all_distances_say() -> None:
    a, b = codes(seed=1), codes(seed=2)
    ranked = [cdist(z, z).argsort(1)[:, 1:8] for z in (a, b)]
    wanted = [len(set(x) & set(y)) / 7 for x, y in zip(*ranked, strict=True)]
    assert np.allclose(shared_neighbours(a, b, 7), wanted) and 0 < np.mean(wanted) < 0.5
    assert np.all(shared_neighbours(a, 2 * a @ rotation(1) + 3, 7) == 1)


def test_what_is_shared_for_the_class_alone_and_by_chance() -> None:
    labels = np.repeat(np.arange(10), 40)
    places = 10 * np.random.default_rng(0).normal(size=(10, 2))
    values = comparison.compare(clusters(places, labels, 1), clusters(places, labels, 2), labels)
    assert values["shared_in_class"] == pytest.approx(10 / 39, abs=0.03)  # 10 of the 39 others of a class
    assert values["shared"] == pytest.approx(10 / 39, abs=0.03)
    assert values["shared_by_chance"] == pytest.approx(10 / 399)
    unlike = shared_neighbours(codes(400, 1), codes(400, 2)).mean()
    assert unlike == pytest.approx(10 / 399, abs=0.01)


def test_medoids_are_the_images_nearest_to_all_of_their_class() -> None:
    chance = np.random.default_rng(0)
    pixels, labels = chance.integers(0, 256, (30, 784), dtype=np.uint8), chance.permutation(np.arange(30) % 3)
    for label, row in enumerate(comparison.medoids(pixels, labels)):
        own = [i for i in range(30) if labels[i] == label]
        sums = {i: sum(np.linalg.norm(pixels[i].astype(float) - pixels[j]) for j in own) for i in own}
        assert row == min(sums, key=lambda i: sums[i])


def test_landmarks_are_medoids_or_where_there_are_no_classes_random_images() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 784), dtype=np.uint8)
    labels = np.arange(30) % 5
    medoids = comparison.landmarks(pixels, labels, tuple("abcde"))
    assert np.array_equal(medoids, comparison.medoids(pixels, labels))
    rows = comparison.landmarks(pixels, 0 * labels, ("all",))
    assert len(set(rows)) == 10 and np.array_equal(
        rows, comparison.landmarks(pixels[:, :3], labels, ("all",))
    )
    assert list(comparison.landmarks(pixels[:4], labels[:4], ("all",))) == [0, 1, 2, 3]


def test_rank_correlation_is_that_of_the_ranks() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 45))
    wanted = np.corrcoef(a.argsort().argsort(), b.argsort().argsort())[0, 1]
    assert comparison.rank_correlation(a, b) == pytest.approx(wanted)
    assert comparison.rank_correlation(a, np.exp(a)) == pytest.approx(1)


def test_geodesics_of_a_linear_decoder_are_as_long_as_its_pictures_are_distant() -> None:
    a, z = torch.tensor([[3.0, 1, 0], [0, 2, 2]]), codes(4)
    told: list[float] = []
    lengths = lengths_between(lambda z: z @ a, z, told.append)
    assert np.allclose(lengths, comparison.distances(z @ a.numpy()), rtol=1e-4) and len(lengths) == 6
    assert sum(told) == pytest.approx(1)


def test_maps_that_can_t_be_compared_are_refused() -> None:
    for measure in (disparity, rotation_onto, shared_neighbours):
        with pytest.raises(ValueError, match="these have 60 and 59"):
            measure(codes(60), codes(59))
    with pytest.raises(ValueError, match="finite codes that differ"):
        disparity(codes(9), np.ones((9, 2)))
    with pytest.raises(ValueError, match="finite codes that differ"):
        disparity(codes(9), np.full((9, 2), np.nan))
    with pytest.raises(ValueError, match="k is 9; allowed are 1 to 8"):
        shared_neighbours(codes(9), codes(9), 9)
    with pytest.raises(ValueError, match="no rank correlation"):
        comparison.rank_correlation(np.ones(5), np.arange(5))
