"""python -m tests.benchmarks.tools: drawing, lasso, layers and walks in Chromium.

Prints what it measured beside the bars, which hold on two idle cores.
"""

import math
import statistics
import time

from playwright.sync_api import Page

from tests.benchmarks.apps import WINDOW, chromium, running
from tests.benchmarks.live import spread
from tests.browser.conftest import App, counter, opened, until

SECONDS = 5.0
WATCH_PEN = """stage => {
  const moves = [], painted = window.painted = [];
  stage.querySelector('[data-name="pad"]').addEventListener("pointermove", (event) => moves.push(event.timeStamp), {capture: true});
  new MutationObserver(() => {
    const start = performance.now() - Number(stage.dataset.drawLatency);
    const input = moves.findLast((time) => time <= start + 0.5);
    requestAnimationFrame(() => setTimeout(() => painted.push(performance.now() - input)));
  }).observe(stage, {attributes: true, attributeFilter: ["data-drawn"]});
}"""  # noqa: E501


def main() -> None:
    with running("ae", "vae", "classifier") as app, chromium() as browser:
        page = browser.new_page(viewport=WINDOW)
        for measure in (drawing, lasso, layers, walks):
            measure(page, app)


def drawing(page: Page, app: App) -> None:
    opened(page, app, "tool=draw")
    page.locator(".stage").evaluate(WATCH_PEN)
    box = page.locator('[data-name="pad"]').bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    before, began = counter(page, "stage", "drawn"), time.perf_counter()
    acts = 0
    while (t := time.perf_counter() - began) < SECONDS:
        x, y = 0.5 + 0.35 * math.sin(1.3 * t), 0.5 + 0.35 * math.cos(1.9 * t)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        acts += 1
        time.sleep(max(0.0, acts / 60 - (time.perf_counter() - began)))
    page.mouse.up()
    rate = (counter(page, "stage", "drawn") - before) / SECONDS
    print(
        f"drawing: {rate:.0f} times both reconstructions a second (bar: 30); stroke to painted pixels: "
        f"{spread(page.evaluate('window.painted'))} (bar: p95 60 ms)"
    )


def lasso(page: Page, app: App) -> None:
    opened(page, app, "tool=select")
    box, times = page.locator('[data-name="right-frame"]').bounding_box(), []
    assert box
    for turn in range(7):
        seen = counter(page, "stage", "galleries")
        edge = 0.02 + 0.01 * turn
        corners = [(edge, edge), (1 - edge, edge), (1 - edge, 1 - edge), (edge, 1 - edge)]
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=20)
        page.mouse.up()
        until(page, "stage", "galleries", seen + 1)  # both maps
        times.append(float(page.locator(".stage").get_attribute("data-select-latency") or 0) / 1000)
    chosen = page.locator('[data-name="select-count"]').inner_text()
    print(
        f"lasso over 10,000 points ({chosen}) to gallery: median {statistics.median(times):.2f} s, "
        f"worst {max(times):.2f} s (bar: 0.5 s)"
    )


def layers(page: Page, app: App) -> None:
    for layer in ("density", "magnification", "regions", "entropy"):
        opened(page, app, f"layer={layer}")
        for side in ("left", "right"):
            until(page, f"{side}-frame", "layers")
        page.wait_for_timeout(500)
        times = []
        for _ in range(5):
            seen, before = counter(page, "right-frame", "layers"), time.perf_counter()
            page.locator('[data-name="right-frame"]').focus()
            page.keyboard.press("+")  # each window is new
            until(page, "right-frame", "layers", seen)
            times.append(time.perf_counter() - before)
        print(
            f"layer {layer} over a new window: median {statistics.median(times):.2f} s, "
            f"worst {max(times):.2f} s (bar: 1 s)"
        )


def walks(page: Page, app: App) -> None:
    times = []
    for turn in range(6):
        opened(page, app, f"tool=walk&walk=[{11 * turn + 3},{17 * turn + 8}]")
        started = time.perf_counter()
        until(page, "stage", "walks", 1)
        times.append(time.perf_counter() - started)
    print(
        f"straight and geodesic walk on both maps: median {statistics.median(times):.2f} s after the page, "
        f"worst {max(times):.2f} s (bar: 1 s for one geodesic)"
    )


if __name__ == "__main__":
    main()
