"""The two linked maps, one component: a Python mount and plain ES modules."""

from collections.abc import Callable
from typing import Any

import streamlit as st

component = st.components.v2.component("explorer.stage", js="stage.js", css="stage.css")


def mount(key: str, data: dict[str, Any], on_scene: Callable[[], None]) -> None:
    """Show the stage. `data` is JSON: "scene" (state.DEFAULTS' keys), "left", "right" (a run each, or
    {"error": text}), "runs" (names), "colours", "live" (prefix of the live routes). `on_scene` is called
    when something was committed: state then holds the new "scene"."""
    component(key=key, data=data, default={"scene": None}, on_scene_change=on_scene)
