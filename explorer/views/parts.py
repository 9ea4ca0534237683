"""What several pages show."""

import streamlit as st

from training import runs


def no_run() -> None:
    """In place of a page, where there is no run."""
    st.title("No trained model yet")
    st.markdown(
        f"There is no run in `{runs.root()}`. Train the two that this page compares, then reload it:\n\n"
        "```\npython -m training.train ae\npython -m training.train vae\n```"
    )
