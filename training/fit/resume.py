"""Interrupting and continuing a training: its whole state, and the command that continues it."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training import runs
from training.config import Settings
from training.families import Family, configured
from training.runs.records import RunError, check_fit, damaged

THREADS = "threads"  # their number, among the tensors of a state
MOST_THREADS = 1_024  # more than any machine has cores: a larger number is damage
Optimisers = Mapping[str, torch.optim.Optimizer]  # by the names of the family's steps
MOMENTS = ("step", "exp_avg", "exp_avg_sq")  # what Adam keeps of each parameter


def command(model: str, name: str, data_root: Path | None) -> str:
    """The command that continues a run, to be typed as it stands."""
    several = os.environ.get("LOCAL_WORLD_SIZE", "1")
    start, run = ("python", "--run") if several == "1" else (f"torchrun --nproc_per_node {several}", "--name")
    place = f" --data-root {shlex.quote(str(data_root))}" if data_root else ""
    return f"{start} -m training.train {model} {run} {shlex.quote(name)}{place} --resume"


def resumed_config(name: str, flags: dict[str, Any]) -> Settings:
    """The configuration that the run was started with; only the device may be another one now.

    Raises RunError, and ValueError for a flag that says something else.
    """
    folder = runs.folder_of(name)
    if runs.absent(folder):
        raise runs.missing(name)
    config = runs.load_config(folder)
    given = {"model": config.model} | flags
    if given["model"] == config.model:
        configured(**given)  # a flag that the family has no use for is refused
    for field, value in given.items():
        if field != "device" and getattr(config, field, value) != value:
            raise ValueError(
                f"{field} is {getattr(config, field)!r} in run {name!r}, not {value!r}: resume it as it is, "
                f"or train another run with --run"
            )
    if runs.exists(folder / runs.WEIGHTS) and runs.absent(folder / runs.STATE):
        raise RunError(f"Run {name!r} is finished: there is nothing to resume. --overwrite trains it anew.")
    return replace(config, device=flags.get("device", config.device))


def save(
    folder: Path, model: Family, optimisers: Optimisers, epoch: int, history: list[dict[str, Any]]
) -> None:
    """Keep the state after `epoch`: weights, Adam's moments, history, threads. Raises RunError."""
    tensors = {f"{runs.STATE_WEIGHTS}{key}": value for key, value in model.state_dict().items()}
    for name, optimiser in optimisers.items():
        for i, state in optimiser.state_dict()["state"].items():
            tensors |= {f"{prefix(name)}.{i}.{key}": torch.as_tensor(v) for key, v in state.items()}
    runs.save_state(folder, tensors | {THREADS: torch.tensor(torch.get_num_threads())}, epoch, history)


def prefix(step: str) -> str:
    """Of the moments of a step's optimiser; a family's only step has no name."""
    return f"adam.{step}" if step else "adam"


def restore(folder: Path, model: Family, optimisers: Optimisers) -> tuple[int, list[dict[str, Any]]]:
    """Put the saved state, if any, into model and optimisers, and compute with as many threads as before.

    Returns the number of finished epochs and their history, (0, []) without a state. Raises RunError.
    """
    path = folder / runs.STATE
    if runs.absent(path):
        return 0, []
    tensors, epoch, history = runs.load_state(folder)
    threads = threads_of(tensors.pop(THREADS, torch.tensor(torch.get_num_threads())), path)
    if not 0 <= epoch <= model.config.epochs:
        raise damaged(path, f"epoch {epoch} of {model.config.epochs}")
    if [entry["epoch"] for entry in history] != list(range(epoch + 1)):
        raise damaged(path, f"its history is not that of {epoch} epochs")
    weights = {
        k.removeprefix(runs.STATE_WEIGHTS): v for k, v in tensors.items() if k.startswith(runs.STATE_WEIGHTS)
    }
    check_fit(model, weights, path)
    moments = {k: v for k, v in tensors.items() if not k.startswith(runs.STATE_WEIGHTS)}
    if not fits(shapes(optimisers if epoch else {}), moments):
        raise damaged(path, "Adam's moments do not fit the configuration")
    for key, value in moments.items():
        if not is_moment(value, key.rpartition(".")[2]):
            raise damaged(path, f"{key} is no moment of Adam's")
    torch.set_num_threads(threads)
    model.load_state_dict(weights)
    if epoch:
        put_back(optimisers, moments)
    return epoch, history


def threads_of(number: Tensor, path: Path) -> int:
    """The number of threads that a state names; they decide how sums are split. Raises RunError."""
    whole = number.numel() == 1 and not number.is_floating_point() and number.dtype != torch.bool
    if not whole or not 1 <= number.item() <= MOST_THREADS:
        raise damaged(path, "it names no number of threads")
    return int(number.item())


def is_moment(value: Tensor, key: str) -> bool:
    """Whether a tensor can be what Adam keeps under this key, one of MOMENTS."""
    numbers = value.is_floating_point() and bool(value.isfinite().all())
    return numbers and (key == "exp_avg" or bool((value >= 0).all()))


def shapes(optimisers: Optimisers) -> dict[str, dict[str, list[int]]]:
    """The names and shapes of all moments, as a state keeps them, by the parameter that they belong to."""
    return {
        f"{prefix(name)}.{i}": {key: [] if key == "step" else list(parameter.shape) for key in MOMENTS}
        for name, optimiser in optimisers.items()
        for i, parameter in enumerate(optimiser.param_groups[0]["params"])
    }


def fits(expected: dict[str, dict[str, list[int]]], moments: dict[str, Tensor]) -> bool:
    """Whether these are the moments of the parameters: all three of each, or none where it never had a
    gradient; and of at least one, if there are parameters."""
    rest = {key: list(value.shape) for key, value in moments.items()}
    for parameter, own in expected.items():
        present = {key: rest.pop(f"{parameter}.{key}") for key in MOMENTS if f"{parameter}.{key}" in rest}
        if present and present != own:
            return False
    return not rest and bool(moments) == bool(expected)


def put_back(optimisers: Optimisers, moments: dict[str, Tensor]) -> None:
    for name, optimiser in optimisers.items():
        groups = optimiser.state_dict()["param_groups"]
        state = {
            i: {key: moments[f"{prefix(name)}.{i}.{key}"].clone() for key in MOMENTS}
            for i in range(len(optimiser.param_groups[0]["params"]))
            if f"{prefix(name)}.{i}.{MOMENTS[0]}" in moments
        }
        optimiser.load_state_dict({"state": state, "param_groups": groups})
