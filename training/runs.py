"""A run: one folder under checkpoints/ that rebuilds itself. The only reader and writer of checkpoints/."""

import errno
import json
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from training.config import Config
from training.models import Autoencoder

FORMAT = 1  # of the folder; a change that old code can't read gets the next number
CONFIG, WEIGHTS, HISTORY, METRICS = "config.json", "weights.safetensors", "history.json", "metrics.json"
STATE = "state.safetensors"  # of a training under way: weights, optimiser, history; gone when it is done
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class RunError(Exception):
    """A run that can't be read or written. The message names the file and says what to do."""


@dataclass(frozen=True)
class Run:
    """A finished run: its configuration, history (terms per epoch, nats) and metrics ({}: not evaluated)."""

    name: str
    folder: Path
    config: Config
    history: list[dict[str, Any]]
    metrics: dict[str, Any]


def root() -> Path:
    """Where runs live: $CHECKPOINTS, or checkpoints/ of the project."""
    return Path(os.environ.get("CHECKPOINTS") or Path(__file__).parent.parent / "checkpoints")


def folder_of(name: str) -> Path:
    """The folder of a run. Raises RunError for a name that is no plain file name."""
    if not NAME.fullmatch(name):
        raise RunError(f"{name!r} can't name a run: use letters, digits, '.', '_' and '-', at most 64.")
    return root() / name


def names() -> list[str]:
    """Names of all folders under the root that hold a configuration, sorted."""
    if not root().is_dir():
        return []
    return sorted(p.name for p in root().iterdir() if NAME.fullmatch(p.name) and (p / CONFIG).is_file())


def stamp(name: str) -> str:
    """Changes whenever the run's files do: the key under which what was read from it may be cached."""
    parts = []
    for file in (CONFIG, WEIGHTS, HISTORY, METRICS):
        path = folder_of(name) / file
        parts.append(f"{path.stat().st_mtime_ns:x}" if path.is_file() else "-")
    return ".".join(parts)


def load(name: str) -> Run:
    """Read a finished run's configuration, history and metrics. Raises RunError."""
    folder = folder_of(name)
    if not folder.is_dir():
        have = ", ".join(names()) or "none yet"
        raise RunError(f"There is no run {name!r} in {root()} (there: {have}).")
    config = load_config(folder)
    if not (folder / WEIGHTS).is_file():
        if (folder / STATE).is_file():
            raise RunError(
                f"Run {name!r} is unfinished: it is being trained, or was interrupted. "
                f"`python -m training.train {config.model} --run {name} --resume` continues it."
            )
        raise RunError(f"Run {name!r} is incomplete: {folder / WEIGHTS} is missing. Train it again.")
    history = read_json(folder / HISTORY, list)
    metrics = read_json(folder / METRICS, dict) if (folder / METRICS).is_file() else {}
    return Run(name, folder, config, history, metrics)


def load_config(folder: Path) -> Config:
    """The configuration of a run. Raises RunError: not a run, damaged, or of another version."""
    path = folder / CONFIG
    if not path.is_file():
        raise RunError(f"{folder} is not a run: it has no {CONFIG}.")
    values = read_json(path, dict)
    version = values.pop("format", None)
    if version != FORMAT:
        raise RunError(f"{path} is of format {version!r}, this program reads {FORMAT}: train the run again.")
    try:
        return Config(**values)
    except (TypeError, ValueError) as error:
        raise RunError(f"{path} is no configuration of this version: {error}.") from error


def load_model(run: Run, epoch: int | None = None) -> Autoencoder:
    """The run's network, of its last epoch or of a kept earlier one; frozen, on the CPU. Raises RunError."""
    path = run.folder / (WEIGHTS if epoch is None else snapshot_name(epoch))
    model = Autoencoder(run.config)
    fill(model, {k: v.float() for k, v in read_tensors(path).items()}, path)
    return model.eval().requires_grad_(False)


def epochs(run: Run) -> list[int]:
    """The earlier epochs whose weights were kept, ascending; 0 is the network before training."""
    return sorted(int(p.stem.removeprefix("epoch-")) for p in run.folder.glob("epoch-[0-9]*.safetensors"))


