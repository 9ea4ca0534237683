"""Something true is on the screen at once: the page's frame, while Streamlit's script is on its way."""

import re

import pytest
from playwright.sync_api import Page, expect

from explorer.pages import PAGES
from tests.browser.conftest import READY, App

FRAME = "#first-frame"


def without_scripts(page: Page) -> None:
    """None of Streamlit's scripts ever comes."""
    page.route(re.compile(r"/static/js/"), lambda route: None)


@pytest.mark.parametrize(
    ("address", "title", "named"),
    [
        ("", "Compare", ["ae", "vae"]),
        ("?left=vae&right=<b>exact", "Compare", ["vae", "<b>exact"]),
        ("evidence?run=exact", "Evidence", ["exact"]),
        ("sampling", "Why not sample?", ["vae"]),
        ("training", "Training", ["Training"]),
    ],
)
def test_the_frame_of_the_page_stands_before_any_script_came(
    address: str, title: str, named: list[str], page: Page, app: App
) -> None:
    without_scripts(page)
    page.goto(f"{app.url}/{address}", wait_until="commit")
    frame = page.locator(FRAME)
    expect(frame.locator("h1")).to_have_text(title)
    expect(frame.locator("header b")).to_have_text(title)
    expect(frame.locator("section p")).to_have_text([f"Loading {name} \u2026" for name in named])
    assert frame.locator("header > *").all_text_contents() == [each.title for each in PAGES]
    box = frame.bounding_box()
    assert box is not None and (box["width"], box["height"]) == (1280, 720)


@pytest.mark.parametrize("slug", ["", *(page.slug for page in PAGES[1:])])
def test_the_frame_leaves_when_the_page_is_there(slug: str, page: Page, app: App) -> None:
    page.goto(f"{app.url}/{slug}")
    expect(page.locator(FRAME)).to_have_count(0)
    shown = READY if not slug else ".stElementContainer:visible"
    expect(page.locator(shown).first).to_be_visible()


def test_the_frame_never_covers_a_page_without_anything_below_it(page: Page, app: App) -> None:
    """At the moment when the frame goes, the page's own first element is there."""
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          const seen = new MutationObserver(() => {
            if (document.querySelector("#first-frame")) return;
            const hosts = [...document.querySelectorAll("*")];
            window.under = hosts.some(host => host.shadowRoot?.querySelector(".stage"));
            seen.disconnect();
          });
          seen.observe(document.body, {childList: true});
        });"""
    )
    page.goto(app.url)
    page.locator(READY).wait_for()
    assert page.evaluate("window.under") is True
