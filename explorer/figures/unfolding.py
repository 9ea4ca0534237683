"""A cloud of codes at every stage of a function, as a Plotly figure of small multiples."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.layout import INKS, layout
from explorer.figures.palette import class_colours

PANELS_ACROSS = 4
RANGE_MARGIN = 1.06  # times as far as its outermost point a panel reaches


def unfolding(
    panels: Sequence[tuple[str, np.ndarray]],
    labels: np.ndarray,
    classes: Sequence[str],
    dark: bool,
) -> go.Figure:
    """One panel a stage, a title and points (n, 2) each, in one colour a class; equal aspect in every panel.

    labels: (n,), the class of each point, the same in all panels.
    """
    rows = -(-len(panels) // PANELS_ACROSS)
    figure = make_subplots(
        rows,
        PANELS_ACROSS,
        subplot_titles=[title for title, _ in panels],
        horizontal_spacing=0.02,
        vertical_spacing=0.1,
    )
    for number, (_, points) in enumerate(panels):
        add_points(figure, number, points, labels, classes, dark)
        set_ranges(figure, number, points)
    styled(figure, dark)
    return figure


def place_of(number: int) -> dict[str, int]:
    """Row and column of a panel, both from 1 on."""
    return {"row": number // PANELS_ACROSS + 1, "col": number % PANELS_ACROSS + 1}


def add_points(
    figure: go.Figure,
    number: int,
    points: np.ndarray,
    labels: np.ndarray,
    classes: Sequence[str],
    dark: bool,
) -> None:
    """The points of a panel, a trace a class; those of the first panel make the legend."""
    colours = class_colours(len(classes), dark)
    for label, name in enumerate(classes):
        of_class = points[labels == label]
        figure.add_scattergl(
            x=of_class[:, 0],
            y=of_class[:, 1],
            mode="markers",
            name=name,
            legendgroup=name,
            showlegend=number == 0,
            marker={"size": 3.5, "color": colours[label]},
            hoverinfo="skip",
            **place_of(number),
        )


def set_ranges(figure: go.Figure, number: int, points: np.ndarray) -> None:
    """Both axes of a panel at one scale, around its points."""
    x, y = centre(points)
    reach = RANGE_MARGIN * float(np.abs(points - centre(points)).max()) or 1.0
    across = f"x{number + 1 if number else ''}"
    figure.update_xaxes(range=[x - reach, x + reach], **place_of(number))
    figure.update_yaxes(range=[y - reach, y + reach], scaleanchor=across, **place_of(number))


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
