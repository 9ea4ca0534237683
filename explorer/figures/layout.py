"""What the figures have in common: the inks of both themes, letters, clear grounds."""

from typing import Any

INKS = {False: ("#17191c", "#d9dadb"), True: ("#f1f2f3", "#34383d")}  # text and grid, by dark or not


def layout(dark: bool) -> dict[str, Any]:
    """Arguments of update_layout for a figure that fills its place."""
    return {
        "font": {"size": 15, "color": INKS[dark][0], "family": "system-ui, DejaVu Sans, sans-serif"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
