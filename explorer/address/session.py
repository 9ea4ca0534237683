"""The one owner of the session's keys and of the address: what is shown, as plain built-ins."""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from explorer.address import page_fields
from explorer.address.fields import Code, is_of
from explorer.address.page_fields import QUESTION, SCENE, SIDES

LAST_SCENE = "scene"  # the last scene of this session: another page's address does not hold it
LAST_QUESTION = "question"  # the image in question on the pages about one image
DESTINATION = "destination"  # the page that the person is on the way to, and its address
PAGE = "page"  # the page that is shown
PAGE_CHANGED = "page-changed"  # whether the script before this one showed another page
EMBEDDING = "embed"  # what Streamlit's own names in an address begin with
LONGEST_NAME = 40  # letters of a refused name that are shown


def arrive(page: str) -> None:
    """Note which page is shown: back from another one, the person finds what was there before."""
    st.session_state[PAGE_CHANGED] = st.session_state.get(PAGE) != page
    st.session_state[PAGE] = page


def page_changed() -> bool:
    result: bool = st.session_state.get(PAGE_CHANGED, True)
    return result


def address_widget(
    key: str,
    options: Iterable[str],
    default: str | list[str],
    proposal: Sequence[str] = (),
    most: int | None = None,
) -> dict[str, Any]:
    """Arguments of a widget, of one option or of several, whose value is in the address, under its key.

    Its value is what the address says. On arrival at the page, where that says nothing, it is what it was
    before, or else the proposal. What is not allowed is the default, with a note.
    """
    values = address_values(key, set(options), proposal, most)
    several = isinstance(default, list)
    emptied = several and st.query_params.get_all(key) == [""]
    if several:
        value: Any = values if values or emptied else default
    else:
        value = values[-1] if values else default
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    write_widget(key, default)
    return {"key": key, "on_change": write_widget, "args": (key, default)}


def address_values(key: str, allowed: set[str], proposal: Sequence[str], most: int | None) -> list[str]:
    """What the address says of a widget, as far as it is allowed; says so where it is not."""
    texts = st.query_params.get_all(key)
    values = list(dict.fromkeys(text for text in texts if text in allowed))[:most]
    if len(values) < len(texts) and texts != [""]:
        complain([key])
    if texts or not page_changed():
        return values
    before = st.session_state.get(last_value(key), proposal)
    return [value for value in before if value in allowed][:most]


def write_widget(key: str, default: str | list[str]) -> None:
    """Put a widget's value into the address, unless it is the default, and remember it."""
    value = st.session_state[key]
    values = value if isinstance(value, list) else [value]
    st.session_state[last_value(key)] = values
    texts = [] if value == default else values or [""]
    if st.query_params.get_all(key) == texts:
        return
    if texts:
        st.query_params[key] = texts
    else:
        del st.query_params[key]


def last_value(key: str) -> str:
    """Under which key a widget's value is remembered while another page is shown."""
    return f"last {key}"


def complain(names: Iterable[str]) -> None:
    """Say that the address asked for what it may not."""
    st.toast(
        f"The address asked for something that is not allowed; it was ignored: {', '.join(names)}",
        duration="long",
    )


def scene() -> dict[str, Any]:
    """What the address asks for, or else this session's last scene; what is malformed is the default."""
    values = SCENE.parse_texts(st.query_params.to_dict())
    if not values and page_changed() and LAST_SCENE in st.session_state:  # that page's address held nothing
        values = st.session_state[LAST_SCENE]
        write_scene(values)
        return SCENE.checked(values)
    st.session_state[LAST_SCENE] = SCENE.checked(values)
    return SCENE.checked(values)


def is_first_visit() -> bool:
    """Whether the address asks for nothing, and this session has shown no scene yet."""
    asked = SCENE.parse_texts(st.query_params.to_dict()) or refused()
    return not asked and LAST_SCENE not in st.session_state


def last_scene() -> dict[str, Any]:
    """This session's last scene, for pages whose address holds none."""
    return SCENE.checked(st.session_state.get(LAST_SCENE, {}))


