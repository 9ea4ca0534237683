"""What runs of several seeds have in common: mean and range of every measure, over runs or pairs."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from training import datasets
from training.families import FAMILIES
from training.measures.metrics import METRICS, Metric
from training.study import store
from training.study.comparison import DEALS, NEIGHBOURS, by_class, compare, rank_correlation
from training.study.store import Pair, SeedRun

# In a help these stand for the landmarks of the runs at hand, and the number of their pairs; see `described`.
LANDMARKS = "{landmarks}"
PAIRS = "{pairs}"
RANKS = (
    f"Spearman's rank correlation of two runs, over the {PAIRS} distances between {LANDMARKS} (the same "
    "images in all runs). 1: the same order of near and far."
)
VARIATION = (
    "How much the distance of the same two images varies over the seeds: sd / mean, averaged over the "
    f"{PAIRS} pairs of {LANDMARKS}. The sd of n seeds is taken with n \u2212 1."
)

CLOUD: dict[str, Metric] = {  # of one run
    "longer": Metric(
        "sd, longer axis",
        "",
        "Square root of the larger eigenvalue of the covariance of the test codes (means of grey images), in "
        "units of z. Under the prior: 1. However a map is turned, it stays the same.",
        None,
    ),
    "shorter": Metric(
        "sd, shorter axis", "", "Square root of the smaller eigenvalue of the same covariance.", None
    ),
    "centre": Metric(
        "centre from 0",
        "",
        "Distance of the mean of the test codes from the origin, in units of z. Under the prior: 0.",
        None,
    ),
    "code_kl_to_prior": METRICS["code_kl_to_prior"]._replace(title="KL of the fitted normal to N(0, I)"),
    "code_energy_distance": METRICS["code_energy_distance"]._replace(title="energy distance to N(0, I)"),
    "knn_5": METRICS["knn_5"]._replace(title="5-NN accuracy"),
    "elbo_binarised": METRICS["elbo_binarised"],
    "nll_binarised": METRICS["nll_binarised"],
}

BETWEEN: dict[str, Metric] = {  # of two runs
    "disparity": Metric(
        "Procrustes disparity",
        "",
        "1 \u2212 (s1 + s2)\u00b2: the share of one map's sum of squares that the other misses, after the "
        "best move, rotation, reflection and uniform scale. 0: the same map; 1: nothing in common. Both maps "
        "are first moved to mean 0 and scaled to sum of squares 1 (as scipy.spatial.procrustes).",
        "lower",
    ),
    "disparity_dealt": Metric(
        "\u2026 with the classes dealt",
        "",
        "The same, after the places of the second map's classes were dealt at random among them: mean of "
        f"{DEALS} deals. So near are two maps that gather the classes, but not at the same places.",
        None,
        labels=True,
    ),
    "as_near": Metric(
        "\u2026 deals at least as near",
        "%",
        f"Share of these {DEALS} deals whose disparity is not larger than that of the two maps themselves. "
        "Near 0 %: the maps are more alike than chance makes them.",
        "lower",
        labels=True,
    ),
    "shared": Metric(
        "shared neighbours",
        "%",
        f"Mean share of an image's {NEIGHBOURS} nearest test images on one map that are among its "
        f"{NEIGHBOURS} nearest on the other.",
        "higher",
    ),
    "shared_in_class": Metric(
        "\u2026 swapped within classes",
        "%",
        "The same, after the images of each class swapped their places at random on the second map: what is "
        "shared for the class alone.",
        None,
        labels=True,
    ),
    "shared_by_chance": Metric(
        "\u2026 swapped among all",
        "%",
        "k / (n \u2212 1): what two maps that know nothing of each other share, for k neighbours and n "
        "images.",
        None,
    ),
    "geodesic": Metric(
        "geodesic distances agree",
        "",
        f"{RANKS} Distance: picture length of the shortest way found through the decoder's plane.",
        "higher",
    ),
    "code": Metric(
        "code distances agree", "", f"{RANKS} Distance: straight, between the two codes.", "higher"
    ),
    "picture": Metric(
        "decoded pictures agree",
        "",
        f"{RANKS} Distance: straight, between the two decoded pictures, whatever the map: what good "
        "reconstructions alone make agree.",
        "higher",
    ),
}

OVER: dict[str, Metric] = {  # of all runs of a model
    "geodesic_variation": Metric("geodesic distances vary by", "%", VARIATION, "lower"),
    "code_variation": Metric("code distances vary by", "%", VARIATION, "lower"),
    "picture_variation": Metric("decoded pictures vary by", "%", VARIATION, "lower"),
}
SEEDS = (0, 1, 2, 3, 4)  # training.seeds trains these, unless others are given
DISTANCES = ("geodesic", "code", "picture")


class Range(NamedTuple):
    """Mean, least and largest of the values of some runs or pairs, and the values."""

    mean: float
    low: float
    high: float
    values: tuple[float, ...]


Summary = dict[str, dict[str, Range]]  # "vae", or "ae vae" at the same seed -> key of a measure -> its range


def titles() -> dict[str, str]:
    """The families whose maps can be compared, in their order, and what they are called in a table."""
    return {model: FAMILIES[model].short for model in store.models()}


def described(metrics: Mapping[str, Metric], runs: Iterable[SeedRun]) -> dict[str, Metric]:
    """The measures, with helps that name the landmarks of these runs, which are of one data set."""
    run = next(iter(runs))
    count = len(run.landmarks)
    number = {10: "ten"}.get(count, str(count))
    words = f"{number} test images, drawn once at random"
    if by_class(datasets.of_name(run.config.dataset).classes):
        words = (
            f"the {number} medoids: of each class the test image with the least sum of pixel distances to "
            "the others"
        )
    pairs = str(count * (count - 1) // 2)
    return {
        key: metric._replace(help=metric.help.replace(LANDMARKS, words).replace(PAIRS, pairs))
        for key, metric in metrics.items()
    }


def pairs_to_compare(runs: Sequence[SeedRun]) -> list[tuple[SeedRun, SeedRun]]:
    """The pairs of runs that have the model or the seed in common."""
    return [
        (a, b)
        for a, b in combinations(runs, 2)
        if a.config.model == b.config.model or a.config.seed == b.config.seed
    ]


def compared(a: SeedRun, b: SeedRun, labels: np.ndarray | None) -> dict[str, float]:
    """All of BETWEEN for two runs of the same test images; without labels, what needs none.

    Raises ValueError, also for other landmarks.
    """
    if a.config.dataset != b.config.dataset or not np.array_equal(a.landmarks, b.landmarks):
        raise ValueError(
            f"{a.name} and {b.name} were measured on other images: move their codes.safetensors away and "
            f"start `python -m training.seeds` again, which measures them anew"
        )
    ranks = {kind: rank_correlation(a.distances[kind], b.distances[kind]) for kind in DISTANCES}
    return compare(a.mean, b.mean, labels) | ranks


def cloud(run: SeedRun) -> dict[str, float]:
    """All of CLOUD that was measured of a run."""
    mean = run.mean.astype(np.float64)
    shorter, longer = np.sqrt(np.linalg.eigvalsh(np.cov(mean.T, ddof=0)).clip(min=0)).tolist()
    own = {"longer": longer, "shorter": shorter, "centre": float(np.linalg.norm(mean.mean(0)))}
    return own | {k: float(v) for k, v in run.values.items() if k in CLOUD and isinstance(v, int | float)}


def variation(runs: Sequence[SeedRun], kind: str) -> float:
    """Mean over the pairs of landmarks of sd / mean of their distance over the runs, at least two.

    NaN where two landmarks coincide in all runs.
    """
    distances = np.array([run.distances[kind] for run in runs])
    mean = distances.mean(0)
    if not (mean > 0).all():
        return math.nan
    return float((distances.std(0, ddof=1) / mean).mean())


def is_complete(values: Mapping[str, float]) -> bool:
    """Whether two runs were compared in every way: all of BETWEEN, or all of it that needs no labels."""
    without_labels = {key for key, metric in BETWEEN.items() if not metric.labels}
    return values.keys() in (BETWEEN.keys(), without_labels)


def summary(runs: Sequence[SeedRun], pairs: dict[Pair, dict[str, float]]) -> Summary:
    """Mean and range of every measure, for each model over its seeds, and for two models over equal seeds."""
    groups: dict[str, dict[str, list[float]]] = {}

    def add(group: str, values: dict[str, float]) -> None:
        for key, value in values.items():
            if math.isfinite(value):
                groups.setdefault(group, {}).setdefault(key, []).append(value)

    for run in runs:
        add(run.config.model, cloud(run))
    for names, values in pairs.items():
        if not is_complete(values):  # claims set its measures side by side
            continue
        models = [store.model_and_seed(name)[0] for name in names]
        add(" ".join(dict.fromkeys(models)), values)
    for model in store.models():
        seeds = [run for run in runs if run.config.model == model]
        if len(seeds) > 1:
            add(model, {f"{kind}_variation": variation(seeds, kind) for kind in DISTANCES})
    return {
        group: {k: Range(statistics.fmean(v), min(v), max(v), tuple(v)) for k, v in values.items()}
        for group, values in groups.items()
    }
