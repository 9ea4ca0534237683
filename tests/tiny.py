"""A training small enough for a test: seconds on one core."""

from pathlib import Path
from typing import Any

import torch

from training import devices, runs
from training.config import Config
from training.train import load_images, train

TINY = {"width": 16, "decoder_blocks": 1, "limit": 600, "batch_size": 50, "epochs": 3, "device": "cpu"}


def fit(name: str, model: str = "vae", overwrite: bool = False, **fields: Any) -> Path:
    """Train a tiny run as `python -m training.train` does, in this process. Returns its folder."""
    config = Config(model, **TINY | fields)
    process = devices.join(config.device)
    images = load_images(config, process, None)
    folder = runs.create(name, config, overwrite)
    try:
        train(name, config, process, *images)
    finally:  # what training sets for its own process would blunt the formulas that other tests check
        torch.set_float32_matmul_precision("highest")
        torch.set_flush_denormal(False)
    return folder
