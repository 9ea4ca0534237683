"""What is kept of the runs of several seeds, in checkpoints/seeds: codes, distances, how alike they are.

Each run is an ordinary one under the root checkpoints/seeds, called MODEL-SEED. Its codes are kept with it,
so that it can be shown and compared where its weights are not.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training import runs
from training.config import Settings
from training.families import able
from training.kit.files import open_file, reason
from training.runs.records import (
    LARGEST_NUMBER,
    RunError,
    damaged,
    is_number,
    read_json,
    read_tensors,
    write_json,
    write_tensors,
)
from training.study import comparison

FOLDER = runs.STUDY
CODES = "codes.safetensors"
COMPARISONS = "comparisons.json"
FORMAT = 1
MOST_BYTES = {CODES: 1 << 25, COMPARISONS: 1 << 24}  # of a file that is read
NAME = re.compile(r"(.+)-(0|[1-9]\d{0,9})")
FILES = (runs.CONFIG, runs.METRICS, CODES)  # the files of a run that is done

Pair = tuple[str, str]  # names of two runs


@dataclass(frozen=True)
class SeedRun:
    """A measured run: metrics, why others were left out, and the test images' codes.

    mean (n, 2) and, if any, sd (n, 2) of q(z|x), float32. landmarks (m,): rows of the images between which
    distances were taken; geodesic, picture (m (m - 1) / 2,): those of all pairs along geodesics, and straight
    between their decoded pictures. digest: of the file of codes.
    """

    name: str
    config: Settings
    values: dict[str, Any]
    left_out: dict[str, str]
    mean: np.ndarray
    sd: np.ndarray | None
    landmarks: np.ndarray
    geodesic: np.ndarray
    picture: np.ndarray
    digest: str

    @cached_property
    def distances(self) -> dict[str, np.ndarray]:
        """Between all pairs of landmarks, (p,) each, by the keys of agreement.DISTANCES."""
        straight = comparison.distances(self.mean[self.landmarks])
        return {"code": straight, "geodesic": self.geodesic, "picture": self.picture}


def root() -> Path:
    """Where the runs of several seeds are written."""
    return runs.root() / FOLDER


def models() -> list[str]:
    """The names of the families whose maps can be compared: those with codes and images of codes."""
    return able("encode", "decode")


def reading_root() -> Path:
    """Where they are read: the root, or while none is there those of an installed package."""
    ready = runs.shipped()
    return ready / FOLDER if ready and not names(root()) else root()


def take_over_shipped() -> None:
    """Put what came with an installed package where it can be continued, if nothing is there yet.

    Raises RunError.
    """
    source, target = reading_root(), root()
    if source == target or target.exists():
        return
    half = target.with_name(f".{FOLDER}.{os.getpid()}.half")
    try:
        shutil.copytree(source, half)
        half.rename(target)
    except OSError as error:
        raise RunError(f"{source} can't be copied to {target} ({reason(error)}).") from error
    finally:
        shutil.rmtree(half, ignore_errors=True)


def name_of(model: str, seed: int) -> str:
    return f"{model}-{seed}"


def model_and_seed(name: str) -> tuple[str, int]:
    """Model and seed of a run's name. Raises RunError."""
    match = NAME.fullmatch(name)
    if not match or match[1] not in models():
        raise RunError(f"{name!r} is no run of a seed: they are called MODEL-SEED, such as vae-0.")
    return match[1], int(match[2])


def is_name(name: str) -> bool:
    match = NAME.fullmatch(name)
    return match is not None and match[1] in models()


def done(folder: Path) -> bool:
    """Whether a run is measured, and its codes are kept."""
    return all(runs.exists(folder / file) for file in FILES)


def names(place: Path) -> list[str]:
    """The measured runs in a folder, by model and seed. Raises RunError."""
    if runs.absent(place):
        return []
    try:
        measured = [n for n in os.listdir(place) if is_name(n) and done(place / n)]
    except OSError as error:
        raise RunError(f"{place} can't be read ({reason(error)}).") from error

    def model_then_seed(name: str) -> tuple[int, int]:
        model, seed = model_and_seed(name)
        return models().index(model), seed

    return sorted(measured, key=model_then_seed)


def stamp() -> str:
    """Changes whenever a file that this module reads does: the key to cache them by. Raises RunError."""
    place = reading_root()
    paths = [place / name / file for name in names(place) for file in FILES] + [place / COMPARISONS]
    times = [f"{path}:{path.stat().st_mtime_ns}" for path in paths if runs.exists(path)]
    return hashlib.sha256("\n".join(times).encode()).hexdigest()[:16]


