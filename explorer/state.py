"""The one owner of the session's keys and of the address: what is shown, as plain built-ins."""

import json
import math
import re
from typing import Any

import streamlit as st

STAGE = "stage"  # key of the stage component
SCENE = "scene"  # the last scene of this session: another page's address does not hold it
RUNS = "runs"  # the runs chosen on the page Training
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SIDES = ("left", "right")
CHOICES = {"range": ("own", "common"), "spacing": ("linear", "quantile"), "order": ("under", "over")}
DEFAULTS: dict[str, Any] = {
    "left": "ae",
    "right": "vae",
    "range": "own",
    "spacing": "linear",
    "order": "under",
    "points": True,
    "manifold": True,
    "opacity": 0.55,
    "hidden": [],  # classes greyed out, by number
    "pins": {"left": None, "right": None},  # [z1, z2] of each map
}


def scene() -> dict[str, Any]:
    """What the address asks for, or else this session's last scene; what is malformed is the default."""
    asked = {k: parsed(v) for k, v in st.query_params.to_dict().items() if k in DEFAULTS}
    if not asked and SCENE in st.session_state:  # back from another page: its address held nothing
        write_address(st.session_state[SCENE])
        return checked(st.session_state[SCENE])
    return checked(asked)


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
        return value in CHOICES[key]
    if key in ("points", "manifold"):
        return isinstance(value, bool)
    if key == "opacity":
        return is_number(value) and 0 <= value <= 1
    if key == "hidden":
        return isinstance(value, list) and len(value) < 100 and all(type(v) is int and v >= 0 for v in value)
    pins = isinstance(value, dict) and set(value) == set(SIDES)
    return pins and all(v is None or is_code(v) for v in value.values())


def is_code(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_number, value))


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
