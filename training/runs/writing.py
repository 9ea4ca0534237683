"""A run, written: begun, interrupted, finished, measured; every file whole or not at all."""

import json
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from torch import Tensor

from training.config import Settings
from training.families import Family, saved
from training.kit.files import HALF, read_file, reason, write_whole
from training.runs.film import FILM
from training.runs.film import MOST_BYTES as MOST_FILM_FILE
from training.runs.places import CONFIG, absent, folder_of, own_folder_of, shipped
from training.runs.records import RunError, write_json, write_tensors
from training.runs.run import (
    CODES,
    EVENTS,
    FORMAT,
    HISTORY,
    METRICS,
    STATE,
    WEIGHTS,
    Run,
    load_config,
    most_bytes,
    written_at,
)
from training.runs.snapshots import SNAPSHOT


def create(name: str, config: Settings, overwrite: bool) -> Path:
    """A folder for a new run. Raises RunError if one stands there and `overwrite` is not said."""
    there = folder_of(name)
    folder = own_folder_of(name)
    if any(not absent(there / file) for file in (CONFIG, WEIGHTS, STATE)) and not overwrite:
        raise RunError(
            f"Run {name!r} exists in {there.parent}. Continue it with --resume, name another with --run, "
            f"or train it anew with --overwrite."
        )
    clear(folder)
    begin(folder, config)
    return folder


def begin(folder: Path, config: Settings) -> None:
    """Make a folder that of a run with these settings. Raises RunError."""
    write_json(folder / CONFIG, {"format": FORMAT} | saved(config))


def keep(folder: Path, name: str) -> None:
    """A finished run that lies elsewhere becomes one of the runs, by a name that is free. Raises RunError."""
    check_free(name)
    target = own_folder_of(name)
    config = load_config(folder)
    snapshots = (file for file in os.listdir(folder) if SNAPSHOT.fullmatch(file))
    sizes = {file: most_bytes(file, config) for file in (CONFIG, HISTORY, WEIGHTS, *snapshots)}
    sizes |= {} if absent(folder / FILM) else {FILM: MOST_FILM_FILE}
    half = target.with_name(f".{secrets.token_hex(8)}.half")
    try:
        for file, most in sizes.items():
            write_whole(half / file, read_file(folder / file, most))
        half.rename(target)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        raise RunError(f"{target} can't be written ({reason(error)}).") from error


def check_free(name: str) -> None:
    """Raises RunError for a name that is taken, or can't be a run's."""
    if not absent(folder_of(name)) or not absent(own_folder_of(name)):
        raise RunError(f"{name!r} exists in {own_folder_of(name).parent}: take another name.")


def clear(folder: Path) -> None:
    """Remove the files of a run, and no others; the configuration first, so that no mixture looks like one.

    Raises RunError.
    """
    earlier = sorted(path.name for path in folder.glob("*") if SNAPSHOT.fullmatch(path.name))
    remove(folder, (CONFIG, STATE, EVENTS, WEIGHTS, HISTORY, METRICS, CODES, FILM, *earlier))


def remove(folder: Path, files: Iterable[str]) -> None:
    """Remove these files, and what a killed process left half written. Raises RunError."""
    try:
        for path in (*(folder / file for file in files), *folder.glob(HALF)):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"{folder} can't be cleared ({reason(error)}). Check the folder.") from error


def save_state(folder: Path, tensors: dict[str, Tensor], epoch: int, history: list[dict[str, Any]]) -> None:
    """Keep all that an interrupted training needs, in one atomic write. Raises RunError."""
    write_tensors(folder / STATE, tensors, {"epoch": str(epoch), "history": json.dumps(history)})


def finish(folder: Path, model: Family, history: list[dict[str, Any]]) -> None:
    """Turn a training under way into a finished run. Raises RunError."""
    write_json(folder / HISTORY, history)
    remove(folder, [METRICS])  # of weights that were there before
    write_tensors(folder / WEIGHTS, model.state_dict())
    remove(folder, [STATE])


def save_metrics(run: Run, metrics: dict[str, Any]) -> None:
    """Write the run's metrics. Raises RunError, also for a shipped run or if other weights came meanwhile."""
    if run.folder.parent == shipped():
        raise RunError(f"{run.name} came with the program and is only read: what was measured is not kept.")
    if written_at(run.folder) != run.written:
        raise RunError(f"{run.name} was trained anew while it was measured: measure it again.")
    write_json(run.folder / METRICS, metrics)
