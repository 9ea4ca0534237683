"""A training small enough for a test: a second on one core."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training import runs
from training.families import configured, fields_of
from training.fit import devices
from training.fit.batches import load_images
from training.fit.loop import fit as training_events

TINY = {
    "width": 16,
    "decoder_blocks": 1,
    "lattice": 89,
    "limit": 600,
    "batch_size": 50,
    "epochs": 3,
    "device": "cpu",
}

Command = Callable[..., str]  # arguments of a command line -> what it ended with: "" or "error: ..."


def tiny(model: str) -> dict[str, Any]:
    """TINY, as far as it means something to the model."""
    slow = {"film": 0} if model == "exact" else {}  # a moment of it takes a second
    return {field: value for field, value in (TINY | slow).items() if field in fields_of(model)}


def flags(model: str) -> list[str]:
    """The same as arguments of the command line."""
    return [text for f, value in tiny(model).items() for text in ("--" + f.replace("_", "-"), str(value))]


FLAGS = flags("vae")


def fit(name: str, model: str = "vae", overwrite: bool = False, **fields: Any) -> Path:
    """Train a tiny run as `python -m training.train` does, in this process. Returns its folder."""
    config = configured(model, **tiny(model) | fields)
    process = devices.join(config.device)
    images = load_images(config, process, None)
    folder = runs.create(name, config, overwrite)
    for _ in training_events(name, config, process, *images):
        pass
    return folder


def contents(folder: Path) -> dict[str, Any]:
    """All that a run holds, but its speed: what two equal runs have in common."""
    files: dict[str, Any] = {path.name: path.read_bytes() for path in folder.iterdir()}
    if runs.HISTORY in files:
        history = json.loads(files[runs.HISTORY])
        files[runs.HISTORY] = [{k: v for k, v in e.items() if k != "images_per_second"} for e in history]
    return files
