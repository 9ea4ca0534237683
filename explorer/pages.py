"""The pages: each has one name in the address, the script, the live routes, the components and the tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Page:
    """A page: its name in the address, its title, and where its parts are.

    render: what the Streamlit script runs; routes: the live routes that it brings, with paths below /live;
    component: the folder of its entry, page.js, in stage/assets, for a page that is mostly one component;
    about_image: whether it asks about one image of a run.
    """

    slug: str
    title: str
    render: Callable[[], None]
    routes: Callable[[], Sequence[Any]] = tuple
    component: str = ""
    about_image: bool = False


def view(name: str) -> Callable[[], None]:
    """Renders explorer/views/NAME.py, which is read when the page is first shown."""

    def render() -> None:
        import_module(f"explorer.views.{name}").render()

    return render


def live(name: str) -> Callable[[], Sequence[Any]]:
    """The routes of explorer/live/NAME.py, which is read when the server starts."""
    return lambda: import_module(f"explorer.live.{name}").routes


PAGES = [  # in the order of the navigation; the first is where people arrive
    Page("compare", "Compare", view("compare"), live("compare"), "compare"),
    Page("evidence", "Evidence", view("evidence"), live("evidence"), "evidence", about_image=True),
    Page("sampling", "Why not sample?", view("sampling"), live("sampling"), "sampling", about_image=True),
    Page("train", "Train together", view("train"), live("train"), "train"),
    Page("test-set", "Test set", view("testset")),
    Page("seeds", "Seeds", view("seeds")),
    Page("training", "Training", view("training")),
]


def page_of(slug: str) -> Page:
    """The page of this slug. Raises KeyError, which lists those that there are."""
    by_slug = {page.slug: page for page in PAGES}
    if slug not in by_slug:
        raise KeyError(f"no page has the slug {slug!r}; there are {', '.join(by_slug)}")
    return by_slug[slug]
