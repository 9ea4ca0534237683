"""Ctrl-C and SIGTERM in a command: one line that says what to do, and the exit status that shells expect."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STATUS = 130  # 128 + SIGINT, as shells have it
TERMINATED_STATUS = 128 + signal.SIGTERM


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does."""


@contextmanager
def exit_on_interrupt(what: Callable[[], str] = str) -> Iterator[None]:
    """Where Ctrl-C or SIGTERM ends the block, print what() on stderr, if it is not empty, and exit.

    With STATUS or TERMINATED_STATUS; also where a library fails while it cleans up after the interrupt, so
    that another error takes its place.
    """
    try:
        with terminated_as_interrupted():
            yield
    except BaseException as error:
        interrupts = [one for one in chain(error) if isinstance(one, KeyboardInterrupt)]
        if not interrupts:
            raise
        if text := what():
            print(f"\n{text}", file=sys.stderr)
        terminated = any(isinstance(one, Terminated) for one in interrupts)
        raise SystemExit(TERMINATED_STATUS if terminated else STATUS) from None


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """In the block SIGTERM raises Terminated; in the main thread only, where signals arrive."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those during whose handling it came, the last first."""
    while error:
        yield error
        error = error.__context__
