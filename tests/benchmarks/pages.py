"""python -m tests.benchmarks.pages: when each page shows its frame and when it is complete, first and again.

Seconds after it was asked for, the medians of several, beside a page of Streamlit's with one line of text.
First: in a new window of an app that has shown other pages; again: in the same window, which loads Streamlit
anew; by the menu: within the app. The first map of `exact`: from the choice in a map's menu.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page

from explorer import pages
from explorer.pages import PAGES
from tests.benchmarks.apps import WINDOW, chromium, other_app, running
from tests.browser.conftest import SETTLED

COMPARE = '.stage[data-ready="2"][data-decoded]'
FIGURE = ".stPlotlyChart .main-svg"
COMPLETE = {  # what is there when a page is complete; of figures, once nothing moves
    "": COMPARE,
    "evidence": ".stage[data-answered]",
    "sampling": ".stage.sampling[data-samples]",
    "test-set": FIGURE,
    "seeds": FIGURE,
    "training": FIGURE,
}
FRAME = "#first-frame section"
REST_MS = 1000
ONE_LINE = 'import streamlit as st\n\nst.title("A page")\n'
Times = tuple[float, float]  # until the frame was there, and until the page was complete; seconds
Visit = Callable[[Page, float], Times]


def completed(page: Page, slug: str) -> None:
    page.locator(COMPLETE[slug]).first.wait_for()
    if COMPLETE[slug] == FIGURE:
        page.wait_for_function(SETTLED)


def of_page(slug: str) -> Visit:
    """How a page of ours is waited for."""

    def visit(page: Page, began: float) -> Times:
        page.locator(FRAME).first.wait_for(state="attached")
        frame = time.perf_counter() - began
        completed(page, slug)
        return frame, time.perf_counter() - began

    return visit


def of_one_line(page: Page, began: float) -> Times:
    page.locator(".stHeading").wait_for()
    there = time.perf_counter() - began
    return there, there


def timed(window: BrowserContext, address: str, visit: Visit) -> Times:
    page = window.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    times = visit(page, began)
    page.close()
    return times


def measured(browser: Browser, address: str, visit: Visit, rounds: int) -> list[float]:
    """Medians of frame and completion, first, then again."""
    visits = []
    for _ in range(rounds):
        window = browser.new_context(viewport=WINDOW)
        visits.append([*timed(window, address, visit), *timed(window, address, visit)])
        window.close()
    return [statistics.median(times) for times in zip(*visits, strict=True)]


def slug_of(page: pages.Page) -> str:
    """Of its address."""
    return "" if page is PAGES[0] else page.slug


def by_the_menu(browser: Browser, url: str, entry: pages.Page, rounds: int) -> float:
    """Seconds from a click in the navigation until the page is complete, in a tab that has shown it."""
    slug = slug_of(entry)
    page = browser.new_page(viewport=WINDOW)
    page.goto(f"{url}/{slug}")
    other = PAGES[1] if entry is PAGES[0] else PAGES[0]
    times = []
    for _ in range(rounds):
        page.get_by_role("link", name=other.title, exact=True).click()
        completed(page, slug_of(other))
        page.wait_for_timeout(REST_MS)
        began = time.perf_counter()
        page.get_by_role("link", name=entry.title, exact=True).click()
        completed(page, slug)
        times.append(time.perf_counter() - began)
    page.close()
    return statistics.median(times)


def first_map(browser: Browser, url: str, run: str) -> float:
    """Seconds from the choice of a run in a map's menu until it is there."""
    page = browser.new_page(viewport=WINDOW)
    page.goto(url)
    page.locator(COMPARE).wait_for()
    page.wait_for_timeout(REST_MS)
    began = time.perf_counter()
    page.locator('[data-name="right-run"]').select_option(run)
    page.locator('.stage[data-ready="1"]').wait_for()
    page.locator(COMPARE).wait_for()
    seconds = time.perf_counter() - began
    page.close()
    return seconds


def row(name: str, times: list[float]) -> None:
    print("|".join(["", f" {name} ", *(f" {seconds:.2f} s " for seconds in times), ""]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with running("ae", "vae", "exact", "classifier", "seeds") as app, chromium() as browser:
        print("| page | frame | complete | frame again | complete again | by the menu |\n|" + " --- |" * 6)
        script = app.checkpoints.parent / "one_line.py"
        script.write_text(ONE_LINE)
        with other_app(script) as url:
            row("one line of text by Streamlit", measured(browser, url, of_one_line, rounds))
        print(f"the first map of exact: {first_map(browser, app.url, 'exact'):.2f} s", file=sys.stderr)
        for page in PAGES:
            slug = slug_of(page)
            times = measured(browser, f"{app.url}/{slug}", of_page(slug), rounds)
            row(page.title, [*times, by_the_menu(browser, app.url, page, rounds)])


if __name__ == "__main__":
    main()
