"""All that is computed once and kept. Keys are small; results are shared by every session and read-only."""

import os
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer.latent import aggregate, answers, coding, evidence, fields, frame, subject, unfolding, values
from training import datasets, runs
from training.datasets import DataError
from training.families.models import Autoencoder, Classifier
from training.families.objectives import OBJECTIVES, Objective
from training.runs import Run, RunError
from training.study import agreement, comparison, store

CLASSIFIER = "classifier"  # the run that judges decoded pictures
KEPT = 12  # runs whose models and codes stay in memory
FAILURES = (RunError, DataError)  # what reading a run or a data set may raise; the message is for people


@dataclass(frozen=True)
class Codes:
    """The test set as a run codes it: mean and (if any) sd of q(z|x), (n, 2) float32 each, where it lies,
    and what normal to space a lattice by."""

    mean: np.ndarray
    sd: np.ndarray | None
    window: frame.Window
    location: tuple[float, float]
    scale: tuple[float, float]


@dataclass(frozen=True)
class Seeds:
    """The measured runs of several seeds, what each pair and all have in common, and their test images."""

    runs: dict[str, store.Kept]
    pairs: dict[store.Pair, dict[str, float]]
    summary: agreement.Summary
    labels: np.ndarray
    classes: tuple[str, ...]


def names() -> list[str]:
    """The names of the runs that there are now. Raises RunError."""
    return runs.names()


def maps() -> list[str]:
    """The names of the runs that a map can show, or whose error it should. Raises RunError."""
    return [name for name in names() if kind(name, stamp(name)) in ("", *OBJECTIVES)]


def bounded() -> list[str]:
    """The names of the runs that have a log p(x), or whose error a page should show. Raises RunError."""
    return [n for n in maps() if (k := kind(n, stamp(n))) == "" or OBJECTIVES[k].variational]


def stamp(name: str) -> str:
    """Changes whenever the run's files do."""
    return runs.stamp(name)


def place() -> str:
    """The folder of the runs."""
    return str(runs.root())


def record(name: str) -> Run:
    """A finished run, whatever its latent dimension. Raises RunError."""
    return load_run(name, stamp(name))


def measured(found: Run) -> dict[str, Any]:
    """What was measured of a run, by the keys of training.metrics.METRICS; empty if nothing was."""
    kept = found.metrics.get("values")
    return kept if isinstance(kept, dict) else {}


def left_out(found: Run) -> dict[str, str]:
    """Why a metric was not measured, by its key."""
    kept = found.metrics.get("left_out")
    return kept if isinstance(kept, dict) else {}


def gaps(found: Run) -> dict[str, Any]:
    """What training.gaps.described kept of the gap of every test image; empty if it was not measured."""
    kept = found.metrics.get("images")
    gap = kept.get("gap") if isinstance(kept, dict) else None
    return gap if isinstance(gap, dict) else {}


def objective(found: Run) -> Objective:
    """What the run's model was trained for."""
    return OBJECTIVES[found.config.model]


def run(name: str) -> Run:
    """A finished run with a two-dimensional code. Raises RunError."""
    found = record(name)
    if found.config.model not in OBJECTIVES:
        raise RunError(f"Run {name!r} is a {found.config.model}: it has no code that a map could show.")
    if found.config.latent_dim != 2:
        raise RunError(
            f"Run {name!r} has {found.config.latent_dim} latent dimensions; the maps show two. "
            f"`python -m training.train {found.config.model} --run NAME` trains one with two."
        )
    return found


def model(name: str) -> Autoencoder:
    """The network of a run's last epoch, for a run that a map can show. Raises RunError."""
    return load_model(name, stamp(name))


def codes(name: str) -> Codes:
    """The codes of the test images of the run's data set. Raises RunError, DataError."""
    return load_codes(name, stamp(name))


def spread(name: str) -> np.ndarray:
    """The standard deviations of q(z|x) of the test images, (n, 2). Raises RunError, ValueError."""
    return values.sd_of(cloud(name))


def field(name: str, layer: str, edges: tuple[float, float, float, float], count: int) -> fields.Field:
    """A layer of a run's map over a window. Raises RunError, DataError, ValueError."""
    judged = layer in fields.FIELDS and fields.FIELDS[layer].judged
    return load_field(name, stamp(name), stamp(CLASSIFIER) if judged else None, layer, edges, count)


def point_values(name: str, by: str, other: str = "") -> np.ndarray:
    """A value for every test image, by values.VALUES; `other` is the other map's run.

    Raises RunError, DataError, ValueError.
    """
    other = other if by == "neighbours" else name
    return load_values(name, stamp(name), other, stamp(other), by)


def walk(name: str, kind: str, corners: tuple[tuple[float, ...], ...], steps: int, loop: bool) -> answers.Way:
    """A way through corners of a run's plane. Raises RunError, DataError, ValueError."""
    return load_walk(name, stamp(name), kind, corners, steps, loop)


