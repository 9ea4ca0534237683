"""What large computations take goes back to the system, whatever small results are kept between them."""

import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, sys
import numpy as np
from explorer.live.memory import MALLOC

if sys.argv[1] == "after":
    MALLOC.map_large_blocks()


def resident():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * 4096 / 2**20


large = np.ones(2**21)  # its end raises glibc's bound from 128 kB to 16 MB
del large
kept, work = [], []
before = resident()
for _ in range(20):
    for count in (2**18, 2**20):  # 2 MB and 8 MB: on either side of our own bound
        work.append(np.ones(count))
        kept.append(np.ones(2**15))  # 256 kB
del work
if sys.argv[1] == "after":
    MALLOC.give_back()
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's memory is read from /proc")
def test_kept_results_do_not_hold_the_memory_of_large_computations() -> None:
    grown = {}
    for when in ("before", "after"):
        command = [sys.executable, "-c", SCRIPT, when]
        grown[when] = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert grown["after"] < 20, grown
    assert grown["before"] > 100, "the script no longer shows what it is about"
