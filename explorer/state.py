"""The one owner of the session's keys and of the address: what is shown, as plain built-ins."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

STAGE = "stage"  # key of the stage component
SCENE = "scene"  # the last scene of this session: another page's address does not hold it
RUNS = "runs"  # the runs chosen on the page Training
TESTED = "tested"  # the runs chosen on the page Test set
ASPECT = "aspect"  # what that page shows of them
QUESTION = "question"  # the image in question on the pages about one image
SAMPLING = "show"  # the scene of the page Why not sample?
GOING = "going"  # the page that the person is on the way to, and its address
SEEDS = {"view": "view", "turned": "maps-turned", "range": "maps-range"}  # of the page Seeds
PAGE = "page"  # the page that is shown
ARRIVED = "arrived"  # whether it was another one before
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SELECTION = re.compile(r"|class \d{1,2}|(error|misplaced) (left|right)")
SIDES = ("left", "right")
CHOICES = {
    "tool": ("look", "draw", "select", "walk", "sample"),
    "range": ("own", "common"),
    "spacing": ("linear", "quantile"),
    "order": ("under", "over"),
    "layer": ("none", "density", "magnification", "regions", "entropy"),
    "colour": ("class", "error", "likelihood", "kl", "neighbours", "misplaced"),
    "shape": ("lasso", "box"),
    "source": ("prior", "gaussian", "density"),
}
SWITCHES = ("points", "manifold", "prior", "ellipses", "loop")
FAR = 1e9  # no number of the address may be larger: maps and float32 end long before
WHOLE = {  # least and most
    "count": (10, 300),
    "seed": (0, 2**32 - 1),
    "steps": (4, 30),
    "image": (0, 10**6),
}
LISTS = {"hidden": (100, 0), "walk": (8, -1)}  # how many whole numbers, and the least
DEFAULTS: dict[str, Any] = {
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
    "hidden": [],  # classes greyed out, by number
    "pins": {"left": None, "right": None},  # [z1, z2] of each map
    "views": {"left": None, "right": None},  # [left, right, bottom, top] of a map that is zoomed or panned
    "shape": "lasso",  # of a selection
    "select": "",  # what is selected, unless by hand: "class 3", "error left", "misplaced right"
    "walk": [],  # corners: numbers of test images; -1 is the drawing
    "loop": False,
    "steps": 14,  # pictures of a walk
    "source": "prior",  # of a sample
    "count": 60,
    "seed": 0,
    "image": 0,  # number of the test image in question
}
ASKED: dict[str, Any] = {  # of the pages about one image
    "run": "vae",
    "image": 0,  # number of a test image; -1 is the drawing
    "pixels": "binarised",
}
PIXELS = ("binarised", "grey")


def arrive(page: str) -> None:
    """Note which page is shown: back from another one, the person finds what was there before."""
    st.session_state[ARRIVED] = st.session_state.get(PAGE) != page
    st.session_state[PAGE] = page


def arrived() -> bool:
    return st.session_state.get(ARRIVED, True)


def held(
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
    asked, allowed = st.query_params.get_all(key), set(options)
    found = list(dict.fromkeys(value for value in asked if value in allowed))[:most]
    if len(found) < len(asked) and asked != [""]:
        complain([key])
    if not asked and arrived():
        before = st.session_state.get(f"last {key}", proposal)
        found = [value for value in before if value in allowed][:most]
    value: Any = default
    if isinstance(default, list):
        value = found if found or asked == [""] else default
    elif found:
        value = found[-1]
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    hold(key, default)
    return {"key": key, "on_change": hold, "args": (key, default)}


def hold(key: str, default: str | list[str]) -> None:
    """Put a widget's value into the address, unless it is the default, and remember it."""
    value = st.session_state[key]
    several = value if isinstance(value, list) else [value]
    st.session_state[f"last {key}"] = several
    wanted = [] if value == default else several or [""]
    if st.query_params.get_all(key) != wanted:
        if wanted:
            st.query_params[key] = wanted
        else:
            del st.query_params[key]


def complain(names: Iterable[str]) -> None:
    """Say that the address asked for what it may not."""
    st.toast(
        f"The address asked for something that is not allowed; it was ignored: {', '.join(names)}",
        duration="long",
    )


def scene() -> dict[str, Any]:
    """What the address asks for, or else this session's last scene; what is malformed is the default."""
    asked = {k: parsed(v) for k, v in st.query_params.to_dict().items() if k in DEFAULTS}
    if not asked and arrived() and SCENE in st.session_state:  # the other page's address held nothing
        write_address(st.session_state[SCENE])
        return checked(st.session_state[SCENE])
    st.session_state[SCENE] = checked(asked)
    return checked(asked)


def scene_runs() -> list[str]:
    """The runs of this session's last scene, left and right, for pages whose address holds none."""
    shown = checked(dict(st.session_state.get(SCENE, {})))
    return [shown[side] for side in SIDES]


def ignored() -> list[str]:
    """What the address asks for and may not: the names, cut short, as they came."""
    asked = {k: v for k, v in st.query_params.to_dict().items() if not k.startswith("embed")}
    return [k[:40] for k, v in asked.items()
            if not (k in DEFAULTS and allowed(k, parsed(v)))]  # fmt: skip


def commit() -> None:
    """Take what the stage reports into the session and the address. The stage's callback."""
    report = st.session_state.get(STAGE)
    if report is None or not report.get("scene"):
        return
    wanted = checked(dict(report.scene))
    st.session_state[SCENE] = wanted
    write_address(wanted)