def sample(name: str, source: str, count: int, seed: int) -> answers.Sample:
    """Pictures decoded at drawn codes, and what they are. Raises RunError, DataError, ValueError."""
    return load_sample(name, stamp(name), stamp(CLASSIFIER), source, count, seed)


def aggregated(name: str) -> aggregate.Aggregate:
    """q(z) of the test images of a run, beside the prior. Raises RunError, DataError, ValueError."""
    return load_aggregate(name, stamp(name))


def scan(name: str) -> None:
    """Decode a run's whole plane, which the first posterior of a run waits for. Raises RunError."""
    coding.scan(model(name))


def posterior(name: str, x: np.ndarray) -> evidence.Posterior:
    """p(z|x) of an image x (c * h * w,) float32 under a run. Raises RunError, ValueError."""
    return load_posterior(name, stamp(name), sha256(x.tobytes()).hexdigest(), x)


def unfolded(name: str) -> unfolding.Unfolded:
    """A Gaussian cloud on its way through a run's decoder. Raises RunError, DataError."""
    return load_unfolded(name, stamp(name))


def seeds() -> Seeds | None:
    """The runs of several seeds; None where there is none. Raises RunError, DataError."""
    return load_seeds(store.stamp())


def seed_codes(turned: bool) -> dict[str, np.ndarray]:
    """The codes of each run of `seeds`, as they are or turned onto the first seed of its model.

    Raises RunError, DataError.
    """
    return load_seed_codes(store.stamp(), turned)


def square(codes: tuple[np.ndarray, ...]) -> tuple[float, float, float, float]:
    """The square that shows all these clouds, each as its own range would: left, right, bottom, top."""
    found = [frame.robust_window(cloud) for cloud in codes]
    left, right = min(w.left for w in found), max(w.right for w in found)
    bottom, top = min(w.bottom for w in found), max(w.top for w in found)
    x, y, half = (left + right) / 2, (bottom + top) / 2, max(right - left, top - bottom) / 2
    return x - half, x + half, y - half, y + half


def cloud(name: str) -> values.Cloud:
    """A run with its test images and their codes. Raises RunError, DataError."""
    found, split = codes(name), images(run(name).config.dataset)
    return values.Cloud(name, model(name), split.images, split.labels, found.mean, found.sd)


def dataset(name: str) -> datasets.Dataset:
    """What a data set is, before an image of it is read. Raises DataError."""
    return datasets.of_name(name)


def drawing(name: str) -> datasets.Drawing:
    """How a drawing comes into the form of a run's images. Raises RunError, DataError, ValueError."""
    shown = dataset(run(name).config.dataset)
    if shown.drawing is None:
        raise ValueError(f"a drawing can't be brought to the form of {shown.title}'s images")
    return shown.drawing


def judge(dataset: str) -> fields.Judge:
    """The classifier of pictures of a data set. Raises RunError."""
    if CLASSIFIER not in names():
        raise RunError("There is no classifier: `python -m training.train classifier` trains it.")
    classifier = load_classifier(CLASSIFIER, stamp(CLASSIFIER))
    if classifier.config.dataset != dataset:
        raise RunError(
            f"The classifier was trained on {classifier.config.dataset}, this map shows {dataset}."
        )
    return classifier.probabilities


def freeze(*arrays: np.ndarray | None) -> None:
    """What is cached is shared by all sessions: nobody may write into it."""
    for array in arrays:
        if array is not None:
            array.flags.writeable = False


@st.cache_resource(max_entries=64, show_spinner=False)
def noise(row: int, pixels: int) -> np.ndarray:
    """What binarises the image of this row, of so many numbers: latent.subject.uniform."""
    found = subject.uniform(row, pixels)
    freeze(found)
    return found


@st.cache_resource(max_entries=4, show_spinner=False)
def images(dataset: str) -> datasets.Split:
    """The test images of a data set. Raises DataError."""
    root = os.environ.get("DATA_ROOT")
    split = datasets.load(dataset, train=False, root=Path(root) if root else None)
    freeze(split.images, split.labels)
    return split


@st.cache_resource(max_entries=200, show_spinner=False)
def kind(name: str, stamp: str) -> str:
    """What a run's configuration says it is; "" where that can't be read."""
    try:
        return runs.load_config(runs.folder_of(name)).model
    except RunError:
        return ""


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def load_run(name: str, stamp: str) -> Run:
    return runs.load(name)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def load_model(name: str, stamp: str) -> Autoencoder:
    return runs.load_as(Autoencoder, run(name))