def weights_digest(folder: Path) -> str:
    """The digest of the weights, so that codes can say whose they are; "" if there are none."""
    path = folder / runs.WEIGHTS
    return digest(path) if runs.exists(path) else ""


def digest(path: Path) -> str:
    """The first 16 digits of a file's sha256. Raises RunError."""
    try:
        with open_file(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise RunError(f"{path} can't be read ({reason(error)}).") from error


def fresh(folder: Path) -> bool:
    """Whether a run is measured, and with the weights that lie there now, if any. Raises RunError."""
    if not done(folder):
        return False
    now = weights_digest(folder)
    return not now or read_tensors(folder / CODES, MOST_BYTES[CODES])[1].get("weights") == now


def save(folder: Path, tensors: dict[str, Tensor]) -> None:
    """Keep a run's codes and lengths, by the names of SeedRun's fields. Raises RunError."""
    write_tensors(folder / CODES, tensors, {"weights": weights_digest(folder)})


def load(folder: Path) -> SeedRun:
    """A measured run. Raises RunError."""
    path = folder / CODES
    config = runs.load_config(folder)
    if (config.model, config.seed) != model_and_seed(folder.name):
        raise RunError(
            f"{folder} holds a run of {name_of(config.model, config.seed)}, not of {folder.name}: rename it."
        )
    metrics = runs.load_metrics(folder)
    tensors, _ = read_tensors(path, MOST_BYTES[CODES])
    wrong = why_wrong(tensors)
    if wrong:
        raise damaged(path, wrong)
    arrays: dict[str, Any] = {"sd": None} | {key: value.numpy() for key, value in tensors.items()}
    return SeedRun(
        folder.name,
        config,
        metrics.get("values", {}),
        metrics.get("left_out", {}),
        digest=digest(path),
        **arrays,
    )


def why_wrong(tensors: dict[str, Tensor]) -> str:
    """What is wrong with the tensors of a file of codes; "" if nothing is."""
    if set(tensors) | {"sd"} != {"mean", "sd", "landmarks", "geodesic", "picture"}:
        return f"it holds {', '.join(sorted(tensors)) or 'nothing'}"
    n, m = (tensors[key].numel() // width for key, width in (("mean", 2), ("landmarks", 1)))
    p = m * (m - 1) // 2
    shapes = {"mean": (n, 2), "sd": (n, 2), "landmarks": (m,), "geodesic": (p,), "picture": (p,)}
    for key, value in tensors.items():
        if tuple(value.shape) != shapes[key]:
            return f"{key} has the shape {tuple(value.shape)}"
        if value.is_floating_point() == (key == "landmarks") or value.dtype == torch.bool:
            return f"{key} is of the type {value.dtype}"
        if not (value.abs() < LARGEST_NUMBER).all():
            return f"{key} holds values that are no numbers"
    rows = tensors["landmarks"]
    if m < 2 or rows.min() < 0 or rows.max() >= n:
        return "its landmarks are no rows of its codes"
    return ""


def load_all(place: Path) -> list[SeedRun]:
    """All measured runs of a folder. Raises RunError."""
    return [load(place / name) for name in names(place)]


def load_comparisons(place: Path, measured: Iterable[SeedRun]) -> dict[Pair, dict[str, float]]:
    """The values, as far as they are numbers, of the pairs of runs that were compared as they are now.

    Raises RunError.
    """
    path = place / COMPARISONS
    if runs.absent(path):
        return {}
    now = {run.name: run.digest for run in measured}
    content = read_json(path, dict, MOST_BYTES[COMPARISONS])
    pairs = {}
    try:
        for entry in content["pairs"] if content["format"] == FORMAT else []:
            a, b = entry["runs"]
            if a in now and b in now and [now[a], now[b]] == entry["codes"]:
                values = entry["values"].items()
                pairs[a, b] = {key: float(value) for key, value in values if is_number(value)}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(
            f"{path} is damaged (it holds no comparisons of runs). Restore it, or delete it and start "
            f"`python -m training.seeds` again, which compares them anew."
        ) from error
    return pairs


def save_comparisons(place: Path, measured: Iterable[SeedRun], pairs: dict[Pair, dict[str, float]]) -> None:
    """Write what was compared. Raises RunError."""
    now = {run.name: run.digest for run in measured}
    entries = [
        {"runs": list(names), "codes": [now[name] for name in names], "values": values}
        for names, values in sorted(pairs.items())
    ]
    write_json(place / COMPARISONS, {"format": FORMAT, "neighbours": comparison.NEIGHBOURS, "pairs": entries})
