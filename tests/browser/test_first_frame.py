"""Something true is on the screen at once: the page's frame, while Streamlit's script is on its way, and then
each run that is being loaded.
"""

import json
import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from explorer.pages import PAGES
from tests.browser.conftest import READY, App, copy_run, counter, opened, until

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


class Held:
    """Runs that are being loaded, as far as a test says."""

    def __init__(self, page: Page):
        self.sockets: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/live/opening"), lambda socket: self.sockets.append(socket))

    def say(self, run: str, **news: object) -> None:
        self.sockets[-1].send(json.dumps({"run": run} | news))


def test_a_run_that_is_loading_says_so_on_its_own_map(page: Page, app: App) -> None:
    name = "a fresh run"
    copy_run("vae", app.checkpoints, name)
    held = Held(page)
    opened(page, app)
    menu = page.locator('[data-name="right-run"]')
    expect(menu.locator(f'option:text-is("{name}")')).to_have_count(1, timeout=20_000)
    menu.select_option(name)
    loading = page.locator('[data-name="right-loading"]')
    expect(loading).to_have_text(f"Loading {name} \u2026")
    expect(page.locator(".stage")).to_have_attribute("data-ready", "1")
    expect(page.locator('[data-name="right-title"]')).to_have_text("Variational autoencoder")
    held.say(name, done=0.4)
    expect(loading).to_have_text(f"Loading {name} \u2026 40\u00a0%")
    # The other map stays as it is, and answers.
    assert page.locator('[data-name="left-frame"]').evaluate(
        """element => {
          for (let each = element; each; each = each.parentElement ?? each.getRootNode().host)
            if (Number(getComputedStyle(each).opacity) < 1) return false;
          return true;
        }"""
    )
    before = counter(page, "stage", "decoded")
    page.locator('[data-name="left-frame"]').hover(position={"x": 100, "y": 100})
    until(page, "stage", "decoded", before)
    assert menu.input_value() == name
    held.say(name, error="its weights are spoiled")
    expect(page.locator('[data-name="right-error"]')).to_have_text("its weights are spoiled")
    expect(loading).to_be_hidden()


def test_a_run_that_was_loading_is_shown(page: Page, app: App) -> None:
    name = "another fresh run"
    copy_run("vae", app.checkpoints, name)
    opened(page, app, f"left=ae&right={name}")
    expect(page.locator(READY)).to_have_count(1)
    expect(page.locator('[data-name="right-loading"]')).to_be_hidden()
    assert page.locator('[data-name="right-run"]').input_value() == name
    page.goto(f"{app.url}/evidence?run={name}")
    page.locator(".stage[data-answered]").wait_for()
