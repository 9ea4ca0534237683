"""What an address may ask for."""

import math

import pytest

from explorer.state import DEFAULTS, checked, parsed


def test_what_is_allowed_is_taken() -> None:
    wanted = {
        "left": "a.b-1", "right": "ae", "range": "common", "spacing": "quantile", "order": "over",
        "points": False, "manifold": False, "opacity": 0.25, "hidden": [1, 3],
        "pins": {"left": [1.5, -2], "right": None},
    }  # fmt: skip
    assert wanted.keys() == DEFAULTS.keys()
    assert checked(wanted) == wanted


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("left", "../x"), ("left", 3), ("left", ""), ("range", "both"), ("range", ["own"]), ("points", 1),
        ("opacity", 2), ("opacity", math.nan), ("opacity", True), ("opacity", "0.5"), ("hidden", [-1]),
        ("hidden", 3), ("hidden", [True]), ("hidden", [0] * 200), ("pins", None), ("pins", {}),
        ("pins", {"left": [1], "right": None}), ("pins", {"left": [math.inf, 0], "right": None}),
        ("pins", {"left": None, "right": None, "more": 1}),
    ],
)  # fmt: skip
def test_what_is_not_allowed_leaves_the_default(key: str, value: object) -> None:
    assert checked({key: value}) == DEFAULTS


def test_unknown_keys_are_ignored() -> None:
    assert checked({"evil": "<script>"}) == DEFAULTS


@pytest.mark.parametrize("text", ["vae", "[[[[" * 5000, "{", "<b>"])
def test_text_that_is_no_json_stays_text(text: str) -> None:
    assert parsed(text) == text