def write_address(shown: dict[str, Any]) -> None:
    """Put what differs from the defaults into the address, at once: a step of the browser's history."""
    st.query_params.from_dict(address(shown, DEFAULTS))


def write_question(asked: dict[str, Any]) -> None:
    """The same for a question, beside the scene of the page Why not sample?"""
    beside = {k: v for k, v in st.query_params.to_dict().items() if k == SAMPLING}
    st.query_params.from_dict(address(asked, ASKED) | beside)


def address(shown: dict[str, Any], defaults: dict[str, Any]) -> dict[str, str]:
    """What differs from the defaults, as an address holds it."""
    return {
        k: v if isinstance(v, str) else json.dumps(v) for k, v in shown.items() if v != defaults.get(k, v)
    }


def question() -> dict[str, Any]:
    """Run, image and pixels that the address asks for, or else those of this session; the defaults else."""
    asked = {k: parsed(v) for k, v in st.query_params.to_dict().items() if k in ASKED}
    refused = [k for k, v in asked.items() if checked_question(asked)[k] != v]
    if refused:
        complain(refused)
        write_question(checked_question(asked))
    if not asked and arrived() and QUESTION in st.session_state:
        write_question(st.session_state[QUESTION])
        return checked_question(st.session_state[QUESTION])
    st.session_state[QUESTION] = checked_question(asked)
    return checked_question(asked)


def checked_question(values: dict[str, Any]) -> dict[str, Any]:
    """Every key of ASKED, with the given value where it is allowed and the default elsewhere."""
    allows: dict[str, Any] = {
        "run": lambda v: isinstance(v, str) and NAME.fullmatch(v) is not None,
        "image": lambda v: type(v) is int and -1 <= v <= WHOLE["image"][1],
        "pixels": lambda v: isinstance(v, str) and v in PIXELS,
    }
    return {k: values[k] if k in values and allows[k](values[k]) else ASKED[k] for k in ASKED}


def ask(wanted: dict[str, Any]) -> None:
    """Remember a question, for all pages about one image, and put it into the address."""
    st.session_state[QUESTION] = checked_question(wanted)
    write_question(st.session_state[QUESTION])


def take_question(key: str) -> None:
    """Take what a component about one image reports. Its callback."""
    report = st.session_state.get(key)
    if report is not None and report.get("question"):
        ask(dict(report.question))


def take_go(key: str) -> None:
    """Leave for the page that a component names: {"page", and "run", "image"}. Its callback."""
    wanted = (st.session_state.get(key) or {}).get("go")
    if not isinstance(wanted, dict):
        return
    asked = checked_question(dict(wanted))
    if wanted.get("page") == "compare":
        show_on_map(asked["run"], asked["image"], wanted.get("pin"))
    else:
        st.session_state[QUESTION] = asked
        go(str(wanted.get("page")), address(asked, ASKED))


def show_on_map(run: str, image: int, pin: Any = None) -> None:
    """Leave for the page Compare, with a test image of a run in question; `pin` is a z to pin there."""
    shown = checked(dict(st.session_state.get(SCENE, {})))
    side = "left" if shown["left"] == run else "right"
    shown |= {side: run, "image": max(0, image), "tool": "look"}
    shown["views"] = shown["views"] | {side: None}  # all of the map: the image is on it
    shown["pins"] = shown["pins"] | {side: list(pin) if is_code(pin) else None}
    shown["hidden"] = []
    st.session_state[SCENE] = shown  # an address of defaults alone is empty
    go("compare", address(shown, DEFAULTS))


def go(page: str, wanted: dict[str, str]) -> None:
    """Leave for a page, by its path, in the next run of the script; `wanted` is its address."""
    st.session_state[GOING] = {"page": page, "address": wanted}


def destination() -> dict[str, Any] | None:
    """Where the person is going, told once: {"page", "address"}."""
    return st.session_state.pop(GOING, None)


def parsed(text: str) -> Any:
    """A value of the address: JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """Every key of DEFAULTS, with the given value where it is allowed and the default elsewhere."""
    return {key: values[key] if key in values and allowed(key, values[key]) else default
            for key, default in DEFAULTS.items()}  # fmt: skip


def allowed(key: str, value: Any) -> bool:
    if key in SIDES:
        return isinstance(value, str) and NAME.fullmatch(value) is not None
    if key in CHOICES:
        return isinstance(value, str) and value in CHOICES[key]
    if key in SWITCHES:
        return isinstance(value, bool)
    if key in WHOLE:
        return type(value) is int and WHOLE[key][0] <= value <= WHOLE[key][1]
    if key in LISTS:
        most, least = LISTS[key]
        return (
            isinstance(value, list)
            and len(value) <= most
            and all(type(v) is int and v >= least for v in value)
        )
    if key == "select":
        return isinstance(value, str) and SELECTION.fullmatch(value) is not None
    if key == "opacity":
        return is_number(value) and 0 <= value <= 1
    fits = {"pins": is_code, "views": is_view}[key]
    return (
        isinstance(value, dict)
        and set(value) == set(SIDES)
        and all(v is None or fits(v) for v in value.values())
    )


def is_code(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_number, value))


def is_view(value: Any) -> bool:
    """[left, right, bottom, top] of a square within reach of float32."""
    if not isinstance(value, list) or len(value) != 4 or not all(map(is_number, value)):
        return False
    left, right, bottom, top = value
    width, height = right - left, top - bottom
    return max(map(abs, value)) < 1e6 and 1e-6 < width < 1e6 and abs(width - height) < 1e-3 * width


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < FAR
