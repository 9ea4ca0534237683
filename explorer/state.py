"""The one owner of the session's keys and of the address: what is shown, as plain built-ins."""

import json
import re
from typing import Any

import streamlit as st

STAGE = "stage"  # key of the stage component
SCENE = "scene"  # the last scene of this session: another page's address does not hold it
RUNS = "runs"  # the runs chosen on the page Training
SEEDS = {"view": "seeds-view", "turned": "seeds-turned", "range": "seeds-range"}  # of the page Seeds
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
WHOLE = {"count": (10, 300), "seed": (0, 2**32 - 1), "steps": (4, 30)}  # least and most
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
}


def scene() -> dict[str, Any]:
    """What the address asks for, or else this session's last scene; what is malformed is the default."""
    asked = {k: parsed(v) for k, v in st.query_params.to_dict().items() if k in DEFAULTS}
    if not asked and SCENE in st.session_state:  # back from another page: its address held nothing
        write_address(st.session_state[SCENE])
        return checked(st.session_state[SCENE])
    return checked(asked)


def ignored() -> list[str]:
    """What the address asks for and may not: the names, cut short, as they came."""
    return [k[:40] for k, v in st.query_params.to_dict().items()
            if not k.startswith("embed") and (k not in DEFAULTS or not allowed(k, parsed(v)))]  # fmt: skip


def commit() -> None:
    """Take what the stage reports into the session and the address. The stage's callback."""
    report = st.session_state.get(STAGE)
    if report is None or not report.get("scene"):
        return
    wanted = checked(dict(report.scene))
    st.session_state[SCENE] = wanted
    write_address(wanted)


def write_address(shown: dict[str, Any]) -> None:
    st.query_params.from_dict(
        {k: v if isinstance(v, str) else json.dumps(v) for k, v in shown.items() if v != DEFAULTS[k]}
    )


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