def fill(model: Autoencoder, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Load weights, strictly. Raises RunError if they are not exactly this model's."""
    try:
        model.load_state_dict(dict(tensors), strict=True)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise RunError(f"{path} does not fit its {CONFIG}: {reason} Train the run again.") from error


def create(name: str, config: Config, overwrite: bool) -> Path:
    """A folder for a new run. Raises RunError if one stands there and `overwrite` is not said."""
    folder = folder_of(name)
    if (folder / CONFIG).exists() or (folder / WEIGHTS).exists():
        if not overwrite:
            raise RunError(
                f"Run {name!r} exists in {root()}. Continue it with --resume, name another with --run, "
                f"or train it anew with --overwrite."
            )
        for path in folder.iterdir():
            if path.suffix in (".json", ".safetensors"):
                path.unlink()
    write_json(folder / CONFIG, {"format": FORMAT} | asdict(config))
    return folder


def save_state(folder: Path, tensors: dict[str, Tensor], epoch: int, history: list[dict]) -> None:
    """Keep all that an interrupted training needs, in one atomic write. Raises RunError."""
    write_tensors(folder / STATE, tensors, {"epoch": str(epoch), "history": json.dumps(history)})


def load_state(folder: Path) -> tuple[dict[str, Tensor], int, list[dict]]:
    """What save_state kept: tensors, number of finished epochs, history. Raises RunError."""
    path = folder / STATE
    if not path.is_file():
        done = " It is finished." if (folder / WEIGHTS).is_file() else ""
        raise RunError(f"There is nothing to resume: {path} is missing.{done}")
    tensors = read_tensors(path)
    try:
        with path.open("rb") as file:  # safetensors reads metadata only through its context manager
            size = struct.unpack("<Q", file.read(8))[0]
            metadata = json.loads(file.read(size))["__metadata__"]
        return tensors, int(metadata["epoch"]), json.loads(metadata["history"])
    except (KeyError, ValueError) as error:
        raise RunError(f"{path} is no training state ({error!r}). Train again with --overwrite.") from error


def snapshot_name(epoch: int) -> str:
    return f"epoch-{epoch:04d}.safetensors"


def save_snapshot(folder: Path, epoch: int, model: Autoencoder) -> None:
    """Keep an epoch's weights in half precision, for replay. Raises RunError."""
    write_tensors(folder / snapshot_name(epoch), {k: v.half() for k, v in model.state_dict().items()})


def finish(folder: Path, model: Autoencoder, history: list[dict]) -> None:
    """Turn a training under way into a finished run. Raises RunError."""
    write_json(folder / HISTORY, history)
    write_tensors(folder / WEIGHTS, model.state_dict())
    (folder / STATE).unlink(missing_ok=True)


def save_metrics(run: Run, metrics: dict[str, Any]) -> None:
    """Write the run's metrics. Raises RunError."""
    write_json(run.folder / METRICS, metrics)


def read_json(path: Path, kind: type) -> Any:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"{path} is missing: the run is incomplete. Train it again.") from error
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is damaged ({error}). Restore it, or train the run again.") from error
    if not isinstance(value, kind):
        raise RunError(f"{path} is damaged: it holds no JSON {kind.__name__}.")
    return value


def read_tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except FileNotFoundError as error:
        raise RunError(f"{path} is missing: the run is incomplete.") from error
    except (OSError, SafetensorError, ValueError) as error:
        raise RunError(f"{path} is damaged ({error}). Restore it, or train the run again.") from error


def write_json(path: Path, value: Any) -> None:
    write(path, (json.dumps(value, indent=1) + "\n").encode())


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: dict[str, str] | None = None) -> None:
    write(path, save({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, metadata))


def write(path: Path, content: bytes) -> None:
    """A new file, flushed to the disk, then renamed over the old one. Raises RunError."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = f"Free at least {len(content) / 1e6:.1f} MB" if full else "Check the folder"
        raise RunError(
            f"{path} can't be written ({error.strerror}); what stood there before is whole. {advice}, "
            f"then continue with --resume."
        ) from error


