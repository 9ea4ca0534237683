"""The files of a run: JSON and safetensors, read with care and written whole. No pickle."""

import errno
import hashlib
import json
import shlex
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from training.kit.files import read_file, reason, write_whole

CHECKSUM = "sha256"  # of tensors and metadata, among the metadata; files of before have none
LARGEST_NUMBER = 1e30  # of what is measured; no term, in nats, comes near
NUMBER_TYPES = {  # of the tensors that runs hold
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.bool,
}


class RunError(Exception):
    """A run that can't be read or written. The message names the file and says what to do."""


def read_json(path: Path, kind: type, most: int) -> Any:
    """The JSON value in a file of at most so many bytes, of type `kind`. Raises RunError."""
    try:
        value = json.loads(content_of(path, most).decode())
    except (ValueError, RecursionError) as error:
        raise damaged(path, reason(error)) from error
    if not isinstance(value, kind):
        raise damaged(path, f"it holds no JSON {'list' if kind is list else 'object'}")
    return value


def content_of(path: Path, most: int) -> bytes:
    """The bytes of a file of a run, at most so many. Raises RunError."""
    try:
        return read_file(path, most)
    except FileNotFoundError as error:
        raise RunError(f"{path} is missing: the run is incomplete. Train it again.") from error
    except PermissionError as error:
        command = f"chmod -R u+rX {shlex.quote(str(path.parent))}"
        raise RunError(f"{path} can't be read ({reason(error)}). `{command}` allows it.") from error
    except OSError as error:
        raise RunError(
            f"{path} can't be read ({reason(error)}). Put the run's own file there, or train the run again."
        ) from error


def read_history(entries: Any, path: Path) -> list[dict[str, Any]]:
    """The entries, if they are a history: for each epoch its terms in train (None at epoch 0) and test.

    Raises RunError.
    """
    if not isinstance(entries, list) or not all(map(is_epoch, entries)):
        raise damaged(path, "it holds no history: each epoch with its train and test terms")
    epochs = [entry["epoch"] for entry in entries]
    if epochs != sorted(set(epochs)):
        raise damaged(path, "its epochs are in no order")
    return entries


def is_epoch(value: Any) -> bool:
    """Whether this is an entry of a history."""
    return (
        isinstance(value, dict)
        and type(value.get("epoch")) is int
        and is_number(value["epoch"])
        and value["epoch"] >= 0
        and are_terms(value.get("test"))
        and "train" in value
        and (value["train"] is None or are_terms(value["train"]))
        and is_number(value.get("images_per_second", 0))
    )


def are_terms(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_number, value.values()))


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number that can be shown: finite, and not beyond LARGEST_NUMBER."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER


def read_tensors(path: Path, most: int) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of a safetensors file of at most so many bytes. Raises RunError."""
    content = content_of(path, most)
    try:
        tensors = load(content)
        metadata = metadata_of(content)
    except (SafetensorError, ValueError, KeyError, RuntimeError, TypeError, AttributeError) as error:
        raise damaged(path, reason(error)) from error
    for key, tensor in tensors.items():
        if tensor.dtype not in NUMBER_TYPES:
            raise damaged(path, f"{key} is of the type {tensor.dtype}, which no run has")
    recorded = metadata.pop(CHECKSUM, None)
    if recorded is not None and recorded != checksum(tensors, metadata):
        raise damaged(path, "its checksum is another")
    return tensors, metadata


def metadata_of(content: bytes) -> dict[str, str]:
    """What a safetensors file, already found to be one, says beside its tensors."""
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    return dict(header.get("__metadata__") or {})


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
        same_kind = value.is_floating_point() == own[key].is_floating_point()
        if not same_kind or not value.to(own[key].dtype).isfinite().all():
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
