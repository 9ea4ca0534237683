"""The page Evidence: one image's nats, its posterior, a better q, and epsilon under the hand."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, counter, named, opened, until
from tests.browser.test_compare import query

WRONG_MODE = 300  # a test image that the shipped encoder puts on another mode than the posterior's


def evidence(page: Page, app: App, address: str = "") -> None:
    page.goto(f"{app.url}/evidence?{address}")
    page.locator(".stage[data-answered]").wait_for(timeout=60_000)
    until(page, "stage", "decoded")
    until(page, "frame", "layers")


def number(page: Page, name: str) -> float:
    return float(named(page, name).inner_text().replace("\u2212", "-").replace("< ", ""))


def test_the_identity_closes_on_the_screen(page: Page, app: App) -> None:
    evidence(page, app, f"image={WRONG_MODE}")
    numbers = {name: number(page, name) for name in ("reconstruction", "kl", "elbo", "gap", "log_evidence")}
    assert numbers["elbo"] == pytest.approx(-numbers["reconstruction"] - numbers["kl"], abs=0.011)
    assert numbers["log_evidence"] == pytest.approx(numbers["elbo"] + numbers["gap"], abs=0.011)
    assert abs(number(page, "residual")) < 0.01
    ends = [box for i in page.locator(".lanes .large i:last-of-type").all() if (box := i.bounding_box())]
    right = [box["x"] + box["width"] for box in ends]
    assert len(right) == 2 and abs(right[0] - right[1]) < 1.5  # both bars end at -ELBO
    page.wait_for_timeout(300)
    page.get_by_role("button", name="grey", exact=True).click()
    until(page, "stage", "answered", 1)
    assert number(page, "log_evidence") != numbers["log_evidence"]
    page.wait_for_url(re.compile("pixels=grey"))


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (1920, 1080)])
def test_no_number_leaves_its_card(page: Page, app: App, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    evidence(page, app, f"image={WRONG_MODE}")
    for card in page.locator(".stage .card").all():
        box = card.bounding_box()
        for part in card.locator("dt, dd").all():
            place = part.bounding_box()
            assert box and place and place["x"] + place["width"] <= box["x"] + box["width"], part.inner_text()


def test_refining_splits_the_gap_while_one_watches(page: Page, app: App) -> None:
    evidence(page, app, f"image={WRONG_MODE}")
    page.get_by_role("button", name="refine", exact=True).click()
    page.locator('.stage[data-searching="true"]').wait_for()
    page.locator('.stage[data-searching="false"]').wait_for(timeout=60_000)
    assert counter(page, "stage", "steps") > 30
    parts = [number(page, name) for name in ("amortisation", "tilt", "shape")]
    assert sum(parts) == pytest.approx(number(page, "gap"), abs=0.03)
    assert parts[0] > 50 and min(parts) >= 0  # nearly all of it is the wrong mode
    page.get_by_role("button", name="refine", exact=True).click()
    page.get_by_role("button", name="stop", exact=True).click()
    page.locator('.stage[data-searching="false"]').wait_for()
    page.get_by_role("button", name="Next image").click()
    until(page, "stage", "answered", 1)
    assert named(page, "tilt").inner_text() == "\u2013"  # the split was of the other image


def test_epsilon_moves_z_and_its_image(page: Page, app: App) -> None:
    evidence(page, app)
    box = named(page, "epsilon").bounding_box()
    assert box and box["width"] == pytest.approx(box["height"], abs=1)
    before, count = named(page, "sample-caption").inner_text(), counter(page, "stage", "decoded")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in (0.7, 0.85):  # it is decoded while the pointer moves
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.2, steps=5)
        until(page, "stage", "decoded", count)
        count = counter(page, "stage", "decoded")
    page.mouse.up()
    assert named(page, "sample-caption").inner_text() != before
    count = counter(page, "stage", "decoded")
    page.get_by_role("button", name="draw \u03b5").click()
    until(page, "stage", "decoded", count)


def test_a_point_of_the_plane_is_the_next_image(page: Page, app: App) -> None:
    evidence(page, app)
    page.get_by_role("button", name="whole plane").click()
    until(page, "frame", "layers", 1)
    box = named(page, "frame").bounding_box()
    assert box
    for share in (0.4, 0.45, 0.5, 0.55):  # among 10,000 points one of these is near
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.6)
    until(page, "stage", "answered", 1)
    assert named(page, "image").input_value() != "0"


def test_an_image_goes_from_the_maps_to_the_evidence_and_back(page: Page, app: App) -> None:
    opened(page, app, "image=7&left=vae&right=ae")
    page.get_by_role("button", name="Evidence \u203a").click()
    page.locator(".stage[data-answered]").wait_for(timeout=60_000)
    assert named(page, "image").input_value() == "7" and named(page, "run").input_value() == "vae"
    page.get_by_role("button", name="on the maps").click()
    page.locator('.stage[data-ready="2"]').wait_for(timeout=60_000)
    expect(named(page, "test-image-title")).to_have_text("test image 7")
    expect(named(page, "left-run")).to_have_value("vae")


def test_back_leads_to_the_scene_that_was_left(page: Page, app: App) -> None:
    opened(page, app, "image=7&left=vae&right=ae&hidden=[3]")
    before = page.evaluate("history.length")
    page.get_by_role("button", name="Evidence \u203a").click()
    page.locator(".stage[data-answered]").wait_for(timeout=60_000)
    page.wait_for_url(re.compile(r"/evidence\?image=7"))
    assert page.evaluate("history.length") == before + 1  # one step of a person, one step of the history
    page.go_back()
    page.locator('.stage[data-ready="2"]').wait_for(timeout=60_000)
    expect(named(page, "left-run")).to_have_value("vae")
    assert query(page) == {"image": "7", "left": "vae", "right": "ae", "hidden": "[3]"}
    assert page.locator('[data-testid="stToast"]').count() == 0
    page.go_forward()
    page.locator(".stage[data-answered]").wait_for(timeout=60_000)
    assert named(page, "image").input_value() == "7"


def test_a_drawing_has_an_evidence_too(page: Page, app: App) -> None:
    opened(page, app, "tool=draw")
    box = named(page, "pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.8, steps=8)
    page.mouse.up()
    until(page, "stage", "drawn")
    page.locator('[data-draw="evidence"]').click()
    page.locator(".stage[data-answered]").wait_for(timeout=60_000)
    assert named(page, "image-title").inner_text() == "your drawing"
    assert number(page, "residual") < 0.01


def test_a_run_without_a_prior_is_answered_in_words(page: Page, app: App) -> None:
    page.refused = True  # type: ignore[attr-defined]
    page.goto(f"{app.url}/evidence?run=ae")
    named(page, "error").wait_for()
    assert "plain autoencoder" in named(page, "error").inner_text(timeout=60_000)


def test_back_and_forward_step_through_the_images(page: Page, app: App) -> None:
    evidence(page, app, "image=3")
    image, after = (
        page.get_by_label("Number of the test image"),
        page.get_by_role("button", name="Next image"),
    )
    for index in (4, 5):
        after.click()
        page.wait_for_url(re.compile(f"image={index}"))
    for step, index in ((page.go_back, 4), (page.go_back, 3), (page.go_forward, 4)):
        before = counter(page, "stage", "answered")
        step()
        expect(image).to_have_value(str(index))
        until(page, "stage", "answered", before)
        page.wait_for_url(re.compile(f"image={index}$"))
    for _ in range(2):  # what was taken back can be done again
        page.go_back()
        expect(image).to_have_value("3")
        after.click()
        page.wait_for_url(re.compile("image=4$"), timeout=20_000)
    for _ in range(4):  # faster than the server answers: no answer of it turns the hand back
        after.click()
        page.wait_for_timeout(80)
    page.wait_for_url(re.compile("image=8"))
    expect(image).to_have_value("8")


def test_an_image_beyond_the_last_is_told(page: Page, app: App) -> None:
    evidence(page, app, "image=99999")
    expect(named(page, "note")).to_contain_text("the last is 9999")
    expect(page.get_by_label("Number of the test image")).to_have_value("9999")
    page.wait_for_url(re.compile(r"image=9999(&|$)"))
