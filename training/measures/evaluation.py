"""Everything that is measured of a model, in one go."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from tqdm import tqdm

from training.datasets import Split
from training.families import Family
from training.kit.precision import full_precision
from training.kit.threads import Report, silent
from training.measures.measure import misfit, why_not
from training.measures.measured_model import Part, Values, measured_model
from training.measures.metrics import METRICS
from training.measures.registry import MEASURES


@contextmanager
def progress(model: Family, iw_seeds: int) -> Iterator[Part]:
    """One bar on stderr over all parts, each as long as the seconds that it takes on two cores."""
    seconds = {m.title: m.seconds * (iw_seeds if m.by_iw_seeds else 1) for m in MEASURES if m.applies(model)}
    layout = "{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    with tqdm(total=sum(seconds.values()), bar_format=layout, leave=False) as bar:

        def part(name: str) -> Report:
            bar.set_description(name)
            return lambda share: bar.update(min(share * seconds[name], bar.total - bar.n))  # 1.0000001 warns

        yield part


@full_precision()
def measure(
    model: Family, train: Split, test: Split, iw_seeds: int = 1, part: Part = lambda name: silent
) -> dict[str, Any]:
    """Everything: {"protocol": counts, seeds ..., "values": by key, "left_out": key -> reason, "images": what
    is known image by image, see gaps.described; {} where there is no gap}.

    The model is frozen, as runs.load_model returns it. Every key of METRICS is in values or left out.
    """
    measured = measured_model(model, train, test, iw_seeds)
    values: Values = {}
    protocol: dict[str, Any] = {
        "model": model.config.model,
        "dataset": model.config.dataset,
        "test_images": len(measured.test.images),
        "training_images": len(train.images),
        "held_out_in_training": model.config.holdout,
    }
    for entry in MEASURES:
        if entry.applies(model) and (iw_seeds or not entry.by_iw_seeds):
            values |= entry.compute(measured, part(entry.title))
            protocol |= entry.protocol(measured)
    if unknown := values.keys() - METRICS.keys():
        raise KeyError(f"no measure's `metrics` say what {', '.join(sorted(unknown))} means")
    applicable = {key: metric for key, metric in METRICS.items() if not misfit(metric, model)}
    whole = {key: values[key] for key in applicable if key in values and np.isfinite(values[key]).all()}
    left_out = {key: why_not(key, model, values) for key in METRICS if key not in whole}
    return {"protocol": protocol, "values": whole, "left_out": left_out, "images": measured.images}
