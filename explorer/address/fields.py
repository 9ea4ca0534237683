"""The fields of an address: each knows its default, what it allows, and how it is read and written."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # of a run
LARGEST_NUMBER = 1e9  # maps and float32 end long before
LARGEST_VIEW = 1e6  # z: how far out a map can be moved
SMALLEST_VIEW = 1e-6  # z: how narrow a map can be made
SQUARE_TOLERANCE = 1e-3  # share by which the sides of a view may differ
MOST_DIMENSIONS = 1_000  # of a code
MOST_CLASSES = 1_000  # of a data set


@dataclass(frozen=True)
class Field:
    """One value of an address: its default, and what else it may be."""

    default: Any

    def allows(self, value: Any) -> bool:
        raise NotImplementedError

    def limits(self) -> str:
        """What is allowed, in words."""
        raise NotImplementedError

    def parse_text(self, text: str) -> Any:
        """The value of a text: JSON where it is JSON, else the text itself."""
        return json_or_text(text)

    def write(self, value: Any) -> str:
        """The text that `parse_text` reads as this value."""
        return value if isinstance(value, str) else json.dumps(value)


@dataclass(frozen=True)
class Text(Field):
    """A text: read as it stands, also where it looks like a number."""

    default: str

    def parse_text(self, text: str) -> str:
        value = json_or_text(text)
        return value if isinstance(value, str) else text


@dataclass(frozen=True)
class Name(Text):
    """The name of a run."""

    def allows(self, value: Any) -> bool:
        return isinstance(value, str) and NAME.fullmatch(value) is not None

    def limits(self) -> str:
        return "letters, digits, '.', '_' and '-', at most 64"


@dataclass(frozen=True)
class Choice(Text):
    """One of several words."""

    options: Sequence[str] = ()

    def allows(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.options

    def limits(self) -> str:
        return ", ".join(self.options)


@dataclass(frozen=True)
class Phrase(Text):
    """A text of a certain form."""

    form: str = ""  # a regular expression
    words: str = ""  # the form, for people

    def allows(self, value: Any) -> bool:
        return isinstance(value, str) and re.fullmatch(self.form, value) is not None

    def limits(self) -> str:
        return self.words


@dataclass(frozen=True)
class Switch(Field):
    """On or off."""

    default: bool

    def allows(self, value: Any) -> bool:
        return isinstance(value, bool)

    def limits(self) -> str:
        return "true, false"


@dataclass(frozen=True)
class Whole(Field):
    """A whole number, from low to high."""

    default: int
    low: int = 0
    high: int = 10**6

    def allows(self, value: Any) -> bool:
        return type(value) is int and self.low <= value <= self.high

    def limits(self) -> str:
        return f"whole numbers from {self.low:,} to {self.high:,}"


@dataclass(frozen=True)
class Number(Field):
    """A number, from low to high."""

    default: float
    low: float = -LARGEST_NUMBER
    high: float = LARGEST_NUMBER

    def allows(self, value: Any) -> bool:
        return is_number(value) and self.low <= value <= self.high

    def limits(self) -> str:
        return f"numbers from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Code(Field):
    """A code z: d finite numbers; or None."""

    default: None = None

    def allows(self, value: Any) -> bool:
        return value is None or is_code(value)

    def limits(self) -> str:
        return f"[z1, z2, ...] of 1 to {MOST_DIMENSIONS:,} finite numbers"


@dataclass(frozen=True)
class View(Field):
    """The square of the plane that a map shows, [left, right, bottom, top]; None: its own range."""

    default: None = None

    def allows(self, value: Any) -> bool:
        return value is None or is_view(value)

    def limits(self) -> str:
        return "[left, right, bottom, top] of a square"


@dataclass(frozen=True)
class Wholes(Field):
    """A list of whole numbers, each at least `low`."""

    default: list[int] = field(default_factory=list)
    low: int = 0
    most: int = 8

    def allows(self, value: Any) -> bool:
        if not isinstance(value, list) or len(value) > self.most:
            return False
        return all(type(entry) is int and entry >= self.low for entry in value)

    def limits(self) -> str:
        return f"at most {self.most:,} whole numbers, each at least {self.low}"


@dataclass(frozen=True)
class Each(Field):
    """A value of a field for each of several names, as a JSON object: {"left": ..., "right": ...}."""

    default: dict[str, Any]
    of: Field = field(default_factory=Code)

    def allows(self, value: Any) -> bool:
        if not isinstance(value, dict) or value.keys() != self.default.keys():
            return False
        return all(self.of.allows(entry) for entry in value.values())

    def limits(self) -> str:
        return f"for each of {', '.join(self.default)}: {self.of.limits()}"


def json_or_text(text: str) -> Any:
    """The JSON value of a text, or the text itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER


def is_code(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= MOST_DIMENSIONS and all(map(is_number, value))


def is_view(value: Any) -> bool:
    """[left, right, bottom, top] of a square within reach of float32."""
    if not isinstance(value, list) or len(value) != 4 or not all(map(is_number, value)):
        return False
    left, right, bottom, top = value
    width = right - left
    height = top - bottom
    if not SMALLEST_VIEW < width < LARGEST_VIEW or max(map(abs, value)) >= LARGEST_VIEW:
        return False
    result: bool = abs(width - height) < SQUARE_TOLERANCE * width
    return result
