"""What a training process is told: lines of JSON on its standard input. Its end is the process's."""

import json
import queue
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

Command = dict[str, Any]
MOST_WAITING = 256  # commands; whoever gives more waits


class Stopped(Exception):
    """The training is to be let go, or whoever gave the commands is gone."""


class Commands:
    """The commands as they come, in their order. Raises Stopped once there will be no more."""

    def __init__(self, lines: BinaryIO):
        self.waiting: queue.Queue[Command | None] = queue.Queue(MOST_WAITING)
        self.ended = False
        threading.Thread(target=self.read, args=(lines,), daemon=True).start()

    def read(self, lines: BinaryIO) -> None:
        for line in lines:
            self.waiting.put(json.loads(line))
        self.waiting.put(None)

    def next(self, seconds: float | None = None) -> Command | None:
        """The next command; None if there is none in so many seconds (None: wait for it)."""
        if self.ended:
            raise Stopped
        try:
            command = self.waiting.get(timeout=seconds) if seconds != 0 else self.waiting.get_nowait()
        except queue.Empty:
            return None
        if command is None:
            self.ended = True
            raise Stopped
        return command

    def each(self, obey: Callable[[Command], None], seconds: float | None = 0) -> None:
        """Obey what has come; wait for the first so long."""
        command = self.next(seconds)
        while command is not None:
            obey(command)
            command = self.next(0)
