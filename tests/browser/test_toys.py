"""What comes from outside in a real browser: a family, two data sets, a page and a tool that are toys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import App, named, opened, settled, until
from tests.browser.test_compare import spot
from tests.tiny import fit
from tests.toys import registered

RULER = """
export const ruler = {
  name: "look",
  help: "The distance between two places of a map (key U)",
  letter: "u",
  card: () => `<section class="card"><output data-name="ruler-length">no place yet</output></section>`,
  create: ({find}) => ({
    click(side, point) {
      find("ruler-length").textContent = `${side} ${Math.hypot(...point) >= 0}`;
      return true;
    },
  }),
};
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with runs of the toy family on grey images without labels and on colour in 300 classes."""
    checkpoints = tmp_path_factory.mktemp("runs") / "checkpoints"
    with pytest.MonkeyPatch.context() as patch, registered():
        patch.setenv("CHECKPOINTS", str(checkpoints))
        for name in ("slips", "tints"):
            fit(name, "linear", dataset=name, limit=0, batch_size=40, binarize=False, epochs=2)
    app = App(checkpoints, "tests.toy_app")
    app.wait()
    yield app
    app.stop()


QUERY = "left=slips&right=tints"


def test_both_maps_are_drawn_and_decoded(page: Page, app: App) -> None:
    opened(page, app, QUERY)
    for side in ("left", "right"):
        before = int(page.locator(".stage").get_attribute("data-decoded") or 0)
        page.mouse.move(*spot(page, side, 0.4, 0.6))
        until(page, "stage", "decoded", before)


@pytest.mark.parametrize("tool", ["draw", "select", "walk", "sample"])
def test_every_tool_answers_or_says_why_it_can_not(page: Page, app: App, tool: str) -> None:
    page.refused = True  # type: ignore[attr-defined]  # what can't be answered is refused, with a reason
    opened(page, app, f"{QUERY}&tool={tool}")
    settled(page)
    card = page.locator(".stage")
    expect(card).to_be_visible()
    if tool == "draw":
        expect(named(page, "no-drawing")).to_be_visible()
        assert len(named(page, "no-drawing").inner_text()) > 20
    if tool == "walk":
        for place in ((0.3, 0.3), (0.6, 0.6)):
            page.mouse.click(*spot(page, "left", *place))
        page.wait_for_timeout(500)
    if tool == "sample":
        until(page, "stage", "samples", 1)
        for side in ("left", "right"):
            expect(named(page, f"{side}-sample-holes")).to_contain_text("%")


def test_the_other_pages_say_what_they_can_not_show(page: Page, app: App) -> None:
    for slug in ("evidence", "sampling", "test-set", "seeds", "training"):
        page.goto(f"{app.url}/{slug}")
        settled(page)
        expect(page.locator('[data-testid="stException"]')).to_have_count(0)


def test_a_page_from_outside_stands_in_the_navigation(page: Page, app: App) -> None:
    page.goto(f"{app.url}/toys")
    settled(page)
    expect(page.get_by_role("heading", name="Toys")).to_be_visible()
    expect(page.get_by_role("link", name="Toys")).to_be_visible()


def test_a_tool_from_outside_gets_the_clicks_of_both_maps(page: Page, app: App) -> None:
    """Its file and its line in index.js come by the way: nothing else of the page is touched."""

    def index(route: Route) -> None:
        source = route.fetch().text().replace("TOOLS = [look,", "TOOLS = [ruler,")
        route.fulfill(body=f'import {{ruler}} from "./ruler.js";\n{source}', content_type="text/javascript")

    page.route("**/compare/tools/index.js*", index)
    page.route("**/compare/tools/ruler.js*", lambda r: r.fulfill(body=RULER, content_type="text/javascript"))
    opened(page, app, QUERY)
    for side in ("left", "right"):
        page.mouse.click(*spot(page, side, 0.4, 0.6))
        expect(named(page, "ruler-length")).to_have_text(f"{side} true")
