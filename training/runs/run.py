"""A run, read: one folder under checkpoints/ that rebuilds itself."""

import json
import os
import shlex
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor

from training.config import Settings
from training.families import FAMILIES, Family, build, configured
from training.runs.places import CONFIG, absent, folder_of, names, root, shipped
from training.runs.records import (
    RunError,
    check_fit,
    damaged,
    is_number,
    read_history,
    read_json,
    read_tensors,
)
from training.runs.snapshots import epochs_in, snapshot_name, unpacked

FORMAT = 1  # of the folder; a change that old code can't read gets the next number
WEIGHTS, HISTORY, METRICS = "weights.safetensors", "history.json", "metrics.json"
STATE = "state.safetensors"  # of a training under way: weights, optimiser, history; gone when it is done
CODES = "codes.safetensors"  # of the test images, where they take long: explorer/library/stored_codes.py
STATE_WEIGHTS = "model."  # before the name of a weight, among the tensors of a state
EVENTS = "events.jsonl"  # of a training under way: what happened so far, see fit/events.py
MOST_BYTES = {CONFIG: 1 << 20, HISTORY: 1 << 25, METRICS: 1 << 23}  # of a file that is read
MOST_HEADER = 1 << 20  # bytes of what a file of weights says of its tensors
RECENT_SECONDS = 120  # in which a training that goes on has written something
COPIES = 3  # of every parameter in a state: itself and Adam's two moments

M = TypeVar("M", bound=Family)


@dataclass(frozen=True)
class Run:
    """A run: its configuration, history (terms per epoch, nats) and metrics ({}: not evaluated).

    written: when its weights were, in nanoseconds; done: of an unfinished run, the epochs that are kept."""

    name: str
    folder: Path
    config: Settings
    history: list[dict[str, Any]]
    metrics: dict[str, Any]
    written: int = 0
    done: int | None = None

    @property
    def last_epoch(self) -> int:
        """The epoch whose weights are the run's: of a finished one, the last of all."""
        return self.config.epochs if self.done is None else self.done


def stamp(name: str) -> str:
    """Changes whenever the run's files do: the key under which what was read from it may be cached."""
    parts, folder = [], str(folder_of(name))
    unfinished = not os.path.isfile(os.path.join(folder, WEIGHTS))
    for file in (CONFIG, STATE if unfinished else WEIGHTS, HISTORY, METRICS):
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


def load(name: str, unfinished: bool = False) -> Run:
    """Read a finished run's configuration, history and metrics; or, if that is asked, those of an unfinished
    one at the last epoch that it has kept. Raises RunError."""
    folder = folder_of(name)
    if not os.path.isdir(folder):
        raise missing(name)
    config = load_config(folder)
    if absent(folder / WEIGHTS) and unfinished:
        return load_unfinished(name, folder, config)
    if absent(folder / WEIGHTS):
        raise RunError(
            f"Run {name!r} is unfinished: {folder / WEIGHTS} is missing. {last_sign(folder)} If it was "
            f"interrupted, `python -m training.train {config.model} --run {shlex.quote(name)} --resume` "
            f"continues it."
        )
    written = written_at(folder)
    path = folder / HISTORY
    history = read_history(read_json(path, list, MOST_BYTES[HISTORY]), path)
    metrics = {} if absent(folder / METRICS) else load_metrics(folder)
    return Run(name, folder, config, history, metrics, written)


def load_unfinished(name: str, folder: Path, config: Settings) -> Run:
    """A run that is being trained, or whose training was interrupted. Raises RunError."""
    if absent(folder / STATE):
        raise RunError(
            f"Run {name!r} has kept no epoch yet: its training has just begun, or was interrupted at once."
        )
    _, done, history = load_state(folder)
    return Run(name, folder, config, history, {}, written_at(folder), done)


def is_trained_now(folder: Path) -> bool:
    """Whether something was written about the training of an unfinished run within the last minutes."""
    last = 0.0
    for file in (STATE, EVENTS):
        with suppress(OSError):
            last = max(last, (folder / file).stat().st_mtime)
    return time.time() - last < RECENT_SECONDS


def load_metrics(folder: Path) -> dict[str, Any]:
    """What was measured of a run, in "values", and why other metrics were not, in "left_out", by their keys.

    A value that can't be shown is left out, and said to be so. Raises RunError.
    """
    metrics: dict[str, Any] = read_json(folder / METRICS, dict, MOST_BYTES[METRICS])
    values, left_out = (as_dict(metrics.get(part)) for part in ("values", "left_out"))
    wrong = {key: f"{METRICS} holds no number of it" for key, value in values.items() if not is_value(value)}
    checked = {
        "values": {key: value for key, value in values.items() if key not in wrong},
        "left_out": {key: text for key, text in left_out.items() if isinstance(text, str)} | wrong,
    }
    return metrics | {part: entries for part, entries in checked.items() if part in metrics or entries}


