"""Whether a training fits into memory is said before anything is begun."""

import pytest
import torch
from torch import nn

from training.fit import memory


def test_parameters_count_four_times(monkeypatch: pytest.MonkeyPatch) -> None:
    with torch.device("meta"):
        model = nn.Linear(1000, 999, bias=False)
    needed = 4 * 4 * 1000 * 999
    monkeypatch.setattr(memory, "available", lambda: needed)
    memory.check(model)
    monkeypatch.setattr(memory, "available", lambda: needed - 1)
    with pytest.raises(ValueError, match=r"need 0.0 GB, and there are 0.0 GB. Choose a smaller --width"):
        memory.check(model)


def test_a_limit_of_the_process_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    machine = memory.available()
    monkeypatch.setattr(resource, "getrlimit", lambda which: (10**9, 10**9))
    assert memory.available() == min(machine, 10**9)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), True),
        (RuntimeError("shapes differ"), False),
    ],
    ids=repr,
)
def test_what_says_that_memory_is_used_up(error: Exception, expected: bool) -> None:
    assert memory.used_up(error) is expected
