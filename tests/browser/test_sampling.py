"""The page Why not sample? in a real browser: estimates that grow and stop, copies that follow the hand."""

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, named, settled, soon, steady
from tests.browser.test_accessible import findings
from tests.browser.test_compare import INK
from training import datasets

SCENE = ".sampling"
SIGNS = {
    "Estimates": "svg polygon.band",
    "Pixels mislead": '[data-name="cutter"]',
    "A simple prior": ".js-plotly-plot .xtick, .js-plotly-plot canvas",
}

GO_AND_TYPE = """scene => {
  const field = scene.querySelector('[data-name="image"]');
  scene.querySelector('[data-do="after"]').click();
  field.focus();
  field.select();
  document.execCommand("insertText", false, "99999999");
}"""


def went(page: Page, app: App, scene: str = "Estimates", query: str = "") -> Page:
    """The page, by the menu as a person goes there; `query` is the address."""
    page.goto(f"{app.url}/?{query}")
    page.get_by_role("link", name="Why not sample?").click(timeout=60_000)
    page.locator(SCENE).wait_for(timeout=60_000)
    if scene != "Estimates":
        page.get_by_text(scene).first.click()
    return page


def samples(page: Page) -> int:
    return int(page.locator(SCENE).get_attribute("data-samples") or 0)


def grown(page: Page, more_than: int) -> None:
    soon(page, lambda: samples(page) > more_than)


def number(page: Page, name: str) -> float:
    return float(
        named(page, name).inner_text().removesuffix(" nearer").replace("\u2212", "-").replace(",", "")
    )


def test_estimates_grow_stop_and_begin_again(page: Page, app: App) -> None:
    went(page, app)
    grown(page, 2000)
    named(page, "go").click()  # pause
    paused = steady(page, lambda: samples(page), 1000)
    exact, naive, sampled = (
        float(named(page, name).inner_text().removesuffix(" nats").replace("\u2212", "-"))
        for name in ("exact", "now-prior", "now-q")
    )
    assert -250 < exact < -30 and abs(sampled - exact) < 1 and naive < exact + 3
    assert named(page, "needs-prior").inner_text().startswith(">") or number(page, "needs-prior") > number(
        page, "needs-q"
    )
    assert page.locator("svg polygon.band").count() == 2 and page.locator("svg rect.bound").count() > 5
    named(page, "go").click()  # run
    grown(page, paused)
    named(page, "again").click()
    soon(page, lambda: samples(page) < paused)  # begun anew


def test_another_image_is_another_question_and_the_address_holds_it(page: Page, app: App) -> None:
    went(page, app)
    grown(page, 100)
    first = named(page, "exact").inner_text()
    page.locator('[data-do="after"]').click()
    expect(named(page, "caption")).to_have_text("test image 1, a 2")
    expect(named(page, "exact")).not_to_have_text(first)
    page.wait_for_url("**image=1*")
    settled(page)
    page.locator(SCENE).evaluate(GO_AND_TYPE)
    expect(named(page, "caption")).to_contain_text("test image 2")
    page.wait_for_url("**image=2*")
    settled(page)
    expect(named(page, "image")).to_have_value("99999999")  # whoever types is not disturbed
    named(page, "image").press("Enter")
    expect(named(page, "caption")).to_contain_text("test image 9999")
    page.locator('[data-do="drawing"]').click()
    expect(named(page, "note")).to_contain_text("no drawing yet")


def test_the_chart_can_be_read_by_keys(page: Page, app: App) -> None:
    went(page, app)
    grown(page, 3000)
    named(page, "chart").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(named(page, "readout")).to_contain_text("k = 16,")
    page.keyboard.press(" ")
    expect(named(page, "go")).to_have_text("run")


def test_the_words_beside_the_pictures_stay_in_their_column(page: Page, app: App) -> None:
    went(page, app, "Pixels mislead")
    column = page.locator(".copies thead td")
    words = column.locator("p")
    expect(words).not_to_have_count(0)
    edge = column.evaluate("cell => cell.getBoundingClientRect().right")
    range_ = "p => { const r = document.createRange(); r.selectNodeContents(p); return r"
    for line in words.all():
        assert line.evaluate(f"{range_}.getBoundingClientRect().right; }}") <= edge + 1


