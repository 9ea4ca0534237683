"""The tools in a real browser: draw, select, walk, sample; layers and colours; keys; the address."""

import json
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, counter, named, opened, settled, soon, steady, until
from tests.browser.test_compare import COLOURED, INK, query, spot, view
from training import datasets

FOCUSED = """() => {
  const deepest = (e) => e.shadowRoot?.activeElement ? deepest(e.shadowRoot.activeElement) : e;
  return deepest(document.activeElement).dataset.name ?? null;
}"""
LAST_ANSWER = 2_000  # ms in which a busy machine answers the last state of a stroke
SEVEN = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.85)]


def stroke(page: Page, points: list[tuple[float, float]], answered: bool = False) -> None:
    """Draw through the points; with `answered`, wait at each for an answer while the pen is down.

    The page asks for the newest state of a stroke only: how many answers a quick one has, no test can know.
    """
    box = named(page, "pad").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        before = counter(page, "stage", "drawn")
        page.mouse.move(*place, steps=8)
        if answered:
            until(page, "stage", "drawn", before)
    page.mouse.up()


def drag(page: Page, side: str, corners: list[tuple[float, float]]) -> None:
    page.mouse.move(*spot(page, side, *corners[0]))
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*spot(page, side, *corner), steps=6)
    page.mouse.up()


def ink_of(page: Page, name: str) -> np.ndarray:
    return np.array(named(page, name).evaluate(INK))


# ---- draw


def test_a_drawn_digit_is_decoded_while_the_pen_moves(page: Page, app: App) -> None:
    opened(page, app, "tool=draw")
    box = named(page, "pad").bounding_box()
    assert box and box["width"] == pytest.approx(box["height"])
    stroke(page, SEVEN, answered=True)
    for name in ("drawn", "drawn-left", "drawn-right"):
        soon(page, lambda name=name: ink_of(page, name).sum() > 255 * 40)
    steady(page, lambda: ink_of(page, "drawn"))
    page.keyboard.press("Backspace")  # the only stroke is taken back
    soon(page, lambda: ink_of(page, "drawn").sum() == 0)
    stroke(page, SEVEN)
    soon(page, lambda: ink_of(page, "drawn").sum() > 0)
    whole = steady(page, lambda: ink_of(page, "drawn"), LAST_ANSWER)
    stroke(page, [(0.2, 0.6), (0.8, 0.6)])
    soon(page, lambda: not np.array_equal(ink_of(page, "drawn"), whole))
    crossed = steady(page, lambda: ink_of(page, "drawn"), LAST_ANSWER)
    page.get_by_role("button", name="undo").click()
    soon(page, lambda: np.array_equal(ink_of(page, "drawn"), whole))
    assert np.abs(crossed - whole).mean() > 10  # of 255, over all pixels
    page.get_by_role("button", name="clear").click()
    soon(page, lambda: ink_of(page, "drawn").sum() == 0)


