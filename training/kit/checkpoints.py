"""Places in a long computation where it may be given up, give way to another, or say how far it is."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

POLL_SECONDS = 0.05  # between two looks at whether a computation that waits is still wanted


class Abandoned(Exception):
    """Nobody waits for what is being computed any more."""


@dataclass
class Progress:
    """How far a computation is; another thread reads it."""

    share: float = 0.0


class Computing(threading.Event):
    """Set when what a thread computes is there. owner: what watches over that thread, if anything does."""

    def __init__(self) -> None:
        super().__init__()
        self.owner = watch.owner


class Watch(threading.local):
    """What watches over the computation of this thread: nothing, unless somebody said so."""

    visit: Callable[[], None] | None = None
    wait: Callable[[threading.Event], None] | None = None
    progress: Progress | None = None
    owner: object = None


watch = Watch()


def checkpoint(share: float | None = None) -> None:
    """Called between two parts of a long computation, with no lock held. Raises Abandoned.

    share: how much of it is done, if that is known.
    """
    if share is not None and watch.progress is not None:
        watch.progress.share = share
    if watch.visit is not None:
        watch.visit()


def wait_for(event: threading.Event) -> None:
    """Wait for what another thread computes, and let others compute meanwhile. Raises Abandoned."""
    if watch.wait is not None:
        watch.wait(event)
    else:
        event.wait()


@contextmanager
def watched(
    visit: Callable[[], None], wait: Callable[[threading.Event], None], owner: object = None
) -> Iterator[None]:
    """In the block `visit` is called at each checkpoint of this thread, and `wait` waits for events.

    owner: who watches, which a `Computing` of this thread tells those who wait for it.
    """
    before = watch.visit, watch.wait, watch.owner
    watch.visit, watch.wait, watch.owner = visit, wait, owner
    try:
        yield
    finally:
        watch.visit, watch.wait, watch.owner = before


@contextmanager
def reporting(progress: Progress) -> Iterator[None]:
    """In the block the checkpoints of this thread say in `progress` how far they are."""
    before = watch.progress
    watch.progress = progress
    try:
        yield
    finally:
        watch.progress = before
