"""How exactly torch computes: settings of the process that hold for a block, and are as before after it."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

TINY = 1e-40  # a denormal float32


@contextmanager
def full_precision() -> Iterator[None]:
    """Products in float32 proper, for whatever is measured.

    Training lets the processor take bfloat16 where it can, which is too coarse for a measurement.
    """
    with matmul_precision("highest"):
        yield


@contextmanager
def training_precision() -> Iterator[None]:
    """What makes training fast, and on a GPU repeatable; afterwards all is as it was before.

    Products may be taken in bfloat16, where the processor has it. Denormals count as zero. Convolutions on
    cuda give the same bits again.
    """
    deterministic = torch.backends.cudnn.deterministic
    torch.backends.cudnn.deterministic = True
    try:
        with denormals_flushed(), matmul_precision("medium"):
            yield
    finally:
        torch.backends.cudnn.deterministic = deterministic


@contextmanager
def denormals_flushed() -> Iterator[None]:
    """Denormals count as zero: Adam's vanishing moments are denormals, and slow on a CPU.

    It holds for this thread, and for the threads that torch starts from it: a command that trains enters it
    before torch has computed anything.
    """
    flushed = flushes_denormals()
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(flushed)


@contextmanager
def matmul_precision(precision: str) -> Iterator[None]:
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def flushes_denormals() -> bool:
    """Whether this thread takes denormals for zero: torch can set that, but not say it."""
    return (torch.tensor([TINY]) * 1.0).item() == 0.0
