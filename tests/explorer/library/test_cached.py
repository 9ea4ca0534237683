"""What is kept: computed once, forgotten in time, and read-only to any depth."""

from dataclasses import dataclass

import numpy as np
import pytest

from explorer.library.cached import cached, freeze


@dataclass(frozen=True)
class Inner:
    values: np.ndarray


@dataclass(frozen=True)
class Outer:
    inner: list[Inner]
    pairs: tuple[np.ndarray, None]
    named: dict[str, np.ndarray]


def test_arrays_are_frozen_to_any_depth() -> None:
    arrays = [np.zeros(3) for _ in range(3)]
    freeze(Outer([Inner(arrays[0])], (arrays[1], None), {"a": arrays[2]}))
    assert not any(array.flags.writeable for array in arrays)


def test_a_result_is_computed_once_for_its_arguments() -> None:
    calls = []

    @cached(entries=2)
    def doubled(number: int) -> np.ndarray:
        calls.append(number)
        return np.array([2.0 * number])

    assert doubled(1) is doubled(1) and calls == [1]
    with pytest.raises(ValueError, match="read-only"):
        doubled(1)[0] = 3
    doubled(2)
    doubled(3)
    doubled(1)
    assert calls == [1, 2, 3, 1], "the two latest are kept"


def test_a_failure_is_not_kept() -> None:
    calls = []

    @cached(entries=2)
    def failing(number: int) -> int:
        calls.append(number)
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            failing(1)
    assert calls == [1, 1]
