"""The session and the address: what is read of it, remembered, and written to it."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import session
from explorer.address.page_fields import QUESTION, SCENE


def test_a_question_of_the_address_is_remembered_and_the_page_s_scene_stays() -> None:
    app = AppTest.from_string("from explorer.address import session\nsession.question()", default_timeout=30)
    app.query_params.update(image="12", show="A simple prior", nonsense="1")
    app.run()
    assert app.session_state[session.LAST_QUESTION]["image"] == 12
    assert app.query_params["show"] == "A simple prior"
    asking = AppTest.from_string(
        "from explorer.address import session\nsession.set_question({'image': 7})", default_timeout=30
    )
    asking.query_params.update(image="12", show="A simple prior", nonsense="1")
    asking.run()
    assert asking.query_params == {"image": "7", "show": "A simple prior"}


def test_a_question_that_is_not_allowed_is_told_and_taken_out_of_the_address() -> None:
    app = AppTest.from_string("from explorer.address import session\nsession.question()", default_timeout=30)
    app.query_params.update(image="-5", run="exact")
    app.run()
    assert "ignored: image" in app.toast[0].value and app.query_params == {"run": "exact"}
    assert app.session_state[session.LAST_QUESTION] == QUESTION.defaults() | {"run": "exact"}


@pytest.mark.parametrize("address", [{}, {"range": "own"}, {"nonsense": "1"}, {"embed": "true"}])
def test_a_first_visit_is_one_that_asks_for_nothing(address: dict[str, str]) -> None:
    script = "import streamlit as st\nfrom explorer.address import session\n"
    app = AppTest.from_string(
        script + "st.text(session.is_first_visit())\nsession.scene()", default_timeout=30
    )
    app.query_params.update(address)
    assert app.run().text[0].value == str(address in ({}, {"embed": "true"}))
    assert app.run().text[0].value == "False"


HOLDING = """
import streamlit as st
from explorer.address import session
session.arrive(st.session_state.get("where", "here"))
st.session_state["got"] = [
    st.segmented_control("One", list("abc"), **session.address_widget("one", "abc", "a")),
    st.multiselect(
        "Some", list("abc"), max_selections=2,
        **session.address_widget("some", "abc", ["a"], ["b", "c"], 2),
    ),
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


@pytest.mark.parametrize("value", ["", "nonsense"])
def test_a_widget_refuses_what_is_no_option(holding: AppTest, value: str) -> None:
    holding.query_params.update(one=value, some="nonsense")
    assert holding.run().session_state["got"] == ["a", ["a"]] and holding.query_params == {}
    assert all("ignored" in toast.value for toast in holding.toast) and holding.toast


@pytest.mark.parametrize("values, got", [(["b", "c", "a"], ["b", "c"]), (["c", "c", "c"], ["c"])])
def test_a_widget_takes_no_more_than_it_may_and_nothing_twice(
    holding: AppTest, values: list[str], got: list[str]
) -> None:
    holding.query_params["some"] = values
    assert not holding.run().exception and holding.session_state["got"][1] == got
    assert "ignored: some" in holding.toast[0].value and list(holding.query_params["some"]) == got


ARRIVAL = """
import streamlit as st
from explorer.address import session
if "steps" not in st.session_state:
    st.session_state["steps"] = 1
    {start}
arrived = session.destination()
st.session_state["page"], st.session_state["address"] = arrived["page"], arrived["address"]
assert session.destination() is None
"""


def arrived(start: str) -> tuple[str, dict[str, str]]:
    """Where a person lands who leaves in this way."""
    app = AppTest.from_string(ARRIVAL.format(start=start), default_timeout=30).run()
    assert not app.exception
    return app.session_state["page"], app.session_state["address"]


def test_an_image_is_shown_on_the_map_of_its_run() -> None:
    page, address = arrived("session.show_on_map('vae', 42, [0.5, -1])")
    assert page == "compare"
    scene = SCENE.checked(SCENE.parse_texts(address))
    assert scene["right"] == "vae" and scene["image"] == 42 and scene["pins"]["right"] == [0.5, -1]
    page, address = arrived("session.show_on_map('ae', 3, 'nonsense')")
    assert SCENE.checked(SCENE.parse_texts(address)) == SCENE.defaults() | {"image": 3}


def test_the_map_shows_the_image_whatever_it_showed_before() -> None:
    before = {"views": {"left": None, "right": [0, 1, 0, 1]}, "pins": {"left": [1, 1], "right": [2, 2]}}
    start = (
        f"st.session_state[session.LAST_SCENE] = {before | {'hidden': [3]}}; session.show_on_map('exact', 42)"
    )
    scene = SCENE.checked(SCENE.parse_texts(arrived(start)[1]))
    assert scene["right"] == "exact" and scene["views"]["right"] is None and scene["hidden"] == []
    assert scene["pins"] == {"left": [1, 1], "right": None}


def test_going_to_a_scene_of_defaults_leaves_the_last_one_behind() -> None:
    start = "st.session_state[session.LAST_SCENE] = {'image': 5}; session.show_on_map('vae', 0)"
    app = AppTest.from_string(ARRIVAL.format(start=start), default_timeout=30).run()
    assert app.session_state["address"] == {} and app.session_state[session.LAST_SCENE]["image"] == 0


def test_a_component_may_send_the_person_to_another_page() -> None:
    go = "st.session_state['k'] = {'go': %s}; session.take_destination('k')"
    destination = {"page": "evidence", "run": "exact", "image": 7}
    assert arrived(go % destination) == ("evidence", {"run": "exact", "image": "7"})
    assert arrived(go % {"page": "compare", "run": "vae", "image": 7})[1] == {"image": "7"}
