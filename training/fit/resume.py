"""Interrupting and continuing a training: its whole state, and the command that continues it."""

import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from training import runs
from training.config import Config
from training.families.models import Model
from training.runs.records import RunError, check_fit, damaged

THREADS = "threads"  # their number, among the tensors of a state
MOMENTS = ("step", "exp_avg", "exp_avg_sq")  # what Adam keeps of each parameter


def command(model: str, name: str, data_root: Path | None) -> str:
    """The command that continues a run, to be typed as it stands."""
    several = os.environ.get("LOCAL_WORLD_SIZE", "1")
    start, run = ("python", "--run") if several == "1" else (f"torchrun --nproc_per_node {several}", "--name")
    place = f" --data-root {shlex.quote(str(data_root))}" if data_root else ""
    return f"{start} -m training.train {model} {run} {name}{place} --resume"


def resumed_config(name: str, flags: dict[str, Any]) -> Config:
    """The configuration that the run was started with; only the device may be another one now.

    Raises RunError, and ValueError for a flag that says something else.
    """
    folder = runs.folder_of(name)
    config = runs.load_config(folder)
    for field, value in flags.items():
        if field != "device" and getattr(config, field) != value:
            raise ValueError(
                f"{field} is {getattr(config, field)!r} in run {name!r}, not {value!r}: resume it as it is, "
                f"or train another run with --run"
            )
    if runs.exists(folder / runs.WEIGHTS) and not runs.exists(folder / runs.STATE):
        raise RunError(f"Run {name!r} is finished: there is nothing to resume. --overwrite trains it anew.")
    return replace(config, device=flags.get("device", config.device))


def save(
    folder: Path, model: Model, optimiser: torch.optim.Optimizer, epoch: int, history: list[dict]
) -> None:
    """Keep the state after `epoch`: weights, Adam's moments, history, threads. Raises RunError."""
    moments = optimiser.state_dict()["state"]
    tensors = {f"model.{k}": v for k, v in model.state_dict().items()}
    tensors |= {f"adam.{i}.{k}": torch.as_tensor(v) for i, state in moments.items() for k, v in state.items()}
    runs.save_state(folder, tensors | {THREADS: torch.tensor(torch.get_num_threads())}, epoch, history)


def restore(folder: Path, model: Model, optimiser: torch.optim.Optimizer) -> tuple[int, list[dict]]:
    """Put the saved state, if any, into model and optimiser, and compute with as many threads as before.

    Returns the number of finished epochs and their history, (0, []) without a state. Raises RunError.
    """
    path = folder / runs.STATE
    if not runs.exists(path):
        return 0, []
    tensors, epoch, history = runs.load_state(folder)
    threads = tensors.pop(THREADS, torch.tensor(torch.get_num_threads()))  # they decide how sums are split
    if threads.numel() != 1 or threads.item() < 1:
        raise damaged(path, "it names no number of threads")
    if not 0 <= epoch <= model.config.epochs:
        raise damaged(path, f"epoch {epoch} of {model.config.epochs}")
    weights = {k.removeprefix("model."): v for k, v in tensors.items() if k.startswith("model.")}
    check_fit(model, weights, path)
    shapes = {i: list(p.shape) for i, p in enumerate(model.parameters())} if epoch else {}
    want = {f"adam.{i}.{k}": [] if k == "step" else shape for i, shape in shapes.items() for k in MOMENTS}
    if want != {k: list(v.shape) for k, v in tensors.items() if not k.startswith("model.")}:
        raise damaged(path, "Adam's moments do not fit the configuration")
    torch.set_num_threads(int(threads.item()))
    model.load_state_dict(weights)
    moments = {i: {k: tensors[f"adam.{i}.{k}"].clone() for k in MOMENTS} for i in shapes}
    optimiser.load_state_dict({"state": moments, "param_groups": optimiser.state_dict()["param_groups"]})
    return epoch, history
