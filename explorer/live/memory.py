"""The process's memory: what computations took goes back to the system when they end."""

import ctypes
import threading
import time
from contextlib import suppress

MMAP_THRESHOLD = -3  # the number of glibc's M_MMAP_THRESHOLD (mallopt(3))
ARENA_MAX = -8  # of its M_ARENA_MAX
HEAPS = 2  # for all threads together; by default eight for each processor
LARGE = 4 << 20  # bytes: more than any buffer of a batch, which is used again and again
PAUSE_SECONDS = 1.0  # at least, between two times that memory is given back


class Malloc:
    """glibc's malloc; on other systems nothing happens.

    By default a block that was freed raises the size from which on blocks are mapped by themselves, up to
    32 MB, and only the free end of a heap goes back to the system. Then large buffers lie on the heap, small
    results that are kept take places between them, and the process grows by megabytes for each kilobyte that
    is kept.
    """

    def __init__(self) -> None:
        self.library = None
        with suppress(OSError, AttributeError, TypeError):
            library = ctypes.CDLL(None)
            if library.malloc_trim and library.mallopt:
                self.library = library
        self.lock = threading.Lock()
        self.last = -PAUSE_SECONDS

    def map_large_blocks(self) -> None:
        """Whatever is LARGE or larger is a block by itself from now on, and goes back when it is freed."""
        if self.library is not None:
            self.library.mallopt(MMAP_THRESHOLD, LARGE)

    def share_heaps(self) -> None:
        """Threads allocate from a few heaps from now on: what one has freed, another can have."""
        if self.library is not None:
            self.library.mallopt(ARENA_MAX, HEAPS)

    def give_back(self) -> None:
        """Give back all free pages of the heaps (malloc_trim(3)), now and then: call it often."""
        if self.library is None or not self.lock.acquire(blocking=False):
            return
        try:
            if time.monotonic() - self.last >= PAUSE_SECONDS:
                self.library.malloc_trim(0)
                self.last = time.monotonic()
        finally:
            self.lock.release()


MALLOC = Malloc()
