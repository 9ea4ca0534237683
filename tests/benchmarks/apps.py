"""The app that a benchmark looks at, and its browser."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, App, answers, copy_run, free_port

WINDOW = {"width": 1280, "height": 720}


@contextmanager
def copied(*runs: str, earlier: bool = False) -> Iterator[Path]:
    """In the block: a folder with copies of these shipped runs, without or with their earlier epochs."""
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = Path(folder) / "checkpoints"
        for name in runs:
            copy_run(name, checkpoints, earlier=earlier)
        yield checkpoints


@contextmanager
def running(*runs: str, earlier: bool = False) -> Iterator[App]:
    """In the block: an app with copies of these shipped runs, which answers."""
    with copied(*runs, earlier=earlier) as checkpoints:
        app = App(checkpoints)
        try:
            app.wait()
            yield app
        finally:
            app.stop()


@contextmanager
def other_app(script: Path) -> Iterator[str]:
    """In the block: the address of another Streamlit app, without this project's settings."""
    port = free_port()
    options = ["--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), *options],
        cwd=tempfile.gettempdir(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}"
    try:
        assert answers(url, process)
        yield url
    finally:
        process.kill()
        process.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """In the block: a browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
