"""The one owner of caching: what is computed once, shared by all sessions, and read-only."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import partial, update_wrapper
from hashlib import sha256
from typing import Any, Generic, ParamSpec, TypeVar, cast, overload

import numpy as np
from cachetools import LRUCache

from training.kit.checkpoints import Computing, wait_for

P = ParamSpec("P")
R = TypeVar("R")
MOST_BYTES = 300_000_000  # of all that is kept; what was used longest ago goes first
LEAST_BYTES = 1_000  # of whatever is small: its key, and what Python needs for it
MISSING: Any = object()


def key_of(argument: Any) -> Hashable:
    """What stands for an argument: a handle's own key, the content of an array, else the value itself."""
    if isinstance(argument, np.ndarray):
        content = sha256(np.ascontiguousarray(argument).data).digest()
        return (argument.dtype.str, argument.shape, content)
    own: Hashable = getattr(argument, "cache_key", argument)
    return own


def size_of(value: Any) -> int:
    """Bytes of the arrays in a result: in dataclasses, lists, tuples, dicts and models, at any depth.

    A model's are its parameters and its scan of the plane.
    """
    if hasattr(value, "nbytes"):
        return LEAST_BYTES + int(value.nbytes)
    if isinstance(value, list | tuple):
        return LEAST_BYTES + sum(size_of(entry) for entry in value if not isinstance(entry, int | float))
    if isinstance(value, dict):
        return size_of(list(value.values()))
    if is_dataclass(value) and not isinstance(value, type):
        return size_of([getattr(value, field.name) for field in fields(value)])
    if hasattr(value, "parameters"):
        return size_of([*value.parameters(), getattr(value, "scanned", None)])
    return LEAST_BYTES


def freeze(value: Any) -> None:
    """Make every array in a result read-only: in dataclasses, lists, tuples and dicts, at any depth."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, list | tuple):
        for entry in value:
            freeze(entry)
    elif isinstance(value, dict):
        freeze(list(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        freeze([getattr(value, field.name) for field in fields(value)])


class Store:
    """Results by their keys, up to so many bytes; two callers at once wait for one computation."""

    def __init__(self, most: int = MOST_BYTES):
        self.results: LRUCache[Hashable, Any] = LRUCache(most, getsizeof=size_of)
        self.under_way: dict[Hashable, Computing] = {}
        self.lock = threading.Lock()

    def peek(self, key: Hashable) -> Any:
        """What is kept; else MISSING."""
        with self.lock:
            return self.results.get(key, MISSING)

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """What is kept, or else is computed now, by this caller or by another. An error is not kept."""
        while True:
            with self.lock:
                if (result := self.results.get(key, MISSING)) is not MISSING:
                    return result
                event = self.under_way.get(key)
                if event is None:
                    self.under_way[key] = Computing()
                    break
            wait_for(event)
        try:
            result = compute()
            freeze(result)
            self.keep(key, result)
        finally:
            with self.lock:
                self.under_way.pop(key).set()
        return result

    def keep(self, key: Hashable, result: Any) -> None:
        with self.lock:
            if size_of(result) <= self.results.maxsize:
                self.results[key] = result

    def clear(self) -> None:
        with self.lock:
            self.results.clear()


store = Store()


def forget() -> None:
    """Keep nothing any more: what is asked next is computed anew."""
    store.clear()


class cached(Generic[P, R]):
    """Decorates a function whose results are kept, by its arguments.

    A handle among the arguments stands for one run at one stamp: a run that is trained anew is computed
    anew.
    """

    def __init__(self, compute: Callable[P, R]):
        self.compute = compute
        self.name = f"{compute.__module__}.{compute.__qualname__}"
        update_wrapper(self, compute)

    def __get__(self, handle: object, owner: type) -> Callable[..., R]:
        return partial(self, handle)  # type: ignore[arg-type]  # a method: the handle comes first

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> R:
        key = self.key(*arguments, **named)
        return cast(R, store.get(key, lambda: self.compute(*arguments, **named)))

    def key(self, *arguments: P.args, **named: P.kwargs) -> Hashable:
        return (self.name, *map(key_of, arguments), *((n, key_of(v)) for n, v in sorted(named.items())))

    def peek(self, *arguments: P.args, **named: P.kwargs) -> R | None:
        """The result, if it need not be computed."""
        result = store.peek(self.key(*arguments, **named))
        return None if result is MISSING else cast(R, result)


class cached_property(Generic[R]):
    """A property of a handle that is kept as the results of `cached` functions are."""

    def __init__(self, compute: Callable[[Any], R]):
        self.compute = compute
        self.name = f"{compute.__module__}.{compute.__qualname__}"

    @overload
    def __get__(self, handle: None, owner: type) -> "cached_property[R]": ...
    @overload
    def __get__(self, handle: object, owner: type) -> R: ...
    def __get__(self, handle: object | None, owner: type) -> "R | cached_property[R]":
        if handle is None:
            return self
        return cast(R, store.get((self.name, key_of(handle)), lambda: self.compute(handle)))

    def keep(self, handle: object, value: R) -> None:
        """Keep what is kept anew: its size has changed."""
        store.keep((self.name, key_of(handle)), value)

    def is_stored(self, handle: object) -> bool:
        """Whether it need not be computed."""
        return store.peek((self.name, key_of(handle))) is not MISSING
