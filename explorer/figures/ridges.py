"""The gap of the test images as a Plotly figure: a histogram a class, one above the other, a panel a run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.layout import GROUNDS, INKS, layout

RIDGE_HEIGHT = 0.95  # rows that the highest ridge reaches over
QUANTILES = {"median": "median", "p90": "90 %", "p99": "99 %"}  # of a class, by their keys


def ridges(
    runs: Sequence[tuple[str, Mapping[str, Any]]], colours: Mapping[str, str], dark: bool
) -> go.Figure:
    """`runs` are pairs of a name and its gaps: "edges" (k + 1,), "all" and "classes": name -> summary, which
    has "counts" (k,), "images", "mean", "median", "p90" and "p99", in nats. `colours`: class -> colour.

    Heights are shares of a class's own images, on one scale for all runs and classes; a first bin, of all
    that is smaller, that does not fit is cut, and its share written beside it.
    """
    rows = list(dict.fromkeys(["all", *(name for _, gaps in runs for name in gaps["classes"])]))[::-1]
    figure = make_subplots(
        1, len(runs), shared_yaxes=True, horizontal_spacing=0.07, subplot_titles=[name for name, _ in runs]
    )
    add_ridges(figure, runs, rows, colours, dark)
    style_axes(figure, rows, INKS[dark][1])
    figure.update_layout(**layout(dark), showlegend=False, margin={"l": 50, "r": 26, "t": 34, "b": 50})
    return figure


def add_ridges(
    figure: go.Figure,
    runs: Sequence[tuple[str, Mapping[str, Any]]],
    rows: Sequence[str],
    colours: Mapping[str, str],
    dark: bool,
) -> None:
    """The ridges of every run, its lower ones before its higher ones."""
    summaries = [
        [gaps["all"] if row == "all" else gaps["classes"].get(row) for row in rows] for _, gaps in runs
    ]
    heights = [max(s["counts"][1:]) / s["images"] for group in summaries for s in group if s]
    highest = max(heights) or 1.0  # where all gaps are in the first bin
    for column, ((name, gaps), group) in enumerate(zip(runs, summaries, strict=True), 1):
        for level in range(len(rows) - 1, -1, -1):
            summary = group[level]
            if summary:
                colour = colours.get(rows[level], INKS[dark][0])
                for trace in ridge(rows[level], name, level, gaps["edges"], summary, highest, colour, dark):
                    figure.add_trace(trace, 1, column)


def style_axes(figure: go.Figure, rows: Sequence[str], grid: str) -> None:
    """Gaps to the right, in nats; the rows upwards."""
    figure.update_xaxes(
        type="log",
        title_text="gap, nats (logarithmic)",
        title_standoff=6,
        gridcolor=grid,
        zeroline=False,
        tickvals=[0.01, 0.1, 1, 10, 100, 1000],
        ticktext=["\u2264 0.01", "0.1", "1", "10", "100", "1000"],
        range=[-2.05, 3.05],
    )
    figure.update_yaxes(
        gridcolor=grid,
        zeroline=False,
        tickvals=list(range(len(rows))),
        ticktext=rows,
        showticklabels=True,
        range=[-0.2, len(rows) - 1 + RIDGE_HEIGHT + 0.1],
    )


def ridge(
    row: str,
    run: str,
    level: int,
    edges: Sequence[float],
    summary: Mapping[str, Any],
    highest: float,
    colour: str,
    dark: bool,
) -> list[go.Scatter]:
    """One class of one run: its histogram over the line y = level, and ticks at its quantiles."""
    share = np.array(summary["counts"]) / summary["images"]
    height = level + RIDGE_HEIGHT * np.minimum(share / highest, 1)
    traces = [
        *histogram(row, level, edges, height, colour),
        quantile_ticks(row, run, level, edges[0], summary, INKS[dark][0]),
    ]
    if share[0] > highest:
        traces += cut_bar(level, edges, f"{share[0]:.0%}", GROUNDS[dark])
    return traces


def histogram(
    row: str, level: int, edges: Sequence[float], height: np.ndarray, colour: str
) -> list[go.Scatter]:
    """A line at y = level that is not seen, and the outline above it, filled down to that line."""
    x = np.repeat(edges, 2)
    line = {"color": "rgba(0,0,0,0)"}
    base = go.Scatter(x=[x[0], x[-1]], y=[level, level], mode="lines", line=line, hoverinfo="skip")
    outline = go.Scatter(
        x=x,
        y=np.concatenate([[level], np.repeat(height, 2), [level]]),
        mode="lines",
        line={"color": colour, "width": 1.5},
        fill="tonexty",
        fillcolor=transparent(colour, 0.45),
        hoverinfo="skip",
        name=row,
    )
    return [base, outline]


def quantile_ticks(
    row: str, run: str, level: int, least: float, summary: Mapping[str, Any], ink: str
) -> go.Scatter:
    """Ticks at the quantiles, none further left than the histogram begins; their values on hover."""
    words = {"mean": "mean"} | QUANTILES
    text = "".join(f"<br>{word} {summary[key]:.2f}" for key, word in words.items())
    return go.Scatter(
        x=[max(summary[key], least) for key in QUANTILES],
        y=[level] * len(QUANTILES),
        mode="markers",
        marker={"symbol": "line-ns", "size": 13, "line": {"width": 3, "color": ink}},
        hovertemplate=f"{run}, {row}: {summary['images']:,} images, nats{text}<extra></extra>",
        name=row,
    )


def cut_bar(level: int, edges: Sequence[float], share: str, ground: str) -> list[go.Scatter]:
    """A gap in the first bar, where the ground shows through, and beside it the share that it stands for."""
    gap = go.Scatter(
        x=[float(np.sqrt(edges[0] * edges[1]))] * 2,
        y=[level + 0.62, level + 0.74],
        mode="markers",
        hoverinfo="skip",
        marker={"symbol": "line-ew", "size": 15, "line": {"width": 2, "color": ground}},
    )
    number = go.Scatter(
        x=[edges[1] * 1.06],
        y=[level + 0.55],
        mode="text",
        text=[share],
        textposition="middle right",
        hoverinfo="skip",
    )
    return [gap, number]


def transparent(colour: str, opacity: float) -> str:
    """A colour "#rrggbb", let through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
