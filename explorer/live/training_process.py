"""A training process, as the server has it: started, spoken to, read from, ended."""

import asyncio
import json
import logging
import os
import struct
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PACKAGES = Path(__file__).parents[2]  # where the processes find these packages
ENDING_SECONDS = 1.0  # that a process has to end by itself
MOST_PACKET_BYTES = 1 << 26
OUTPUT_CHARACTERS = 1 << 14  # of what a process printed, the last so many
OUTPUT_LINES = 20  # the last so many of these
log = logging.getLogger(__name__)


class TrainingProcess:
    """A process that trains the model of one side: commands go in, packets come out (explorer/together)."""

    def __init__(self, side: str, take: Callable[[str, bytes], None], fail: Callable[[str, str], None]):
        """`take` gets the side and each packet; `fail` the side, and why it ended where it was not to."""
        self.side = side
        self.take = take
        self.fail = fail
        self.process: asyncio.subprocess.Process | None = None
        self.output: deque[str] = deque(maxlen=OUTPUT_LINES)
        self.reading: asyncio.Task[None] | None = None
        self.ending = False

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        path = os.pathsep.join(filter(None, [str(PACKAGES), os.environ.get("PYTHONPATH", "")]))
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "explorer.together.worker", self.side),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C reaches the server, which ends it
        )
        self.reading = asyncio.create_task(self.read())

    def say(self, command: dict[str, Any]) -> None:
        if self.running and self.process and self.process.stdin:
            with suppress(ConnectionError):
                self.process.stdin.write(json.dumps(command).encode() + b"\n")

    async def heard(self) -> None:
        """Wait until it has heard what was said."""
        if self.running and self.process and self.process.stdin:
            with suppress(ConnectionError):
                await self.process.stdin.drain()

    async def read(self) -> None:
        """Hand on every packet; at the end say that it ended, unless it was to."""
        assert self.process and self.process.stdout
        listening = asyncio.create_task(self.listen())
        try:
            while True:
                (size,) = struct.unpack("<I", await self.process.stdout.readexactly(4))
                if size > MOST_PACKET_BYTES:
                    raise ValueError(f"a packet of {size:,} bytes")
                self.take(self.side, await self.process.stdout.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, KeyError) as error:
            if self.process.returncode is None and not isinstance(error, asyncio.IncompleteReadError):
                self.process.kill()
        await listening
        status = await self.process.wait()
        if not self.ending:
            log.error("the training process %s ended (%s): %s", self.side, status, " | ".join(self.output))
            self.fail(self.side, self.reason(status))

    def reason(self, status: int) -> str:
        """Why it ended, for people; the log has all that it printed."""
        last = self.output[-1] if self.output else ""
        why = last if last and "Error" in last else f"status {status}"
        return f"The training process ended unexpectedly ({why})."

    async def listen(self) -> None:
        """Keep the end of what it prints."""
        assert self.process and self.process.stderr
        text = ""
        while part := await self.process.stderr.read(OUTPUT_CHARACTERS):
            text = (text + part.decode(errors="replace"))[-OUTPUT_CHARACTERS:]
        self.output.extend(filter(None, map(str.strip, text.splitlines())))

    async def end(self) -> None:
        """End it: its commands end, and it does; else it is killed."""
        self.ending = True
        if not self.running or not self.process:
            return
        assert self.process.stdin
        self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), ENDING_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
