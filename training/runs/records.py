"""The files of a run: JSON and safetensors, read with care and written whole. No pickle."""

import errno
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from training.kit.files import reason, write_whole

CHECKSUM = "sha256"  # of tensors and metadata, among the metadata; files of before have none


class RunError(Exception):
    """A run that can't be read or written. The message names the file and says what to do."""


def read_json(path: Path, kind: type) -> Any:
    """The JSON value in a file, of type `kind`. Raises RunError."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"{path} is missing: the run is incomplete. Train it again.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path, reason(error)) from error
    if not isinstance(value, kind):
        raise damaged(path, f"it holds no JSON {'list' if kind is list else 'object'}")
    return value


def read_history(entries: Any, path: Path) -> list[dict[str, Any]]:
    """The entries, if they are a history: for each epoch its terms in train (None at epoch 0) and test.

    Raises RunError.
    """

    good = isinstance(entries, list) and all(
        isinstance(e, dict)
        and isinstance(e.get("epoch"), int)
        and are_terms(e.get("test"))
        and "train" in e
        and (e["train"] is None or are_terms(e["train"]))
        for e in entries
    )
    if not good:
        raise damaged(path, "it holds no history: each epoch with its train and test terms")
    result: list[dict[str, Any]] = entries
    return result


def are_terms(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(v, int | float) for v in value.values())


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of a safetensors file. Raises RunError."""
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}
            metadata = file.metadata() or {}
    except FileNotFoundError as error:
        raise RunError(f"{path} is missing: the run is incomplete. Train it again.") from error
    except (OSError, SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise damaged(path, reason(error)) from error
    recorded = metadata.pop(CHECKSUM, None)
    if recorded is not None and recorded != checksum(tensors, metadata):
        raise damaged(path, "its checksum is another")
    return tensors, metadata


def checksum(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> str:
    """SHA-256 of tensors and metadata: names, types, shapes and every byte."""
    digest = hashlib.sha256(json.dumps(sorted(metadata.items())).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        if tensor.numel():
            digest.update(tensor.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def check_fit(model: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Raises RunError if the tensors are not exactly this model's weights, or are no numbers."""
    own = model.state_dict()
    want = {k: list(v.shape) for k, v in own.items()}
    have = {k: list(v.shape) for k, v in tensors.items()}
    for key in sorted(want.keys() | have.keys()):
        if want.get(key) != have.get(key):
            raise RunError(
                f"{path} does not fit its configuration: {key} is {have.get(key, 'missing')}, and should be "
                f"{want.get(key, 'absent')}. Restore both files, or train the run again."
            )
    for key, value in tensors.items():
        if value.is_floating_point() != own[key].is_floating_point() or not value.isfinite().all():
            raise damaged(path, f"{key} holds values that are no numbers")


def damaged(path: Path, why: str) -> RunError:
    return RunError(f"{path} is damaged ({why}). Restore it, or train the run again.")


def write_json(path: Path, value: Any) -> None:
    write(path, (json.dumps(value, indent=1) + "\n").encode())


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: dict[str, str] | None = None) -> None:
    """Write tensors, with their checksum among the metadata. Raises RunError."""
    contiguous = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
    metadata = metadata or {}
    write(path, save(contiguous, metadata | {CHECKSUM: checksum(contiguous, metadata)}))


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises RunError."""
    try:
        write_whole(path, content)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = f"Free at least {len(content) / 1e6:.1f} MB" if full else "Check the folder"
        raise RunError(
            f"{path} can't be written ({reason(error)}); what stood there before is whole. {advice}, "
            f"then try again: a training continues with --resume."
        ) from error
