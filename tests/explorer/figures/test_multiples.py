"""Small multiples: every point in its place and colour, maps at equal aspect, an empty one for no run."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer.figures.multiples import NO_RUN, Panel, multiples, placed, ticks
from explorer.figures.raster import EMPTY_INDEX, MAP_PIXELS, picture, raster

COLOURS = ["#ff0000", "#00ff00"]
CLASSES = [("zero", "#ff0000"), ("one", "#00ff00")]
CODES = np.array([[-0.9, 0.5], [0.3, -0.7], [0.3, 0.9]])
LABELS = np.array([0, 1, 1])


def rows_and_columns(code: np.ndarray, edges: tuple[float, float, float, float]) -> tuple[int, int]:
    left, right, bottom, top = edges
    return int((top - code[1]) / (top - bottom) * MAP_PIXELS), int(
        (code[0] - left) / (right - left) * MAP_PIXELS
    )


@pytest.mark.parametrize("edges", [(-1.0, 1.0, -1.0, 1.0), (-3.0, 5.0, -2.0, 6.0)])
def test_points_lie_at_their_codes_z1_right_and_z2_up(edges: tuple[float, float, float, float]) -> None:
    image = raster(CODES, LABELS, edges)
    for code, label in zip(CODES, LABELS, strict=True):
        row, column = rows_and_columns(code, edges)
        assert image[row, column] == label
    drawn = image != EMPTY_INDEX
    assert 3 * 5 < drawn.sum() <= 3 * 9 and image.shape == (MAP_PIXELS, MAP_PIXELS)


def test_later_points_lie_on_top_and_those_outside_are_left_out() -> None:
    twice = np.array([[0.0, 0.0], [0.0, 0.0]])
    for values in ([0, 1], [1, 0]):
        assert set(np.unique(raster(twice, np.array(values), (-1, 1, -1, 1)))) == {values[1], EMPTY_INDEX}
    outside = np.array([[2.0, 0.0], [0.0, -1.5], [-9e9, 0.0]])
    assert (raster(outside, LABELS, (-1, 1, -1, 1)) == EMPTY_INDEX).all()


def test_the_picture_has_the_classes_colours_on_a_transparent_ground() -> None:
    address = picture(CODES, LABELS, (-1, 1, -1, 1), COLOURS)
    image = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGBA")
    row, column = rows_and_columns(CODES[1], (-1, 1, -1, 1))
    assert image.getpixel((column, row)) == (0, 255, 0, 255)
    assert image.getpixel((3, 3))[3] == 0


@pytest.mark.parametrize("dark", [False, True])
def test_a_row_a_model_and_a_column_a_seed(dark: bool) -> None:
    edges = (-2.0, 4.0, -3.0, 3.0)
    rows = [("AE", [Panel(CODES, edges), Panel(None)]), ("VAE", [Panel(CODES, edges, "0.5")] * 2)]
    figure = multiples(rows, ["seed 0", "seed 1"], LABELS, CLASSES, dark)
    texts = [a.text for a in figure.layout.annotations]
    assert len(figure.layout.images) == 3 and texts.count(NO_RUN) == 1 and texts.count("0.5") == 2
    assert {"seed 0", "seed 1"} <= set(texts)
    assert [axis.title.text for axis in figure.select_yaxes(col=1)] == ["<b>AE</b>", "<b>VAE</b>"]
    image = figure.layout.images[0]
    assert (image.x, image.y, image.sizex, image.sizey, image.sizing) == (-2, 3, 6, 6, "stretch")
    assert figure.layout.xaxis.range == (-2, 4) and figure.layout.yaxis.range == (-3, 3)
    for number in ("", "2", "3", "4"):
        assert figure.layout[f"yaxis{number}"].scaleanchor == f"x{number}"
    assert [t.name for t in figure.data if t.showlegend is not False] == ["zero", "one", "1 sd of N(0, I)"]


def test_names_stand_at_the_medians_and_none_over_another() -> None:
    codes = np.array([[0.0, 0.0], [0.2, 0.0], [9.0, 0.0], [0.3, 0.1], [-3.0, 2.0]])
    panel = Panel(codes, (-4.0, 4.0, -4.0, 4.0))
    labels = np.array([0, 0, 0, 1, 2])
    assert placed(panel, labels, ["0", "1", "2"]) == [(0.2, 0.0, "0"), (-3.0, 2.0, "2")]
    assert placed(panel, labels, ["Trouser", "1", "2", "3"]) == [(0.3, 0.1, "1"), (-3.0, 2.0, "2")]
    assert placed(Panel(None), labels, ["0", "1", "2"]) == []


@pytest.mark.parametrize(
    "low, high, expected",
    [
        (-3.4, 3.5, [-2, 0, 2]),
        (-41, 40, [-20, 0, 20]),
        (-0.1, 0.1, [-0.05, 0, 0.05]),
        (5, 105, [20, 40, 60, 80]),
    ],
)
def test_ticks_are_round_and_keep_off_the_ends(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)
