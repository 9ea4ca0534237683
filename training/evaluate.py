"""Measure a run on its test images: python -m training.evaluate RUN [--json]. metrics.py says how."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from training import datasets, runs
from training.datasets import DataError, Split
from training.families import Family
from training.kit import interrupts
from training.kit.precision import full_precision
from training.kit.threads import Report, silent
from training.measures.measure import misfit, why_not
from training.measures.metrics import METRICS, table
from training.measures.registry import MEASURES
from training.measures.subject import Part, Values, subject
from training.protocol import SEEDS
from training.runs import RunError


def main() -> None:
    args = parser().parse_args()
    with interrupts.exit_on_interrupt(lambda: "Interrupted. Metrics that were saved before are whole."):
        try:
            run = runs.load(args.run)
            model = runs.load_model(run)
            train, test = (datasets.load(run.config.dataset, t, args.data_root) for t in (True, False))
            with progress(model, args.iw_seeds) as part:
                metrics = measure(model, train, test, args.iw_seeds, part)
            print(json.dumps(metrics, indent=1, allow_nan=False) if args.json else table(run.name, metrics))
            keep(run, metrics)
        except (RunError, DataError) as error:
            raise SystemExit(f"error: {error}") from None


def keep(run: runs.Run, metrics: dict[str, Any]) -> None:
    """Save the metrics with the run, unless it came with an installed package. Raises RunError."""
    if run.folder.parent == runs.shipped():
        print(
            f"{run.name} came with the program and is only read: these numbers are not kept.", file=sys.stderr
        )
    else:
        runs.save_metrics(run, metrics)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description="Measure a run on its test images.",
        allow_abbrev=False,
    )
    parser.add_argument("run", help="name of a folder under checkpoints/")
    parser.add_argument("--json", action="store_true", help="print one JSON object in place of the table")
    parser.add_argument("--data-root", type=Path, help="folder of the data sets (default: the user's cache)")
    text = "on how many of the five binarisations to take IW-500, which takes longest (default: 1; 0: none)"
    parser.add_argument("--iw-seeds", type=int, choices=range(len(SEEDS) + 1), default=1, help=text)
    return parser


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
    one = subject(model, train, test, iw_seeds)
    values: Values = {}
    protocol: dict[str, Any] = {
        "model": model.config.model,
        "dataset": model.config.dataset,
        "test_images": len(one.test.images),
        "training_images": len(train.images),
        "held_out_in_training": model.config.holdout,
    }
    for entry in MEASURES:
        if entry.applies(model) and (iw_seeds or not entry.by_iw_seeds):
            values |= entry.compute(one, part(entry.title))
            protocol |= entry.protocol(one)
    applicable = {key: metric for key, metric in METRICS.items() if not misfit(metric, model)}
    whole = {key: values[key] for key in applicable if key in values and np.isfinite(values[key]).all()}
    left_out = {key: why_not(key, model, values) for key in METRICS if key not in whole}
    return {"protocol": protocol, "values": whole, "left_out": left_out, "images": one.images}


if __name__ == "__main__":
    main()
