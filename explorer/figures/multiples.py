"""Small multiples: many clouds of points, a row a model and a column a seed, each drawn as one picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.figures.layout import GROUNDS, INKS, layout
from explorer.figures.raster import Edges, picture

NO_RUN = "not there yet"
LONGEST_NAME = 2  # letters of a class name that fits into a map
NAMES_APART = 0.08  # of a map's width, at least, between two names
FRAME_COLOURS = {False: "#c3c5c7", True: "#4a4f55"}  # by dark or not
LEGEND = {
    "orientation": "h",
    "x": 0.5,
    "xanchor": "center",
    "y": 0,
    "yref": "container",
    "yanchor": "bottom",
    "font": {"size": 15},
}


@dataclass(frozen=True)
class Panel:
    """A map: codes (n, 2), the square it shows, and a note in its corner. codes is None where no run is."""

    codes: np.ndarray | None
    edges: Edges = (-1.0, 1.0, -1.0, 1.0)
    note: str = ""


def multiples(
    rows: Sequence[tuple[str, Sequence[Panel]]],
    columns: Sequence[str],
    labels: np.ndarray,
    classes: Sequence[tuple[str, str]],
    dark: bool,
) -> go.Figure:
    """A map for each panel of each row, (title, panels), at equal aspect, its points coloured by label.

    labels: (n,); classes: name and colour of each. A circle marks one standard deviation of N(0, I).
    """
    common = all(len({panel.edges for panel in panels if panel.codes is not None}) < 2 for _, panels in rows)
    figure = make_subplots(
        len(rows),
        len(columns),
        column_titles=list(columns),
        horizontal_spacing=0.012 if common else 0.042,
        vertical_spacing=0.05,
    )
    order = np.random.default_rng(0).permutation(len(labels))  # no class lies over the others
    for r, (title, panels) in enumerate(rows, 1):
        for c, panel in enumerate(panels, 1):
            draw(figure, panel, labels, order, classes, dark, r, c)
            if common and c > 1:
                figure.update_yaxes(showticklabels=False, ticks="", row=r, col=c)
        figure.update_yaxes(title={"text": f"<b>{title}</b>", "font": {"size": 15}}, row=r, col=1)
    add_legend(figure, classes, dark)
    figure.update_annotations(font_size=15, selector=lambda a: a.text in columns)
    figure.update_layout(
        **layout(dark, 14),
        margin={"l": 62, "r": 8, "t": 24, "b": 52},
        hovermode=False,
        dragmode=False,
        legend=LEGEND,
    )
    return figure


def add_legend(figure: go.Figure, classes: Sequence[tuple[str, str]], dark: bool) -> None:
    """Traces without a point, one for each entry of the legend: the maps themselves are pictures."""
    entries = [(name, {"color": colour, "size": 11}) for name, colour in classes]
    entries.append(("1 sd of N(0, I)", {"color": INKS[dark][0], "size": 12, "symbol": "circle-open"}))
    for name, marker in entries:
        figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, row=1, col=1)


@dataclass(frozen=True)
class Cell:
    """Where a map stands in a figure: row and column, and the names of its axes."""

    row: int
    column: int
    across: str
    upward: str

    @property
    def grid(self) -> dict[str, int]:
        return {"row": self.row, "col": self.column}

    @property
    def axes(self) -> dict[str, str]:
        return {"xref": self.across, "yref": self.upward}


def draw(
    figure: go.Figure,
    panel: Panel,
    labels: np.ndarray,
    order: np.ndarray,
    classes: Sequence[tuple[str, str]],
    dark: bool,
    row: int,
    column: int,
) -> None:
    """One map into its place, with the names of its classes."""
    upward = next(figure.select_yaxes(row=row, col=column)).plotly_name.replace("axis", "")
    cell = Cell(row, column, upward.replace("y", "x"), upward)
    draw_frame(figure, panel, cell, dark)
    if panel.codes is None:
        figure.update_xaxes(showticklabels=False, ticks="", **cell.grid)
        figure.update_yaxes(showticklabels=False, ticks="", **cell.grid)
        figure.add_annotation(text=NO_RUN, x=0, y=0, showarrow=False, font={"size": 14}, **cell.axes)
        return
    colours = [colour for _, colour in classes]
    draw_points(figure, picture(panel.codes[order], labels[order], panel.edges, colours), panel, cell, dark)
    draw_names(figure, placed(panel, labels, [name for name, _ in classes]), cell, dark)
    if panel.note:
        draw_note(figure, panel.note, cell, dark)


def draw_frame(figure: go.Figure, panel: Panel, cell: Cell, dark: bool) -> None:
    """The axes of a map, at equal aspect."""
    left, right, bottom, top = panel.edges
    corners = {"x": [left, right], "y": [bottom, top]}
    figure.add_scatter(**corners, mode="markers", marker={"opacity": 0}, showlegend=False, **cell.grid)
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "mirror": True,
        "linecolor": FRAME_COLOURS[dark],
        "tickfont": {"size": 13},
        "ticks": "outside",
        "ticklen": 3,
        "tickcolor": FRAME_COLOURS[dark],
        "constrain": "domain",
    }
    across = axis | {"range": [left, right], "tickvals": ticks(left, right)}
    upward = axis | {"range": [bottom, top], "tickvals": ticks(bottom, top), "scaleanchor": cell.across}
    figure.update_xaxes(across, **cell.grid)
    figure.update_yaxes(upward, **cell.grid)


def draw_points(figure: go.Figure, source: str, panel: Panel, cell: Cell, dark: bool) -> None:
    """The points as a picture, and the circle of one standard deviation of N(0, I)."""
    left, right, bottom, top = panel.edges
    size = {"sizex": right - left, "sizey": top - bottom, "sizing": "stretch"}
    figure.add_layout_image(source=source, x=left, y=top, layer="below", **size, **cell.axes)
    line = {"color": INKS[dark][0], "width": 1}
    figure.add_shape(type="circle", x0=-1, x1=1, y0=-1, y1=1, line=line, **cell.axes)


def draw_names(figure: go.Figure, names: Sequence[tuple[float, float, str]], cell: Cell, dark: bool) -> None:
    """The names of the classes at their places."""
    figure.add_scatter(
        x=[x for x, _, _ in names],
        y=[y for _, y, _ in names],
        mode="text",
        text=[name for _, _, name in names],
        showlegend=False,
        textfont={"size": 13, "weight": 700, "color": INKS[dark][0], "shadow": halo(GROUNDS[dark])},
        **cell.grid,
    )


def draw_note(figure: go.Figure, note: str, cell: Cell, dark: bool) -> None:
    """A note in the upper right corner."""
    figure.add_annotation(
        text=note,
        x=1,
        y=1,
        xref=f"{cell.across} domain",
        yref=f"{cell.upward} domain",
        xanchor="right",
        yanchor="top",
        showarrow=False,
        font={"size": 14},
        bgcolor=GROUNDS[dark],
    )


def placed(panel: Panel, labels: np.ndarray, names: Sequence[str]) -> list[tuple[float, float, str]]:
    """Each class's name at the median of its codes, but none that is long or would lie over another."""
    if panel.codes is None:
        return []
    apart = NAMES_APART * (panel.edges[1] - panel.edges[0])
    places: list[tuple[float, float, str]] = []
    for k, name in enumerate(names):
        if len(name) > LONGEST_NAME or not (labels == k).any():
            continue
        x, y = np.median(panel.codes[labels == k], axis=0).tolist()
        if all(math.hypot(x - a, y - b) >= apart for a, b, _ in places):
            places.append((x, y, name))
    return places


def halo(colour: str) -> str:
    """A shadow of this colour on all sides of a letter: it is read on any point."""
    return ", ".join(f"{x}px {y}px 2px {colour}" for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers on an axis, at least two apart from its ends, so that labels of two maps don't touch."""
    width = high - low
    power = 10 ** math.floor(math.log10(width / 3))
    step = next(k * power for k in (5, 2, 1) if 3 * k * power <= width)
    first = math.ceil((low + width / 10) / step)
    last = math.floor((high - width / 10) / step)
    return [i * step for i in range(first, last + 1)]
