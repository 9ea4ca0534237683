"""Places in a long computation where it may be given up, or give way to another."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

POLL_SECONDS = 0.05  # between two looks at whether a computation that waits is still wanted


class Abandoned(Exception):
    """Nobody waits for what is being computed any more."""


class Watch(threading.local):
    """What watches over the computation of this thread: nothing, unless somebody said so."""

    visit: Callable[[], None] | None = None
    wait: Callable[[threading.Event], None] | None = None


watch = Watch()


def checkpoint() -> None:
    """Called between two parts of a long computation, with no lock held. Raises Abandoned."""
    if watch.visit is not None:
        watch.visit()


def wait_for(event: threading.Event) -> None:
    """Wait for what another thread computes, and let others compute meanwhile. Raises Abandoned."""
    if watch.wait is not None:
        watch.wait(event)
    else:
        event.wait()


@contextmanager
def watched(visit: Callable[[], None], wait: Callable[[threading.Event], None]) -> Iterator[None]:
    """In the block `visit` is called at each checkpoint of this thread, and `wait` waits for events."""
    before = watch.visit, watch.wait
    watch.visit, watch.wait = visit, wait
    try:
        yield
    finally:
        watch.visit, watch.wait = before
