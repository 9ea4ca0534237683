"""The pages: one name in the address, the script, the routes and the components."""

import tomllib
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from explorer import live, pages
from explorer.pages import PAGES, Page, page_of

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "explorer" / "stage" / "assets"


def test_the_slugs_of_the_pages_stay() -> None:
    assert [page.slug for page in PAGES] == [
        "compare",
        "evidence",
        "sampling",
        "train",
        "test-set",
        "seeds",
        "training",
    ]


def test_every_component_is_declared_and_has_its_files() -> None:
    project = tomllib.loads((ROOT / "explorer" / "pyproject.toml").read_text())
    declared = {entry["name"] for entry in project["tool"]["streamlit"]["component"]["components"]}
    components = {page.component for page in PAGES if page.component}
    assert components == declared
    assert all(
        (ASSETS / name / f"page{ending}").is_file() for name in components for ending in (".js", ".css")
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)
def test_a_page_has_its_view_and_its_test(page: Page) -> None:
    name = page.slug.replace("-", "")
    assert (ROOT / "explorer" / "views" / f"{name}.py").is_file()
    tests = [path for path in (ROOT / "tests" / "explorer").rglob(f"test_{name}.py")]
    assert tests or name in EVERY_PAGE


EVERY_PAGE = ("compare", "training")  # what there is to test of their views is tested of every page


def test_the_routes_of_the_pages_are_all_live_routes() -> None:
    routes = [route for page in PAGES for route in page.routes()]
    assert all(isinstance(route, Route | WebSocketRoute) for route in routes)
    paths = [route.path for route in routes]
    assert len(paths) == len(set(paths)), "two pages claim one path"
    (mount,) = live.routes
    assert [route.path for route in mount.routes] == paths


def test_a_page_that_is_not_there_is_an_error_that_lists_those_that_are() -> None:
    with pytest.raises(KeyError, match="there are compare, evidence"):
        page_of("nowhere")


def greet(request: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


TOY = Page("toy", "Toy", lambda: st.title("A toy"), lambda: [Route("/toy", greet)])


def test_a_page_more_is_one_entry_more(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page brings, its view and its routes, is used wherever pages are listed."""
    monkeypatch.setattr(pages, "PAGES", [TOY, *PAGES])
    app = AppTest.from_file(str(ROOT / "explorer" / "main.py"), default_timeout=60).run()
    assert not app.exception and [title.value for title in app.title] == ["A toy"]
    client = TestClient(Starlette(routes=live.mounted([*PAGES, TOY])), base_url="http://localhost:8501")
    assert client.get("/live/toy").text == "hello" and client.get("/live/runs").status_code == 200
    assert client.get("/live/toy", headers={"origin": "http://evil.example"}).status_code == 403
