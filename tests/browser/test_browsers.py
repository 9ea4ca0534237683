"""Firefox, a Firefox that gives nothing away, and WebKit: maps, decoding, dragging, drawing, zooming."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageColor

from explorer.figures import palette
from tests.browser import webdriver
from tests.browser.conftest import App, free_port
from tests.browser.test_tools import SEVEN
from tests.browser.webdriver import Driver

PRIVATE = {"privacy.resistFingerprinting": True}  # a canvas that is read back is noise
NOT_PRIVATE = {"privacy.resistFingerprinting": False}
FRAME = '[data-name="right-frame"]'
PINCH_IN_SAFARI = f"""{webdriver.FIND}
  const frame = find('{FRAME}');
  const box = frame.getBoundingClientRect();
  const place = {{clientX: box.x + box.width / 2, clientY: box.y + box.height / 2}};
  for (const [type, scale] of [["gesturestart", 1], ["gesturechange", 1.5], ["gesturechange", Math.E]]) {{
    frame.dispatchEvent(Object.assign(new Event(type, {{cancelable: true}}), place, {{scale}}));
  }}
  return "";"""
VIEW = f"JSON.parse(find('{FRAME}').dataset.view)"
WIDTH = f"({VIEW}.right - {VIEW}.left)"
MISSING = {
    "firefox": "no Firefox: `apt-get install firefox-esr` brings it",
    "private firefox": "no Firefox: `apt-get install firefox-esr` brings it",
    "webkit": "no WebKit: `apt-get install webkit2gtk-driver xvfb` brings it",
}


@pytest.fixture(scope="module", params=list(MISSING))
def driver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """A browser; no test has left an error on its console."""
    name = request.param
    there = webdriver.WEBKIT and webdriver.XVFB if name == "webkit" else webdriver.FIREFOX
    if not there:
        pytest.skip(MISSING[name])
    folder = tmp_path_factory.mktemp("browser")
    if name == "webkit":
        started = webdriver.webkit(folder, free_port())
    else:
        started = webdriver.firefox(folder, free_port(), PRIVATE if name != "firefox" else NOT_PRIVATE)
    with started as driver:
        driver.name = name
        yield driver
        # Streamlit says so of a page that is left while a change is on its way.
        assert [text for text in driver.problems if "when disconnected from server" not in text] == []


def opened(driver: Driver, app: App, query: str = "") -> None:
    driver.open(f"{app.url}/?{query}")
    driver.until("""find('.stage[data-ready="2"][data-decoded]') !== null""")


def counter(driver: Driver, selector: str, key: str) -> int:
    return int(driver.evaluate(f"Number(find('{selector}')?.dataset.{key} ?? 0)"))


def width(driver: Driver) -> float:
    view = driver.evaluate(VIEW)
    return view["right"] - view["left"]


def comes_to_hold(driver: Driver, value: str, expected: float, rel: float) -> None:
    """Moves arrive one by one: waits until the last has, and looks again a moment later."""
    driver.until(f"Math.abs({value} / {expected} - 1) <= {rel}")
    time.sleep(0.2)
    assert driver.evaluate(value) == pytest.approx(expected, rel=rel)


def still(driver: Driver, selector: str) -> np.ndarray:
    """A screenshot of an element, once two are the same."""
    before = driver.screenshot(selector)
    for _ in range(50):
        now = driver.screenshot(selector)
        if np.array_equal(now, before):
            return now
        before = now
    raise AssertionError(f"{selector} does not come to rest")


def test_maps_appear_and_decode_drag_and_zoom(driver: Driver, app: App) -> None:
    opened(driver, app)
    assert driver.evaluate("find('[data-name=right-title]').textContent") == "Variational autoencoder"
    driver.until(f"Number(find('{FRAME}').dataset.tiles ?? 0) >= 300")
    decoded = counter(driver, ".stage", "decoded")
    driver.drag([driver.spot(FRAME, 0.4, 0.4), driver.spot(FRAME, 0.6, 0.45)], press=False)
    driver.until(f"Number(find('.stage').dataset.decoded) > {decoded}")
    before = driver.evaluate(VIEW)
    driver.drag([driver.spot(FRAME, 0.5, 0.5), driver.spot(FRAME, 0.6, 0.5), driver.spot(FRAME, 0.75, 0.5)])
    whole = before["right"] - before["left"]
    comes_to_hold(driver, f"({before['left']} - {VIEW}.left)", 0.25 * whole, rel=0.05)
    driver.wheel(driver.spot(FRAME, 0.5, 0.5), -100)
    driver.until(f"{VIEW}.right - {VIEW}.left < {0.9 * whole}")


def test_a_trackpad_zooms_as_fast_as_its_fingers_open(driver: Driver, app: App) -> None:
    """Which no driver can do in WebKit: there its own events of a pinch are made by hand."""
    opened(driver, app)
    before = width(driver)
    if isinstance(driver, webdriver.WebKit):
        driver.evaluate_text(PINCH_IN_SAFARI)
    else:
        driver.wheel(driver.spot(FRAME, 0.5, 0.5), -5, times=20, control=True)
    comes_to_hold(driver, WIDTH, before / np.e, rel=0.02)


def test_two_fingers_zoom_about_their_centre(driver: Driver, app: App) -> None:
    if driver.name != "firefox":
        return  # a private Firefox calls every finger a mouse, and WebKit's driver has none
    opened(driver, app)
    before = width(driver)
    ends = [[driver.spot(FRAME, x, 0.5) for x in pair] for pair in ((0.4, 0.6), (0.28, 0.72))]
    driver.pinch(*ends)
    comes_to_hold(driver, WIDTH, before / 2.2, rel=0.02)


def test_the_classes_have_their_colours(driver: Driver, app: App) -> None:
    opened(driver, app, "manifold=false&prior=false")
    expected = np.array([ImageColor.getrgb(c) for c in palette.class_colours(10, dark=False)])
    swatches = driver.screenshots([f'[data-class="{k}"] i' for k in range(10)])
    for k, (swatch, colour) in enumerate(zip(swatches, expected, strict=True)):
        middle = swatch[swatch.shape[0] // 2, swatch.shape[1] // 2]
        assert np.abs(middle - colour).max() <= 2, k
    pixels = still(driver, FRAME).reshape(-1, 1, 3).astype(int)
    near = np.abs(pixels - expected).max(2) < 20
    assert (near.sum(0) > 40).all(), near.sum(0)


def ink_within_its_box(picture: np.ndarray) -> np.ndarray:
    """Dark on light, cropped to what is drawn, and brought to 16 x 16."""
    ink = 255 - picture[3:-3, 3:-3].mean(2)  # without the element's border
    rows, columns = (np.flatnonzero((ink > 100).any(axis)) for axis in (1, 0))
    cropped = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8))
    return np.asarray(cropped.resize((16, 16), Image.Resampling.BOX), float)


def test_a_drawn_digit_is_seen_as_it_was_drawn(driver: Driver, app: App) -> None:
    opened(driver, app, "tool=draw")
    driver.drag([driver.spot('[data-name="pad"]', *place) for place in SEVEN])
    driver.until("find('.stage').dataset.drawn")
    drawn = ink_within_its_box(still(driver, '[data-name="pad"]'))
    seen = ink_within_its_box(still(driver, '[data-name="drawn"]'))
    assert np.corrcoef(drawn.ravel(), seen.ravel())[0, 1] > 0.85
