"""The weights of a run at moments of its training, kept small: matrices in eight bits, the rest in half."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from training.families import Family
from training.kit.files import reason
from training.runs.records import RunError, write_tensors

SNAPSHOT = re.compile(r"epoch-(\d{4,6}(?:\.\d{4})?)\.safetensors")
SCALE = ".scale"  # after the name of a matrix: what one step of its whole numbers is worth, for each row
LARGEST = 127  # of these whole numbers


def snapshot_name(epoch: float) -> str:
    """The file of an earlier moment's weights."""
    return f"epoch-{epoch:09.4f}.safetensors" if epoch % 1 else f"epoch-{int(epoch):04d}.safetensors"


def epochs_in(folder: Path) -> list[float]:
    """The moments whose weights a folder holds, ascending, in epochs that were done. Raises RunError."""
    try:
        matches = [SNAPSHOT.fullmatch(name) for name in os.listdir(folder)]
    except OSError as error:
        raise RunError(f"{folder} can't be read ({reason(error)}).") from error
    return sorted(float(match[1]) for match in matches if match)


def save_snapshot(folder: Path, epoch: float, model: Family) -> None:
    """Keep the weights of now, for the film. Raises RunError."""
    tensors: dict[str, Tensor] = {}
    for key, value in model.state_dict().items():
        if value.is_floating_point() and value.ndim > 1:
            tensors[key], tensors[key + SCALE] = in_eight_bits(value)
        else:
            tensors[key] = value.half() if value.is_floating_point() else value
    write_tensors(folder / snapshot_name(epoch), tensors)


def in_eight_bits(values: Tensor) -> tuple[Tensor, Tensor]:
    """Numbers (r, ...) as int8 of the same shape, and for each row the float32 (r,) to multiply it by.

    Each number is off by at most half of its row's.
    """
    rows = values.detach().float().flatten(1)
    scale = rows.abs().amax(1) / LARGEST
    steps = (rows / scale.clamp_min(torch.finfo(torch.float32).tiny)[:, None]).round()
    return steps.clamp(-LARGEST, LARGEST).to(torch.int8).view(values.shape), scale


def unpacked(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that a file holds, in whichever form; what doesn't fit together stays as it is."""
    scales = {key for key in tensors if is_scale(key, tensors)}
    return {
        key: from_eight_bits(value, tensors[key + SCALE]) if key + SCALE in scales else value
        for key, value in tensors.items()
        if key not in scales
    }


def is_scale(key: str, tensors: Mapping[str, Tensor]) -> bool:
    """Whether this is the scale of a matrix in eight bits."""
    matrix = tensors.get(key.removesuffix(SCALE)) if key.endswith(SCALE) else None
    return matrix is not None and matrix.dtype == torch.int8 and tensors[key].shape == matrix.shape[:1]


def from_eight_bits(steps: Tensor, scale: Tensor) -> Tensor:
    return steps.float() * scale.float().view(-1, *[1] * (steps.ndim - 1))
