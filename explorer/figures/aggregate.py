"""q(z) against the prior as a Plotly figure: density and logarithmic ratio, in the frame of the maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.layout import INKS, layout

RATIO = "log [q(z) / p(z)], nats: fewer codes below 0, more above"
ENDS = 4.0  # nats: the ends of the scale of log q(z) / p(z)
NOTHING = {False: "#d3d4d4", True: "#3a3e43"}  # behind the blank cells of a ratio, by dark or not
FAINT = 1e-3  # density of both below which their ratio is left blank: a 160th of the prior's peak
DENSE = 0.995  # share of the cells that the scale of the density tells apart
DIVERGING = {  # less than the prior, as much, more: by dark or not
    False: [[0, "#8c2d04"], [0.25, "#e08b4f"], [0.5, "#fbfbf9"], [0.75, "#5b9bd8"], [1, "#08427c"]],
    True: [[0, "#ffb27a"], [0.25, "#b3591a"], [0.5, "#101214"], [0.75, "#2a6fb8"], [1, "#9cc9ff"]],
}
RISING = {
    False: [[0, "#fbfbf9"], [0.35, "#8fb8d8"], [0.7, "#2b6ca8"], [1, "#0a2240"]],
    True: [[0, "#101214"], [0.35, "#1f4f7d"], [0.7, "#5aa0e0"], [1, "#e8f3ff"]],
}


@dataclass(frozen=True)
class Plane:
    """A run's name, and in each cell (rows, columns) from bottom to top the density of q(z) and, in nats,
    log q(z) / p(z); z1 and z2 of the cells' centres."""

    name: str
    density: np.ndarray
    log_ratio: np.ndarray
    z1: np.ndarray
    z2: np.ndarray


def planes(runs: Sequence[Plane], dark: bool) -> go.Figure:
    """Two panels a run, z1 right and z2 up at one scale, with the prior's circles at 1, 2 and 3 sd."""
    titles = [f"{run.name}: {what}" for run in runs for what in ("q(z)", "log [q(z) / p(z)]")]
    figure = make_subplots(1, 2 * len(runs), subplot_titles=titles, horizontal_spacing=0.02)
    top = max(float(np.quantile(run.density, DENSE)) for run in runs)
    for i, run in enumerate(runs):
        figure.add_trace(heat(run, run.density, "coloraxis", "q(z) %{z:.3f}"), 1, 2 * i + 1)
        figure.add_trace(heat(run, ratio(run), "coloraxis2", "log q(z) / p(z): %{z:.2f} nats"), 1, 2 * i + 2)
    text, grid = INKS[dark]
    for column in range(1, 2 * len(runs) + 1):
        for sd in (1, 2, 3):
            figure.add_shape(
                type="circle",
                x0=-sd,
                x1=sd,
                y0=-sd,
                y1=sd,
                line={"color": text, "width": 1, "dash": "dot"},
                row=1,
                col=column,
            )
        if column % 2 == 0:  # what is left blank looks like no value of the scale
            figure.add_shape(
                type="rect",
                x0=-4,
                x1=4,
                y0=-4,
                y1=4,
                line_width=0,
                fillcolor=NOTHING[dark],
                layer="below",
                row=1,
                col=column,
            )
        anchor = figure.layout.annotations[column - 1]
        anchor.font = {"size": 15}
        axis = "x" if column == 1 else f"x{column}"
        figure.update_yaxes(
            scaleanchor=axis,
            constrain="domain",
            constraintoward="top",
            range=[-4, 4],
            title_text="z<sub>2</sub>" if column == 1 else None,
            showticklabels=column == 1,
            col=column,
        )
    figure.update_xaxes(constrain="domain", range=[-4, 4], title_text="z<sub>1</sub>", title_standoff=4)
    frame = {"showgrid": False, "zeroline": False, "showline": True, "mirror": True, "linecolor": grid}
    figure.update_xaxes(**frame, tickvals=[-2, 0, 2], tickcolor=grid)
    figure.update_yaxes(**frame, dtick=2, tickcolor=grid, title_standoff=4)
    figure.update_layout(
        **layout(dark),
        margin={"l": 46, "r": 10, "t": 34, "b": 104},
        coloraxis=scale(RISING[dark], 0, top, "q(z), a unit\u00b2", 0.0, {"nticks": 6}),
        coloraxis2=scale(DIVERGING[dark], -ENDS, ENDS, RATIO, 0.52, beyond(-ENDS, ENDS)),
    )
    return figure


def ratio(run: Plane) -> np.ndarray:
    """log q(z) / p(z) as it is drawn: blank (nan) where there is next to nothing of either."""
    prior = np.outer(*(np.exp(-0.5 * axis**2) / np.sqrt(2 * np.pi) for axis in (run.z2, run.z1)))
    finite = np.maximum(run.log_ratio, -99)  # JSON has no infinity; the scale ends long before
    return np.where((run.density < FAINT) & (prior < FAINT), np.nan, finite)


def heat(run: Plane, values: np.ndarray, coloraxis: str, text: str) -> go.Heatmap:
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
