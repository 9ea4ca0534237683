"""The pages: one name in the address, the script, the routes and the components."""

import tomllib
from pathlib import Path

import pytest
from starlette.routing import Route, WebSocketRoute

from explorer import live
from explorer.pages import PAGES, Page, page_of

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "explorer" / "stage" / "assets"


def test_the_slugs_of_the_pages_stay() -> None:
    assert [page.slug for page in PAGES] == [
        "compare", "evidence", "sampling", "test-set", "seeds", "training",
    ]  # fmt: skip


def test_every_component_is_declared_and_has_its_files() -> None:
    project = tomllib.loads((ROOT / "explorer" / "pyproject.toml").read_text())
    declared = {entry["name"] for entry in project["tool"]["streamlit"]["component"]["components"]}
    components = {page.component for page in PAGES if page.component}
    assert components == declared
    assert all((ASSETS / f"{name}{ending}").is_file() for name in components for ending in (".js", ".css"))


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
