"""The process's memory: what large computations take goes back to the system when they end."""

import ctypes
from contextlib import suppress

MMAP_THRESHOLD = -3  # the number of glibc's M_MMAP_THRESHOLD (mallopt(3))
LARGE = 256 * 1024  # bytes


def give_back_large_blocks() -> None:
    """Let malloc map each block of LARGE bytes or more by itself, and unmap it when it is freed.

    By default glibc raises that bound to the size of whatever was freed, up to 32 MB. Then the buffers of
    the networks lie on the heap, small results that are kept take places between them, and the heap grows
    by megabytes for each kilobyte that is kept. Nothing happens on systems without glibc.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE)
