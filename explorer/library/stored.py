"""What takes seconds to compute of a run's weights: on disk, beside a digest of what it was computed of."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
import platformdirs

from explorer.latent import coding
from training import runs
from training.runs import Run, RunError
from training.runs.records import content_of, read_tensors, write_tensors
from training.runs.run import most_bytes

DIGEST = "digest"  # among the metadata of a file
SUFFIX = ".safetensors"


def digest_of(run: Run, version: str, *others: np.ndarray) -> str:
    """SHA-256 of the version of a computation, of a run's weights and of arrays. Raises RunError."""
    total = sha256(version.encode())
    weights = content_of(run.folder / runs.WEIGHTS, most_bytes(runs.WEIGHTS, run.config))
    total.update(sha256(weights).digest())
    for other in others:
        total.update(sha256(np.ascontiguousarray(other).data).digest())
    return total.hexdigest()


def in_cache(digest: str, folder: str) -> Path:
    """Where the user's cache has what is of this digest."""
    return platformdirs.user_cache_path("latent-explorer", appauthor=False) / folder / f"{digest}{SUFFIX}"


def read(path: Path, digest: str, names: set[str], most: int) -> dict[str, np.ndarray] | None:
    """The arrays in a file of at most so many bytes: finite, by name; None unless it is of this digest."""
    if not path.is_file():
        return None
    try:
        tensors, metadata = read_tensors(path, most)
    except RunError:
        return None
    if metadata.get(DIGEST) != digest or tensors.keys() != names:
        return None
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    return arrays if all(np.isfinite(array).all() for array in arrays.values()) else None


def write(path: Path, digest: str, **arrays: np.ndarray) -> None:
    """Keep arrays in a file. Raises RunError."""
    write_tensors(path, coding.tensors(arrays), {DIGEST: digest})


def remove_oldest(folder: Path, most: int) -> None:
    """Remove files of a folder, those first that were used longest ago, until the rest has at most so many
    bytes; what can't be removed stays."""
    with suppress(OSError):
        files = [(path.stat(), path) for path in folder.glob(f"*{SUFFIX}")]
        total = sum(status.st_size for status, _ in files)
        for status, path in sorted(files, key=lambda file: file[0].st_mtime_ns):
            if total <= most:
                break
            path.unlink()
            total -= status.st_size


def mark_used(path: Path) -> None:
    """Whatever is removed, this file goes last."""
    with suppress(OSError):
        path.touch()