def test_moving_the_cut_changes_its_picture_and_numbers(page: Page, app: App) -> None:
    went(page, app, "Pixels mislead")
    expect(named(page, "nll-shifted")).to_have_text(re.compile(r"\d"))
    image = datasets.load("mnist", train=False).images[0, 0]
    np.testing.assert_allclose(np.array(named(page, "original").evaluate(INK)).reshape(28, 28), image, atol=1)
    assert (
        number(page, "squared-original") == 0 < number(page, "squared-cut") < number(page, "squared-shifted")
    )
    before, shifted = number(page, "squared-cut"), number(page, "nll-shifted")
    box = named(page, "cutter").bounding_box()
    assert box and box["width"] == pytest.approx(box["height"], abs=1)
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.05, box["y"] + box["height"] * 0.05, steps=4)
    page.mouse.up()
    expect(named(page, "squared-cut")).to_have_text("0.00")
    expect(named(page, "nll-cut")).not_to_have_class(re.compile("old"))
    assert number(page, "nll-cut") == number(page, "nll-original"), "nothing was cut out"
    assert before > 0 and number(page, "nll-shifted") == shifted, "the other copy stays"
    named(page, "cutter").focus()
    for key, steps in (("ArrowRight", 12), ("ArrowDown", 7)):  # onto the bar of the 7
        for _ in range(steps):
            page.keyboard.press(key)
    expect(named(page, "squared-cut")).not_to_have_text("0.00")


def test_the_slider_shifts(page: Page, app: App) -> None:
    went(page, app, "Pixels mislead")
    expect(named(page, "squared-shifted")).not_to_have_text("")
    for name in ("right", "down"):
        named(page, name).fill("0")
    expect(named(page, "squared-shifted")).to_contain_text("0.00")
    named(page, "right").fill("2")
    expect(named(page, "squared-shifted")).not_to_contain_text("0.00")
    page.locator('[data-name="reset"]').click()
    expect(named(page, "right-out")).to_have_text("0.50")


def test_the_cloud_unfolds(page: Page, app: App) -> None:
    went(page, app, "A simple prior")
    page.locator(".js-plotly-plot").wait_for(timeout=60_000)
    expect(page.get_by_text("g(z)", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 720, "light"), (1920, 1080, "dark")])
def test_every_scene_fits_the_window_and_axe_finds_nothing_serious(
    browser: Browser, app: App, width: int, height: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page, problems = context.new_page(), []
    went(page, app)
    grown(page, 1000)
    for scene, sign in SIGNS.items():
        page.get_by_text(scene).first.click()
        page.locator(sign).first.wait_for(timeout=60_000)
        settled(page)
        tall = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
        assert tall <= height, scene
        problems += [f"{scene} {text}" for text in findings(page)]
    context.close()
    assert problems == []


@pytest.mark.parametrize("scene", ["Estimates", "Pixels mislead"])
def test_a_run_that_is_not_there_is_told_and_stays_told(page: Page, app: App, scene: str) -> None:
    page.goto(f"{app.url}/sampling?run=nobody&show={scene}")
    note = named(page, "note")
    note.get_by_text("There is no run 'nobody'").wait_for(timeout=60_000)
    page.wait_for_timeout(1500)  # the line is open by now
    expect(note).to_be_visible()


def test_back_steps_through_the_scenes(page: Page, app: App) -> None:
    went(page, app)
    for scene in ("Pixels mislead", "A simple prior"):
        page.get_by_role("radio", name=scene).click()
        page.wait_for_url(re.compile(scene.replace(" ", r"\+")))
    page.go_back()
    expect(page.get_by_role("radio", name="Pixels mislead")).to_have_attribute("aria-checked", "true")
    page.go_back()
    expect(page.get_by_role("radio", name="Estimates")).to_have_attribute("aria-checked", "true")
    grown(page, 0)


@pytest.mark.parametrize("scene", ["Estimates", "Pixels mislead"])
def test_an_image_beyond_the_last_is_told(page: Page, app: App, scene: str) -> None:
    page.goto(f"{app.url}/sampling?image=99999&show={scene}")
    note = named(page, "note")
    note.get_by_text("the last is 9999").wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    expect(note).to_be_visible()
    assert "image=9999" in page.url and "image=99999" not in page.url
