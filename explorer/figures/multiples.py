"""Small multiples: many clouds of points, a row a model and a column a seed, each drawn as one picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from PIL import Image
from plotly.subplots import make_subplots

from explorer.figures import png
from explorer.figures.layout import GROUNDS, INKS, layout

PIXELS = 440  # of a map's side: enough for a projector, whose maps are about half as large
RADIUS = 1.8  # of a point, in these pixels
EMPTY = 255  # index of the palette's colour for no point: transparent
ABSENT = "not there yet"
SHORT = 2  # letters of a class name that fits into a map
APART = 0.08  # of a map's width between two names

LINES = {False: "#c3c5c7", True: "#4a4f55"}  # of the frames, by dark or not

Edges = tuple[float, float, float, float]  # left, right, bottom, top: a square


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
        row_titles=[title for title, _ in rows],
        horizontal_spacing=0.012 if common else 0.042,
        vertical_spacing=0.05,
    )
    order = np.random.default_rng(0).permutation(len(labels))  # no class lies over the others
    for r, (_, panels) in enumerate(rows, 1):
        for c, panel in enumerate(panels, 1):
            draw(figure, panel, labels, order, classes, dark, r, c)
            if common and c > 1:
                figure.update_yaxes(showticklabels=False, ticks="", row=r, col=c)
    for name, colour in classes:  # nothing but the legend
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name=name, marker={"color": colour, "size": 11}, row=1, col=1
        )
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        name="1 sd of N(0, I)",
        row=1,
        col=1,
        marker={"color": INKS[dark][0], "size": 12, "symbol": "circle-open"},
    )
    figure.update_annotations(font_size=15, selector=lambda a: a.text in columns)
    figure.update_layout(
        **layout(dark, 14),
        margin={"l": 34, "r": 24, "t": 24, "b": 52},
        hovermode=False,
        dragmode=False,
        legend={
            "orientation": "h",
            "x": 0.5,
            "xanchor": "center",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "font": {"size": 15},
        },
    )
    return figure


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
    left, right, bottom, top = panel.edges
    figure.add_scatter(
        x=[left, right],
        y=[bottom, top],
        mode="markers",
        marker={"opacity": 0},
        showlegend=False,
        row=row,
        col=column,
    )
    anchor = next(figure.select_yaxes(row=row, col=column)).plotly_name.replace("yaxis", "x")
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "mirror": True,
        "linecolor": LINES[dark],
        "tickfont": {"size": 13},
        "ticks": "outside",
        "ticklen": 3,
        "tickcolor": LINES[dark],
        "constrain": "domain",
    }
    across = axis | {"range": [left, right], "tickvals": ticks(left, right)}
    upward = axis | {"range": [bottom, top], "tickvals": ticks(bottom, top), "scaleanchor": anchor}
    figure.update_xaxes(across, row=row, col=column)
    figure.update_yaxes(upward, row=row, col=column)
    place = {"xref": anchor, "yref": anchor.replace("x", "y")}
    if panel.codes is None:
        figure.update_xaxes(showticklabels=False, ticks="", row=row, col=column)
        figure.update_yaxes(showticklabels=False, ticks="", row=row, col=column)
        figure.add_annotation(text=ABSENT, x=0, y=0, showarrow=False, font={"size": 14}, **place)
        return
    source = picture(panel.codes[order], labels[order], panel.edges, [colour for _, colour in classes])
    figure.add_layout_image(
        source=source,
        x=left,
        y=top,
        sizex=right - left,
        sizey=top - bottom,
        sizing="stretch",
        layer="below",
        **place,
    )
    figure.add_shape(
        type="circle", x0=-1, x1=1, y0=-1, y1=1, line={"color": INKS[dark][0], "width": 1}, **place
    )
    names = placed(panel, labels, [name for name, _ in classes])
    figure.add_scatter(
        x=[x for x, _, _ in names],
        y=[y for _, y, _ in names],
        mode="text",
        text=[name for _, _, name in names],
        showlegend=False,
        textfont={"size": 13, "weight": 700, "color": INKS[dark][0], "shadow": halo(GROUNDS[dark])},
        row=row,
        col=column,
    )
    if panel.note:
        figure.add_annotation(
            text=panel.note,
            x=1,
            y=1,
            xref=f"{anchor} domain",
            showarrow=False,
            yref=f"{place['yref']} domain",
            xanchor="right",
            yanchor="top",
            font={"size": 14},
            bgcolor=GROUNDS[dark],
        )


def placed(panel: Panel, labels: np.ndarray, names: Sequence[str]) -> list[tuple[float, float, str]]:
    """Each class's name at the median of its codes, but none that is long or would lie over another."""
    if panel.codes is None:
        return []
    apart = APART * (panel.edges[1] - panel.edges[0])
    places: list[tuple[float, float, str]] = []
    for k, name in enumerate(names):
        if len(name) > SHORT or not (labels == k).any():
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


def picture(codes: np.ndarray, labels: np.ndarray, edges: Edges, colours: Sequence[str]) -> str:
    """The points as a PNG with a transparent ground, in a data address; later points lie on top."""
    image = Image.fromarray(raster(codes, labels % len(colours), edges), "P")
    shades = [int(colour[i : i + 2], 16) for colour in colours for i in (1, 3, 5)]
    image.putpalette(shades + [0] * (3 * 256 - len(shades)))
    return png.address(image, transparency=EMPTY, optimize=False)


def raster(codes: np.ndarray, values: np.ndarray, edges: Edges) -> np.ndarray:
    """Discs of values (n,) at codes (n, 2) that lie in the square: (PIXELS, PIXELS) uint8, top row first."""
    left, right, bottom, top = edges
    spots = np.floor((codes - [left, bottom]) / [right - left, top - bottom] * PIXELS).astype(np.int64)
    reach = np.arange(-int(RADIUS), int(RADIUS) + 1)
    disc = np.array([(x, y) for x in reach for y in reach if x * x + y * y <= RADIUS**2])
    x, y = np.moveaxis(spots[:, None] + disc, 2, 0)  # (n, disc): of one point after the other
    inside = (x >= 0) & (x < PIXELS) & (y >= 0) & (y < PIXELS)
    image = np.full((PIXELS, PIXELS), EMPTY, np.uint8)
    image[PIXELS - 1 - y[inside], x[inside]] = np.broadcast_to(values[:, None], x.shape)[inside]
    return image
