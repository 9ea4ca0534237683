"""A cloud of codes at every stage of a function, as a Plotly figure of small multiples."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.layout import INKS, layout
from explorer.figures.palette import class_colours

ACROSS = 4  # panels a row
MARGIN = 1.06  # of a panel's range beyond its outermost point


def unfolding(
    panels: Sequence[tuple[str, np.ndarray]],
    labels: np.ndarray,
    classes: Sequence[str],
    dark: bool,
) -> go.Figure:
    """One panel a stage, a title and points (n, 2) each, in one colour a class; equal aspect in every panel.

    labels: (n,), the class of each point, the same in all panels.
    """
    rows = -(-len(panels) // ACROSS)
    figure = make_subplots(
        rows,
        ACROSS,
        subplot_titles=[title for title, _ in panels],
        horizontal_spacing=0.02,
        vertical_spacing=0.1,
    )
    colours = class_colours(len(classes), dark)
    for number, (_, points) in enumerate(panels):
        row = number // ACROSS + 1
        column = number % ACROSS + 1
        for label, name in enumerate(classes):
            chosen = points[labels == label]
            figure.add_scattergl(
                x=chosen[:, 0],
                y=chosen[:, 1],
                mode="markers",
                name=name,
                legendgroup=name,
                showlegend=number == 0,
                marker={"size": 3.5, "color": colours[label]},
                hoverinfo="skip",
                row=row,
                col=column,
            )
        reach = MARGIN * float(np.abs(points - centre(points)).max()) or 1.0
        middle = centre(points)
        own = f"x{number + 1 if number else ''}"
        figure.update_xaxes(range=[middle[0] - reach, middle[0] + reach], row=row, col=column)
        figure.update_yaxes(
            range=[middle[1] - reach, middle[1] + reach], scaleanchor=own, row=row, col=column
        )
    styled(figure, dark)
    return figure


def centre(points: np.ndarray) -> np.ndarray:
    """The middle of the points' box: (2,)."""
    result: np.ndarray = (points.min(0) + points.max(0)) / 2
    return result


def styled(figure: go.Figure, dark: bool) -> None:
    text, line = INKS[dark]
    frame = {
        "nticks": 4,
        "tickfont": {"size": 12},
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "mirror": True,
        "linecolor": line,
        "constrain": "domain",
    }
    figure.update_xaxes(**frame)
    figure.update_yaxes(**frame)
    figure.update_annotations(font={"size": 15, "color": text})
    figure.update_layout(
        **layout(dark, 14),
        margin={"l": 40, "r": 4, "t": 30, "b": 56},
        dragmode=False,
        legend={
            "orientation": "h",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "x": 0.5,
            "xanchor": "center",
            "itemsizing": "constant",
        },
    )
