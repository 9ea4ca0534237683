"""python -m tests.benchmarks.pages: when each page shows its frame and when it is complete, first and again.

Seconds after it was asked for, the medians of several, beside the app's own bare answer. First: in a new
window of an app that has shown other pages; again: in the same window.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from explorer.pages import PAGES
from tests.browser.conftest import CHROMIUM, FLAGS, SETTLED, App, copy_run

COMPLETE = {  # of pages that are mostly one component; any other when its script has run and nothing moves
    "": '.stage[data-ready="2"][data-decoded]',  # Compare
    "evidence": ".stage[data-answered]",
}
FRAME = "#first-frame section"


def visit(window: BrowserContext, app: App, slug: str) -> tuple[float, float]:
    """Seconds until the frame was there, and until the page was complete."""
    page = window.new_page()
    began = time.perf_counter()
    page.goto(f"{app.url}/{slug}", wait_until="commit")
    page.locator(FRAME).first.wait_for(state="attached")
    frame = time.perf_counter() - began
    if slug in COMPLETE:
        page.locator(COMPLETE[slug]).wait_for()
    else:
        page.locator(FRAME).first.wait_for(state="detached")
        page.wait_for_function(SETTLED)
    complete = time.perf_counter() - began
    page.close()
    return frame, complete


Pair = tuple[float, float]


def measured(browser: Browser, app: App, slug: str, rounds: int) -> tuple[Pair, Pair]:
    """Medians of first and of again."""
    visits: list[tuple[Pair, Pair]] = []
    for _ in range(rounds):
        window = browser.new_context(viewport={"width": 1280, "height": 720})
        visits.append((visit(window, app, slug), visit(window, app, slug)))
        window.close()
    first, again = zip(*visits, strict=True)
    return median(first), median(again)


def median(pairs: Sequence[Pair]) -> Pair:
    frames, complete = zip(*pairs, strict=True)
    return statistics.median(frames), statistics.median(complete)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        checkpoints = Path(folder) / "checkpoints"
        for name in ("ae", "vae", "exact", "classifier"):
            copy_run(name, checkpoints)
        app = App(checkpoints)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            app.wait()
            print(
                "| page | frame | complete | frame again | complete again |\n| --- | --- | --- | --- | --- |"
            )
            for slug in ["", *(page.slug for page in PAGES[1:])]:
                first, again = measured(browser, app, slug, rounds)
                print(
                    "|".join(
                        ["", f" {slug or PAGES[0].slug} ", *(f" {s:.2f} s " for s in [*first, *again]), ""]
                    ),
                    flush=True,
                )
            slug = "?left=exact&right=vae"
            COMPLETE[slug] = COMPLETE[""]
            window = browser.new_context(viewport={"width": 1280, "height": 720})
            first, again = visit(window, app, slug), visit(window, app, slug)
            print("|".join(["", " compare, exact ", *(f" {s:.2f} s " for s in [*first, *again]), ""]))
        finally:
            browser.close()
            app.stop()


if __name__ == "__main__":
    main()
