"""A training that is watched and steered, in a process of its own: python -m explorer.together.worker SIDE.

Commands come on standard input (commands.py), packets (explorer/packing.py) go to standard output, each after
its length, a little-endian uint32. What each holds is said in steered.py.
"""

import os
import struct
import sys
import traceback
from contextlib import suppress
from typing import Any, BinaryIO

import numpy as np

from explorer.packing import packed
from explorer.together.commands import Command, Commands, Stopped
from explorer.together.steered import FAILURES, Data, Send, Steered, rehearse
from training.kit.precision import denormals_flushed

NICENESS = 10  # what is under people's pointers goes first


def sender(side: str, out: BinaryIO) -> Send:
    """What writes packets: (kind, header, arrays)."""

    def send(kind: str, header: dict[str, Any], **arrays: np.ndarray) -> None:
        packet = packed({"kind": kind, "side": side} | header, **arrays)
        out.write(struct.pack("<I", len(packet)) + packet)
        out.flush()

    return send


def own_output() -> BinaryIO:
    """Standard output for packets alone: whatever else is printed goes where errors go."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def serve(commands: Commands, send: Send) -> None:
    """One training after another, until there are no more commands."""
    data = Data()
    while True:
        command = commands.next()
        if command is None or command["do"] not in ("prepare", "start"):
            continue
        try:
            train(command, commands, data, send)
        except FAILURES as error:
            send("failed", {"reason": str(error), "number": command.get("number")})
        except Stopped:
            if commands.ended:
                raise


def train(command: Command, commands: Commands, data: Data, send: Send) -> None:
    """Read a data set, so that a start waits for nothing; or train. Raises FAILURES, Stopped."""
    if command["do"] == "prepare":
        rehearse(command, data)
        send("ready", {})
        return
    while True:  # a training that is begun anew
        again = Steered(command, commands, data, send).run()
        if again is None:
            return
        command = again


def main() -> None:
    with suppress(OSError, AttributeError):  # Windows has no niceness
        os.nice(NICENESS)
    status = 1
    try:
        with denormals_flushed(), suppress(Stopped, KeyboardInterrupt, BrokenPipeError):
            serve(Commands(sys.stdin.buffer), sender(sys.argv[1], own_output()))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)  # the thread that waits for commands holds the input: Python could not end beside it


if __name__ == "__main__":
    main()
