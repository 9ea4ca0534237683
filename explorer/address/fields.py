"""The fields of an address: each has a default and a type, and is read and written as a text."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from training.kit.names import PATTERN

LARGEST_NUMBER = 1e9  # maps and float32 end long before
LARGEST_VIEW = 1e6  # z: how far out a map can be moved
SMALLEST_VIEW = 1e-6  # z: how narrow a map can be made
SQUARE_TOLERANCE = 1e-3  # share by which the sides of a view may differ
MOST_DIMENSIONS = 1_000  # of a code
MOST_CLASSES = 1_000  # of a data set

RunName = Annotated[str, Meta(pattern=PATTERN)]
Real = Annotated[float, Meta(gt=-LARGEST_NUMBER, lt=LARGEST_NUMBER)]
Code = Annotated[list[Real], Meta(min_length=1, max_length=MOST_DIMENSIONS)]  # z: d numbers
ViewEdge = Annotated[float, Meta(gt=-LARGEST_VIEW, lt=LARGEST_VIEW)]


class View(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """The square of the plane that a map shows: [left, right, bottom, top]."""

    left: ViewEdge
    right: ViewEdge
    bottom: ViewEdge
    top: ViewEdge

    def __post_init__(self) -> None:
        width = self.right - self.left
        height = self.top - self.bottom
        if not SMALLEST_VIEW < width < LARGEST_VIEW or abs(width - height) >= SQUARE_TOLERANCE * width:
            raise ValueError("a view is a square")


@dataclass(frozen=True)
class Field:
    """One value of an address: its default, and the type of what else it may be."""

    default: Any
    type: Any  # as msgspec checks it

    def allows(self, value: Any) -> bool:
        return is_of(value, self.type)

    def parse_text(self, text: str) -> Any:
        """The value of a text: JSON where it is JSON and the field is no text; else the text as it stands."""
        value = json_or_text(text)
        return text if isinstance(self.default, str) and not isinstance(value, str) else value

    def write(self, value: Any) -> str:
        """The text that `parse_text` reads as this value."""
        return value if isinstance(value, str) else json.dumps(value)


def choice(default: str, options: Collection[str]) -> Field:
    """One of several words."""
    return Field(default, Literal[tuple(options)])


def whole(default: int, low: int = 0, high: int = 10**6) -> Field:
    """A whole number from low to high."""
    return Field(default, Annotated[int, Meta(ge=low, le=high)])


def wholes(most: int, low: int = 0) -> Field:
    """A list of at most so many whole numbers, each at least `low`."""
    return Field([], Annotated[list[Annotated[int, Meta(ge=low)]], Meta(max_length=most)])


def each(names: Iterable[str], kind: Any) -> Field:
    """A value for each of several names, or None, as a JSON object: {"left": ..., "right": ...}."""
    names = tuple(names)
    object_type = msgspec.defstruct(
        "Each", [(name, kind | None) for name in names], forbid_unknown_fields=True
    )
    return Field(dict.fromkeys(names), object_type)


def is_of(value: Any, kind: Any) -> bool:
    """Whether a value is of a type, as msgspec checks it."""
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError, OverflowError):  # half a surrogate, a number beyond all
        return False
    return True


def json_or_text(text: str) -> Any:
    """The JSON value of a text, or the text itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
