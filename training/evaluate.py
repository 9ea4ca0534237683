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
from training.families.models import Autoencoder, Classifier, Model
from training.integrals.aggregate import CELLS
from training.kit import interrupts
from training.kit.precision import full_precision
from training.kit.threads import Report, silent
from training.measures import codes, compute
from training.measures.compute import EXTENT, GRID, SEEDS, Part, Values
from training.measures.gaps import Gaps, described, gap_values
from training.measures.metrics import ANSWERS, METRICS, OF_ANY_PIXELS, OF_CODES, table
from training.runs.records import RunError


def main() -> None:
    args = parser().parse_args()
    with interrupts.told(lambda: "Interrupted. Metrics that were saved before are whole."):
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
def progress(model: Model, iw_seeds: int) -> Iterator[Part]:
    """One bar on stderr over all parts, each as long as the seconds that it takes on two cores."""
    seconds = {"answers": 3.0} if isinstance(model, Classifier) else {"codes": 10.0}
    if isinstance(model, Autoencoder) and model.objective.variational:
        seconds |= {"ELBO": 13.0, "importance weights": 70.0 * iw_seeds}
        seconds |= {"exact log p(x)": 18.0, "gaps": 25.0, "rate": 7.0}  # of a plane
        if model.config.latent_dim != 2:
            seconds = {
                name: s for name, s in seconds.items() if name not in ("exact log p(x)", "gaps", "rate")
            }
    layout = "{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    with tqdm(total=sum(seconds.values()), bar_format=layout, leave=False) as bar:

        def part(name: str) -> Report:
            bar.set_description(name)
            return lambda share: bar.update(min(share * seconds[name], bar.total - bar.n))  # 1.0000001 warns

        yield part


@full_precision()
def measure(
    model: Model, train: Split, test: Split, iw_seeds: int = 1, part: Part = lambda name: silent
) -> dict[str, Any]:
    """Everything: {"protocol": counts, seeds ..., "values": by key, "left_out": key -> reason, "images": what
    is known image by image, see images_of; {} where there is no gap}.

    The model is frozen, as runs.load_model returns it. Every key of METRICS is in values or left out.
    """
    chosen, test, images = datasets.measured_numbers(len(test.images)), datasets.measured(test), {}
    protocol = {
        "model": model.config.model,
        "dataset": model.config.dataset,
        "test_images": len(test.images),
        "training_images": neighbours_or_trained(model, len(train.images)),
        "held_out_in_training": model.config.holdout,
    }
    if isinstance(model, Classifier):
        values, how = compute.answer_values(model, test, part("answers")), {"bins": compute.BINS}
    else:
        values, how, gaps = measure_autoencoder(model, train, test, iw_seeds, part)
        if gaps is not None:
            images = {"gap": described(gaps, test.labels, chosen, test.classes)}
    kept = {key: values[key] for key in METRICS if key in values and np.isfinite(values[key]).all()}
    left_out = {key: why_not(key, model, values) for key in METRICS if key not in kept}
    return {"protocol": protocol | how, "values": kept, "left_out": left_out, "images": images}


def neighbours_or_trained(model: Model, count: int) -> int:
    """Of `count` training images: all, as an autoencoder's neighbours; those that a classifier saw."""
    if not isinstance(model, Classifier):
        return count
    kept = count - model.config.holdout
    return min(model.config.limit or kept, kept)


def measure_autoencoder(
    model: Autoencoder, train: Split, test: Split, iw_seeds: int, part: Part
) -> tuple[Values, dict[str, Any], Gaps | None]:
    """The values of an autoencoder, its part of the protocol, and the gaps of the first draw's images."""
    gaps = None
    values = compute.code_values(model, train, test, part("codes"))
    protocol: dict[str, Any] = {
        "likelihood": model.config.likelihood,
        "latent_dim": model.config.latent_dim,
        "neighbours": list(codes.NEIGHBOURS),
        "trustworthiness_neighbours": codes.TRUSTED,
    }
    if model.objective.variational:
        drawn = compute.draws(model, test)
        iw_seeds = min(iw_seeds, sum(d.protocol != "grey" for d in drawn))
        log_p = None
        if model.config.latent_dim == 2:
            log_p = compute.exact_log_p(model, drawn, part("exact log p(x)"))
            gaps = compute.gaps_of(model, drawn[0], log_p[0], part("gaps"))
            values |= gap_values(gaps) | compute.rate_values(drawn[-1], part("rate"))
            protocol |= {"gap_seed": drawn[0].seed, "rate_cells": [CELLS, CELLS]}
        values |= compute.likelihood_values(model, drawn, log_p, iw_seeds, part)
        protocol |= {
            "binarisation_seeds": [d.seed for d in drawn if d.protocol == "binarised"],
            "elbo_samples": compute.ELBO_SAMPLES,
            "iw_samples": compute.IW_SAMPLES,
            "iw_seeds": [d.seed for d in drawn[:iw_seeds]],
            "grid": [GRID, GRID],
            "extent": EXTENT,
        }
    return values, protocol, gaps


def why_not(key: str, model: Model, values: Values) -> str:
    """Why a metric is left out."""
    config = model.config
    if key in values:
        return f"it came out as {values[key]}"
    if isinstance(model, Classifier):
        return "a classifier has no code and decodes no image"
    if key in ANSWERS:
        return "an autoencoder learns no labels"
    if key not in OF_CODES:
        if not model.objective.variational:
            return "a plain autoencoder has no q(z|x) and was trained without a prior"
        if key not in OF_ANY_PIXELS and key.endswith("_density") != (config.likelihood == "gaussian"):
            return f"the likelihood of this run is {config.likelihood}"
        if key.startswith("iw500"):
            return "it takes longest, and --iw-seeds 0 asked for none"
    return f"it is for a latent plane, and latent_dim is {config.latent_dim}"


if __name__ == "__main__":
    main()
