"""python -m tests.toy_app run explorer/app.py ...: the app with the toys, and a page of theirs."""

import streamlit as st
from streamlit.web import cli

from explorer import stage
from explorer.pages import PAGES, Page
from tests import toys


def render() -> None:
    st.title("Toys")
    st.write("A page that came from outside.")


if __name__ == "__main__":
    with toys.registered():
        stage.BUNDLES = "none"  # the modules themselves: a test adds a tool to them on their way
        PAGES.append(Page("toys", "Toys", render))
        cli.main()
