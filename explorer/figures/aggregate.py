"""q(z) against the prior as a Plotly figure: density and logarithmic ratio, in the frame of the maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.layout import INKS, layout

RATIO_TITLE = "log [q(z) / p(z)], nats: fewer codes below 0, more above"
RATIO_END = 4.0  # nats: the ends of the scale of log q(z) / p(z)
BLANK_COLOURS = {False: "#d3d4d4", True: "#3a3e43"}  # behind the blank cells of a ratio, by dark or not
FAINT_DENSITY = 1e-3  # density of both below which their ratio is left blank: a 160th of the prior's peak
DENSE_QUANTILE = 0.995  # share of the cells that the scale of the density tells apart
RATIO_COLOURS = {  # less than the prior, as much, more: by dark or not
    False: [[0, "#8c2d04"], [0.25, "#e08b4f"], [0.5, "#fbfbf9"], [0.75, "#5b9bd8"], [1, "#08427c"]],
    True: [[0, "#ffb27a"], [0.25, "#b3591a"], [0.5, "#101214"], [0.75, "#2a6fb8"], [1, "#9cc9ff"]],
}
DENSITY_COLOURS = {
    False: [[0, "#fbfbf9"], [0.35, "#8fb8d8"], [0.7, "#2b6ca8"], [1, "#0a2240"]],
    True: [[0, "#101214"], [0.35, "#1f4f7d"], [0.7, "#5aa0e0"], [1, "#e8f3ff"]],
}


@dataclass(frozen=True)
class AggregateMap:
    """A run's name, and in each cell (rows, columns) from bottom to top the density of q(z) and, in nats,
    log q(z) / p(z); z1 and z2 of the cells' centres."""

    name: str
    density: np.ndarray
    log_ratio: np.ndarray
    z1: np.ndarray
    z2: np.ndarray


def aggregate_maps(runs: Sequence[AggregateMap], dark: bool) -> go.Figure:
    """Two panels a run, z1 right and z2 up at one scale, with the prior's circles at 1, 2 and 3 sd."""
    titles = [f"{run.name}: {what}" for run in runs for what in ("q(z)", "log [q(z) / p(z)]")]
    figure = make_subplots(1, 2 * len(runs), subplot_titles=titles, horizontal_spacing=0.02)
    add_heatmaps(figure, runs)
    for column in range(1, 2 * len(runs) + 1):
        add_circles(figure, column, dark)
        if column % 2 == 0:
            add_blank_ground(figure, column, dark)
        figure.layout.annotations[column - 1].font = {"size": 15}
        scale_upwards(figure, column)
    style_axes(figure, dark)
    figure.update_layout(
        **layout(dark),
        margin={"l": 46, "r": 10, "t": 34, "b": 104},
        **colour_scales(runs, dark),
    )
    return figure


def add_heatmaps(figure: go.Figure, runs: Sequence[AggregateMap]) -> None:
    """The density of each run, and to the right of it the ratio."""
    for i, run in enumerate(runs):
        figure.add_trace(heat(run, run.density, "coloraxis", "q(z) %{z:.3f}"), 1, 2 * i + 1)
        figure.add_trace(heat(run, ratio(run), "coloraxis2", "log q(z) / p(z): %{z:.2f} nats"), 1, 2 * i + 2)


def add_circles(figure: go.Figure, column: int, dark: bool) -> None:
    """The prior at 1, 2 and 3 standard deviations."""
    line = {"color": INKS[dark][0], "width": 1, "dash": "dot"}
    for sd in (1, 2, 3):
        figure.add_shape(type="circle", x0=-sd, x1=sd, y0=-sd, y1=sd, line=line, row=1, col=column)


def add_blank_ground(figure: go.Figure, column: int, dark: bool) -> None:
    """What shows through the blank cells of a ratio: it looks like no value of the scale."""
    figure.add_shape(
        type="rect",
        x0=-4,
        x1=4,
        y0=-4,
        y1=4,
        line_width=0,
        fillcolor=BLANK_COLOURS[dark],
        layer="below",
        row=1,
        col=column,
    )


def scale_upwards(figure: go.Figure, column: int) -> None:
    """The axis of z2 at the scale of that of z1; only the first panel has its labels."""
    figure.update_yaxes(
        scaleanchor="x" if column == 1 else f"x{column}",
        constrain="domain",
        constraintoward="top",
        range=[-4, 4],
        title_text="z<sub>2</sub>" if column == 1 else None,
        showticklabels=column == 1,
        col=column,
    )


def style_axes(figure: go.Figure, dark: bool) -> None:
    """What the axes of all panels have in common."""
    grid = INKS[dark][1]
    frame = {"showgrid": False, "zeroline": False, "showline": True, "mirror": True, "linecolor": grid}
    figure.update_xaxes(constrain="domain", range=[-4, 4], title_text="z<sub>1</sub>", title_standoff=4)
    figure.update_xaxes(**frame, tickvals=[-2, 0, 2], tickcolor=grid)
    figure.update_yaxes(**frame, dtick=2, tickcolor=grid, title_standoff=4)


def colour_scales(runs: Sequence[AggregateMap], dark: bool) -> dict[str, Any]:
    """One scale for all densities, and one for all ratios."""
    top = max(float(np.quantile(run.density, DENSE_QUANTILE)) for run in runs)
    ends = beyond(-RATIO_END, RATIO_END)
    return {
        "coloraxis": scale(DENSITY_COLOURS[dark], 0, top, "q(z), a unit\u00b2", 0.0, {"nticks": 6}),
        "coloraxis2": scale(RATIO_COLOURS[dark], -RATIO_END, RATIO_END, RATIO_TITLE, 0.52, ends),
    }


def ratio(run: AggregateMap) -> np.ndarray:
    """log q(z) / p(z) as it is drawn: blank (nan) where there is next to nothing of either."""
    prior = np.outer(*(np.exp(-0.5 * axis**2) / np.sqrt(2 * np.pi) for axis in (run.z2, run.z1)))
    finite = np.maximum(run.log_ratio, -99)  # JSON has no infinity; the scale ends long before
    return np.where((run.density < FAINT_DENSITY) & (prior < FAINT_DENSITY), np.nan, finite)


def heat(run: AggregateMap, values: np.ndarray, coloraxis: str, text: str) -> go.Heatmap:
    template = f"{run.name}<br>z = (%{{x:.2f}}, %{{y:.2f}})<br>{text}<extra></extra>"
    return go.Heatmap(x=run.z1, y=run.z2, z=values, coloraxis=coloraxis, hovertemplate=template)


def scale(
    colours: list[Any], low: float, high: float, title: str, x: float, ticks: dict[str, Any]
) -> dict[str, Any]:
    """A horizontal bar under the panels; what lies beyond has the colour of its end."""
    bar = {
        "orientation": "h",
        "x": x,
        "xanchor": "left",
        "len": 0.47,
        "y": 0,
        "yref": "container",
        "yanchor": "bottom",
        "thickness": 10,
        "title": {"text": title, "side": "top"},
        **ticks,
    }
    return {"colorscale": colours, "cmin": low, "cmax": high, "colorbar": bar}


def beyond(low: float, high: float) -> dict[str, Any]:
    """Ticks of a scale whose ends stand for all that lies beyond them."""
    values = [low, low / 2, 0, high / 2, high]
    texts = [f"\u2264 {low:g}", f"{low / 2:g}", "0", f"{high / 2:g}", f"\u2265 {high:g}"]
    return {"tickvals": values, "ticktext": [text.replace("-", "\u2212") for text in texts]}
