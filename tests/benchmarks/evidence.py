"""How fast the page Evidence answers: python -m tests.benchmarks.evidence. Times are of this machine, now."""

import statistics
import time

from playwright.sync_api import Page

from tests.benchmarks.apps import WINDOW, chromium, running
from tests.browser.conftest import counter, until

IMAGES = 30
AT_REST = 1000  # ms: the picture of the image before is drawn, too
REFINED = (300, 123, 1500, 800, 42)


def answers(page: Page, pause: int) -> list[float]:
    """Seconds from a click for the next image to its numbers, `pause` ms after those of the one before."""
    after, times = page.get_by_role("button", name="Next image"), []
    for _ in range(IMAGES):
        page.wait_for_timeout(pause)
        before, began = counter(page, "stage", "answered"), time.perf_counter()
        after.click()
        until(page, "stage", "answered", before)
        times.append(time.perf_counter() - began)
    return times


def rates(page: Page) -> list[float]:
    """Steps a second that the search computed, sent and drew."""
    speeds = []
    for image in REFINED:
        before = counter(page, "stage", "answered")
        page.get_by_label("Number of the test image").fill(str(image))
        page.keyboard.press("Enter")
        until(page, "stage", "answered", before)
        page.get_by_role("button", name="refine", exact=True).click()
        page.locator('.stage[data-searching="true"]').wait_for()
        page.locator('.stage[data-searching="false"]').wait_for(timeout=60_000)
        speeds.append(float(page.locator(".stage").get_attribute("data-rate") or 0))
    return speeds


def main() -> None:
    with running("ae", "vae", "exact") as app, chromium() as browser:
        page = browser.new_page(viewport=WINDOW)
        for run in ("vae", "exact"):
            page.goto(f"{app.url}/evidence?run={run}&image=100")
            page.locator(".stage[data-answered]").wait_for(timeout=120_000)
            times, hurried, steps = answers(page, AT_REST), answers(page, 0), rates(page)
            print(f"{run}: an image's numbers after {statistics.median(times):.2f} s (median)")
            print(f"{run}: the slowest after {max(times):.2f} s")
            print(f"{run}: without a pause {statistics.median(hurried):.2f} s, {max(hurried):.2f} s")
            print(f"{run}: refinement draws {min(steps):.0f} to {max(steps):.0f} steps a second")


if __name__ == "__main__":
    main()
