"""What several pages show."""

from collections.abc import Callable

import streamlit as st

from explorer import cache


def names(listed: Callable[[], list[str]] = cache.names) -> list[str]:
    """The names of the runs; where there are none, the page says why and what to do."""
    try:
        found = listed()
    except cache.FAILURES as error:
        st.error(str(error))
        return []
    if not found:
        no_run()
    return found


def no_run() -> None:
    """In place of a page, where there is no run."""
    st.title("No trained model yet")
    st.markdown(
        f"There is no run in `{cache.place()}`. Train the two that this page compares, then reload it:\n\n"
        "```\npython -m training.train ae\npython -m training.train vae\n```"
    )
