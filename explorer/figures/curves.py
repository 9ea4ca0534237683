"""Training curves as a Plotly figure: every term of the loss against the epoch, training and test."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.layout import INKS, layout

History = Sequence[dict[str, Any]]  # of a training, epoch by epoch

COLOURS = {  # of runs, by dark or not
    False: ("#c2410c", "#0b5fd0", "#2d852b", "#9e0afe"),
    True: ("#ff9d5c", "#6aa9ff", "#8ff16c", "#c769ff"),
}


def curves(runs: Sequence[tuple[str, History]], scales: Mapping[str, str], dark: bool) -> go.Figure:
    """One panel a term (nats), one colour a run, test drawn in full and training dashed.

    `runs` are pairs of a name and its history: dicts with "epoch", "train" and "test" (None, or values by
    the titles of terms). `scales` has every title, in the order of the panels; panels of one scale, unless
    it is "", share their range.
    """
    terms = [t for t in scales if any(has_term(history, t) for _, history in runs)]
    figure = make_subplots(1, max(len(terms), 1), subplot_titles=terms)
    for (name, history), colour in zip(runs, COLOURS[dark], strict=False):
        add_run(figure, name, history, terms, colour)
    grid = INKS[dark][1]
    figure.update_xaxes(title_text="epoch", title_standoff=6, gridcolor=grid, zeroline=False)
    figure.update_yaxes(title_text="nats an image", col=1)
    figure.update_yaxes(gridcolor=grid, zeroline=False)
    for column, term in enumerate(terms, 1):
        together = [t for t in terms if t == term or (scales[term] and scales[t] == scales[term])]
        figure.update_yaxes(range=settled_range(runs, together), col=column)
    figure.update_layout(
        **layout(dark),
        margin={"l": 60, "r": 10, "t": 60, "b": 50},
        legend={"orientation": "h", "y": 1.12, "yanchor": "bottom", "x": 0},
    )
    return figure


def has_term(history: History, term: str) -> bool:
    """Whether a term was measured on test images in any epoch."""
    return any(term in (epoch["test"] or {}) for epoch in history)


def add_run(figure: go.Figure, name: str, history: History, terms: Sequence[str], colour: str) -> None:
    """Add the lines of a run: two in the panel of every term that it has."""
    first = next((t for t in terms if has_term(history, t)), None)
    for column, term in enumerate(terms, 1):
        for part, dash in (("test", "solid"), ("train", "dot")):
            points = [(e["epoch"], e[part][term]) for e in history if term in (e[part] or {})]
            trained = [(epoch, v) for epoch, v in points if epoch > 0]  # untrained, it would flatten the rest
            if not trained:
                continue
            figure.add_scatter(
                x=[epoch for epoch, _ in trained],
                y=[value for _, value in trained],
                mode="lines" if len(trained) > 1 else "markers",
                name=f"{name}, {part}",
                legendgroup=f"{name}, {part}",
                showlegend=term == first,
                line={"color": colour, "dash": dash, "width": 3 if part == "test" else 2},
                hovertemplate=f"{name}, {part}<br>epoch %{{x}}: %{{y:.2f}} nats<extra></extra>",
                row=1,
                col=column,
            )


def settled_range(
    runs: Sequence[tuple[str, Sequence[dict[str, Any]]]], terms: Sequence[str]
) -> tuple[float, float] | None:
    """The range of these terms from the third epoch on, or sooner: the fall before would flatten the rest."""
    entries = [e for _, history in runs for e in history if e["epoch"] >= min(3, len(history) // 4)]
    values = [
        e[part][t] for e in entries for part in ("train", "test") for t in terms if t in (e[part] or {})
    ]
    if not values:
        return None
    margin = 0.05 * (max(values) - min(values)) or 1.0
    return min(values) - margin, max(values) + margin
