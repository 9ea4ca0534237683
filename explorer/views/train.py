"""The page Train together: two models are trained side by side, before everybody's eyes."""

import time

from explorer import library, stage
from explorer.address import session
from explorer.figures.palette import class_colours

KEY = "train"
MOST_CLASSES = 10  # of a data set whose colours are sent; more of them share these


def render() -> None:
    families = library.families()
    stage.mount(
        "train",
        KEY,
        {
            "at": time.time_ns(),
            "families": [family | {"live": library.live_of(family["name"])} for family in families],
            "datasets": library.trainable_datasets(),
            "proposed": library.proposals(),
            "colours": {theme: class_colours(MOST_CLASSES, theme == "dark") for theme in ("light", "dark")},
        },
        go=lambda: session.take_destination(KEY),
    )
