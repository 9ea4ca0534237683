"""The page Training: how the losses fell, and what each run came to."""

from typing import Any

import streamlit as st

from explorer import library
from explorer.address import page_fields, session
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
    default = list(dict.fromkeys(library.default_maps().values()))
    chosen = st.multiselect(
        "Runs",
        names,
        max_selections=MOST_RUNS,
        help="Up to four, side by side",
        **session.address_widget(page_fields.TRAINING_RUNS, names, default, proposed, MOST_RUNS),
    )
    parts.unusable()
    loaded = parts.opened(chosen)
    if not loaded:
        st.info("Choose a run above.")
        return
    st.subheader("Loss per epoch", help=CURVES_HELP)
    dark = st.context.theme.type == "dark"
    figure = curves([(label(run, loaded), terms(run)) for run in loaded], scales(loaded), dark)
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
    """The run's history: the values of its terms in nats, by their titles."""
    titles = {key: term.title for key, term in run.terms.items() if term.unit == "nats"}

    def titled(values: dict[str, float] | None) -> dict[str, float] | None:
        return values and {title: values[key] for key, title in titles.items() if key in values}

    return [entry | {part: titled(entry[part]) for part in ("train", "test")} for entry in run.run.history]


def scales(loaded: list[Opened]) -> dict[str, str]:
    """The scale of every term of these runs, by its title: those of models that decode come first."""
    order = sorted(loaded, key=lambda run: not run.can("decode"))
    return {term.title: term.scale for run in order for term in run.terms.values()}
