"""python -m tests.benchmarks.start: from the start of the app to its first image, beside its bare imports.

A page is asked for as soon as somebody listens. Each number is the best of several, taken in turns; the ratio
is what counts, for the machine may be slow.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Error

from tests.benchmarks.apps import WINDOW, chromium, copied
from tests.browser.conftest import App

PATIENCE_MS = 120_000
RETRY_SECONDS = 0.05


def imports() -> float:
    """Seconds that Python needs for torch and streamlit alone."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch, streamlit"], check=True)
    return time.perf_counter() - began


def first_decode(browser: Browser, checkpoints: Path) -> tuple[float, float]:
    """Seconds from the start of the app to the first answer and to the first decoded image."""
    page = browser.new_page(viewport=WINDOW)
    began = time.perf_counter()
    app = App(checkpoints)
    try:
        while True:
            try:
                page.goto(app.url, wait_until="commit")
                break
            except Error:  # nobody listens yet
                time.sleep(RETRY_SECONDS)
        answered = time.perf_counter() - began
        page.locator(".stage[data-decoded]").wait_for(timeout=PATIENCE_MS)
        return answered, time.perf_counter() - began
    finally:
        page.close()
        app.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with copied("ae", "vae") as checkpoints, chromium() as browser:
        bare, answers, decodes = [], [], []
        for _ in range(rounds):
            bare.append(imports())
            answered, decoded = first_decode(browser, checkpoints)
            answers.append(answered)
            decodes.append(decoded)
    print(f"import torch, streamlit: {min(bare):.2f} s; the app answers after {min(answers):.2f} s")
    print(f"first live decode after {min(decodes):.2f} s: {min(decodes) / min(bare):.2f} times (bar: 2.3)")


if __name__ == "__main__":
    main()
