"""Addresses that people have kept open what they opened before; these lines are only ever added to."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from explorer.address import page_fields
from explorer.address.page_fields import QUESTION, SCENE

SCENES = [
    ("", {}),
    ("left=exact&right=vae", {"left": "exact"}),
    (
        "tool=draw&layer=magnification&colour=likelihood",
        {"tool": "draw", "layer": "magnification", "colour": "likelihood"},
    ),
    ("layer=regions&order=over&opacity=0.3", {"layer": "regions", "order": "over", "opacity": 0.3}),
    ("range=common&spacing=quantile", {"range": "common", "spacing": "quantile"}),
    (
        "points=false&manifold=false&prior=false&ellipses=true",
        {"points": False, "manifold": False, "prior": False, "ellipses": True},
    ),
    ("hidden=%5B1%2C%203%2C%2010%5D", {"hidden": [1, 3, 10]}),
    (
        "pins=%7B%22left%22%3A%20%5B0.5%2C%20-1.25%5D%2C%20%22right%22%3A%20null%7D",
        {"pins": {"left": [0.5, -1.25], "right": None}},
    ),
    (
        "views=%7B%22left%22%3A%20null%2C%20%22right%22%3A%20%5B-1%2C%201.5%2C%200%2C%202.5%5D%7D",
        {"views": {"left": None, "right": [-1, 1.5, 0, 2.5]}},
    ),
    ("tool=select&shape=box&select=class%203", {"tool": "select", "shape": "box", "select": "class 3"}),
    ("tool=select&select=misplaced+right", {"tool": "select", "select": "misplaced right"}),
    (
        "tool=walk&walk=%5B3%2C+-1%2C+9999%5D&loop=true&steps=30",
        {"tool": "walk", "walk": [3, -1, 9999], "loop": True, "steps": 30},
    ),
    (
        "tool=sample&source=density&count=300&seed=4294967295",
        {"tool": "sample", "source": "density", "count": 300, "seed": 2**32 - 1},
    ),
    ("image=9999&colour=neighbours", {"image": 9999, "colour": "neighbours"}),
    ("time=4.25&range=common", {"time": 4.25, "range": "common"}),
]
QUESTIONS = [
    ("", {}),
    ("run=exact&image=7", {"run": "exact", "image": 7}),
    ("image=-1&pixels=grey", {"image": -1, "pixels": "grey"}),
    ("image=12&show=A+simple+prior", {"image": 12}),
]


def texts(address: str) -> dict[str, str]:
    return dict(parse_qsl(address))


@pytest.mark.parametrize(("address", "expected"), SCENES)
def test_an_address_of_the_maps_opens_what_it_did(address: str, expected: dict[str, Any]) -> None:
    values = SCENE.parse_texts(texts(address))
    assert SCENE.checked(values) == SCENE.defaults() | expected
    assert SCENE.refused(texts(address)) == []
    assert SCENE.parse_texts(SCENE.address(SCENE.checked(values))) == expected


@pytest.mark.parametrize(("address", "expected"), QUESTIONS)
def test_an_address_of_one_image_opens_what_it_did(address: str, expected: dict[str, Any]) -> None:
    assert QUESTION.checked(QUESTION.parse_texts(texts(address))) == QUESTION.defaults() | expected


def test_the_names_and_defaults_of_an_address_stay() -> None:
    assert SCENE.defaults() == {
        "left": "ae",
        "right": "vae",
        "tool": "look",
        "range": "own",
        "spacing": "linear",
        "order": "under",
        "layer": "none",
        "colour": "class",
        "points": True,
        "manifold": True,
        "prior": True,
        "ellipses": False,
        "opacity": 0.55,
        "hidden": [],
        "pins": {"left": None, "right": None},
        "views": {"left": None, "right": None},
        "shape": "lasso",
        "select": "",
        "walk": [],
        "loop": False,
        "steps": 14,
        "source": "prior",
        "count": 60,
        "seed": 0,
        "image": 0,
        "time": None,
    }
    assert QUESTION.defaults() == {"run": "vae", "image": 0, "pixels": "binarised"}


def test_the_keys_of_the_widgets_stay() -> None:
    keys = {
        "SAMPLING_TAB": "show",
        "TEST_SET_RUNS": "tested",
        "TEST_SET_ASPECT": "aspect",
        "SEEDS_VIEW": "view",
        "SEEDS_TURNED": "maps-turned",
        "SEEDS_RANGE": "maps-range",
        "TRAINING_RUNS": "runs",
    }
    assert {name: getattr(page_fields, name) for name in keys} == keys
