"""All that is computed once and kept. Keys are small; results are shared by every session and read-only."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer.latent import coding, frame
from training import data, runs
from training.data import DataError
from training.models import Autoencoder
from training.objectives import OBJECTIVES, Objective
from training.runs import Run, RunError

KEPT = 12  # runs whose models and codes stay in memory
FAILURES = (RunError, DataError)  # what reading a run or a data set may raise; the message is for people


@dataclass(frozen=True)
class Codes:
    """The test set as a run codes it: mean (n, 2), where it lies, and what normal to space a lattice by."""

    mean: np.ndarray
    window: frame.Window
    location: tuple[float, float]
    scale: tuple[float, float]


def names() -> list[str]:
    """The names of the runs that there are now. Raises RunError."""
    return runs.names()


def stamp(name: str) -> str:
    """Changes whenever the run's files do."""
    return runs.stamp(name)


def place() -> str:
    """The folder of the runs."""
    return str(runs.root())


def record(name: str) -> Run:
    """A finished run, whatever its latent dimension. Raises RunError."""
    return load_run(name, stamp(name))


def values(found: Run) -> dict[str, Any]:
    """What was measured of a run, by the keys of training.metrics.METRICS; empty if nothing was."""
    kept = found.metrics.get("values")
    return kept if isinstance(kept, dict) else {}


def left_out(found: Run) -> dict[str, str]:
    """Why a metric was not measured, by its key."""
    kept = found.metrics.get("left_out")
    return kept if isinstance(kept, dict) else {}


def objective(found: Run) -> Objective:
    """What the run's model was trained for."""
    return OBJECTIVES[found.config.model]


def run(name: str) -> Run:
    """A finished run with a two-dimensional code. Raises RunError."""
    found = record(name)
    if found.config.latent_dim != 2:
        raise RunError(
            f"Run {name!r} has {found.config.latent_dim} latent dimensions; the maps show two. "
            f"`python -m training.train {found.config.model} --run NAME` trains one with two."
        )
    return found


def model(name: str) -> Autoencoder:
    """The network of a run's last epoch. Raises RunError."""
    return load_model(name, stamp(name))


def codes(name: str) -> Codes:
    """The codes of the test images of the run's data set. Raises RunError, DataError."""
    return load_codes(name, stamp(name))


@st.cache_resource(max_entries=4, show_spinner=False)
def images(dataset: str) -> data.Split:
    """The test images of a data set. Raises DataError."""
    root = os.environ.get("DATA_ROOT")
    split = data.load(dataset, train=False, root=Path(root) if root else None)
    split.images.flags.writeable = False
    return split


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def load_run(name: str, stamp: str) -> Run:
    return runs.load(name)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def load_model(name: str, stamp: str) -> Autoencoder:
    return runs.load_model(load_run(name, stamp))


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def load_codes(name: str, stamp: str) -> Codes:
    found = run(name)
    mean, logvar = coding.encode(load_model(name, stamp), images(found.config.dataset).images)
    if not np.isfinite(mean).all():
        raise RunError(f"Run {name!r} codes some images as no finite number: its weights are spoiled.")
    mean.flags.writeable = False
    if logvar is None:  # no prior: the normal fitted to the codes stands in for it
        centre, sd = mean.mean(0), mean.std(0)
        location, scale = (float(centre[0]), float(centre[1])), (float(sd[0]), float(sd[1]))
    else:
        location, scale = (0.0, 0.0), (1.0, 1.0)
    return Codes(mean, frame.robust_window(mean), location, scale)
