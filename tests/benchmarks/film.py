"""python -m tests.benchmarks.film: how many frames a second the film of the training has, in Chromium.

Two maps of 10,000 points glide, their range follows, and what is decoded is asked for meanwhile. Beside it,
the frames of an empty page in the same browser: what there is at most. The bar holds on two idle cores.
"""

import time

from playwright.sync_api import Page

from tests.benchmarks.apps import WINDOW, chromium, running
from tests.browser.conftest import counter, named, opened, until

SECONDS = 8.0
BAR = 60  # frames a second
COUNT_FRAMES = """seconds => new Promise((done) => {
  let frames = 0;
  const end = performance.now() + 1000 * seconds;
  const next = (now) => now < end ? (frames++, requestAnimationFrame(next)) : done(frames / seconds);
  requestAnimationFrame(next);
})"""


def main() -> None:
    with running("ae", "vae", earlier=True) as app, chromium() as browser:
        page = browser.new_page(viewport=WINDOW)
        empty = page.evaluate(COUNT_FRAMES, SECONDS / 4)
        opened(page, app)
        began = time.perf_counter()
        named(page, "time").click()
        until(page, "stage", "frames", 1)
        print(f"first motion, the film not yet computed: {time.perf_counter() - began:.1f} s after the click")
        for speed in ("1", "0.25"):
            named(page, "time-speed").select_option(speed)
            rate = frames_a_second(page)
            share = f"{rate / empty:.2f} of an empty page's {empty:.0f}"
            print(f"speed {speed}: {rate:.0f} frames a second (bar: {BAR}), {share}")


def frames_a_second(page: Page) -> float:
    """Of the film that plays, for some seconds."""
    frames = counter(page, "stage", "frames")
    began = time.perf_counter()
    page.wait_for_timeout(1000 * SECONDS / 2)
    return (counter(page, "stage", "frames") - frames) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
