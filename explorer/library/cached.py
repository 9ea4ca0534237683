"""The one owner of caching: what is computed once, shared by all sessions, and read-only."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast, overload

import numpy as np
import streamlit as st

P = ParamSpec("P")
R = TypeVar("R")
HANDLES: dict[str | type[Any], Callable[[Any], Any]] = {  # what stands for a handle among arguments
    "explorer.library.opened.Opened": lambda handle: (handle.name, handle.stamp),
}


def cached(entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorates a function whose latest results, for so many different arguments, are kept.

    A handle among the arguments stands for one run at one stamp: a run that is trained anew is computed
    anew. Two callers at once wait for one computation. `clear()` of the function forgets the results.
    """

    def decorate(compute: Callable[P, R]) -> Callable[P, R]:
        @wraps(compute)
        def computed(*arguments: P.args, **named: P.kwargs) -> R:
            result = compute(*arguments, **named)
            freeze(result)
            return result

        resource = st.cache_resource(max_entries=entries, show_spinner=False, hash_funcs=HANDLES)(computed)
        return cast(Callable[P, R], resource)

    return decorate


class cached_property(Generic[R]):
    """A property of a handle that is computed once: `cached`, and after that an ordinary attribute.

    While the pointer moves, every message needs the model; an attribute is quicker than the cache.
    """

    def __init__(self, compute: Callable[[Any], R]):
        self.name = compute.__name__
        self.cached = cached(entries=12)(compute)  # as many as there are handles

    @overload
    def __get__(self, handle: None, owner: type) -> "cached_property[R]": ...
    @overload
    def __get__(self, handle: object, owner: type) -> R: ...
    def __get__(self, handle: object | None, owner: type) -> "R | cached_property[R]":
        if handle is None:
            return self
        result = self.cached(handle)
        handle.__dict__[self.name] = result
        return result


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
