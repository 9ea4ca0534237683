"""Ctrl-C in a command: one line that says what to do, and exit status 130."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STATUS = 130  # 128 + SIGINT, as shells have it


@contextmanager
def exit_on_interrupt(what: Callable[[], str] = str) -> Iterator[None]:
    """Where Ctrl-C ends the block, print what() on stderr, if it is not empty, and exit with STATUS.

    Also where a library fails while it cleans up after the interrupt, so that another error takes its place.
    """
    try:
        yield
    except BaseException as error:
        if not any(isinstance(one, KeyboardInterrupt) for one in chain(error)):
            raise
        if text := what():
            print(f"\n{text}", file=sys.stderr)
        raise SystemExit(STATUS) from None


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those during whose handling it came, the last first."""
    while error:
        yield error
        error = error.__context__
