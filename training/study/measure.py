"""Measure the run of a seed (python -m training.study.measure RUN, as seeds.py calls it), and compare all."""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from training import datasets, runs
from training.datasets import DataError, Split
from training.families import LatentModel
from training.geometry.geodesics import lengths_between
from training.geometry.metric import pictures
from training.kit import interrupts
from training.kit.precision import full_precision
from training.kit.threads import Report, silent
from training.measures.evaluation import measure as measure_all
from training.measures.evaluation import progress
from training.measures.measured_model import encode, pixels
from training.runs import Run
from training.runs.records import RunError
from training.study import agreement, comparison, store


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.study.measure",
        allow_abbrev=False,
        description="Measure a finished run and keep its codes. $CHECKPOINTS is the folder of the runs.",
    )
    parser.add_argument("run", help="name of a folder there, such as vae-0")
    parser.add_argument("--data-root", type=Path, help="folder of the data sets (default: the user's cache)")
    args = parser.parse_args()
    with interrupts.exit_on_interrupt():
        try:
            run = runs.load(args.run)
            train, test = (datasets.load(run.config.dataset, t, args.data_root) for t in (True, False))
            measure(
                run,
                limited(train, run.config.limit),
                limited(datasets.measured_split(test), run.config.limit),
            )
        except (RunError, DataError) as error:
            raise SystemExit(f"error: {error}") from None


def limited(split: Split, limit: int) -> Split:
    """As many images as a run with this limit saw; 0: all."""
    return split.part(slice(limit or None))


def measure(run: Run, train: Split, test: Split) -> None:
    """Evaluate a run, unless that was done, and keep its codes and distances. Raises RunError.

    The importance-weighted bound, which takes longest, is left out: in a plane log p(x) is exact.
    """
    model = runs.load_as(LatentModel, run)
    if not run.metrics or runs.exists(run.folder / store.CODES):  # those codes are of other weights
        with progress(model, 0) as part:
            runs.save_metrics(run, measure_all(model, train, test, 0, part))
    with tqdm(total=1.0, desc="geodesics", leave=False, bar_format="{desc} {percentage:3.0f}%") as bar:
        store.save(run.folder, codes_and_distances(model, test, bar.update))


@full_precision()
@torch.no_grad()
def codes_and_distances(model: LatentModel, test: Split, report: Report = silent) -> dict[str, Tensor]:
    """Codes of the test images and distances between landmarks, by the names of SeedRun's fields."""
    mean, logvar = encode(model, pixels(test))
    landmarks = comparison.landmarks(test.pixels, test.labels, test.classes)
    places = mean[landmarks].numpy()
    decode = pixel_decoder(model)
    tensors = {
        "mean": mean.float(),
        "landmarks": torch.from_numpy(landmarks),
        "geodesic": torch.from_numpy(lengths_between(decode, places, report)),
        "picture": torch.from_numpy(comparison.distances(pictures(decode, places))),
    }
    return tensors if logvar is None else tensors | {"sd": (0.5 * logvar).exp().float()}


def pixel_decoder(model: LatentModel) -> Callable[[Tensor], Tensor]:
    """The decoder as a map from codes (n, 2) to pictures (n, pixels) in [0, 1]."""
    return lambda z: torch.sigmoid(model.decode(z))


def compare_all(place: Path, data_root: Path | None = None) -> agreement.Summary:
    """The summary of the measured runs of a folder, all compared; what was compared as it is now stays.

    Raises RunError, DataError.
    """
    measured = store.load_all(place)
    pairs = store.load_comparisons(place, measured)
    todo = [(a, b) for a, b in agreement.pairs_to_compare(measured) if (a.name, b.name) not in pairs]
    for a, b in tqdm(todo, desc="compared", unit=" pairs", leave=False):
        labels = labels_of(a.config.dataset, len(a.mean), data_root)
        try:
            pairs[a.name, b.name] = agreement.compared(a, b, labels)
        except ValueError as error:
            raise RunError(f"{a.name} and {b.name} in {place} can't be compared: {error}.") from error
        store.save_comparisons(place, measured, pairs)
    return agreement.summary(measured, pairs)


def labels_of(dataset: str, count: int, data_root: Path | None) -> np.ndarray | None:
    """The labels of the test images that a run was measured on, (count,); None for a data set without."""
    if not datasets.of_name(dataset).labelled:
        return None
    return datasets.measured_split(datasets.load(dataset, False, data_root)).labels[:count]


if __name__ == "__main__":
    main()