def is_value(value: Any) -> bool:
    """Whether this is what a metric comes to: a number, or one for each dimension of the code."""
    return all(map(is_number, value)) if isinstance(value, list) and value else is_number(value)


def as_dict(value: Any) -> dict[str, Any]:
    """The value, if it is a dictionary, else an empty one."""
    return value if isinstance(value, dict) else {}


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
    if absent(path):
        raise RunError(f"{folder} is not a run: it has no {CONFIG}.")
    values = read_json(path, dict, MOST_BYTES[CONFIG])
    version = values.pop("format", None)
    if version != FORMAT:
        raise RunError(f"{path} is of format {version!r}, this program reads {FORMAT}: train the run again.")
    try:
        return configured(values.pop("model", None), **values)
    except (TypeError, ValueError) as error:
        raise RunError(
            f"{path} is no configuration of this version: {error}. Train the run again."
        ) from error


def load_model(run: Run, epoch: float | None = None) -> Family:
    """The run's model, of its last epoch or of a kept earlier one; frozen, on the CPU. Raises RunError."""
    path = run.folder / (weights_file(run) if epoch is None else snapshot_name(epoch))
    model = shapes_only(run.config)
    if epoch is None and run.done is not None:
        tensors = weights_of_state(run)
    else:
        tensors = unpacked(read_tensors(path, MOST_HEADER + bytes_of(model))[0])
    check_fit(model, tensors, path)
    empty = model.state_dict()
    # Assigned: to fill what is allocated empty takes torch a second, in which it imports sympy.
    model.load_state_dict({k: t.to(empty[k].dtype, copy=True) for k, t in tensors.items()}, assign=True)
    return model.eval().requires_grad_(False)


def weights_file(run: Run) -> str:
    """The file that the weights of a run are in."""
    return WEIGHTS if run.done is None else STATE


def weights_of_state(run: Run) -> dict[str, Tensor]:
    """The weights of an unfinished run. Raises RunError, also where it has kept another epoch since."""
    tensors, done, _ = load_state(run.folder)
    if done != run.done:
        raise RunError(f"Run {run.name!r} has been trained on in the meantime: reload the page.")
    return {key.removeprefix(STATE_WEIGHTS): t for key, t in tensors.items() if key.startswith(STATE_WEIGHTS)}


def shapes_only(config: Settings) -> Family:
    """The model of a run, without numbers: nothing is allocated before its weights are known to fit.

    Raises RunError.
    """
    try:
        with torch.device("meta"):
            return build(config)
    except ValueError as error:
        raise RunError(f"Its {CONFIG} describes no model: {error}.") from error


def bytes_of(model: Family) -> int:
    """The size of a model's weights."""
    return sum(value.numel() * value.element_size() for value in model.state_dict().values())


def most_bytes(file: str, config: Settings) -> int:
    """The size that a file of a run with this configuration has at most. Raises RunError."""
    if file in MOST_BYTES:
        return MOST_BYTES[file]
    weights = bytes_of(shapes_only(config))
    if file == STATE:
        return MOST_BYTES[HISTORY] + MOST_HEADER + COPIES * weights
    return MOST_HEADER + weights


def load_as(kind: type[M], run: Run, epoch: float | None = None) -> M:
    """load_model, for those who can use no other kind of model. Raises RunError for a run of another kind."""
    if not issubclass(FAMILIES[run.config.model], kind):
        allowed = ", ".join(name for name, family in FAMILIES.items() if issubclass(family, kind))
        raise RunError(f"Run {run.name!r} is of model {run.config.model!r}; needed is one of {allowed}.")
    model = load_model(run, epoch)
    assert isinstance(model, kind)
    return model


def epochs(run: Run) -> list[float]:
    """The earlier epochs whose weights were kept, ascending; 0 is the network before training, a fraction
    lies within an epoch.

    Raises RunError.
    """
    return epochs_in(run.folder)


def load_state(folder: Path) -> tuple[dict[str, Tensor], int, list[dict[str, Any]]]:
    """What save_state kept: tensors, number of finished epochs, history. Raises RunError."""
    path = folder / STATE
    tensors, metadata = read_tensors(path, most_bytes(STATE, load_config(folder)))
    try:
        epoch, entries = int(metadata["epoch"]), json.loads(metadata["history"])
    except (KeyError, ValueError, RecursionError) as error:
        raise damaged(path, "it is no training state") from error
    return tensors, epoch, read_history(entries, path)
