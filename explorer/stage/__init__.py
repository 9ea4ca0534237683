"""The components: a Python mount each, and plain ES modules that share one folder."""

from collections.abc import Callable
from typing import Any

import streamlit as st

component = st.components.v2.component
PAGES = {  # a component each, named as its page: its entry is page.js in the folder of this name
    name: component(f"explorer.{name}", js=f"{name}/page.js", css=f"{name}/page.css")
    for name in ("compare", "evidence", "sampling")
}


def mount(key: str, data: dict[str, Any], on_scene: Callable[[], None], on_go: Callable[[], None]) -> None:
    """Show Compare, the two linked maps. `data` is JSON: "scene" (state.DEFAULTS' keys), "left", "right"
    (a run each, or {"error": text}), "runs" (names), "colours", "live" (prefix of the live routes).
    `on_scene` is called when something was committed: state then holds the new "scene"; `on_go` when the
    person wants to see an image on another page."""
    PAGES["compare"](
        key=key, data=data, default={"scene": None}, on_scene_change=on_scene, on_go_change=on_go
    )


def mount_question(
    page: str, key: str, data: dict[str, Any], on_question: Callable[[], None], on_go: Callable[[], None]
) -> None:
    """Show a scene about one image. `data` is JSON: "question" (state.QUESTION's keys), "runs", "colours",
    "live" and what the scene needs. Called are `on_question` when another question was committed, and
    `on_go` when the person wants to see the image on another page."""
    PAGES[page](
        key=key, data=data, default={"question": None}, on_question_change=on_question, on_go_change=on_go
    )
