"""The page Compare: the latent planes of two runs side by side."""

import time
from dataclasses import asdict
from typing import Any

import numpy as np

from explorer import cache, stage, state
from explorer.figures.palette import class_colours
from explorer.latent.fields import FIELDS
from explorer.latent.values import VALUES
from explorer.views import parts
from training.measures.metrics import METRICS

SPANNED = " The scale spans 98 % of the images of each map; those beyond have the colour of its end."
SHORT = {  # the numbers beside the maps, by their short names
    "cross_entropy": "cross-entropy",
    "mse": "squared error",
    "knn_5": "5-NN accuracy",
    "nll_binarised": "\u2212log p(x)",
}


def render() -> None:
    names = parts.names(cache.maps)
    if not names:
        return
    scene = state.scene()
    ignored = state.ignored()
    if ignored:  # a copied link should not carry the fault on
        state.write_address(scene)
    sides = {side: described(scene[side]) for side in state.SIDES}
    classes = max((len(s.get("classes", ())) for s in sides.values()), default=0)
    colours = {theme: class_colours(classes, theme == "dark") for theme in ("light", "dark")}
    stage.mount(
        state.STAGE,
        {
            "scene": scene,
            "at": time.time_ns(),  # as in parts.about_image
            "ignored": ignored,
            "runs": names,
            "colours": colours,
            "layers": {key: words(layer) | {"log": layer.log} for key, layer in FIELDS.items()},
            "values": {key: words(value) | {"ends": SPANNED} for key, value in VALUES.items()},
            "live": "/live",
            **sides,
        },
        state.commit,
        lambda: state.take_go(state.STAGE),
    )


def words(entry: Any) -> dict[str, Any]:
    """The words of a menu's entry, for the legend and the help texts."""
    return {"short": entry.short, "title": entry.title, "unit": entry.unit, "help": entry.help}


def described(name: str) -> dict[str, Any]:
    """What the stage needs to know of a run, or why it can't be shown."""
    try:
        run, codes = cache.run(name), cache.codes(name)
        split = cache.images(run.config.dataset)
    except cache.FAILURES as error:
        return {"name": name, "stamp": cache.stamp(name), "error": str(error)}
    values, objective = cache.measured(run), cache.objective(run)
    return {
        "name": name,
        "stamp": cache.stamp(name),
        "title": objective.title,
        "variational": objective.variational,
        "dataset": run.config.dataset,
        "classes": list(split.classes),
        "counts": np.bincount(split.labels, minlength=len(split.classes)).tolist(),
        "window": asdict(codes.window),
        **parts.forms(run),
        "numbers": {k: values[k] for k in SHORT if isinstance(values.get(k), int | float)}
        | {"sd": codes.mean.std(0).tolist()},
        "left_out": cache.left_out(run),
        "titles": {k: {"short": short} | METRICS[k]._asdict() for k, short in SHORT.items()},
    }
