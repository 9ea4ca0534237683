"""What the address of the maps, and of a page about one image, may ask for."""

import math

import pytest

from explorer.address.fields import json_or_text
from explorer.address.page_fields import QUESTION, SCENE


def test_what_is_allowed_is_taken() -> None:
    scene = {
        "left": "a.b-1",
        "right": "ae",
        "range": "common",
        "spacing": "quantile",
        "order": "over",
        "points": False,
        "manifold": False,
        "opacity": 0.25,
        "hidden": [1, 3],
        "pins": {"left": [1.5, -2], "right": None},
        "views": {"left": [-1, 1.5, 0, 2.5], "right": None},
        "tool": "walk",
        "layer": "regions",
        "colour": "kl",
        "prior": False,
        "ellipses": True,
        "shape": "box",
        "select": "error left",
        "walk": [3, -1, 9999],
        "loop": True,
        "steps": 20,
        "source": "density",
        "count": 100,
        "seed": 2**32 - 1,
        "image": 9999,
        "time": 4.25,
    }
    assert scene.keys() == SCENE.defaults().keys()
    assert SCENE.checked(scene) == scene


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("left", "../x"),
        ("left", 3),
        ("left", "vae\n"),
        ("left", ""),
        ("range", "both"),
        ("range", ["own"]),
        ("points", 1),
        ("opacity", 10**400),
        ("pins", {"left": [1e20, 0], "right": None}),
        ("opacity", 2),
        ("opacity", math.nan),
        ("opacity", True),
        ("opacity", "0.5"),
        ("time", -1),
        ("time", "soon"),
        ("time", True),
        ("hidden", [-1]),
        ("hidden", 3),
        ("hidden", [True]),
        ("hidden", [0] * 1001),
        ("pins", None),
        ("pins", {}),
        ("pins", {"left": [], "right": None}),
        ("pins", {"left": [0] * 1001, "right": None}),
        ("pins", {"left": [math.inf, 0], "right": None}),
        ("pins", {"left": None, "right": None, "more": 1}),
        ("views", {"left": [0, 1, 0, 2], "right": None}),
        ("views", {"left": [1, 0, 1, 0], "right": None}),
        ("views", {"left": [0, 1e9, 0, 1e9], "right": None}),
        ("views", {"left": [0, 1], "right": None}),
        ("views", {"left": [math.nan] * 4, "right": None}),
        ("views", [0, 1, 0, 1]),
        ("tool", "erase"),
        ("tool", ["look"]),
        ("layer", "heat"),
        ("colour", 1),
        ("shape", None),
        ("prior", 1),
        ("ellipses", "true"),
        ("loop", 0),
        ("walk", [-2]),
        ("walk", [0] * 9),
        ("walk", [1.5]),
        ("steps", 31),
        ("steps", 3),
        ("steps", 4.5),
        ("count", 0),
        ("count", True),
        ("seed", 2**32),
        ("seed", -1),
        ("source", "noise"),
        ("select", "class x"),
        ("select", "error up"),
        ("select", "error left\n"),
        ("select", 3),
    ],
)
def test_what_is_not_allowed_leaves_the_default(key: str, value: object) -> None:
    assert SCENE.checked({key: value}) == SCENE.defaults()


def test_unknown_keys_are_ignored() -> None:
    assert SCENE.checked({"evil": "<script>"}) == SCENE.defaults()


@pytest.mark.parametrize("text", ["vae", "[[[[" * 5000, "{", "<b>"])
def test_text_that_is_no_json_stays_text(text: str) -> None:
    assert json_or_text(text) == text


def test_a_question_is_taken_where_it_is_allowed() -> None:
    question = {"run": "exact", "image": -1, "pixels": "grey"}
    assert QUESTION.checked(question) == question and question.keys() == QUESTION.defaults().keys()
    for key, value in [("run", "../x"), ("image", -2), ("image", 1.5), ("image", True), ("pixels", "blue")]:
        assert QUESTION.checked(question | {key: value})[key] == QUESTION.defaults()[key]


def test_an_address_of_a_question_holds_what_differs_from_the_defaults() -> None:
    question = {"run": "exact", "image": 7, "pixels": "binarised"}
    assert QUESTION.address(question) == {"run": "exact", "image": "7"}
    assert QUESTION.address(QUESTION.defaults()) == {}
