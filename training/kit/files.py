"""Writing a file whole or not at all: the one place where the project writes to a disk."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

HALF = ".*.half"  # files that a killed process left unfinished


def write_whole(path: Path, content: bytes) -> None:
    """Write a new file beside `path`, flush it to the disk, rename it: nobody ever sees half a file.

    Whatever interrupts it, `path` stays as it was, and short of kill -9 no half file is left. Several
    processes may write the same file: the last one wins. Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.half")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink()


def reason(error: Exception) -> str:
    """What went wrong, in the system's own words, on one line: "No space left on device"."""
    return " ".join(str(getattr(error, "strerror", None) or error).split()) or type(error).__name__
