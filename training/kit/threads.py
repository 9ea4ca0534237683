"""Many parts of work on all cores: each core takes whole parts, in place of a share of every operation."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

from training.kit.checkpoints import checkpoint

P = TypeVar("P")
R = TypeVar("R")
Report = Callable[[float], object]  # told the share of the work just done; the shares sum to 1


def silent(share: float) -> None:
    """The Report of those who don't ask."""


def map_threads(work: Callable[[P], R], parts: Sequence[P], report: Report = silent) -> list[R]:
    """[work(part) for part in parts], without gradients, on as many threads as torch may use.

    torch's own threads meet after every operation; on a busy machine they mostly wait for each other, and
    cost three times the processor time. An exception, Ctrl-C too, ends it after the parts under way.
    """

    def one(part: P) -> R:
        with torch.no_grad():  # a setting of the thread
            return work(part)

    threads, results = torch.get_num_threads(), []
    if threads == 1:
        for part in parts:
            checkpoint()
            results.append(one(part))
            report(1 / len(parts))
        return results
    torch.set_num_threads(1)
    pool = ThreadPoolExecutor(threads)
    try:
        for result in pool.map(one, parts):
            results.append(result)
            report(1 / len(parts))
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)
    return results
