"""What an address may ask for."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from explorer import state
from explorer.latent.fields import FIELDS
from explorer.latent.frame import SPACINGS
from explorer.latent.sampling import SOURCES
from explorer.latent.subject import PIXEL_KINDS
from explorer.latent.values import VALUES
from explorer.state import ASKED, CHOICES, DEFAULTS, checked, parsed


def test_what_is_allowed_is_taken() -> None:
    wanted = {
        "left": "a.b-1", "right": "ae", "range": "common", "spacing": "quantile", "order": "over",
        "points": False, "manifold": False, "opacity": 0.25, "hidden": [1, 3],
        "pins": {"left": [1.5, -2], "right": None}, "views": {"left": [-1, 1.5, 0, 2.5], "right": None},
        "tool": "walk", "layer": "regions", "colour": "kl", "prior": False, "ellipses": True,
        "shape": "box", "select": "error left",
        "walk": [3, -1, 9999], "loop": True, "steps": 20, "source": "density", "count": 100,
        "seed": 2**32 - 1, "image": 9999,
    }  # fmt: skip
    assert wanted.keys() == DEFAULTS.keys()
    assert checked(wanted) == wanted


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("left", "../x"), ("left", 3), ("left", ""), ("range", "both"), ("range", ["own"]), ("points", 1),
        
        ("opacity", 10**400), ("pins", {"left": [1e20, 0], "right": None}),
        ("opacity", 2), ("opacity", math.nan), ("opacity", True), ("opacity", "0.5"), ("hidden", [-1]),
        ("hidden", 3), ("hidden", [True]), ("hidden", [0] * 200), ("pins", None), ("pins", {}),
        ("pins", {"left": [1], "right": None}), ("pins", {"left": [math.inf, 0], "right": None}),
        ("pins", {"left": None, "right": None, "more": 1}),
        ("views", {"left": [0, 1, 0, 2], "right": None}), ("views", {"left": [1, 0, 1, 0], "right": None}),
        ("views", {"left": [0, 1e9, 0, 1e9], "right": None}), ("views", {"left": [0, 1], "right": None}),
        ("views", {"left": [math.nan] * 4, "right": None}), ("views", [0, 1, 0, 1]),
        ("tool", "erase"), ("tool", ["look"]), ("layer", "heat"), ("colour", 1), ("shape", None),
        ("prior", 1), ("ellipses", "true"), ("loop", 0), ("walk", [-2]), ("walk", [0] * 9), ("walk", [1.5]),
        ("steps", 31), ("steps", 3), ("steps", 4.5), ("count", 0), ("count", True), ("seed", 2**32),
        ("seed", -1), ("source", "noise"), ("select", "class x"), ("select", "error up"), ("select", 3),
    ],
)  # fmt: skip
def test_what_is_not_allowed_leaves_the_default(key: str, value: object) -> None:
    assert checked({key: value}) == DEFAULTS


def test_unknown_keys_are_ignored() -> None:
    assert checked({"evil": "<script>"}) == DEFAULTS


@pytest.mark.parametrize("text", ["vae", "[[[[" * 5000, "{", "<b>"])
def test_text_that_is_no_json_stays_text(text: str) -> None:
    assert parsed(text) == text


def test_the_choices_are_what_can_be_computed() -> None:
    assert CHOICES["layer"] == ("none", *FIELDS)
    assert CHOICES["colour"] == ("class", *VALUES)
    assert CHOICES["source"] == tuple(SOURCES)
    assert CHOICES["spacing"] == SPACINGS


def test_a_question_is_taken_where_it_is_allowed() -> None:
    wanted = {"run": "exact", "image": -1, "pixels": "grey"}
    assert state.checked_question(wanted) == wanted and wanted.keys() == ASKED.keys()
    for key, value in [("run", "../x"), ("image", -2), ("image", 1.5), ("image", True), ("pixels", "blue")]:
        assert state.checked_question(wanted | {key: value})[key] == ASKED[key]
    assert state.PIXELS == PIXEL_KINDS


def test_an_address_holds_what_differs_from_the_defaults() -> None:
    shown = {"run": "exact", "image": 7, "pixels": "binarised"}
    assert state.address(shown, ASKED) == {"run": "exact", "image": "7"}
    assert state.address(ASKED, ASKED) == {}


def test_a_question_of_the_address_is_remembered_and_the_page_s_scene_stays() -> None:
    app = AppTest.from_string("from explorer import state\nstate.question()", default_timeout=30)
    app.query_params.update(image="12", show="A simple prior", nonsense="1")
    app.run()
    assert app.session_state[state.QUESTION]["image"] == 12
    assert app.query_params["show"] == "A simple prior"
    asking = AppTest.from_string("from explorer import state\nstate.ask({'image': 7})", default_timeout=30)
    asking.query_params.update(image="12", show="A simple prior", nonsense="1")
    asking.run()
    assert asking.query_params == {"image": "7", "show": "A simple prior"}


def test_a_question_that_is_not_allowed_is_told_and_taken_out_of_the_address() -> None:
    app = AppTest.from_string("from explorer import state\nstate.question()", default_timeout=30)
    app.query_params.update(image="-5", run="exact")
    app.run()
    assert "ignored: image" in app.toast[0].value and app.query_params == {"run": "exact"}
    assert app.session_state[state.QUESTION] == ASKED | {"run": "exact"}


HOLDING = """
import streamlit as st
from explorer import state
state.arrive(st.session_state.get("where", "here"))
st.session_state["got"] = [
    st.segmented_control("One", list("abc"), **state.held("one", "abc", "a")),
    st.multiselect("Some", list("abc"), **state.held("some", "abc", ["a"], ["b", "c"], 2), max_selections=2),
]
"""


@pytest.fixture
def holding() -> AppTest:
    return AppTest.from_string(HOLDING, default_timeout=30)


def test_a_widget_s_value_is_what_the_address_says(holding: AppTest) -> None:
    assert holding.run().session_state["got"] == ["a", ["b", "c"]]  # the default, and what was proposed
    assert holding.query_params == {"some": ["b", "c"]}
    holding.segmented_control[0].set_value("b").run()
    holding.multiselect[0].set_value(["a"]).run()
    assert holding.query_params == {"one": "b"}
    holding.query_params["one"] = "c"  # as Back does
    assert holding.run().session_state["got"] == ["c", ["a"]]
    del holding.query_params["one"]
    assert holding.run().session_state["got"] == ["a", ["a"]]
    holding.multiselect[0].set_value([]).run()
    assert holding.session_state["got"] == ["a", []] and "some" in holding.query_params


def test_a_widget_of_another_page_is_found_as_it_was_left(holding: AppTest) -> None:
    holding.run()
    holding.segmented_control[0].set_value("b").run()
    holding.query_params.clear()
    holding.session_state["where"] = "there"
    assert holding.run().session_state["got"] == ["b", ["b", "c"]]


@pytest.mark.parametrize("asked", ["", "nonsense"])
def test_a_widget_refuses_what_is_no_option(holding: AppTest, asked: str) -> None:
    holding.query_params.update(one=asked, some="nonsense")
    assert holding.run().session_state["got"] == ["a", ["a"]] and holding.query_params == {}
    assert all("ignored" in toast.value for toast in holding.toast) and holding.toast


@pytest.mark.parametrize("asked, got", [(["b", "c", "a"], ["b", "c"]), (["c", "c", "c"], ["c"])])
def test_a_widget_takes_no_more_than_it_may_and_nothing_twice(
    holding: AppTest, asked: list[str], got: list[str]
) -> None:
    holding.query_params["some"] = asked
    assert not holding.run().exception and holding.session_state["got"][1] == got
    assert "ignored: some" in holding.toast[0].value and list(holding.query_params["some"]) == got


ARRIVAL = """
import streamlit as st
from explorer import state
if "steps" not in st.session_state:
    st.session_state["steps"] = 1
    {start}
