"""The page Train together: two models are trained side by side, before everybody's eyes."""

import time

from explorer import library, stage
from explorer.address import session
from explorer.figures.palette import class_colours

KEY = "train"
CLASSES = 10  # as many colours are sent


def render() -> None:
    stage.mount(
        "train",
        KEY,
        {
            "at": time.time_ns(),
            "families": library.watchable(),
            "datasets": library.trainable_datasets(),
            "proposed": library.proposals(),
            "colours": {theme: class_colours(CLASSES, theme == "dark") for theme in ("light", "dark")},
        },
        go=lambda: session.take_destination(KEY),
    )