def scene_runs() -> list[str]:
    """The runs of this session's last scene, left and right."""
    return [last_scene()[side] for side in SIDES]


def refused() -> list[str]:
    """What the address asks of a scene and may not: the names, cut short, as they came."""
    texts = st.query_params.to_dict()
    own = {name: text for name, text in texts.items() if not name.startswith(EMBEDDING)}
    return [name[:LONGEST_NAME] for name in SCENE.refused(own)]


def take_scene(key: str) -> None:
    """Take what the maps report into the session and the address. Their callback."""
    report = st.session_state.get(key)
    if report is None or not report.get("scene"):
        return
    values = SCENE.checked(dict(report.scene))
    st.session_state[LAST_SCENE] = values
    write_scene(values)


def write_scene(values: dict[str, Any]) -> None:
    """Put what differs from the defaults into the address, at once: a step of the browser's history."""
    st.query_params.from_dict(SCENE.address(values))


def question() -> dict[str, Any]:
    """Run, image and pixels that the address asks for, or else those of this session; the defaults else."""
    values = QUESTION.parse_texts(st.query_params.to_dict())
    allowed = QUESTION.checked(values)
    not_allowed = [name for name, value in values.items() if allowed[name] != value]
    if not_allowed:
        complain(not_allowed)
        write_question(allowed)
    if not values and page_changed() and LAST_QUESTION in st.session_state:
        write_question(st.session_state[LAST_QUESTION])
        return QUESTION.checked(st.session_state[LAST_QUESTION])
    st.session_state[LAST_QUESTION] = allowed
    return allowed


def write_question(values: dict[str, Any]) -> None:
    """Put a question into the address, beside the scene of the page Why not sample?"""
    texts = st.query_params.to_dict()
    beside = {k: v for k, v in texts.items() if k == page_fields.SAMPLING_TAB}
    st.query_params.from_dict(QUESTION.address(values) | beside)


def set_question(values: dict[str, Any]) -> None:
    """Remember a question, for all pages about one image, and put it into the address."""
    st.session_state[LAST_QUESTION] = QUESTION.checked(values)
    write_question(st.session_state[LAST_QUESTION])


def take_question(key: str) -> None:
    """Take what a component about one image reports. Its callback."""
    report = st.session_state.get(key)
    if report is not None and report.get("question"):
        set_question(dict(report.question))


def take_destination(key: str) -> None:
    """Leave for the page that a component names: {"page", and "run", "image"}. Its callback."""
    report = (st.session_state.get(key) or {}).get("go")
    if not isinstance(report, dict):
        return
    values = QUESTION.checked(report)
    if report.get("page") == "compare":
        show_on_map(values["run"], values["image"], report.get("pin"))
    else:
        st.session_state[LAST_QUESTION] = values
        go(str(report.get("page")), QUESTION.address(values))


def show_on_map(run: str, image: int, pin: Any = None) -> None:
    """Leave for the page Compare, with a test image of a run in question, or the drawing, image -1.

    `pin` is a z to pin there.
    """
    values = last_scene()
    side = "left" if values["left"] == run else "right"
    values |= {side: run, "hidden": []}
    values |= {"tool": "draw"} if image < 0 else {"tool": "look", "image": image}
    values["views"] = values["views"] | {side: None}  # all of the map: the image is on it
    values["pins"] = values["pins"] | {side: list(pin) if is_of(pin, Code) else None}
    st.session_state[LAST_SCENE] = values  # an address of defaults alone is empty
    go("compare", SCENE.address(values))


def go(page: str, address: dict[str, str]) -> None:
    """Leave for a page, by its slug, in the next run of the script."""
    st.session_state[DESTINATION] = {"page": page, "address": address}


def destination() -> dict[str, Any] | None:
    """Where the person is going, said once: {"page", "address"}."""
    result: dict[str, Any] | None = st.session_state.pop(DESTINATION, None)
    return result
