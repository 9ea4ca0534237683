"""The components: one Python mount, and plain ES modules that share one folder."""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from explorer.pages import page_of


@cache
def component(entry: str) -> Callable[..., Any]:
    """The component whose module and style sheet lie in the folder of this name below assets/."""
    return st.components.v2.component(f"explorer.{entry}", js=f"{entry}/page.js", css=f"{entry}/page.css")


def mount(slug: str, key: str, data: dict[str, Any], **callbacks: Callable[[], None]) -> None:
    """Show the component of a page. `data` is JSON: what the component needs to know (views).

    `callbacks` are called when the component reports something new: scene=... when another scene was
    committed, question=... another question, go=... when the person wants to see an image on another page.
    The report then stands in the session's state under `key`.
    """
    reports = {f"on_{name}_change": callback for name, callback in callbacks.items()}
    first = next(iter(callbacks))
    component(page_of(slug).component)(key=key, data=data, default={first: None}, **reports)
