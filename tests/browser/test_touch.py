"""Fingers, a pen with a resting palm, and a trackpad: what a map and the pad make of them, in a browser."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import App, counter, named, opened, soon, steady, until
from tests.browser.test_compare import INK, query, spot, view, z_at
from tests.browser.test_tools import SEVEN, ink_of

HOLD_MS = 800  # a finger that rests so long is no tap
Place = tuple[float, float]
SPREAD = [(0.4, 0.5), (0.6, 0.5)]  # two fingers on a map, before they open


@dataclass
class Hands:
    """A page on a screen that is touched, and what touches it: CSS pixels of the window."""

    page: Page
    session: CDPSession

    def touch(self, kind: str, *places: Place, first: int = 0) -> None:
        """Fingers, numbered from `first`: all that are on the screen; for "touchEnd", those that leave it."""
        points = [{"x": x, "y": y, "id": first + number} for number, (x, y) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pinch(self, start: Sequence[Place], end: Sequence[Place], steps: int = 10) -> None:
        """Two fingers come down, one after the other, move straight, and leave."""
        self.touch("touchStart", start[0])
        self.touch("touchStart", *start)
        for k in range(1, steps + 1):
            shares = np.array(start) + (np.array(end) - np.array(start)) * k / steps
            self.touch("touchMove", *[(float(x), float(y)) for x, y in shares])
            self.page.wait_for_timeout(20)
        self.touch("touchEnd", end[1], first=1)
        self.touch("touchEnd")

    def pen(self, kind: str, place: Place) -> None:
        pressed = {"buttons": 1 if kind != "mouseReleased" else 0, "button": "left", "clickCount": 1}
        event = {"type": kind, "x": place[0], "y": place[1], "pointerType": "pen", **pressed}
        self.session.send("Input.dispatchMouseEvent", event)

    def pinch_trackpad(self, place: Place, delta: float, times: int) -> None:
        """What Chromium and Firefox make of two fingers on a trackpad: a wheel with the key Ctrl."""
        event = {"type": "mouseWheel", "x": place[0], "y": place[1], "deltaX": 0, "deltaY": delta}
        for _ in range(times):
            self.session.send("Input.dispatchMouseEvent", event | {"modifiers": 2})

    def on_pad(self, points: Sequence[Place]) -> list[Place]:
        box = named(self.page, "pad").bounding_box()
        assert box
        return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]

    def on_map(self, side: str, points: Sequence[Place]) -> list[Place]:
        return [spot(self.page, side, *point) for point in points]


@pytest.fixture
def hands(browser: Browser) -> Iterator[Hands]:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, has_touch=True)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield Hands(page, context.new_cdp_session(page))
    context.close()
    assert problems == []


def width(page: Page, side: str) -> float:
    now = view(page, side)
    return now["right"] - now["left"]


def pin(page: Page, side: str) -> list[float]:
    return [float(named(page, f"{side}-z{axis}").input_value()) for axis in (0, 1)]


# ---- two fingers


def test_two_fingers_zoom_about_their_centre(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app)
    before, pinned, z = width(page, "right"), pin(page, "right"), z_at(page, "right", 0.5, 0.5)
    hands.pinch(hands.on_map("right", SPREAD), hands.on_map("right", [(0.28, 0.5), (0.72, 0.5)]))
    soon(page, lambda: width(page, "right") == pytest.approx(before / 2.2, rel=0.02))
    assert z_at(page, "right", 0.5, 0.5) == pytest.approx(z, abs=0.02 * before)
    assert pin(page, "right") == pytest.approx(pinned, abs=before / 200)  # nothing was clicked


def test_two_fingers_move_the_map_as_they_move(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app)
    before, z = width(page, "right"), z_at(page, "right", 0.5, 0.5)
    hands.pinch(hands.on_map("right", SPREAD), hands.on_map("right", [(0.6, 0.6), (0.8, 0.6)]))
    soon(page, lambda: z_at(page, "right", 0.7, 0.6) == pytest.approx(z, abs=0.02 * before))
    assert width(page, "right") == pytest.approx(before, rel=0.02)


def test_a_finger_that_stays_after_a_pinch_moves_the_map_and_draws_no_lasso(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app, "tool=select")
    before = width(page, "right")
    start, end = hands.on_map("right", SPREAD), hands.on_map("right", [(0.3, 0.5), (0.7, 0.5)])
    hands.touch("touchStart", start[0])
    hands.touch("touchMove", (start[0][0] - 30, start[0][1]))  # a lasso begins, and is taken back
    hands.touch("touchStart", *start)
    hands.touch("touchMove", *end)
    hands.touch("touchEnd", end[1], first=1)
    soon(page, lambda: width(page, "right") < 0.7 * before)
    zoomed = steady(page, lambda: view(page, "right"))
    hands.touch("touchMove", (end[0][0] + 40, end[0][1]))
    hands.touch("touchEnd")
    soon(page, lambda: view(page, "right")["left"] < zoomed["left"])
    assert width(page, "right") == pytest.approx(zoomed["right"] - zoomed["left"])
    assert named(page, "select-count").inner_text() == "nothing chosen yet"


# ---- a trackpad


def test_a_trackpad_zooms_as_fast_as_its_fingers_open(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app)
    before, z = width(page, "right"), z_at(page, "right", 0.3, 0.6)
    hands.pinch_trackpad(spot(page, "right", 0.3, 0.6), -3, 50)
    soon(page, lambda: width(page, "right") == pytest.approx(before / np.exp(1.5), rel=0.02))
    assert z_at(page, "right", 0.3, 0.6) == pytest.approx(z, abs=0.01 * before)
    hands.pinch_trackpad(spot(page, "right", 0.3, 0.6), 3, 50)
    soon(page, lambda: width(page, "right") == pytest.approx(before, rel=0.02))


def test_safari_s_own_pinch_zooms_as_the_fingers_say(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app)
    before = width(page, "right")
    prevented = named(page, "right-frame").evaluate(
        """frame => {
          const box = frame.getBoundingClientRect();
          const at = {clientX: box.left + box.width / 2, clientY: box.top + box.height / 2};
          return [["gesturestart", 1], ["gesturechange", 1.4], ["gesturechange", 2]].map(([type, scale]) => {
            const event = Object.assign(new Event(type, {bubbles: true, cancelable: true}), at, {scale});
            return !frame.dispatchEvent(event);
          });
        }"""
    )
    assert prevented == [True, True, True]  # else Safari makes the whole page larger
    soon(page, lambda: width(page, "right") == pytest.approx(before / 2, rel=0.01))


# ---- one finger


def test_a_tap_pins_and_a_double_tap_returns(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app)
    home, z = view(page, "right"), z_at(page, "right", 0.7, 0.3)
    hands.touch("touchStart", spot(page, "right", 0.7, 0.3))
    hands.touch("touchEnd")
    page.wait_for_function("location.search.includes('pins')")
    assert json.loads(query(page)["pins"])["right"] == pytest.approx(z, abs=width(page, "right") / 200)
    hands.pinch(hands.on_map("right", SPREAD), hands.on_map("right", [(0.3, 0.5), (0.7, 0.5)]))
    soon(page, lambda: view(page, "right") != home)
    page.wait_for_timeout(HOLD_MS)
    for _ in range(2):
        hands.touch("touchStart", spot(page, "right", 0.6, 0.4))
        hands.touch("touchEnd")
        page.wait_for_timeout(60)
    soon(page, lambda: view(page, "right") == home)
    assert pin(page, "right") == pytest.approx(z, abs=width(page, "right") / 200)


def test_a_finger_that_rests_shows_what_hovering_shows(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app)
    pinned, home = pin(page, "right"), view(page, "right")
    menus = page.evaluate("""() => {
      window.menus = 0;
      addEventListener("contextmenu", event => { window.menus += !event.defaultPrevented; });
      return 0;
    }""")
    before = counter(page, "stage", "decoded")
    hands.touch("touchStart", spot(page, "right", 0.6, 0.4))
    until(page, "stage", "decoded", before)
    expect(named(page, "z-from")).to_have_text("at the pointer")
    hands.touch("touchMove", spot(page, "right", 0.4, 0.7))  # it looks around, and moves no map
    shown = z_at(page, "right", 0.4, 0.7)
    sign = "+" if shown[0] > 0 else "\u2212"
    soon(page, lambda: f"({sign}{abs(shown[0]):.1f}"[:4] in named(page, "decoded-caption").inner_text())
    hands.touch("touchEnd")
    expect(named(page, "z-from")).to_have_text("pinned")
    assert pin(page, "right") == pytest.approx(pinned) and view(page, "right") == home
    assert page.evaluate("window.menus") == menus and not page.evaluate("getSelection().toString()")


def test_a_finger_that_rests_reads_the_help(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app)
    button = page.locator('[data-value="common"]')
    box, home = button.bounding_box(), view(page, "left")
    assert box
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hands.touch("touchStart", place)
    bubble = page.locator(".bubble")
    expect(bubble).to_be_visible()
    expect(bubble).to_have_text(button.get_attribute("title") or "-")
    hands.touch("touchEnd")
    page.wait_for_timeout(300)
    assert view(page, "left") == home  # no tap: the button did nothing
    expect(bubble).to_be_visible()  # it can be read
    page.touchscreen.tap(*place)
    expect(bubble).to_be_hidden()
    soon(page, lambda: view(page, "left") == view(page, "right"))


def test_the_page_scrolls_under_a_finger_beside_the_maps_only(hands: Hands, app: App) -> None:
    page = hands.page
    page.set_viewport_size({"width": 1280, "height": 420})
    opened(page, app)
    scrolled = """() => Math.max(...[...document.querySelectorAll("*")].map(e => e.scrollTop))"""
    home = view(page, "right")

    def swipe(x: float) -> None:
        hands.touch("touchStart", (x, 330))
        for y in range(310, 200, -20):
            hands.touch("touchMove", (x, y))
            page.wait_for_timeout(20)
        hands.touch("touchEnd")
        page.wait_for_timeout(400)

    swipe(spot(page, "right", 0.5, 0.5)[0])
    assert page.evaluate(scrolled) == 0 and view(page, "right") != home
    left = spot(page, "left", 0, 0)[0]
    swipe(left - 60)
    assert page.evaluate(scrolled) > 40


# ---- the pad


def test_a_second_finger_neither_draws_nor_ends_a_stroke(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app, "tool=draw")
    one, two, three = hands.on_pad(SEVEN)
    (corner,) = hands.on_pad([(0.1, 0.9)])
    hands.touch("touchStart", one)
    hands.touch("touchMove", two)
    hands.touch("touchStart", two, corner)
    hands.touch("touchMove", two, (corner[0] + 30, corner[1] - 30))
    hands.touch("touchMove", three, corner)
    hands.touch("touchEnd", three)
    hands.touch("touchEnd")
    with_second = steady(page, lambda: ink_of(page, "drawn"))
    page.get_by_role("button", name="clear").click()
    soon(page, lambda: ink_of(page, "drawn").sum() == 0)
    hands.touch("touchStart", one)
    for place in (two, three):
        hands.touch("touchMove", place)
    hands.touch("touchEnd")
    soon(page, lambda: ink_of(page, "drawn").sum() > 0)
    alone = steady(page, lambda: ink_of(page, "drawn"))
    assert np.abs(with_second - alone).mean() < 1 < alone.mean()


@pytest.mark.parametrize("palm_first", [True, False])
def test_a_pen_draws_while_a_palm_rests(hands: Hands, app: App, palm_first: bool) -> None:
    """The palm lies on the pad, or comes while the pen draws; it lifts before or after the pen."""
    page = hands.page
    opened(page, app, "tool=draw")
    places = hands.on_pad(SEVEN)
    (palm,) = hands.on_pad([(0.9, 0.9)])

    def draw(with_palm: bool) -> np.ndarray:
        if with_palm and palm_first:
            hands.touch("touchStart", palm)
            hands.touch("touchMove", (palm[0] - 8, palm[1]))
        hands.pen("mousePressed", places[0])
        if with_palm and not palm_first:
            hands.touch("touchStart", palm)
        hands.pen("mouseMoved", places[1])
        if with_palm:
            hands.touch("touchMove", (palm[0] - 20, palm[1] - 5))
            if palm_first:
                hands.touch("touchEnd")
        hands.pen("mouseMoved", places[2])
        hands.pen("mouseReleased", places[2])
        if with_palm and not palm_first:
            hands.touch("touchEnd")
        soon(page, lambda: ink_of(page, "drawn").sum() > 0)
        return steady(page, lambda: ink_of(page, "drawn"))

    with_palm = draw(True)
    named(page, "pad").focus()
    page.keyboard.press("Delete")
    soon(page, lambda: ink_of(page, "drawn").sum() == 0)
    alone = draw(False)
    assert np.abs(with_palm - alone).mean() < 1 < alone.mean()


def test_a_palm_that_rests_on_a_map_does_nothing_while_the_pen_draws(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app, "tool=draw")
    places, home, pinned = hands.on_pad(SEVEN), view(page, "right"), pin(page, "right")
    palm = spot(page, "right", 0.9, 0.5)
    hands.touch("touchStart", palm)
    hands.pen("mousePressed", places[0])
    for place in places[1:]:
        hands.touch("touchMove", (palm[0] - 40, palm[1]))
        hands.pen("mouseMoved", place)
    hands.pen("mouseReleased", places[-1])
    hands.touch("touchEnd")
    soon(page, lambda: ink_of(page, "drawn").sum() > 0)
    assert view(page, "right") == home and pin(page, "right") == pytest.approx(pinned)


def test_a_stroke_that_the_browser_takes_away_ends(hands: Hands, app: App) -> None:
    page = hands.page
    opened(page, app, "tool=draw")
    places = hands.on_pad(SEVEN)
    hands.touch("touchStart", places[0])
    hands.touch("touchMove", places[1])
    soon(page, lambda: np.sum(named(page, "pad").evaluate(INK)) > 0)
    hands.touch("touchCancel")
    soon(page, lambda: np.sum(named(page, "pad").evaluate(INK)) == 0)
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1])
    released = """pad => {
      for (const id of [0, 1, 2, 3]) if (pad.hasPointerCapture(id)) pad.releasePointerCapture(id);
    }"""
    named(page, "pad").evaluate(released)
    page.mouse.move(places[1][0] + 1, places[1][1])  # the browser tells now that it was released
    inked = steady(page, lambda: np.sum(named(page, "pad").evaluate(INK)))
    page.mouse.move(*places[2])
    assert steady(page, lambda: np.sum(named(page, "pad").evaluate(INK))) == inked > 0
    page.mouse.up()
