"""Measure a run on its test images: python -m training.evaluate RUN [--json]. measures/ says how."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from training import datasets, runs
from training.datasets import DataError
from training.kit import interrupts
from training.measures.evaluation import measure, progress
from training.measures.metrics import table
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


if __name__ == "__main__":
    main()