@st.cache_resource(max_entries=2, show_spinner=False)
def load_classifier(name: str, stamp: str) -> Classifier:
    return runs.load_as(Classifier, load_run(name, stamp))


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def load_codes(name: str, stamp: str) -> Codes:
    found = run(name)
    mean, logvar = coding.encode(load_model(name, stamp), images(found.config.dataset).images)
    if not np.isfinite(mean).all():
        raise RunError(f"Run {name!r} codes some images as no finite number: its weights are spoiled.")
    sd = None if logvar is None else np.exp(0.5 * logvar)
    freeze(mean, sd)
    if logvar is None:  # no prior: the normal fitted to the codes stands in for it
        centre, width = mean.mean(0), mean.std(0)
        location, scale = (float(centre[0]), float(centre[1])), (float(width[0]), float(width[1]))
    else:
        location, scale = (0.0, 0.0), (1.0, 1.0)
    return Codes(mean, sd, frame.robust_window(mean), location, scale)


@st.cache_resource(max_entries=64, show_spinner=False)
def load_field(
    name: str, stamp: str, judge_stamp: str | None, layer: str, edges: tuple[float, ...], count: int
) -> fields.Field:
    found, classifier = codes(name), judge(run(name).config.dataset) if judge_stamp else None
    ground = fields.Ground(model(name), found.mean, found.window, classifier)
    layer_found = fields.field(layer, ground, frame.Window(*edges), count)
    freeze(layer_found.values, layer_found.classes)
    return layer_found


@st.cache_resource(max_entries=64, show_spinner=False)
def load_posterior(name: str, stamp: str, digest: str, _x: np.ndarray) -> evidence.Posterior:
    network = model(name)
    if not network.objective.variational:
        raise ValueError(f"{name} is a plain autoencoder: it has no prior, no q(z|x), and so no log p(x)")
    return evidence.posterior(network, _x)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def load_unfolded(name: str, stamp: str) -> unfolding.Unfolded:
    labels = images(run(name).config.dataset).labels
    found = unfolding.unfolded(model(name), codes(name).mean, labels)
    freeze(found.ring, found.labels, *(stage.points for stage in found.stages))
    return found


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def load_aggregate(name: str, stamp: str) -> aggregate.Aggregate:
    found = aggregate.aggregate(codes(name).mean, spread(name))
    freeze(found.density, found.log_ratio, *found.axes)
    return found


@st.cache_resource(max_entries=40, show_spinner=False)
def load_values(name: str, stamp: str, other: str, other_stamp: str, by: str) -> np.ndarray:
    if by not in values.VALUES:
        raise ValueError(f"by is {by!r}; allowed are {', '.join(values.VALUES)}")
    found = values.VALUES[by].compute(cloud(name), cloud(other))
    freeze(found)
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def load_walk(
    name: str, stamp: str, kind: str, corners: tuple[tuple[float, ...], ...], steps: int, loop: bool
) -> answers.Way:
    found = answers.way(model(name), codes(name).mean, kind, np.array(corners, np.float32), steps, loop)
    freeze(found.line, found.z, found.images, found.nearest, found.departure)
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def load_sample(
    name: str, stamp: str, judge_stamp: str, source: str, count: int, seed: int
) -> answers.Sample:
    dataset = run(name).config.dataset
    classifier, reason = None, ""
    try:
        classifier = judge(dataset)
    except RunError as error:  # the numbers that need it are left out
        reason = str(error)
    real = images(dataset).images
    found = answers.sample(model(name), codes(name).mean, classifier, real, source, count, seed)
    freeze(found.z, found.images)
    return replace(found, reason=reason)


@st.cache_resource(max_entries=2, show_spinner=False)
def load_seeds(stamp: str) -> Seeds | None:
    place = store.root()
    kept = store.load_all(place)
    if not kept:
        return None
    pairs = store.load_comparisons(place, kept)
    split = images(kept[0].config.dataset)
    for run in kept:
        if run.config.dataset != kept[0].config.dataset or len(run.mean) != len(kept[0].mean):
            raise RunError(f"{run.name} and {kept[0].name} in {place} show unlike images: move one away.")
        freeze(run.mean, run.sd, run.landmarks, run.geodesic, run.picture)
    found = agreement.summary(kept, pairs)
    labels = datasets.measured(split).labels[: len(kept[0].mean)]  # of the images that were measured
    return Seeds({run.name: run for run in kept}, pairs, found, labels, split.classes)


@st.cache_resource(max_entries=4, show_spinner=False)
def load_seed_codes(stamp: str, turned: bool) -> dict[str, np.ndarray]:
    found = load_seeds(stamp)
    first: dict[str, np.ndarray] = {}
    codes = {}
    for name, run in found.runs.items() if found else ():
        target = first.setdefault(run.config.model, run.mean)
        codes[name] = comparison.turned(run.mean, target) if turned else run.mean
        freeze(codes[name])
    return codes
