"""The app on a free port, and a Chromium that looks at it. Skipped, with the reason, without Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from training import runs

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60  # seconds: a busy machine is slow, which no test is about
SETTLED = """() => {
  const endless = animation => animation.effect.getTiming().iterations === Infinity;
  const app = document.querySelector('[data-testid=stApp]');
  return app?.dataset.testScriptState === 'notRunning' && !document.querySelector('[data-stale=true]')
    && document.getAnimations().every(a => a.playState !== 'running' || endless(a));
}"""
READY = '.stage[data-ready="2"]'


expect.set_options(timeout=1000 * PATIENCE)
T = TypeVar("T")


def copy_run(name: str, folder: Path, new_name: str | None = None, earlier: bool = False) -> None:
    """Put a shipped run, without or with its earlier epochs, into another folder of runs."""
    target = folder / (new_name or name)
    left_out = None if earlier else shutil.ignore_patterns("epoch-*", runs.FILM)
    shutil.copytree(ROOT / "checkpoints" / name, target, ignore=left_out)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("localhost", 0))
        return s.getsockname()[1]


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether an app answers, as soon as it does; it is given a minute."""
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
            return True
        except OSError:
            if process.poll() is not None:
                return False
            time.sleep(0.25)
    return False


class App:
    """A running app: its address and its folder of runs."""

    def __init__(
        self, checkpoints: Path, module: str = "streamlit", options: Sequence[str] = (), base: str = ""
    ):
        self.checkpoints = checkpoints
        self.port = free_port()
        self.url = f"http://localhost:{self.port}{base}"
        self.log = checkpoints.parent / f"{checkpoints.name}-app.log"
        command = [
            sys.executable,
            "-m",
            module,
            "run",
            str(ROOT / "explorer" / "app.py"),
            "--server.port",
            str(self.port),
            "--server.headless",
            "true",
            *options,
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=checkpoints.parent,  # any folder: the settings must hold wherever it is started
                env=os.environ | {"CHECKPOINTS": str(checkpoints), "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        assert answers(self.url, self.process), f"the app did not start: {self.log.read_text()}"

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:  # it waits for its open sessions
            self.process.kill()
            self.process.wait()


def app_with(factory: pytest.TempPathFactory, *names: str, earlier: bool = False) -> Iterator[App]:
    """An app with copies of these shipped runs, without or with their earlier epochs; for a fixture."""
    checkpoints = factory.mktemp("runs") / "checkpoints"
    for name in names:
        copy_run(name, checkpoints, earlier=earlier)
    app = App(checkpoints)
    app.wait()
    yield app
    app.stop()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    yield from app_with(tmp_path_factory, "ae", "vae", "classifier")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium: `apt-get install chromium` brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


def probing(message: ConsoleMessage) -> bool:
    """Opened at a page's own address, Streamlit first looks for its server below that address, in vain."""
    return "/_stcore/" in message.location.get("url", "")


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """The window that all pages share: with a window of its own a page takes twice as long to open."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A blank page of 1280 x 720. The test fails if anything on it wrote an error to the console.

    A refusal that the test asks for, `page.refused = True`, is no error, though Chromium writes it there.
    """
    page = window.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" and not probing(m) else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    page.close()
    if getattr(page, "refused", False):
        problems = [text for text in problems if "400 (Bad Request)" not in text]
    assert problems == []


def opened(page: Page, app: App, query: str = "") -> Page:
    """The page Compare, once both maps are drawn and the first image is decoded."""
    page.goto(f"{app.url}/?{query}")
    page.locator(READY).wait_for(timeout=60_000)
    page.locator(".stage[data-decoded]").wait_for(timeout=60_000)
    page.wait_for_timeout(300)
    return page


def named(page: Page, name: str) -> Locator:
    return page.locator(f'[data-name="{name}"]')


def spot_of(element: Locator, x: float, y: float) -> tuple[float, float]:
    """Screen coordinates of a place on an element: x, y from 0 to 1, from its left and upper edge."""
    box = element.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def counter(page: Page, name: str, key: str) -> int:
    locator = page.locator(".stage") if name == "stage" else named(page, name)
    return int(locator.get_attribute(f"data-{key}") or 0)


def until(page: Page, name: str, key: str, more_than: int = 0) -> float:
    """Wait until a counter of the stage, or of a named part, has risen. Returns the seconds it took."""
    began = time.perf_counter()
    while counter(page, name, key) <= more_than:
        late = time.perf_counter() - began > PATIENCE
        assert not late, f"{key} of {name} stays at {counter(page, name, key)}"
        page.wait_for_timeout(5)
    return time.perf_counter() - began


def soon(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    began = time.perf_counter()
    while not holds():
        assert time.perf_counter() - began < PATIENCE, "it does not come to hold"
        page.wait_for_timeout(50)


def steady(page: Page, read: Callable[[], T], pause: int = 400) -> T:
    """What is read, once it has not changed for `pause` ms."""
    began, before = time.perf_counter(), read()
    while True:
        page.wait_for_timeout(pause)
        now = read()
        if np.array_equal(now, before):
            return now
        assert time.perf_counter() - began < PATIENCE, "it does not come to rest"
        before = now


def settled(page: Page) -> None:
    """Wait until Streamlit has run its script, and nothing fades in or out any more."""
    page.wait_for_timeout(300)  # a click is on its way
    page.wait_for_function(SETTLED, timeout=60_000)
