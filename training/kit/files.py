"""Files, read and written with care: only ordinary ones of a bounded size; whole, or not at all."""

import errno
import os
import secrets
import stat
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

HALF = ".*.half"  # files that a killed process left unfinished
UNBLOCKED = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
KINDS = {  # what else may have a name in a folder
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_file(path: Path, most: int) -> bytes:
    """The content of an ordinary file of at most so many bytes; nothing that would make it wait is read.

    Raises OSError, whose reason is for people, before a byte of anything else is read.
    """
    with open_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(size + 1) if size <= most else b""  # a longer one grew meanwhile
        size = max(size, len(content))
        if size > most:
            raise OSError(errno.EFBIG, f"it has {size:,} bytes, and at most {most:,} are read")
    return content


def read_end(path: Path, most: int) -> bytes:
    """The last bytes of an ordinary file, at most so many. Raises OSError as `read_file` does."""
    with open_file(path) as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - most))
        return file.read(most)


def open_file(path: Path) -> BufferedReader:
    """An ordinary file, to be read. Raises OSError, also for a folder, a pipe, a socket or a device."""
    check_ordinary(os.stat(path).st_mode)  # before it is opened: some devices act on that
    file = os.fdopen(os.open(path, os.O_RDONLY | UNBLOCKED), "rb")
    try:
        check_ordinary(os.fstat(file.fileno()).st_mode)
    except OSError:
        file.close()
        raise
    return file


def check_ordinary(mode: int) -> None:
    """Raises OSError unless a file's mode is that of an ordinary file."""
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, f"it is {KINDS.get(stat.S_IFMT(mode), 'something else')}, and no file")


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
