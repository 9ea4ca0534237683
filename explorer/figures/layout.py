"""What the figures have in common: the inks of both themes, letters, clear grounds."""

from typing import Any

# Plotly asks whether pandas is there without waiting for an import of it that another thread is in the middle
# of: whoever draws first would then fail. So it is whole before any figure is.
import pandas as pandas

GROUNDS = {False: "#fbfbf9", True: "#101214"}  # of the page, by dark or not
INKS = {False: ("#17191c", "#d9dadb"), True: ("#f1f2f3", "#34383d")}  # text and grid, by dark or not


def layout(dark: bool, size: int = 15) -> dict[str, Any]:
    """Arguments of update_layout for a figure that fills its place; `size` of its letters in pixels."""
    return {
        "font": {"size": size, "color": INKS[dark][0], "family": "system-ui, DejaVu Sans, sans-serif"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
