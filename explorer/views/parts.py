"""What several pages show."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import streamlit as st

from explorer import cache
from explorer.figures.palette import class_colours


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


def about_image(question: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """What a component about one image needs to know; "error" says why the run can't be asked."""
    data: dict[str, Any] = {"question": question, "runs": names, "live": "/live"}
    try:
        run = cache.run(question["run"])
        split, codes = cache.images(run.config.dataset), cache.codes(run.name)
    except cache.FAILURES as error:
        return data | {"error": str(error)}
    colours = {theme: class_colours(len(split.classes), theme == "dark") for theme in ("light", "dark")}
    return data | {
        "colours": colours,
        "title": cache.objective(run).title,
        "stamp": cache.stamp(run.name),
        "dataset": run.config.dataset,
        "classes": list(split.classes),
        "window": asdict(codes.window),
        "encoder": cache.objective(run).encoder,
    }
