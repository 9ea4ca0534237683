"""python -m tests.benchmarks.memory: what the app weighs while five people use all of its pages.

Each has a browser window, goes through every page, tool and layer, each from another one on, and moves the
pointer over what is shown. Linux only.
"""

import argparse
import asyncio
import math
import time

from playwright.async_api import Browser, Page, async_playwright

from explorer import vocabulary
from tests.benchmarks.apps import WINDOW, running
from tests.benchmarks.sessions import memory
from tests.browser.conftest import CHROMIUM, FLAGS, PATIENCE, ROOT, SETTLED, App
from training.runs.places import names_in

BAR = 1024  # MB
PEOPLE = 5
SECONDS = 3.0  # that the pointer moves on each page
PAUSE = 0.5  # seconds between two looks at the memory
ADDRESSES = [
    "/?tool=draw",
    "/?tool=select&select=class+3",
    "/?tool=walk&walk=[3,8]",
    "/?tool=sample",
    "/?right=exact",
    *(f"/?layer={layer}" for layer in vocabulary.LAYER_CHOICES),
    "/evidence?run=vae&image=7",
    "/evidence?run=exact&image=8",
    "/sampling",
    "/test-set",
    "/seeds",
    "/training",
]


async def look_around(page: Page, address: str) -> None:
    """Open a page, and move over it for a while once it is there."""
    await page.goto(address)
    await page.wait_for_function(SETTLED, timeout=1000 * PATIENCE)
    began = time.perf_counter()
    while (t := time.perf_counter() - began) < SECONDS:
        x, y = 0.5 + 0.3 * math.sin(1.3 * t), 0.5 + 0.3 * math.cos(1.9 * t)
        await page.mouse.move(x * WINDOW["width"], y * WINDOW["height"])
        await asyncio.sleep(1 / 60)


async def person(browser: Browser, app: App, number: int, end: float) -> int:
    """Go through the pages until `end`. Returns how many were seen."""
    page = await browser.new_page(viewport=WINDOW)
    seen = 0
    while time.perf_counter() < end:
        await look_around(page, app.url + ADDRESSES[(3 * number + seen) % len(ADDRESSES)])
        seen += 1
    return seen


async def watch(app: App, weights: list[float]) -> None:
    while True:
        weights.append(memory(app))
        await asyncio.sleep(PAUSE)


async def crowd(app: App, minutes: float) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        weights: list[float] = []
        watching = asyncio.create_task(watch(app, weights))
        end = time.perf_counter() + 60 * minutes
        people = asyncio.gather(*(person(browser, app, number, end) for number in range(PEOPLE)))
        turn = 0
        while not people.done():
            await asyncio.wait([people], timeout=60)
            turn += 1
            print(f"minute {turn}: {weights[-1]:.0f} MB, at most {max(weights):.0f} MB", flush=True)
        watching.cancel()
        await browser.close()
        print(
            f"{PEOPLE} people saw {sum(people.result())} pages; at most {max(weights):.0f} MB (bar: {BAR} MB)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    args = parser.parse_args()
    with running(*names_in(ROOT / "checkpoints")) as app:
        time.sleep(2)
        print(f"before anybody came: {memory(app):.0f} MB", flush=True)
        asyncio.run(crowd(app, args.minutes))


if __name__ == "__main__":
    main()
