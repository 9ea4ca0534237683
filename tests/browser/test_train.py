"""Train together, in a real browser: two models learn, and do what the page says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, app_with, counter, named, soon, spot_of

MOTION = 3  # updates of a map that make a motion


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    yield from app_with(tmp_path_factory, "ae", "vae")


def arrived(page: Page, app: App) -> None:
    page.goto(f"{app.url}/train")
    page.locator(".stage.train").wait_for(timeout=60_000)
    soon(page, lambda: page.locator(".stage").get_attribute("data-training") == "false")


def started(page: Page, app: App, width: int = 16) -> None:
    """The page with a training on its way."""
    arrived(page, app)
    named(page, "width").fill(str(width))
    named(page, "go").click()
    moved(page)


def moved(page: Page) -> None:
    """Wait until both maps have moved from now on."""
    before = {side: counter(page, f"{side}-frame", "updates") for side in ("left", "right")}
    for side, count in before.items():
        soon(page, lambda side=side, count=count: counter(page, f"{side}-frame", "updates") > count + MOTION)


def let_go(page: Page) -> None:
    named(page, "discard").click()
    soon(page, lambda: page.locator(".stage").get_attribute("data-training") == "false")


def epoch(page: Page) -> float:
    """The epoch that is shown."""
    words = named(page, "when").inner_text()
    return float(words.partition("epoch ")[2].partition(" ")[0] or 0)


def test_two_models_learn_side_by_side_and_stand_while_they_are_paused(page: Page, app: App) -> None:
    started(page, app)
    expect(named(page, "story")).not_to_be_empty()
    expect(named(page, "go")).to_have_text("pause")
    page.keyboard.press(" ")
    expect(named(page, "go")).to_have_text("resume")
    soon(page, lambda: page.locator(".stage").get_attribute("data-paused") == "true")
    page.wait_for_timeout(600)
    stands = epoch(page)
    page.wait_for_timeout(600)
    assert epoch(page) == stands
    named(page, "step").click()
    named(page, "go").click()
    expect(named(page, "go")).to_have_text("pause")
    soon(page, lambda: epoch(page) > stands)
    tiles = named(page, "right-frame").get_attribute("data-tiles")
    assert tiles == "144"
    let_go(page)
    expect(named(page, "story")).to_contain_text("discarded")


def test_beta_changes_while_it_runs(page: Page, app: App) -> None:
    started(page, app)
    slider = page.locator('[data-name="right-live"] input')
    slider.fill("4")
    expect(named(page, "story")).to_contain_text("\u03b2 is 4", timeout=60_000)
    assert page.locator('[data-name="left-live"] input').count() == 0  # an autoencoder has none
    let_go(page)


def test_what_happened_can_be_seen_again(page: Page, app: App) -> None:
    started(page, app)
    soon(page, lambda: epoch(page) > 0.3)
    scrub = named(page, "scrub")
    scrub.focus()
    page.keyboard.press("Home")
    expect(named(page, "when")).to_have_text("epoch 0.00 of 8")
    soon(page, lambda: epoch(page) == 0)
    page.keyboard.press("End")
    expect(page.locator(".stage")).to_have_attribute("data-past", "false")
    soon(page, lambda: epoch(page) > 0.3)
    let_go(page)


def test_a_drawing_is_encoded_all_along(page: Page, app: App) -> None:
    started(page, app)
    x, y = spot_of(named(page, "pad"), 0.5, 0.2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=8)
    page.mouse.up()
    reconstruction = named(page, "right-drawing")
    soon(page, lambda: reconstruction.evaluate("canvas => canvas.width") == 28)
    let_go(page)


def test_both_can_be_kept_as_runs_and_compared(page: Page, app: App) -> None:
    started(page, app)
    named(page, "keep").click()
    named(page, "left-name").fill("my ae")
    named(page, "right-name").fill("ae")
    page.get_by_role("button", name="keep", exact=True).click()
    expect(named(page, "note")).to_contain_text("exists")
    named(page, "keep").click()
    named(page, "right-name").fill("my vae")
    page.get_by_role("button", name="keep", exact=True).click()
    expect(named(page, "story")).to_contain_text("Kept as my ae and my vae", timeout=120_000)
    assert (Path(app.checkpoints) / "my vae" / "weights.safetensors").is_file()
    named(page, "story").get_by_role("link").click()
    page.locator('.stage[data-ready="2"]').wait_for(timeout=60_000)
    assert named(page, "right-run").input_value() == "my vae"


def test_whoever_steers_goes_on_after_the_page_was_loaded_anew(page: Page, app: App) -> None:
    started(page, app)
    page.reload()
    page.locator(".stage.train").wait_for(timeout=60_000)
    moved(page)
    expect(named(page, "go")).to_have_text("pause")
    expect(named(page, "discard")).to_be_enabled()
    let_go(page)


def test_a_second_person_watches(page: Page, app: App, browser: Browser) -> None:
    started(page, app)
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    other = context.new_page()
    other.goto(f"{app.url}/train")
    other.locator(".stage.train").wait_for(timeout=60_000)
    moved(other)
    expect(named(other, "go")).to_have_text("watching")
    expect(named(other, "go")).to_be_disabled()
    context.close()
    let_go(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, app: App, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    page = context.new_page()
    started(page, app)
    violations = Axe().run(page).response["violations"]
    assert [v for v in violations if v["impact"] in ("serious", "critical")] == []
    let_go(page)
    context.close()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1024, 768), (1280, 590)])
def test_nothing_of_it_needs_scrolling_or_lies_over_anything(
    browser: Browser, app: App, size: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    arrived(page, app)
    boxes = [named(page, name).bounding_box() for name in ("left-frame", "right-frame", "scrub-row")]
    for box in boxes:
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] <= size[1]
    left, right, row = boxes
    assert left and right and row and left["width"] == left["height"]
    assert left["x"] + left["width"] <= right["x"] and left["y"] + left["height"] <= row["y"]
    context.close()
