"""The page Test set in a browser: all of it within the window, and the way from a worst case to its map."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.conftest import READY, App, copy_run, settled, soon
from tests.browser.test_accessible import ASPECTS
from tests.explorer.views.test_testset import gaps

FONT_SIZE = "e => parseFloat(getComputedStyle(e).fontSize)"


@pytest.fixture(scope="module")
def measured_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app whose VAE has gaps, whatever the shipped metrics hold."""
    checkpoints = tmp_path_factory.mktemp("measured") / "checkpoints"
    for name in ("ae", "vae"):
        copy_run(name, checkpoints)
    path = checkpoints / "vae" / "metrics.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"images": {"gap": gaps()}}))
    app = App(checkpoints)
    app.wait()
    yield app
    app.stop()


def opened(page: Page, app: App) -> Page:
    page.goto(app.url)
    page.get_by_role("link", name="Test set").click(timeout=60_000)
    page.get_by_role("radio", name="gap", exact=True).wait_for(timeout=60_000)
    return page


SIZES = [(1280, 720), (1920, 1080)]
FITS = "m => m.scrollHeight <= m.clientHeight && m.scrollWidth <= m.clientWidth"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_aspect_fits_the_window(page: Page, measured_app: App, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    opened(page, measured_app)
    for aspect, sign in ASPECTS.items():
        page.get_by_role("radio", name=aspect, exact=True).click()
        expect(page.get_by_text(sign, exact=True).first).to_be_visible(timeout=60_000)
        settled(page)
        soon(page, lambda: page.get_by_test_id("stMain").evaluate(FITS))  # what was there before leaves late
        size = float(page.get_by_role("radio", name=aspect, exact=True).evaluate(FONT_SIZE))
        assert size >= 0.0109 * width, "words grow with the window"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_magnified_figure_is_true_under_the_pointer(
    page: Page, measured_app: App, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{measured_app.url}/test-set?aspect=q(z)&tested=vae")
    panel = page.locator(".js-plotly-plot .nsewdrag").first
    panel.wait_for(timeout=60_000)
    settled(page)
    box = panel.bounding_box()
    assert box is not None and abs(box["width"] - box["height"]) < 2
    label = page.locator(".hoverlayer text").first

    def read() -> bool:
        page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
        page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
        page.wait_for_timeout(300)
        return label.count() > 0

    soon(page, read)  # the pointer may come before Plotly listens
    z1, z2 = re.findall(r"[\d.]+", (label.text_content() or "").split("z = ")[1])[:2]
    assert float(z1) == pytest.approx(2, abs=0.1) and float(z2) == pytest.approx(2, abs=0.1)


def test_a_worst_case_opens_on_the_map(page: Page, measured_app: App) -> None:
    opened(page, measured_app)
    page.get_by_role("radio", name="worst cases", exact=True).click()
    worst = gaps()["worst"][1]
    page.get_by_role("button", name=f"{worst['gap']:.0f} nats", exact=True).first.wait_for(timeout=60_000)
    page.get_by_role("button", name=f"{worst['gap']:.0f} nats", exact=True).first.click()
    page.locator(READY).wait_for(timeout=60_000)
    soon(page, lambda: f"image={worst['image']}" in page.url and "/test-set" not in page.url)


def fills(box: FloatRect | None) -> bool:
    return box is not None and 1800 < box["width"] <= 1920 and 900 < box["height"] <= 1080


def test_a_figure_in_full_screen_fills_the_window_and_comes_back(page: Page, measured_app: App) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    opened(page, measured_app)
    figure = page.locator(".js-plotly-plot")
    settled(page)
    before = figure.bounding_box()
    figure.hover()
    page.get_by_role("button", name="Fullscreen").click()
    page.get_by_role("button", name="Close fullscreen").wait_for()
    soon(page, lambda: fills(figure.bounding_box()))
    page.get_by_role("button", name="Close fullscreen").click()
    soon(page, lambda: figure.bounding_box() == pytest.approx(before, abs=1))


def test_a_worst_case_is_pinned_at_its_own_code(page: Page, measured_app: App) -> None:
    page.goto(f"{measured_app.url}/test-set?aspect=worst cases&tested=vae")
    worst = gaps()["worst"][1]
    page.get_by_role("button", name=f"{worst['gap']:.0f} nats", exact=True).first.click(timeout=60_000)
    page.locator(READY).wait_for(timeout=60_000)
    expect(page.get_by_text(f"test image {worst['image']}", exact=True).first).to_be_visible(timeout=30_000)
    soon(page, lambda: "pins=" in page.url)
