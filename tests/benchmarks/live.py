"""python -m tests.benchmarks.live: live decoding in Chromium, beside a plain slider app; and drawing.

Prints what it measured, and the ratios; the bars hold on two idle cores.
"""

import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from explorer.latent import coding, frame
from tests.benchmarks.apps import WINDOW, chromium, copied, other_app
from tests.browser.conftest import App, opened
from training import datasets, runs

SECONDS = 5.0
WATCH_STAGE = """stage => {
  const moves = [], painted = window.painted = [];
  for (const frame of stage.querySelectorAll(".frame"))
    for (const type of ["pointermove", "pointerrawupdate"])
      frame.addEventListener(type, (event) => moves.push(event.timeStamp), {capture: true});
  new MutationObserver(() => {
    const start = performance.now() - Number(stage.dataset.latency);
    const input = moves.findLast((time) => time <= start + 0.5);
    requestAnimationFrame(() => setTimeout(() => painted.push(performance.now() - input)));
  }).observe(stage, {attributes: true, attributeFilter: ["data-decoded"]});
}"""
WATCH_IMAGE = """() => {
  const painted = window.painted = [];
  let source = "";
  addEventListener("keydown", (event) => { window.input = event.timeStamp; }, {capture: true});
  setInterval(() => {
    const now = document.querySelector('[data-testid="stImage"] img')?.src ?? source;
    if (now !== source) { source = now; if (window.input) painted.push(performance.now() - window.input); }
  }, 2);
}"""


def main() -> None:
    with copied("ae", "vae") as checkpoints, chromium() as browser:
        live = live_app(browser, checkpoints)
        plain = plain_app(browser)
    print(f"\nlive against plain app at its best, images a second: {live / plain:.1f} times (bar: 5)")
    computing()


def live_app(browser: Browser, checkpoints: Path) -> float:
    began = time.perf_counter()
    app = App(checkpoints)
    try:
        app.wait()
        page = browser.new_page(viewport=WINDOW)
        opened(page, app)
        print(f"start to first live decode: {time.perf_counter() - began:.1f} s")
        page.locator(".stage").evaluate(WATCH_STAGE)
        box = page.locator('[data-name="right-frame"]').bounding_box()
        assert box

        def move(t: float) -> None:
            x, y = 0.5 + 0.4 * math.sin(1.3 * t), 0.5 + 0.4 * math.cos(1.7 * t)
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])

        rate = moving(page, move)
        print(
            f"live: {rate:.0f} images a second (bar: 40); input to painted pixels: "
            f"{spread(page.evaluate('window.painted'))} (bar: p95 30 ms)"
        )
        redraws(page, box)
        page.close()
        return rate
    finally:
        app.stop()


def redraws(page: Page, box: dict[str, float]) -> None:
    """Zoom and read how long the 10,000 points took to draw each time."""
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    times = []
    for k in range(30):
        page.mouse.wheel(0, -20 if k % 2 else 20)
        page.wait_for_timeout(80)
        times.append(float(page.locator('[data-name="right-frame"]').get_attribute("data-redraw") or "nan"))
    print(
        f"10,000 points redraw: median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms (bar: 5)"
    )


def plain_app(browser: Browser) -> float:
    with other_app(Path(__file__).with_name("plain_app.py")) as url:
        page = browser.new_page(viewport=WINDOW)
        page.goto(url)
        page.locator('[data-testid="stImage"] img').wait_for(timeout=60_000)
        page.wait_for_timeout(1500)
        page.evaluate(WATCH_IMAGE)
        page.get_by_role("slider").first.focus()
        for _ in range(40):  # one by one: while a key is held, an image can't be told from its successor's
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(400)
        alone = page.evaluate("window.painted.splice(0)")
        rate = moving(page, lambda t: page.keyboard.press("ArrowRight" if int(t) % 2 == 0 else "ArrowLeft"))
        print("plain app (dragging its slider shows nothing until release; so its arrow key is held):")
        print(f"  {rate:.0f} images a second; one key press to painted pixels: {spread(alone)}")
        page.close()
        return max(rate, 1e3 / statistics.median(alone))  # at best: one press after another


def moving(page: Page, act: Callable[[float], object]) -> float:
    """Act for some seconds, about 60 times a second; returns painted images a second."""
    began, acts = time.perf_counter(), 0
    while (t := time.perf_counter() - began) < SECONDS:
        act(t)
        acts += 1
        time.sleep(max(0.0, acts / 60 - (time.perf_counter() - began)))
    rate = len(page.evaluate("window.painted")) / SECONDS
    print(f"{acts / SECONDS:.0f} inputs a second for {SECONDS:.0f} s:")
    page.wait_for_timeout(500)
    return rate


def spread(milliseconds: list[float]) -> str:
    if len(milliseconds) < 2:
        return "nothing was painted"
    p95 = statistics.quantiles(milliseconds, n=20)[-1]
    return f"median {statistics.median(milliseconds):.0f} ms, p95 {p95:.0f} ms, n = {len(milliseconds)}"


def computing() -> None:
    """Encode and decode in this process, one thread, as the app does."""
    coding.single_threaded()
    model = runs.load_model(runs.load("vae"))
    images = datasets.load("mnist", train=False).images
    encode = least(lambda: coding.encode(model, images))
    print(f"encode {len(images):,} images: {1e3 * encode:.0f} ms")
    one = least(lambda: coding.decode(model, np.zeros((1, 2), np.float32)))
    print(f"decode one z: {1e3 * one:.2f} ms")
    window = frame.Window(-3, 3, -3, 3)
    for count in (20, 40):
        z = frame.lattice(window, count, "linear", (0, 0), (1, 1)).z
        took = least(lambda z=z: coding.decode(model, z))
        print(
            f"decode a lattice of {count} x {count}: {1e3 * took:.0f} ms, "
            f"{len(z) * one / took:.1f} times as fast as one by one"
        )


def least(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
