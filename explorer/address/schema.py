"""A schema: the fields of an address by name, checked and written as one."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from explorer.address.fields import Field


@dataclass(frozen=True)
class Schema:
    """The fields of an address, by name."""

    fields: Mapping[str, Field]

    def defaults(self) -> dict[str, Any]:
        return {name: deepcopy(field.default) for name, field in self.fields.items()}

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A value for every field: the given one where it is allowed, the default elsewhere."""
        allowed = {n: v for n, v in values.items() if n in self.fields and self.fields[n].allows(v)}
        return self.defaults() | allowed

    def parse_texts(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """The values of those texts of an address that name a field, allowed or not."""
        return {
            name: self.fields[name].parse_text(text) for name, text in texts.items() if name in self.fields
        }

    def refused(self, texts: Mapping[str, str]) -> list[str]:
        """The names of an address that are no field, or whose value is not allowed."""
        values = self.parse_texts(texts)
        return [n for n in texts if n not in values or not self.fields[n].allows(values[n])]

    def address(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What differs from the defaults, as an address holds it."""
        return {
            name: field.write(values[name])
            for name, field in self.fields.items()
            if name in values and values[name] != field.default
        }
