"""What large computations take goes back to the system, whatever small results are kept between them."""

import subprocess
import sys
from pathlib import Path

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


HEAPS = """
import ctypes, re, sys, threading
from explorer.live.memory import MALLOC

if sys.argv[1] == "after":
    MALLOC.share_heaps()
together = threading.Barrier(12)


def allocate():
    kept = [bytearray(1000) for _ in range(100)]
    together.wait()
    return kept


threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(len(re.findall("<heap nr=", open(sys.argv[2]).read())))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heaps are counted by malloc_info(3)")
def test_threads_share_a_few_heaps(tmp_path: Path) -> None:
    heaps = {}
    for when in ("before", "after"):
        command = [sys.executable, "-c", HEAPS, when, str(tmp_path / "heaps.xml")]
        heaps[when] = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert heaps["after"] <= 2 < heaps["before"]
