"""A run, read: one folder under checkpoints/ that rebuilds itself."""

import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor

from training.config import Settings
from training.families import FAMILIES, Family, build, configured
from training.runs.places import CONFIG, exists, folder_of, names, root, shipped
from training.runs.records import RunError, check_fit, damaged, read_history, read_json, read_tensors

FORMAT = 1  # of the folder; a change that old code can't read gets the next number
WEIGHTS, HISTORY, METRICS = "weights.safetensors", "history.json", "metrics.json"
STATE = "state.safetensors"  # of a training under way: weights, optimiser, history; gone when it is done
CODES = "codes.safetensors"  # of the test images, where they take long: explorer/library/kept.py
EVENTS = "events.jsonl"  # of a training under way: what happened so far, see fit/events.py
SNAPSHOT = re.compile(r"epoch-(\d{4,})\.safetensors")

M = TypeVar("M", bound=Family)


@dataclass(frozen=True)
class Run:
    """A finished run: its configuration, history (terms per epoch, nats) and metrics ({}: not evaluated).

    written: when its weights were, in nanoseconds."""

    name: str
    folder: Path
    config: Settings
    history: list[dict[str, Any]]
    metrics: dict[str, Any]
    written: int = 0


def stamp(name: str) -> str:
    """Changes whenever the run's files do: the key under which what was read from it may be cached."""
    parts, folder = [], str(folder_of(name))
    for file in (CONFIG, WEIGHTS, HISTORY, METRICS):
        try:
            parts.append(f"{os.stat(os.path.join(folder, file)).st_mtime_ns:x}")
        except OSError:
            parts.append("-")
    return ".".join(parts)


def missing(name: str) -> RunError:
    """The error of a run that is not there. Raises RunError where the folder can't be read."""
    have = ", ".join(names()) or "none yet"
    places = " and ".join(str(place) for place in (root(), shipped()) if place)
    return RunError(f"There is no run {name!r} in {places} (there: {have}).")


def load(name: str) -> Run:
    """Read a finished run's configuration, history and metrics. Raises RunError."""
    folder = folder_of(name)
    if not folder.is_dir():
        raise missing(name)
    config = load_config(folder)
    if not exists(folder / WEIGHTS):
        raise RunError(
            f"Run {name!r} is unfinished: {folder / WEIGHTS} is missing. {last_sign(folder)} If it was "
            f"interrupted, `python -m training.train {config.model} --run {name} --resume` continues it."
        )
    written = written_at(folder)
    history = read_history(read_json(folder / HISTORY, list), folder / HISTORY)
    metrics = read_json(folder / METRICS, dict) if exists(folder / METRICS) else {}
    return Run(name, folder, config, history, metrics, written)


def written_at(folder: Path) -> int:
    """When the weights were written, in nanoseconds; 0 where there are none."""
    try:
        return os.stat(folder / WEIGHTS).st_mtime_ns
    except OSError:
        return 0


def last_sign(folder: Path) -> str:
    """How long ago an unfinished run last saved an epoch, for a person."""
    try:
        minutes = (time.time() - (folder / STATE).stat().st_mtime) / 60
    except OSError:
        return "It has not saved an epoch yet."
    if minutes < 2:
        return "It is being trained: wait until it is finished."
    return f"It last saved an epoch {minutes:.0f} minutes ago."


def load_config(folder: Path) -> Settings:
    """The configuration of a run. Raises RunError: not a run, damaged, or of another version."""
    path = folder / CONFIG
    if not exists(path):
        raise RunError(f"{folder} is not a run: it has no {CONFIG}.")
    values = read_json(path, dict)
    version = values.pop("format", None)
    if version != FORMAT:
        raise RunError(f"{path} is of format {version!r}, this program reads {FORMAT}: train the run again.")
    try:
        return configured(values.pop("model", None), **values)
    except (TypeError, ValueError) as error:
        raise RunError(
            f"{path} is no configuration of this version: {error}. Train the run again."
        ) from error


def load_model(run: Run, epoch: int | None = None) -> Family:
    """The run's model, of its last epoch or of a kept earlier one; frozen, on the CPU. Raises RunError."""
    path = run.folder / (WEIGHTS if epoch is None else snapshot_name(epoch))
    with torch.device("meta"):  # shapes only: nothing is allocated before the weights are known to fit
        model = build(run.config)
    tensors, _ = read_tensors(path)
    check_fit(model, tensors, path)
    model.to_empty(device="cpu").load_state_dict(tensors)
    return model.eval().requires_grad_(False)


def load_as(kind: type[M], run: Run, epoch: int | None = None) -> M:
    """load_model, for those who can use no other kind of model. Raises RunError for a run of another kind."""
    if not issubclass(FAMILIES[run.config.model], kind):
        allowed = ", ".join(name for name, family in FAMILIES.items() if issubclass(family, kind))
        raise RunError(f"Run {run.name!r} is of model {run.config.model!r}; needed is one of {allowed}.")
    model = load_model(run, epoch)
    assert isinstance(model, kind)
    return model


def epochs(run: Run) -> list[int]:
    """The earlier epochs whose weights were kept, ascending; 0 is the network before training."""
    matches = (SNAPSHOT.fullmatch(path.name) for path in run.folder.iterdir())
    return sorted(int(match[1]) for match in matches if match)


def load_state(folder: Path) -> tuple[dict[str, Tensor], int, list[dict[str, Any]]]:
    """What save_state kept: tensors, number of finished epochs, history. Raises RunError."""
    path = folder / STATE
    tensors, metadata = read_tensors(path)
    try:
        epoch, entries = int(metadata["epoch"]), json.loads(metadata["history"])
    except (KeyError, ValueError, RecursionError) as error:
        raise damaged(path, "it is no training state") from error
    return tensors, epoch, read_history(entries, path)


def snapshot_name(epoch: int) -> str:
    return f"epoch-{epoch:04d}.safetensors"
