"""Gaps are shown where all of them have the form that is drawn; else they count as not measured."""

from typing import Any

import pytest

from explorer.library.gaps import checked
from tests.explorer.views.test_testset import gaps


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """Good gaps, but for the value at a path."""
    result = gaps()
    entry: Any = result
    for key in path[:-1]:
        entry = entry[key]
    entry[path[-1]] = value
    return result


def test_what_was_measured_comes_as_it_is() -> None:
    assert checked(gaps()) == gaps()


@pytest.mark.parametrize(
    "path, value",
    [
        (("edges",), []),
        (("edges", 1), "text"),
        (("edges", 1), 0.0),
        (("edges", 2), 0.001),
        (("all",), None),
        (("all", "images"), 0),
        (("all", "median"), float("nan")),
        (("all", "median"), 10**400),
        (("all", "counts"), [1, 2]),
        (("all", "counts", 3), -1),
        (("classes",), ["zero"]),
        (("classes", "one"), {}),
        (("classes", "one", "mean"), True),
        (("worst",), {"0": 1}),
        (("worst", 0, "image"), 1.5),
        (("worst", 0, "gap"), float("inf")),
        (("worst", 0, "elbo"), "low"),
        (("worst", 0), {"image": 1}),
    ],
    ids=str,
)
def test_what_could_not_be_drawn_counts_as_not_measured(path: tuple[str | int, ...], value: Any) -> None:
    assert checked(changed(path, value)) == {}


def test_an_image_is_among_the_worst_once() -> None:
    assert checked(changed(("worst", 1), gaps()["worst"][0])) == {}


@pytest.mark.parametrize("value", [None, [], "text", 3, {}])
def test_what_is_no_gaps_at_all(value: Any) -> None:
    assert checked(value) == {}
