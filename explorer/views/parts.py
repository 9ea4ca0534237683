"""What several pages show."""

import re
import shlex
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import streamlit as st

from explorer import library
from explorer.address import session
from explorer.address.page_fields import DEFAULT_RUNS, QUESTION
from explorer.figures.palette import class_colours
from explorer.latent.planes import plane_of
from explorer.library import Opened
from training.measures.metrics import METRICS


def names(ability: str = "") -> list[str]:
    """The names of the runs that can do this; where there are none, the page says why and what to do."""
    try:
        names = library.names_of(ability) if ability else library.names()
    except library.FAILURES as error:
        st.error(library.told(error))
        return []
    if not names:
        no_run()
    return names


def unusable() -> None:
    """A line that names the folders beside the runs that are none, and why."""
    try:
        folders = library.unusable()
    except library.FAILURES:  # the page has said so
        return
    if folders:
        st.caption("Not shown: " + "; ".join(f"{plain(name)} ({why})" for name, why in folders.items()) + ".")


def plain(name: str) -> str:
    """A name in a text of Markdown, letter by letter."""
    return re.sub(r"([\\`*_{}\[\]()#+!|$<>~:-])", r"\\\1", name)


def evaluation(name: str) -> str:
    """The command that measures a run, as Markdown has it."""
    command = f"python -m training.evaluate {shlex.quote(name)}"
    fence = "``" if "`" in command else "`"
    return f"{fence}{command}{fence}"


def no_run() -> None:
    """In place of a page, where there is no run."""
    commands = "\n".join(f"python -m training.train {name}" for name in DEFAULT_RUNS)
    st.title("No trained model yet")
    st.markdown(
        f"There is no run in `{library.folder()}`. Train the two that the maps compare, then reload this "
        f"page:\n\n```\n{commands}\n```"
    )
    unusable()


def question() -> dict[str, Any]:
    """The question about one image; of a run that is there, unless the address names one."""
    question = session.question()
    if question["run"] == QUESTION.fields["run"].default:
        question["run"] = library.default_in_question()
    return question


def about_image(question: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """What a component about one image needs to know; "error" says why the run can't be asked.

    "pending": the run is not in memory; the component has it loaded, and Python asked again.
    """
    data: dict[str, Any] = {"question": question, "runs": names, "unusable": library.unusable()}
    data["at"] = time.time_ns()
    # "at": Streamlit sends a component nothing that equals what it sent last; the component may have moved on
    try:
        run = library.open_map(question["run"])
        if not library.is_ready(run):
            return data | {"pending": True}
        codes = run.codes
    except library.FAILURES as error:
        return data | {"error": library.told(error)}
    classes = list(run.test.classes)
    colours = {theme: class_colours(len(classes), theme == "dark") for theme in ("light", "dark")}
    return data | {
        "colours": colours,
        "title": run.title,
        "stamp": run.stamp,
        "dataset": run.dataset.name,
        "classes": classes,
        "window": asdict(codes.window),
        **forms(run),
        "encoder": run.can("encoder"),
    }


def forms(run: Opened) -> dict[str, Any]:
    """The shape of the run's images, what may be drawn or null, the plane of its codes."""
    dataset = run.dataset
    return {
        "shape": list(dataset.shape),
        "drawing": dataset.drawing.what if dataset.drawing else None,
        "labelled": dataset.labelled,
        "dimensions": run.dimensions,
        "plane": plane_of(run.dimensions).described(),
    }


def opened(names: Iterable[str]) -> list[Opened]:
    """These runs, but for those that can't be opened: of them the page says why."""
    runs = []
    for name in names:
        try:
            runs.append(library.open(name))
        except library.FAILURES as error:
            st.error(library.told(error))
    return runs


def table(loaded: list[Opened], keys: Iterable[str]) -> None:
    """A row a metric, a column a run; a dash where a metric has no meaning for the run or is not measured."""
    for run in loaded:
        if not run.run.metrics:
            st.info(f"{evaluation(run.name)} measures {plain(run.name)}.")
    widths = [3] + [1] * len(loaded) + [max(0.01, 6 - 1.5 * len(loaded))]
    header = st.columns(widths)
    for column, run in zip(header[1:], loaded, strict=False):
        column.markdown(f"**{plain(run.name)}**")
    for key in keys:
        metric = METRICS[key]
        values = [run.measured.get(key) for run in loaded]
        row = st.columns(widths)
        unit = f", {metric.unit}" if metric.unit not in ("", "%") else ""
        row[0].markdown((metric.title + unit).replace("-log", "\u2212log"), help=metric.help)
        for column, value, run in zip(row[1:], values, loaded, strict=False):
            reason = run.left_out.get(key, "not measured") if value is None else None
            column.markdown(formatted(value, metric.unit), help=reason)


def formatted(value: Any, unit: str) -> str:
    """A number with the digits that its unit deserves."""
    if value is None:
        return "\u2013"
    if isinstance(value, list):
        return ", ".join(formatted(v, unit) for v in value)
    if unit == "%":
        return f"{100 * value:.1f} %"
    digits = 2 if unit == "nats" or abs(value) >= 1 else 4
    return f"{value:.{digits}f}".replace("-", "\u2212")
