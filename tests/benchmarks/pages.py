"""python -m tests.benchmarks.pages: when each page shows its frame and when it is complete, first and again.

Seconds after it was asked for, the medians of several, beside a page of Streamlit's with one line of text.
First: in a new window of an app that has shown other pages; again: in the same window.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page

from explorer.pages import PAGES
from tests.benchmarks.apps import WINDOW, chromium, other_app, running
from tests.browser.conftest import SETTLED

COMPARE = '.stage[data-ready="2"][data-decoded]'
COMPLETE = {  # of pages that are mostly one component; any other when its script has run and nothing moves
    "": COMPARE,
    "evidence": ".stage[data-answered]",
    "?left=exact&right=vae": COMPARE,
}
FRAME = "#first-frame section"
ONE_LINE = 'import streamlit as st\n\nst.title("A page")\n'
Times = tuple[float, float]  # until the frame was there, and until the page was complete; seconds
Visit = Callable[[Page, float], Times]


def of_page(slug: str) -> Visit:
    """How a page of ours is waited for."""

    def visit(page: Page, began: float) -> Times:
        page.locator(FRAME).first.wait_for(state="attached")
        frame = time.perf_counter() - began
        if slug in COMPLETE:
            page.locator(COMPLETE[slug]).wait_for()
        else:
            page.locator(FRAME).first.wait_for(state="detached")
            page.wait_for_function(SETTLED)
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


def row(name: str, times: list[float]) -> None:
    print("|".join(["", f" {name} ", *(f" {seconds:.2f} s " for seconds in times), ""]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with running("ae", "vae", "exact", "classifier") as app, chromium() as browser:
        print("| page | frame | complete | frame again | complete again |\n| --- | --- | --- | --- | --- |")
        script = app.checkpoints.parent / "one_line.py"
        script.write_text(ONE_LINE)
        with other_app(script) as url:
            row("one line of text", measured(browser, url, of_one_line, rounds))
        for slug in ["", *(page.slug for page in PAGES[1:]), "?left=exact&right=vae"]:
            name = slug or PAGES[0].slug
            row(name, measured(browser, f"{app.url}/{slug}", of_page(slug), rounds))


if __name__ == "__main__":
    main()
