"""Uploaded pictures: one of several is chosen, on Compare and on the pages about one image, and stays."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, counter, named, opened, until
from training import datasets


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A picture of three digits."""
    digits = [image.repeat(8, 0).repeat(8, 1) for image in datasets.load("mnist", train=False).images[:3, 0]]
    file = tmp_path / "three.png"
    Image.fromarray(255 - np.pad(np.hstack(digits), 30)).save(file)
    return file


def test_a_drawing_is_chosen_by_keyboard_and_goes_to_evidence_and_back(
    page: Page, app: App, three: Path
) -> None:
    opened(page, app, "tool=draw")
    named(page, "upload").set_input_files(three)
    expect(named(page, "choices")).to_contain_text("3 drawings found")
    assert counter(page, "stage", "drawn") == 0  # nothing is taken unasked
    expect(page.locator('[data-choice="0"]')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "stage", "drawn")
    expect(page.locator('[data-choice="1"]')).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Evidence").first.click()  # by the menu: the drawing is there all the same
    page.locator(".stage.evidence[data-answered]").wait_for()
    page.get_by_role("button", name="drawing", exact=True).click()
    expect(named(page, "image-title")).to_have_text("your drawing")
    page.get_by_role("button", name="on the maps").click()
    page.locator('.stage[data-ready="2"][data-drawn]').wait_for()


def test_a_picture_is_uploaded_on_evidence(page: Page, app: App, three: Path) -> None:
    page.goto(f"{app.url}/evidence")
    page.locator(".stage[data-answered]").wait_for()
    named(page, "upload").set_input_files(three)
    page.locator('[data-choice="2"]').click()
    expect(named(page, "image-title")).to_have_text("your drawing")
    page.get_by_role("button", name="hide").click()
    expect(named(page, "choices")).to_be_hidden()


def test_strokes_are_there_again_after_another_page(page: Page, app: App) -> None:
    opened(page, app, "tool=draw")
    box = named(page, "pad").bounding_box()
    assert box
    for x in (0.3, 0.7):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * 0.2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * 0.8, steps=4)
        page.mouse.up()
    until(page, "stage", "drawn")
    page.wait_for_timeout(500)
    page.locator('[data-draw="evidence"]').click()
    page.locator(".stage.evidence[data-answered]").wait_for()
    page.get_by_role("button", name="on the maps").click()
    page.locator('.stage[data-ready="2"][data-drawn]').wait_for()
    before = counter(page, "stage", "drawn")
    page.locator('[data-draw="undo"]').click()  # one stroke is left
    until(page, "stage", "drawn", before)
    page.locator('[data-draw="undo"]').click()
    expect(named(page, "drawn-caption")).to_have_text("")