def test_a_finger_draws_as_a_mouse_does(browser: Browser, app: App) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, has_touch=True)
    page = opened(context.new_page(), app, "tool=draw")
    box, touch = named(page, "pad").bounding_box(), context.new_cdp_session(page)
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    for kind, place in zip(("touchStart", "touchMove", "touchMove"), places, strict=True):
        points = [{"x": place[0], "y": place[1]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(100)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    soon(page, lambda: ink_of(page, "drawn").sum() > 255 * 40)
    context.close()


def test_a_dot_is_no_error(page: Page, app: App) -> None:
    opened(page, app, "tool=draw")
    stroke(page, [(0.5, 0.5)])
    until(page, "stage", "drawn")
    expect(named(page, "note")).to_be_hidden()


def test_an_uploaded_digit_comes_out_as_itself(page: Page, app: App, tmp_path: Path) -> None:
    image = datasets.load("mnist", train=False).images[0, 0]
    Image.fromarray(255 - image).resize((280, 280), Image.Resampling.BICUBIC).save(tmp_path / "seven.png")
    opened(page, app, "tool=draw")
    named(page, "upload").set_input_files(tmp_path / "seven.png")
    soon(page, lambda: np.abs(ink_of(page, "drawn") - image.ravel().astype(int)).mean() < 14)


BAD = [(b"no picture at all", "PNG"), (b"", "empty"), (bytes(5 * 2**20 + 1), "at most 5 MB")]


def test_a_bad_upload_says_why_and_changes_nothing(page: Page, app: App, tmp_path: Path) -> None:
    opened(page, app, "tool=draw")
    stroke(page, SEVEN)
    until(page, "stage", "drawn")
    before = steady(page, lambda: ink_of(page, "drawn"))
    page.refused = True  # type: ignore[attr-defined]
    for number, (content, reason) in enumerate(BAD):
        (tmp_path / f"{number}.png").write_bytes(content)
        named(page, "upload").set_input_files(tmp_path / f"{number}.png")
        expect(named(page, "note")).to_contain_text(reason)
        assert np.array_equal(ink_of(page, "drawn"), before)


# ---- select


def test_a_lasso_marks_the_same_images_on_both_maps(page: Page, app: App) -> None:
    opened(page, app, "tool=select&manifold=false&prior=false")
    v = view(page, "right")
    coloured = [
        page.locator(f'[data-name="{side}-frame"] canvas.points').evaluate(COLOURED)
        for side in ("left", "right")
    ]
    drag(page, "right", [(0.4, 0.4), (0.7, 0.4), (0.7, 0.7), (0.4, 0.7)])
    until(page, "stage", "galleries", 1)
    chosen = int(named(page, "select-count").inner_text().split(" ")[0].replace(",", ""))
    assert 10 < chosen < 9000
    for side, all_points in zip(("left", "right"), coloured, strict=True):
        canvas = page.locator(f'[data-name="{side}-frame"] canvas.points')
        soon(page, lambda c=canvas, n=all_points: 0 < c.evaluate(COLOURED) < n)
    assert view(page, "right") == v  # the lasso does not pan
    for side in ("left", "right"):
        soon(page, lambda side=side: ink_of(page, f"{side}-gallery").sum() > 0)
    page.keyboard.press("Escape")
    expect(named(page, "select-count")).to_have_text("nothing chosen yet")


def test_the_selection_is_saved_as_table_and_sheet(page: Page, app: App, tmp_path: Path) -> None:
    opened(page, app, "tool=select")
    page.get_by_role("button", name="largest error").click()
    until(page, "stage", "galleries", 1)
    expect(named(page, "select-count")).to_have_text("60 chosen: largest error, vae")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "index,label,ae_z1,ae_z2,vae_z1,vae_z2" and len(lines) == 61
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG", exact=True).click()
    with Image.open(download.value.path()) as sheet:
        assert sheet.size[0] >= 28 * 7


def test_a_class_is_selected_from_the_menu(page: Page, app: App) -> None:
    opened(page, app, "tool=select")
    named(page, "select-class").select_option("3")
    expect(named(page, "select-count")).to_have_text("1,010 chosen: class 3")
    page.wait_for_function("location.search.includes('select=')")
    opened(page, app, page.url.split("?")[1])  # a colleague opens the link
    expect(named(page, "select-count")).to_have_text("1,010 chosen: class 3")
    expect(named(page, "select-class").locator("option:checked")).to_have_text("class 3")
    named(page, "select-class").select_option("")
    expect(named(page, "select-count")).to_have_text("nothing chosen yet")
    named(page, "select-class").select_option("5")
    page.keyboard.press("Escape")
    expect(named(page, "select-class")).to_have_value("")


# ---- walk


def test_a_walk_between_two_points(page: Page, app: App) -> None:
    opened(page, app, "tool=walk")
    page.mouse.click(*spot(page, "right", 0.45, 0.3))
    page.wait_for_timeout(600)
    page.mouse.click(*spot(page, "right", 0.5, 0.75))
    until(page, "stage", "walks", 1)
    soon(page, lambda: len(json.loads(query(page).get("walk", "[]"))) == 2)
    corners = json.loads(query(page)["walk"])
    assert all(0 <= c < 10_000 for c in corners)
    for side in ("left", "right"):
        straight, geodesic = (
            float(named(page, f"{side}-{kind}-title").locator("span span").inner_text().split(",")[0])
            for kind in ("straight", "geodesic")
        )
        assert 0 < geodesic <= straight
        assert ink_of(page, f"{side}-geodesic").sum() > 0
    first = ink_of(page, "right-straight-frame")
    page.keyboard.press(" ")
    soon(page, lambda: not np.array_equal(ink_of(page, "right-straight-frame"), first))  # it plays
    page.keyboard.press(" ")
    place = steady(page, lambda: named(page, "scrub").input_value())  # and it pauses
    assert float(place) < float(named(page, "scrub").get_attribute("max") or 0)  # on its way
    for name, kind in (("GIF", "GIF"), ("PNG", "PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        with Image.open(download.value.path()) as film:
            assert film.format == kind
    page.keyboard.press("Delete")
    soon(page, lambda: "walk" not in query(page))


def test_a_drawing_can_be_a_corner(page: Page, app: App) -> None:
    opened(page, app, "tool=draw")
    stroke(page, SEVEN)
    until(page, "stage", "drawn")
    page.keyboard.press("w")
    page.get_by_role("button", name="+ drawing").click()
    page.mouse.click(*spot(page, "left", 0.5, 0.5))
    until(page, "stage", "walks", 1)
    soon(page, lambda: query(page).get("walk", "").startswith("[-1"))
    opened(page, app, "tool=walk&walk=[3,-1,9999999,17]")  # a new page has no drawing
    until(page, "stage", "walks", 1)
    expect(named(page, "note")).to_contain_text("a drawing, which an address does not hold")
    soon(page, lambda: json.loads(query(page)["walk"]) == [3, 17])


# ---- sample


def test_a_sample_rains_onto_both_maps(page: Page, app: App) -> None:
    opened(page, app, "tool=sample&count=30")
    until(page, "stage", "samples", 1)
    for side in ("left", "right"):
        soon(page, lambda side=side: ink_of(page, f"{side}-sheet").sum() > 0)
        expect(named(page, f"{side}-sample-holes")).to_contain_text("%")
    before = steady(page, lambda: ink_of(page, "right-sheet"))
    page.keyboard.press("r")
    soon(page, lambda: not np.array_equal(ink_of(page, "right-sheet"), before))
    soon(page, lambda: query(page).get("seed") == "1")


# ---- layers and colours


def test_layers_lie_under_the_points(page: Page, app: App) -> None:
    opened(page, app, "layer=density&manifold=false&points=false")
    seen, legend, title = {"left": 0, "right": 0}, named(page, "layer-legend"), ""
    for layer, words in (("density", "vae"), ("magnification", "vae"), ("regions", ""), ("entropy", "both")):
        page.locator('[data-choose="layer"]').select_option(layer)
        for side in seen:
            until(page, f"{side}-frame", "layers", seen[side])
            canvas = page.locator(f'[data-name="{side}-frame"] canvas.layer')
            soon(page, lambda c=canvas: c.evaluate(COLOURED) > 500)
            seen[side] = steady(page, lambda side=side: counter(page, f"{side}-frame", "layers"))
        if layer == "regions":
            expect(legend).to_be_hidden()
            continue
        expect(legend.locator("h3")).not_to_have_text(title)  # of its own
        expect(legend).to_contain_text(words)
        title = legend.locator("h3").inner_text()


def test_a_layer_follows_the_zoom(page: Page, app: App) -> None:
    opened(page, app, "layer=density")
    until(page, "right-frame", "layers")
    seen = counter(page, "right-frame", "layers")
    page.mouse.move(*spot(page, "right", 0.5, 0.5))
    page.mouse.wheel(0, -300)
    until(page, "right-frame", "layers", seen)


def test_points_by_a_value_have_a_scale(page: Page, app: App) -> None:
    opened(page, app, "colour=error")
    until(page, "stage", "values", 1)
    words = {"error": "vae", "kl": "ae: none", "neighbours": "both", "misplaced": "both"}
    legend, title = named(page, "point-legend"), ""
    for colour, word in words.items():
        page.locator('[data-choose="colour"]').select_option(colour)
        expect(legend.locator("h3")).not_to_have_text(title)  # of its own
        expect(legend).to_contain_text(word)
        title = legend.locator("h3").inner_text()


# ---- keys, and the address


def test_keys_step_zoom_and_choose(page: Page, app: App) -> None:
    opened(page, app)
    page.keyboard.press("ArrowRight")
    soon(page, lambda: "pins" in query(page))
    v = view(page, "right")
    z = json.loads(query(page)["pins"])["right"]
    assert z[0] == pytest.approx(0.02 * (v["right"] - v["left"]), rel=1e-3) and z[1] == 0
    page.keyboard.press("Shift+ArrowUp")
    step = 0.002 * (v["right"] - v["left"])
    soon(page, lambda: json.loads(query(page)["pins"])["right"][1] == pytest.approx(step, rel=1e-3))
    page.keyboard.press("m")
    expect(named(page, "left-frame")).to_be_focused()
    page.keyboard.press("Tab")
    expect(named(page, "right-frame")).to_be_focused()
    page.keyboard.press("+")
    soon(page, lambda: "views" in query(page))
    zoomed = view(page, "right")
    assert zoomed["right"] - zoomed["left"] == pytest.approx(0.8 * (v["right"] - v["left"]))
    assert json.loads(query(page)["views"])["right"] == pytest.approx(
        [zoomed[k] for k in ("left", "right", "bottom", "top")], rel=1e-5
    )
    page.keyboard.press("Home")
    page.keyboard.press("7")
    soon(page, lambda: "hidden" in query(page) and "views" not in query(page))
    assert json.loads(query(page)["hidden"]) == [0, 1, 2, 3, 4, 5, 6, 8, 9]
    page.keyboard.press("7")
    for key, tool in (("d", "draw"), ("s", "select"), ("w", "walk"), ("p", "sample"), ("l", "look")):
        page.keyboard.press(key)
        expect(page.locator(f'[data-set="tool"][data-value="{tool}"]')).to_have_attribute(
            "aria-pressed", "true"
        )
    page.keyboard.press("?")
    expect(named(page, "help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(named(page, "help")).to_be_hidden()


def test_tab_goes_from_map_to_map_and_reaches_every_control(page: Page, app: App) -> None:
    opened(page, app)
    named(page, "left-run").focus()
    names = ["right-run", "left-frame", "right-frame", "left-z0", "left-z1", "right-z0", "right-z1"]
    for name in names:
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == name
    named(page, "right-frame").focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == "left-frame"
    page.keyboard.press("m")
    assert page.evaluate(FOCUSED) == "right-frame"


def test_a_gallery_scrolls_by_its_own_keys(page: Page, app: App) -> None:
    opened(page, app, "tool=select&select=class 3&pins=" + quote('{"left": null, "right": [0.5, 0.5]}'))
    until(page, "stage", "galleries", 1)
    named(page, "right-gallery-box").focus()
    page.keyboard.press("ArrowRight")
    soon(page, lambda: named(page, "right-gallery-box").evaluate("box => box.scrollLeft") > 0)
    assert json.loads(query(page)["pins"])["right"] == [0.5, 0.5]


def test_the_address_holds_the_scene(page: Page, app: App) -> None:
    address = "tool=walk&layer=density&colour=error&ellipses=true&walk=[3,17]&steps=9&views=" + quote(
        '{"left": null, "right": [-1, 1, -1, 1]}'
    )
    opened(page, app, address)
    until(page, "stage", "walks", 1)
    assert view(page, "right") == {"left": -1, "right": 1, "bottom": -1, "top": 1}
    expect(page.locator('[data-choose="layer"]')).to_have_value("density")
    expect(page.locator('[data-choose="colour"]')).to_have_value("error")
    expect(named(page, "note")).to_be_hidden()


def test_what_the_address_may_not_ask_is_ignored_with_a_note(page: Page, app: App) -> None:
    opened(page, app, "tool=erase&seed=-1&views=%3Cscript%3E&zoom=3&layer=density")
    expect(named(page, "note")).to_contain_text("tool, seed, views, zoom")
    expect(page.locator('[data-choose="layer"]')).to_have_value("density")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_every_tool_fits_the_window(page: Page, app: App, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, app, "layer=density&colour=error&walk=[3,17,25]")
    for tool in ("draw", "select", "walk", "sample"):
        page.locator(f'[data-set="tool"][data-value="{tool}"]').click()
        settled(page)
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), tool
        assert page.locator("aside").evaluate("aside => aside.scrollHeight <= aside.clientHeight"), tool
        for part in page.locator(
            ".stage .card:visible, .stage .under, .stage .frame, .stage .bar > *:visible"
        ).all():
            box = part.bounding_box()
            assert box and box["y"] + box["height"] <= size[1] and box["x"] + box["width"] <= size[0], tool
        for part in page.locator(".stage .row:visible, .stage .bar").all():
            assert part.evaluate("row => row.scrollWidth <= row.clientWidth + 1"), tool
