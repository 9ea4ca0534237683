"""What is kept: computed once, forgotten in time, and read-only to any depth."""

import threading
from dataclasses import dataclass

import numpy as np
import pytest

from explorer.library.cached import MISSING, Store, cached, cached_property, freeze, key_of, size_of


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

    @cached
    def doubled(number: int) -> np.ndarray:
        calls.append(number)
        return np.array([2.0 * number])

    assert doubled(1) is doubled(1) and calls == [1]
    with pytest.raises(ValueError, match="read-only"):
        doubled(1)[0] = 3
    doubled(2)
    doubled(1)
    assert calls == [1, 2]


def test_a_failure_is_not_kept() -> None:
    calls = []

    @cached
    def failing(number: int) -> int:
        calls.append(number)
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            failing(1)
    assert calls == [1, 1]


def test_what_was_used_longest_ago_goes_when_there_are_too_many_bytes() -> None:
    store = Store(most=25_000)
    for name in ("a", "b"):
        store.get(name, lambda: np.zeros(10_000, np.uint8))
    store.get("a", lambda: pytest.fail("it is kept"))
    store.get("c", lambda: np.zeros(10_000, np.uint8))
    assert [store.peek(name) is not MISSING for name in "abc"] == [True, False, True]


def test_what_is_larger_than_all_room_is_computed_and_not_kept() -> None:
    store = Store(most=25_000)
    store.get("small", lambda: np.zeros(10_000, np.uint8))
    assert len(store.get("large", lambda: np.zeros(30_000, np.uint8))) == 30_000
    assert store.peek("large") is MISSING and store.peek("small") is not MISSING


def test_sizes_count_arrays_at_any_depth() -> None:
    small = size_of(None)
    nested = Outer([Inner(np.zeros(1000))], (np.zeros(500), None), {"a": np.zeros(10, np.uint8)})
    assert 12_010 <= size_of(nested) <= 12_010 + 10 * small


def test_two_callers_wait_for_one_computation() -> None:
    store = Store()
    inside = threading.Event()
    opened = threading.Event()
    results = []

    def compute() -> int:
        inside.set()
        assert opened.wait(20)
        return 7

    first = threading.Thread(target=lambda: results.append(store.get("key", compute)))
    second = threading.Thread(target=lambda: results.append(store.get("key", lambda: pytest.fail("again"))))
    first.start()
    assert inside.wait(20)
    second.start()
    opened.set()
    for thread in (first, second):
        thread.join(20)
    assert results == [7, 7]


def test_who_waited_for_a_failure_computes_it_anew() -> None:
    store = Store()
    inside = threading.Event()
    opened = threading.Event()
    results = []

    def fail() -> None:
        inside.set()
        assert opened.wait(20)
        raise ValueError("no")

    def first() -> None:
        with pytest.raises(ValueError):
            store.get("key", fail)

    threads = [threading.Thread(target=first)]
    threads[0].start()
    assert inside.wait(20)
    threads.append(threading.Thread(target=lambda: results.append(store.get("key", lambda: "done"))))
    threads[1].start()
    opened.set()
    for thread in threads:
        thread.join(20)
    assert results == ["done"]


def test_arrays_stand_for_their_content_and_handles_for_their_key() -> None:
    @dataclass(frozen=True)
    class Handle:
        name: str

        @property
        def cache_key(self) -> tuple[str]:
            return (self.name,)

        @cached_property
        def made(self) -> list[str]:
            return [self.name]

    assert key_of(np.arange(3)) == key_of(np.arange(6)[:3]) != key_of(np.arange(3).astype(np.float32))
    assert Handle("a").made is Handle("a").made is not Handle("b").made
    assert Handle.made.is_stored(Handle("a")) and not Handle.made.is_stored(Handle("c"))
