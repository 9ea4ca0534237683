"""What several pages show."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import streamlit as st

from explorer import cache
from explorer.figures.palette import class_colours
from explorer.latent.planes import plane_of
from training.measures.metrics import METRICS


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
    data: dict[str, Any] = {"question": question, "runs": names, "live": "/live", "at": time.time_ns()}
    # "at": what Streamlit told a component last it does not tell again, though the component has moved on
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
        **forms(run),
        "encoder": cache.objective(run).encoder,
    }


def forms(run: cache.Run) -> dict[str, Any]:
    """The shape of the run's images, what may be drawn or null, the plane of its codes. Raises DataError."""
    dataset = cache.dataset(run.config.dataset)
    return {
        "shape": list(dataset.shape),
        "drawing": dataset.drawing.what if dataset.drawing else None,
        "labelled": dataset.labelled,
        "dimensions": run.config.latent_dim,
        "plane": plane_of(run.config.latent_dim).described(),
    }


def opened(name: str) -> cache.Run | None:
    try:
        return cache.record(name)
    except cache.FAILURES as error:
        st.error(str(error))
        return None


def table(loaded: list[cache.Run], keys: Iterable[str]) -> None:
    """A row a metric, a column a run; a dash where a metric has no meaning for the run or is not measured."""
    for run in loaded:
        if not run.metrics:
            st.info(f"`python -m training.evaluate {run.name}` measures {run.name}.")
    widths = [3] + [1] * len(loaded) + [max(0.01, 6 - 1.5 * len(loaded))]
    header = st.columns(widths)
    for column, run in zip(header[1:], loaded, strict=False):
        column.markdown(f"**{run.name}**")
    for key in keys:
        metric, values = METRICS[key], [cache.measured(run).get(key) for run in loaded]
        row = st.columns(widths)
        unit = f", {metric.unit}" if metric.unit not in ("", "%") else ""
        row[0].markdown((metric.title + unit).replace("-log", "\u2212log"), help=metric.help)
        for column, value, run in zip(row[1:], values, loaded, strict=False):
            reason = cache.left_out(run).get(key, "not measured") if value is None else None
            column.markdown(shown(value, metric.unit), help=reason)


def shown(value: Any, unit: str) -> str:
    """A number with the digits that its unit deserves."""
    if value is None:
        return "\u2013"
    if isinstance(value, list):
        return ", ".join(shown(v, unit) for v in value)
    if unit == "%":
        return f"{100 * value:.1f} %"
    digits = 2 if unit == "nats" or abs(value) >= 1 else 4
    return f"{value:.{digits}f}".replace("-", "\u2212")
