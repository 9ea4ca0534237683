"""The values of a question, checked as they come."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

QUOTED_CHARACTERS = 40  # characters of a faulty message in an error
LARGEST_NUMBER = 1e10
LARGEST_FLOAT = 1e30  # of a code: its square is still a float32


def json_object(data: str | bytes) -> dict[str, Any]:
    """The JSON object that was sent. Raises ValueError."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected JSON, got {data[:QUOTED_CHARACTERS]!r}") from error
    if not isinstance(value, dict):
        raise ValueError(f"expected a JSON object, got {data[:QUOTED_CHARACTERS]!r}")
    return value


def number(query: Mapping[str, Any], name: str) -> float:
    """A finite number of the query. Raises ValueError."""
    try:
        value = float(query[name])
    except (KeyError, ValueError, TypeError, OverflowError):
        raise ValueError(f"{name} must be a number, got {query.get(name)!r}") from None
    if not math.isfinite(value) or abs(value) > LARGEST_NUMBER:
        raise ValueError(f"{name} must be a finite number below 1e10, got {value}")
    return value


def whole(query: Mapping[str, Any], name: str, low: int, high: int) -> int:
    """A whole number of the query, from low to high. Raises ValueError."""
    value = number(query, name)
    if value != int(value) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low:,} to {high:,}, got {query[name]!r}")
    return int(value)


def are_numbers(value: Any, count: int | None = None) -> bool:
    """A list of `count` numbers, or of any count, that are finite and stay so as float32."""
    if not isinstance(value, list) or count not in (None, len(value)):
        return False
    return all(
        isinstance(entry, int | float) and not isinstance(entry, bool) and abs(entry) < LARGEST_FLOAT
        for entry in value
    )


def rows(query: Mapping[str, Any], name: str, least: int, most: int, width: int) -> np.ndarray:
    """Lists of `width` numbers each, float32 (k, width): points of a map, or codes. Raises ValueError."""
    value = query.get(name)
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise ValueError(f"{name} must be a list of {least} to {most:,} lists of {width} finite numbers")
    if not all(are_numbers(row, width) for row in value):
        raise ValueError(f"{name} must hold lists of {width} finite numbers")
    return np.array(value, np.float32)


def indices(query: Mapping[str, Any], name: str, count: int, most: int) -> np.ndarray:
    """Numbers of test images, int (k,), each below `count`. Raises ValueError."""
    value = query.get(name)
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise ValueError(f"{name} must be a list of 1 to {most:,} numbers of test images")
    if not all(type(entry) is int and 0 <= entry < count for entry in value):
        raise ValueError(f"{name} must be whole numbers from 0 to {count - 1}")
    return np.array(value)


def octets(query: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A list of bytes as an array of this shape, uint8. Raises ValueError."""
    value = query.get(name)
    count = math.prod(shape)
    if not isinstance(value, list) or len(value) != count:
        raise ValueError(f"{name} must be a list of {count} whole numbers from 0 to 255")
    if not all(type(entry) is int and 0 <= entry < 256 for entry in value):
        raise ValueError(f"{name} must be a list of {count} whole numbers from 0 to 255")
    return np.array(value, np.uint8).reshape(shape)


def choice(query: Mapping[str, Any], name: str, options: tuple[str, ...]) -> str:
    """One of several words. Raises ValueError, which lists them."""
    value = query.get(name)
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} is {value!r}; allowed are {', '.join(options)}")
    return value


def is_uint32(value: Any) -> bool:
    """Whether a value can be the number of a question."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32
