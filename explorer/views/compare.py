"""The page Compare: the latent planes of two runs side by side."""

import time
from dataclasses import asdict
from typing import Any

import numpy as np

from explorer import library, stage
from explorer.address import session
from explorer.address.page_fields import DEFAULT_RUNS, SIDES
from explorer.figures.palette import class_colours
from explorer.views import parts
from explorer.vocabulary import COLOURINGS, LAYERS, SOURCES, Colouring, Layer
from training.measures.metrics import METRICS

KEY = "stage"
SPANNED = " The scale spans 98 % of the images of each map; those beyond have the colour of its end."
SHORT_TITLES = {  # the numbers beside the maps, by their short names
    "cross_entropy": "cross-entropy",
    "mse": "squared error",
    "knn_5": "5-NN accuracy",
    "nll_binarised": "\u2212log p(x)",
}


def render() -> None:
    names = parts.names("decode")
    if not names:
        return
    first = session.is_first_visit()
    scene = session.scene()
    usual = zip(SIDES, DEFAULT_RUNS, library.default_maps().values(), strict=True)
    scene |= {side: run for side, default, run in usual if scene[side] == default}
    sides = {side: described(scene[side]) for side in SIDES}
    pins = {side: pin_on(sides[side], scene["pins"][side]) for side in SIDES}
    ignored = session.refused() + (["pins"] if pins != scene["pins"] else [])
    scene["pins"] = pins
    if ignored:  # a copied link should not carry the fault on
        session.write_scene(scene)
    stage.mount(
        "compare",
        KEY,
        menus()
        | sides
        | {
            "scene": scene,
            "first": first,
            "ignored": ignored,
            "runs": names,
            "unusable": library.unusable(),
            "colours": colours_of(sides),
        },
        scene=lambda: session.take_scene(KEY),
        go=lambda: session.take_destination(KEY),
    )


def menus() -> dict[str, Any]:
    """What does not depend on the runs: the words of the menus."""
    return {
        "at": time.time_ns(),  # as in parts.about_image
        "layers": {key: words(layer) | {"log": layer.log} for key, layer in LAYERS.items()},
        "values": {key: words(colouring) | {"ends": SPANNED} for key, colouring in COLOURINGS.items()},
        "sources": SOURCES,
    }


def words(entry: Layer | Colouring) -> dict[str, str]:
    """The words of an entry of a menu."""
    return {"short": entry.short, "title": entry.title, "unit": entry.unit, "help": entry.help}


def colours_of(sides: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Colours of the classes by theme, as many as the map with more classes needs."""
    count = max((len(run.get("classes", ())) for run in sides.values()), default=0)
    return {theme: class_colours(count, theme == "dark") for theme in ("light", "dark")}


def pin_on(run: dict[str, Any], pin: list[float] | None) -> list[float] | None:
    """The pin, if it is a code of as many numbers as the run's; the run as `described`."""
    return pin if pin and len(pin) == run.get("dimensions", len(pin)) else None


def described(name: str) -> dict[str, Any]:
    """What the stage needs to know of a run, or why it can't be shown."""
    try:
        run = library.open_map(name)
        if not library.is_ready(run):
            about = {"name": name, "stamp": run.stamp, "title": run.title, "dimensions": run.dimensions}
            return about | {"pending": True}
        codes = run.codes
    except library.FAILURES as error:
        return {"name": name, "stamp": library.stamp(name), "error": library.told(error)}
    classes = run.test.classes
    numbers = {
        key: run.measured[key] for key in SHORT_TITLES if isinstance(run.measured.get(key), int | float)
    }
    return {
        "name": name,
        "stamp": run.stamp,
        "title": run.title,
        "prior": run.can("prior"),
        "spread": run.can("posterior"),
        "dataset": run.dataset.name,
        "classes": list(classes),
        "counts": np.bincount(run.test.labels, minlength=len(classes)).tolist(),
        "window": asdict(codes.window),
        **parts.forms(run),
        "numbers": numbers | {"sd": codes.mean.std(0).tolist()},
        "left_out": run.left_out,
        "titles": {key: metric_words(key, short) for key, short in SHORT_TITLES.items()},
    }


def metric_words(key: str, short: str) -> dict[str, str]:
    """The words of a metric, with a short name."""
    metric = METRICS[key]
    return {"short": short, "title": metric.title, "unit": metric.unit, "help": metric.help}
