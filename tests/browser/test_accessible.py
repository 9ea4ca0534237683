"""No serious finding of axe-core on any page, with any tool, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import App, opened, settled

PAGES = [
    "tool=look&layer=magnification&colour=error",
    "tool=draw",
    "tool=select",
    "tool=walk&walk=[3,17]",
    "tool=sample",
]
ASPECTS = {"gap": "vae", "worst cases": "vae", "q(z)": "vae: q(z)", "table": "Trustworthiness"}  # of Test set


def findings(page: object) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{v['impact']} {v['id']}: {node['target']} {node['html'][:120]} {node['failureSummary'][:300]}"
        for v in violations
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, app: App, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    page, problems = context.new_page(), []
    for query in PAGES:
        opened(page, app, query)
        settled(page)
        problems += [f"{query} {text}" for text in findings(page)]
    page.keyboard.press("?")
    problems += [f"help {text}" for text in findings(page)]
    page.goto(f"{app.url}/evidence?image=300")
    page.locator(".stage[data-answered]").wait_for(timeout=60_000)
    page.get_by_role("button", name="refine", exact=True).click()
    page.locator('.stage[data-searching="false"][data-steps]').wait_for(timeout=60_000)
    problems += [f"evidence {text}" for text in findings(page)]
    page.goto(f"{app.url}/test-set")
    for aspect, sign in ASPECTS.items():
        page.get_by_role("radio", name=aspect, exact=True).click()
        expect(page.get_by_text(sign, exact=True).first).to_be_visible(timeout=60_000)
        settled(page)
        problems += [f"test set, {aspect} {text}" for text in findings(page)]
    page.goto(f"{app.url}/training")
    page.get_by_text("Measured on the test set").wait_for(timeout=60_000)
    settled(page)
    problems += [f"training {text}" for text in findings(page)]
    context.close()
    assert problems == []