arrived = state.destination()
st.session_state["page"], st.session_state["address"] = arrived["page"], arrived["address"]
assert state.destination() is None
"""


def arrived(start: str) -> tuple[str, dict[str, str]]:
    """Where a person lands who leaves in this way."""
    app = AppTest.from_string(ARRIVAL.format(start=start), default_timeout=30).run()
    assert not app.exception
    return app.session_state["page"], app.session_state["address"]


def test_an_image_is_shown_on_the_map_of_its_run() -> None:
    page, address = arrived("state.show_on_map('vae', 42, [0.5, -1])")
    assert page == "compare"
    scene = checked({k: parsed(v) for k, v in address.items()})
    assert scene["right"] == "vae" and scene["image"] == 42 and scene["pins"]["right"] == [0.5, -1]
    page, address = arrived("state.show_on_map('ae', 3, 'nonsense')")
    assert checked({k: parsed(v) for k, v in address.items()}) == DEFAULTS | {"image": 3}


def test_the_map_shows_the_image_whatever_it_showed_before() -> None:
    before = {"views": {"left": None, "right": [0, 1, 0, 1]}, "pins": {"left": [1, 1], "right": [2, 2]}}
    start = f"st.session_state[state.SCENE] = {before | {'hidden': [3]}}; state.show_on_map('exact', 42)"
    scene = checked({k: parsed(v) for k, v in arrived(start)[1].items()})
    assert scene["right"] == "exact" and scene["views"]["right"] is None and scene["hidden"] == []
    assert scene["pins"] == {"left": [1, 1], "right": None}


def test_going_to_a_scene_of_defaults_leaves_the_last_one_behind() -> None:
    start = "st.session_state[state.SCENE] = {'image': 5}; state.show_on_map('vae', 0)"
    app = AppTest.from_string(ARRIVAL.format(start=start), default_timeout=30).run()
    assert app.session_state["address"] == {} and app.session_state[state.SCENE]["image"] == 0


def test_a_component_may_send_the_person_to_another_page() -> None:
    go = "st.session_state['k'] = {'go': %s}; state.take_go('k')"
    wanted = {"page": "evidence", "run": "exact", "image": 7}
    assert arrived(go % wanted) == ("evidence", {"run": "exact", "image": "7"})
    assert arrived(go % {"page": "compare", "run": "vae", "image": 7})[1] == {"image": "7"}
