"""The page Training: how the losses fell, and what each run came to."""

from typing import Any

import streamlit as st

from explorer.address import session, widgets
from explorer.address.scene import DEFAULT_RUNS
from explorer.figures.curves import curves
from explorer.library import Opened
from explorer.views import parts
from training.measures.metrics import METRICS

CURVES_HELP = (
    "Mean over the images, in nats. Test: the same noise in every epoch. Train: the mean over the epoch, "
    "while the weights changed. The axes show the third epoch and later (a short run: sooner): drag an axis "
    "for the rest. A model without an encoder is measured on its lattice, some nats off log p(x). Losses on "
    "grey and on binarised pixels are different quantities: do not compare them."
)

MOST_RUNS = 4  # side by side


def render() -> None:
    names = parts.names()
    if not names:
        return
    proposed = [name for name in dict.fromkeys(session.scene_runs()) if name in names]
    default = [name for name in names if name in DEFAULT_RUNS]
    chosen = st.multiselect(
        "Runs",
        names,
        max_selections=MOST_RUNS,
        help="Up to four, side by side",
        **session.address_widget(widgets.TRAINING_RUNS, names, default, proposed, MOST_RUNS),
    )
    loaded = parts.opened(chosen)
    if not loaded:
        st.info("Choose a run above.")
        return
    st.subheader("Loss per epoch", help=CURVES_HELP)
    dark = st.context.theme.type == "dark"
    figure = curves([(label(run, loaded), terms(run)) for run in loaded], dark)
    with st.container(key="curves"):
        st.plotly_chart(figure, theme=None, height="stretch", config={"displaylogo": False})
    st.subheader("Measured on the test set")
    keys = [key for key in METRICS if any(key in run.measured for run in loaded)]
    parts.table(loaded, keys)


def label(run: Opened, loaded: list[Opened]) -> str:
    """The run's name; with the pixels that it was trained on, where those differ: losses then do, too."""
    if len({r.run.config.binarize for r in loaded}) == 1:
        return run.name
    return f"{run.name} ({'binarised' if run.run.config.binarize else 'grey'} pixels)"


def terms(run: Opened) -> list[dict[str, Any]]:
    """The run's history; the loss of labels is another quantity than that of images, and is named so."""
    if run.can("decode"):
        return run.run.history
    parts = ("train", "test")
    return [
        entry | {part: entry[part] and {"label": entry[part]["loss"]} for part in parts}
        for entry in run.run.history
    ]
