"""A selection: lassos against winding numbers, neighbours against all distances, files read back."""

import csv
import io

import numpy as np
import pytest
from PIL import Image, ImageSequence
from scipy.spatial.distance import cdist

from explorer.latent.selection import (
    animation,
    changed_neighbours,
    inside,
    largest,
    misplaced,
    sheet,
    strips,
    table,
)

SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def winding(polygon: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """How often the polygon turns around each code: the sum of the angles its edges are seen under."""
    seen = (polygon[None] - codes[:, None]) @ np.array([1, 1j])
    return np.round(np.angle(np.roll(seen, -1, axis=1) / seen).sum(1) / (2 * np.pi)).astype(int)


def star(corners: int, generator: np.random.Generator) -> np.ndarray:
    """A simple polygon around the origin, with deep dents."""
    angle = np.sort(generator.uniform(0, 2 * np.pi, corners))
    return generator.uniform(0.5, 3, (corners, 1)) * np.stack([np.cos(angle), np.sin(angle)], 1)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("corners", [3, 4, 17, 60])
def test_a_lasso_holds_what_it_turns_around(seed: int, corners: int) -> None:
    generator = np.random.default_rng([seed, corners])
    codes = generator.normal(0, 1.5, (500, 2)).astype(np.float32)
    simple, crossed = star(corners, generator), generator.normal(size=(corners, 2))
    assert np.array_equal(inside(simple, codes), winding(simple, codes) != 0)
    for polygon in (simple, crossed):
        expected = winding(polygon, codes) % 2 == 1
        assert np.array_equal(inside(polygon, codes), expected) and 0 < expected.sum() < 500
        assert np.array_equal(inside(polygon[::-1], codes), expected)


def test_where_a_lasso_crosses_itself_twice_around_is_outside() -> None:
    twice = np.concatenate([SQUARE * 3, SQUARE + 1])  # both turn left; the small one lies in the large one
    assert inside(twice, np.array([[0.5, 2.5], [1.5, 1.5]])).tolist() == [True, False]


def test_a_point_on_a_common_edge_is_in_exactly_one_box() -> None:
    steps = np.linspace(0, 3, 31)
    codes = np.stack(np.meshgrid(steps[:-1], steps[:-1]), -1).reshape(-1, 2)  # corners and edges too
    boxes = [steps[[0, 10, 20, 30]][i + SQUARE[:, 0]] for i in range(3)]
    counts = sum(inside(np.stack([x, y[[0, 3, 2, 1]]], 1), codes).astype(int) for x in boxes for y in boxes)
    assert np.all(counts == 1)
    assert inside(SQUARE, SQUARE).tolist() == [True, False, False, False]


def test_a_point_on_a_common_slanting_edge_is_in_exactly_one_triangle() -> None:
    generator = np.random.default_rng(0)
    for _ in range(100):
        a, b = generator.normal(size=(2, 2))
        on_edge = a + generator.uniform(size=(50, 1)) * (b - a)
        across = (b - a) @ np.array([[0, 1], [-1, 0]])
        one, two = np.array([a, b, a + across]), np.array([b, a, b - across])
        assert np.all(inside(one, on_edge) ^ inside(two, on_edge))


def test_a_code_that_is_not_finite_is_outside() -> None:
    codes = np.array([[np.nan, 0.5], [0.5, np.inf], [0.5, 0.5]])
    assert inside(SQUARE, codes).tolist() == [False, False, True]
    assert inside(SQUARE, np.empty((0, 2))).shape == (0,)


@pytest.mark.parametrize(
    "polygon, words",
    [
        (np.zeros((2, 2)), "3 to 2000"),
        (np.zeros((2001, 2)), "3 to 2000"),
        (np.zeros((4, 3)), "3 to 2000"),
        (np.zeros(8), "3 to 2000"),
        (np.array([[0, 0], [1, np.nan], [1, 1]]), "finite"),
        (np.array([[0, 0], [np.inf, 1], [1, 1]]), "finite"),
        (np.array([[0, 0], [1e300, 1], [-1e300, 1]]), "finite"),
    ],
)
def test_what_is_no_lasso_is_refused(polygon: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        inside(polygon, np.zeros((1, 2)))


def nearest_others(codes: np.ndarray, k: int) -> np.ndarray:
    distances = cdist(codes, codes)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1)[:, :k]


def test_misplaced_and_changed_neighbours_as_all_distances_say() -> None:
    generator = np.random.default_rng(1)
    a, labels = generator.normal(size=(300, 2)), generator.integers(3, size=300)
    b = a + generator.normal(0, 0.1, a.shape)
    near_a, near_b = nearest_others(a, 7), nearest_others(b, 7)
    shares = [np.mean([labels[j] != labels[i] for j in near_a[i]]) for i in range(300)]
    assert np.allclose(misplaced(a, labels, k=7), shares)
    changes = [1 - len({*near_a[i]} & {*near_b[i]}) / 7 for i in range(300)]
    assert np.allclose(changed_neighbours(a, b, k=7), changes) and 0.1 < np.mean(changes) < 0.9
    assert misplaced(a, labels).dtype == changed_neighbours(a, b).dtype == np.float32


def test_a_code_among_its_duplicates_is_not_its_own_neighbour() -> None:
    codes = np.zeros((40, 2))
    labels = np.arange(40)  # all differ: only itself would agree
    assert np.all(misplaced(codes, labels) == 1)
    assert np.all(misplaced(np.repeat(np.arange(20.0), 2)[:, None] * [1, 0], np.arange(40) // 2, k=1) == 0)


def test_a_map_that_is_turned_and_stretched_changes_no_neighbours() -> None:
    a = np.random.default_rng(2).normal(size=(500, 2))
    assert np.all(changed_neighbours(a, 3 * a @ np.array([[0.6, -0.8], [0.8, 0.6]]) + 5) == 0)
    assert np.all(changed_neighbours(np.arange(6.0)[:, None] * [1, 1], np.zeros((6, 2)), k=5) == 0)


def test_too_many_neighbours_and_maps_of_other_points_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 9"):
        misplaced(np.zeros((10, 2)), np.zeros(10))
    with pytest.raises(ValueError, match="k is 0"):
        changed_neighbours(np.zeros((10, 2)), np.zeros((10, 2)), k=0)
    with pytest.raises(ValueError, match="10 and 11"):
        changed_neighbours(np.zeros((10, 2)), np.zeros((11, 2)))


def test_the_largest_come_first_equal_ones_in_order_and_nan_last() -> None:
    values = np.array([1, np.nan, 3, 2, 3, -np.inf, 1])
    assert largest(values, 10).tolist() == [2, 4, 3, 0, 6, 5, 1]
    assert largest(values, 2).tolist() == [2, 4]
    assert largest(np.array([1, 9, 5], dtype=np.uint8), 2).tolist() == [1, 2]
    assert largest(np.arange(2000) % 2, 2000).tolist() == [*range(1, 2000, 2), *range(0, 2000, 2)]
    assert largest(values, 0).tolist() == largest(values, -1).tolist() == []


def test_a_table_reads_back_to_the_last_digit() -> None:
    generator = np.random.default_rng(3)
    codes = {name: generator.normal(size=(50, 2)).astype(np.float32) * 1e-6 for name in ("ae", "vae")}
    labels, index = generator.integers(2, size=50), np.array([7, 3, 49])
    text = table(index, labels, codes, ("T-shirt, top", 'a "b"'))
    assert text.startswith("index,label,ae_z1,ae_z2,vae_z1,vae_z2\r\n")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["index"]) for row in rows] == [7, 3, 49]
    assert [row["label"] for row in rows] == [("T-shirt, top", 'a "b"')[i] for i in labels[index]]
    for name in codes:
        read = np.array([[row[f"{name}_z1"], row[f"{name}_z2"]] for row in rows]).astype(np.float32)
        assert np.array_equal(read, codes[name][index])
    double = {"run.1": np.array([[1 / 3, -1e-17]])}
    assert table(np.array([0]), np.array([0]), double, ("0",)).splitlines() == [
        "index,label,run.1_z1,run.1_z2",
        f"0,0,{1 / 3!r},-1e-17",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1"])
def test_a_class_name_is_no_formula(name: str) -> None:
    text = table(np.array([0]), np.array([0]), {"ae": np.zeros((1, 2))}, (name,))
    assert list(csv.reader(io.StringIO(text, newline="")))[1][1] == "'" + name


def digits(count: int) -> np.ndarray:
    return np.random.default_rng(count).integers(256, size=(count, 1, 28, 28), dtype=np.uint8)


def read(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"))


@pytest.mark.parametrize(
    "count, columns, gap, shape",
    [
        (1, None, 0, (1, 1)),
        (4, None, 1, (2, 2)),
        (5, None, 0, (2, 3)),
        (10, None, 1, (3, 4)),
        (10, 10, 2, (1, 10)),
        (3, 50, 0, (1, 3)),
        (7, 1, 1, (7, 1)),
    ],
)
def test_a_sheet_shows_every_image_where_it_belongs(
    count: int, columns: int | None, gap: int, shape: tuple[int, int]
) -> None:
    images, cell = digits(count), 28 + gap
    data = sheet(images, columns, gap)
    picture = read(data).copy()
    assert data.startswith(b"\x89PNG") and picture.shape == (shape[0] * cell - gap, shape[1] * cell - gap)
    for i, image in enumerate(images):
        row, column = divmod(i, shape[1])
        tile = picture[row * cell : row * cell + 28, column * cell : column * cell + 28]
        assert np.array_equal(tile, 255 - image[0])
        tile[:] = 255
    assert np.all(picture == 255)  # gaps, and the places left over


def test_a_strip_is_one_row_of_magnified_images() -> None:
    images = digits(5)
    picture = read(strips([("vae", images)], scale=3))[:, 2 * 84 :]
    assert picture.shape == (84, 420)
    for i in range(9):  # each of the 3 x 3 pixels that show one
        assert np.array_equal(picture[i // 3 :: 3, i % 3 :: 3], 255 - np.concatenate(images[:, 0], axis=1))


def test_an_animation_shows_every_image_for_its_time_and_begins_again() -> None:
    images = digits(4)
    gif = Image.open(io.BytesIO(animation([("vae", images)], 83, scale=2)))
    assert gif.format == "GIF" and gif.info["loop"] == 0
    frames = [(np.asarray(f.convert("L"))[8:], f.info["duration"]) for f in ImageSequence.Iterator(gif)]
    assert [duration for _, duration in frames] == [80] * 4
    for (frame, _), image in zip(frames, images, strict=True):
        assert np.array_equal(frame, 255 - np.kron(image[0], np.ones((2, 2), dtype=np.uint8)))


def test_a_walk_that_stands_still_takes_its_time() -> None:
    gif = Image.open(io.BytesIO(animation([("", digits(1).repeat(3, 0))], 100)))
    assert sum(frame.info["duration"] for frame in ImageSequence.Iterator(gif)) == 300


def test_no_images_and_sizes_that_are_none_are_refused() -> None:
    one = digits(1)
    for wrong in (
        lambda: sheet(one[:0]),
        lambda: strips([("", one[:0])]),
        lambda: animation([("", one[:0])], 100),
    ):
        with pytest.raises(ValueError, match="0 images"):
            wrong()
    with pytest.raises(ValueError, match="1 to 10000"):
        sheet(np.zeros((10_001, 1, 4, 4), dtype=np.uint8))
    with pytest.raises(ValueError, match="1 to 500"):
        strips([("", np.zeros((501, 1, 4, 4), dtype=np.uint8))])
    with pytest.raises(ValueError, match=r"\(n, c, h, w\) uint8 with c 1 or 3"):
        sheet(np.zeros((1, 1, 28, 28)))
    with pytest.raises(ValueError, match=r"\(n, c, h, w\) uint8 with c 1 or 3"):
        strips([("", np.zeros((2, 784), dtype=np.uint8))])
    for columns, gap in ((0, 0), (10_001, 0), (1, -1), (1, 29)):
        with pytest.raises(ValueError, match="columns are 1 to 10000"):
            sheet(one, columns, gap)
    for scale in (0, 17):
        with pytest.raises(ValueError, match="1 to 16"):
            strips([("", one)], scale)
    for milliseconds in (19, 10_001):
        with pytest.raises(ValueError, match="20 to 10000 ms"):
            animation([("", one)], milliseconds)


def test_several_walks_stand_in_one_file_each_with_its_title() -> None:
    walk = digits(4)
    walks = [("ae, straight", walk), ("vae, geodesic", 255 - walk)]
    picture = read(strips(walks, scale=2))
    assert picture.shape == (2 * 56, 2 * 56 + 4 * 56)
    assert np.array_equal(picture[:56, 112:], 255 - picture[56:, 112:])
    titles = [part[:, :112] < 128 for part in (picture[:56], picture[56:])]
    assert all(40 < title.sum() < 2000 for title in titles) and not np.array_equal(*titles)
    gif = Image.open(io.BytesIO(animation(walks, 100, scale=2)))
    assert gif.size == (2 * 56, 56 + 8) and gif.n_frames == 4
