"""The page Test set in a browser: all of it within the window, and the way from a worst case to its map."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import READY, App, copy_run
from tests.explorer.test_testset import gaps

ASPECTS = {"gap": "vae", "worst cases": "vae", "q(z)": "vae: q(z)", "table": "Trustworthiness"}


@pytest.fixture(scope="module")
def measured_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app whose VAE has gaps, whatever the shipped metrics hold."""
    checkpoints = tmp_path_factory.mktemp("measured") / "checkpoints"
    for name in ("ae", "vae"):
        copy_run(name, checkpoints)
    path = checkpoints / "vae" / "metrics.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"images": {"gap": gaps()}}))
    app = App(checkpoints)
    app.wait()
    yield app
    app.stop()


def opened(page: Page, app: App) -> Page:
    page.goto(app.url)
    page.get_by_role("link", name="Test set").click(timeout=60_000)
    page.get_by_role("radio", name="gap", exact=True).wait_for(timeout=60_000)
    return page


def test_every_aspect_fits_the_window(page: Page, measured_app: App) -> None:
    opened(page, measured_app)
    for aspect, sign in ASPECTS.items():
        page.get_by_role("radio", name=aspect, exact=True).click()
        expect(page.get_by_text(sign, exact=True).first).to_be_visible(timeout=60_000)
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=60_000)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("m => m.scrollHeight <= m.clientHeight"), aspect


def test_a_worst_case_opens_on_the_map(page: Page, measured_app: App) -> None:
    opened(page, measured_app)
    page.get_by_role("radio", name="worst cases", exact=True).click()
    worst = gaps()["worst"][1]
    page.get_by_role("button", name=f"{worst['gap']:.0f} nats", exact=True).first.wait_for(timeout=60_000)
    page.get_by_role("button", name=f"{worst['gap']:.0f} nats", exact=True).first.click()
    page.locator(READY).wait_for(timeout=60_000)
    assert f"image={worst['image']}" in page.url and "/test-set" not in page.url
