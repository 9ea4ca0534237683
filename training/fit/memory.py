"""Whether a training fits into memory, said before anything is begun."""

import os
import sys

import torch
from torch import nn

COPIES = 4  # of every parameter: itself, its gradient and Adam's two moments
OUT_OF_MEMORY = "can't allocate memory"  # what torch's RuntimeError says where the CPU's is used up
ADVICE = "Choose a smaller --width, or fewer blocks."


def check(model: nn.Module) -> None:
    """Raises ValueError where the parameters, with what Adam keeps of them, are more than the machine holds.

    The model may be on torch's "meta" device: nothing is allocated.
    """
    needed = COPIES * sum(p.numel() * p.element_size() for p in model.parameters())
    if needed > available():
        raise ValueError(
            f"the network and what training keeps of it need {needed / 1e9:.1f} GB, and there are "
            f"{available() / 1e9:.1f} GB. {ADVICE}"
        )


def available() -> int:
    """Bytes of memory that a process may have here: the machine's, or less where it is limited."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource  # not there on Windows

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return physical if limit == resource.RLIM_INFINITY else min(physical, limit)


def used_up(error: BaseException) -> bool:
    """Whether an error says that memory is used up, a device's or the machine's."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or OUT_OF_MEMORY in str(error)
