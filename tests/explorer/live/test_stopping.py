"""A signal ends the process soon, wherever it finds the main thread."""

import signal
import subprocess
import sys

import pytest

from explorer.live.stopping import PATIENCE

SCRIPT = """
import os, signal, sys
from explorer.live.stopping import gives_up_on_signals
from explorer.live.turns import Person, Turns

turns = Turns(1)
make_room = turns.make_room

def interrupted(person):
    os.kill(os.getpid(), int(sys.argv[1]))  # while this thread holds the lock of the turns
    make_room(person)

turns.make_room = interrupted
for number in (signal.SIGINT, signal.SIGTERM):  # the server would go on with its open pages
    signal.signal(number, lambda number, frame: print("told", flush=True))
with gives_up_on_signals(turns.close):
    turns.ask(Person("a"), lambda: None)
    while not turns.closed:
        pass
    print("given up", flush=True)
    signal.pause()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_while_a_lock_is_held_ends_the_process(number: int) -> None:
    command = [sys.executable, "-c", SCRIPT, str(int(number))]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60 + PATIENCE)
    assert ended.returncode == 128 + number, ended.stderr
    assert ended.stdout.split("\n")[:2] == ["told", "given up"]
