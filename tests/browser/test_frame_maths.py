"""The pure maths of the maps (frame.js) and of the bars (bars.js), run by the browser."""

from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ROOT

ASSETS = ROOT / "explorer" / "stage" / "assets"
SOURCE = (ASSETS / "frame.js").read_text(encoding="utf-8")
BARS = (ASSETS / "evidence" / "bars.js").read_text(encoding="utf-8")
VIEW = {"left": -3.0, "right": 5.0, "bottom": -2.0, "top": 6.0}


def run(page: Page, expression: str, *arguments: Any, source: str = SOURCE) -> Any:
    """Evaluate an expression over a module's functions; `a` holds the arguments."""
    script = "([url, code, a]) => import(url).then((f) => new Function('f', 'a', `return ${code}`)(f, a))"
    return page.evaluate(script, [f"data:text/javascript,{quote(source)}", expression, list(arguments)])


def test_z1_runs_right_and_z2_runs_up(page: Page) -> None:
    assert run(page, "f.toScreen(a[0], 400, -3, 6)", VIEW) == [0, 0]
    assert run(page, "f.toScreen(a[0], 400, 5, -2)", VIEW) == [400, 400]
    assert run(page, "f.toPlane(a[0], 400, ...f.toScreen(a[0], 400, 1.25, -0.5))", VIEW) == [1.25, -0.5]


def test_zooming_keeps_the_point_and_panning_the_scale(page: Page) -> None:
    near = run(page, "f.zoomed(a[0], [1, 2], 0.25)", VIEW)
    place = "f.toScreen(a[0], 400, 1, 2)"
    assert run(page, place, near) == pytest.approx(run(page, place, VIEW))
    assert near["right"] - near["left"] == pytest.approx(2) == near["top"] - near["bottom"]
    moved = run(page, "f.panned(a[0], 400, 100, 50)", VIEW)
    assert moved == {"left": -5, "right": 3, "bottom": -1, "top": 7}


def test_a_union_is_a_square_that_holds_both(page: Page) -> None:
    both = run(page, "f.union(...a)", VIEW, {"left": -40, "right": -20, "bottom": 0, "top": 20})
    assert both["right"] - both["left"] == both["top"] - both["bottom"] == 45
    assert both["left"] <= -40 and both["right"] >= 5 and both["bottom"] <= -2 and both["top"] >= 20


@pytest.mark.parametrize(("low", "high"), [(-3, 3), (-42.7, 57.2), (0.123, 0.1234), (-1e-4, 2e-4)])
def test_ticks_are_round_numbers_inside_and_their_labels_differ(page: Page, low: float, high: float) -> None:
    ticks = run(page, "f.ticks(a[0], a[1], 6)", low, high)
    values = np.array(ticks["values"])
    assert 2 <= len(values) <= 7 and values.min() >= low - 1e-9 and values.max() <= high + 1e-9
    assert len({f"{v:.{ticks['decimals']}f}" for v in values}) == len(values)
    assert np.allclose(values, [float(f"{v:.{ticks['decimals']}f}") for v in values])


def test_the_nearest_code_is_the_nearest(page: Page) -> None:
    codes = np.random.default_rng(0).normal(size=(500, 2))
    found = run(page, "f.nearest(a[0], 0.3, -0.2)", codes.ravel().tolist())
    distances = np.linalg.norm(codes - [0.3, -0.2], axis=1)
    assert found["index"] == distances.argmin() and found["distance"] == pytest.approx(distances.min())
    other = run(page, "f.nearest(a[0], 0.3, -0.2, (i) => i !== a[1])", codes.ravel().tolist(), found["index"])
    assert other["index"] == distances.argsort()[1]


def test_names_move_apart_and_no_farther_than_they_must(page: Page) -> None:
    box = {"width": 20, "height": 10}
    boxes = [{"x": x, "y": y} | box for x, y in [(10, 10), (12, 10), (10, 10), (300, 10), (310, 22)]]
    moved = run(page, "f.apart(a[0])", boxes)
    assert moved[3:] == boxes[3:]  # these did not overlap
    for i, a in enumerate(moved):
        for b in moved[:i]:
            assert abs(a["x"] - b["x"]) >= 20 - 0.2 or abs(a["y"] - b["y"]) >= 10 - 0.2
    assert all(abs(m["x"] - 10) < 45 and abs(m["y"] - 10) < 45 for m in moved[:3])


def test_a_class_in_two_places_is_named_twice(page: Page) -> None:
    chance = np.random.default_rng(0)
    one = chance.normal([-2, -1], 0.2, (400, 2))
    two = np.concatenate([chance.normal([2, 4], 0.2, (200, 2)), chance.normal([3, 0], 0.2, (200, 2))])
    codes, labels = np.concatenate([one, two]), [0] * 400 + [1] * 400
    places = run(page, "f.peaks(a[0], a[1], 3, a[2])", codes.ravel().tolist(), labels, VIEW)
    found = sorted((p["label"], *np.round(p["z"])) for p in places)
    assert found == [(0, -2, -1), (1, 2, 4), (1, 3, 0)]


@pytest.mark.parametrize(
    ("value", "size", "text"),
    [(0.5, 6, "+0.50"), (-0.004, 6, "+0.00"), (-12.34, 60, "\u221212.3"), (0.12345, 0.002, "+0.12345")],
)
def test_numbers_are_signed_and_as_precise_as_the_view(
    page: Page, value: float, size: float, text: str
) -> None:
    assert run(page, "f.signed(a[0], a[1])", value, size) == text


@pytest.mark.parametrize("reconstruction, kl, gap, cut", [
    (86.3, 7.1, 0.4, True), (90.0, 8.0, 30.0, True), (271.4, 4.4, 154.6, False), (3.0, 9.0, 0.1, False),
])  # fmt: skip
def test_the_axis_of_the_bars_is_cut_only_where_that_enlarges(
    page: Page, reconstruction: float, kl: float, gap: float, cut: bool
) -> None:
    numbers = {"reconstruction": reconstruction, "kl": kl, "gap": gap, "evidence": gap - reconstruction - kl}
    low, high = run(page, "f.lens(a[0])", numbers, source=BARS)
    end = reconstruction + kl
    assert (low > 0) is cut and low <= min(reconstruction, end - gap) and high > end
    assert not cut or high > 1.5 * (high - low)
    first, second = run(page, "f.lanes(a[0])", numbers, source=BARS)
    assert first[-1][2] == pytest.approx(end) == second[-1][2], "both lanes meet"
