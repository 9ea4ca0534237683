"""The components: one Python mount, and plain ES modules that share one folder."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.pages import page_of

ASSETS = Path(__file__).parent / "assets"
BUNDLES = "bundles"  # below ASSETS: what build.mjs makes, and the digest of what it was made of


@cache
def component(entry: str) -> Callable[..., Any]:
    """The component whose page.js and page.css lie in the folder of this name below assets/.

    From a bundle of all its modules, which opens sooner, unless a module was changed since.
    """
    name = f"{BUNDLES}/{entry}" if bundled(entry) else f"{entry}/page"
    return st.components.v2.component(f"explorer.{entry}", js=f"{name}.js", css=f"{name}.css")


def bundled(entry: str) -> bool:
    """Whether the bundle of a page is there, and was made of the modules as they are."""
    recorded = ASSETS / BUNDLES / "digest.txt"
    if not recorded.is_file() or not (ASSETS / BUNDLES / f"{entry}.js").is_file():
        return False
    return recorded.read_text(encoding="ascii").strip() == digest()


def digest() -> str:
    """SHA-256 of all modules and style sheets, as build.mjs computes it."""
    files = {path.relative_to(ASSETS).as_posix(): path for path in ASSETS.rglob("*.*")}
    total = hashlib.sha256()
    for name in sorted(files):
        if files[name].suffix in (".js", ".css") and not name.startswith(f"{BUNDLES}/"):
            total.update(f"{name}\n".encode() + files[name].read_bytes())
    return total.hexdigest()


def mount(slug: str, key: str, data: dict[str, Any], **callbacks: Callable[[], None]) -> None:
    """Show the component of a page. `data` is JSON: what the component needs to know (views).

    `callbacks` are called when the component reports something new: scene=... when another scene was
    committed, question=... another question, go=... when the person wants to see an image on another page.
    The report then stands in the session's state under `key`.
    """
    reports = {f"on_{name}_change": callback for name, callback in callbacks.items()}
    first = next(iter(callbacks))
    component(page_of(slug).component)(key=key, data=data, default={first: None}, **reports)
