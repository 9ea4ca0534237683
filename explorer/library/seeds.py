"""The runs of several seeds: their maps, and what they have in common."""

from dataclasses import dataclass

import numpy as np

from explorer.latent import frame
from explorer.library.cached import cached
from explorer.library.data import images
from explorer.library.families import family_of_config
from training import datasets
from training.runs import RunError
from training.study import agreement, comparison, store

Edges = tuple[float, float, float, float]  # left, right, bottom, top


@dataclass(frozen=True)
class Seeds:
    """The measured runs of several seeds, what each pair and all have in common, and their test images."""

    runs: dict[str, store.SeedRun]
    pairs: dict[store.Pair, dict[str, float]]
    summary: agreement.Summary
    labels: np.ndarray
    classes: tuple[str, ...]
    labelled: bool

    @property
    def by_model(self) -> dict[str, list[store.SeedRun]]:
        """The runs of each model."""
        groups: dict[str, list[store.SeedRun]] = {}
        for run in self.runs.values():
            groups.setdefault(family_of_config(run.config), []).append(run)
        return groups


def seeds() -> Seeds | None:
    """The runs of several seeds; None where there is none. Raises RunError, DataError."""
    return load_seeds(store.stamp())


def seed_codes(turned: bool) -> dict[str, np.ndarray]:
    """The codes of each run of `seeds`, as they are or turned onto the first seed of its model.

    Raises RunError, DataError.
    """
    return load_seed_codes(store.stamp(), turned)


def square(clouds: tuple[np.ndarray, ...]) -> Edges:
    """The square that shows all these clouds, each as its own range would."""
    windows = [frame.robust_window(cloud) for cloud in clouds]
    left = min(window.left for window in windows)
    right = max(window.right for window in windows)
    bottom = min(window.bottom for window in windows)
    top = max(window.top for window in windows)
    x = (left + right) / 2
    y = (bottom + top) / 2
    half = max(right - left, top - bottom) / 2
    return x - half, x + half, y - half, y + half


@cached
def load_seeds(stamp: str) -> Seeds | None:
    folder = store.reading_root()
    measured = store.load_all(folder)
    if not measured:
        return None
    first = measured[0]
    pairs = store.load_comparisons(folder, measured)
    split = images(first.config.dataset)
    for run in measured:
        if run.config.dataset != first.config.dataset or len(run.mean) != len(first.mean):
            raise RunError(f"{run.name} and {first.name} in {folder} show unlike images: move one away.")
    summary = agreement.summary(measured, pairs)
    labels = datasets.measured_split(split).labels[: len(first.mean)]  # of the images that were measured
    labelled = datasets.of_name(first.config.dataset).labelled
    return Seeds({run.name: run for run in measured}, pairs, summary, labels, split.classes, labelled)


@cached
def load_seed_codes(stamp: str, turned: bool) -> dict[str, np.ndarray]:
    seeds = load_seeds(stamp)
    first: dict[str, np.ndarray] = {}
    codes = {}
    for name, run in seeds.runs.items() if seeds else ():
        target = first.setdefault(family_of_config(run.config), run.mean)
        codes[name] = comparison.turned(run.mean, target) if turned else run.mean
    return codes
