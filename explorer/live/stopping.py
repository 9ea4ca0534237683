"""SIGTERM and Ctrl-C: what is under way is given up at once, and the server ends within two seconds."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

PATIENCE = 1.5  # seconds that the server has to say goodbye to open pages
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def gives_up_on_signals(give_up: Callable[[], None]) -> Iterator[None]:
    """In the block a signal first calls give_up(), then does what it did before; the process ends soon.

    With the status that shells expect, 128 and the signal's number, if it must be ended. Signals arrive in
    the main thread only: in any other, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {number: signal.getsignal(number) for number in SIGNALS}

    def stop(number: int, frame: FrameType | None) -> None:
        end = threading.Timer(PATIENCE, os._exit, (128 + number,))
        end.daemon = True
        end.start()
        # In a thread: the signal may have come while this one held a lock that giving up takes.
        threading.Thread(target=give_up, daemon=True).start()
        if callable(before[number]):
            before[number](number, frame)

    for each in SIGNALS:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
