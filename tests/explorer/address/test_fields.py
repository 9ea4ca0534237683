"""The fields of an address: read, checked, written."""

import math

import pytest

from explorer.address import fields
from explorer.address.fields import Code, Field, RunName
from explorer.address.page_fields import QUESTION, SCENE
from training.families import fields_of as settings_of

CODE = Field(None, Code | None)
FIELDS = SCENE.fields | QUESTION.fields


@pytest.mark.parametrize("name", FIELDS)
def test_a_default_is_allowed_and_read_as_it_was_written(name: str) -> None:
    field = FIELDS[name]
    assert field.allows(field.default)
    assert field.parse_text(field.write(field.default)) == field.default


@pytest.mark.parametrize("d", [1, 2, 3, 784, 1_000])
def test_a_code_has_any_number_of_dimensions(d: int) -> None:
    code = [0.5] * d
    assert CODE.allows(code) and CODE.parse_text(CODE.write(code)) == code


@pytest.mark.parametrize("code", [[], [0] * 1_001, [math.inf, 0], [math.nan], ["1"], [True], "1", 3, {}])
def test_a_code_is_finite_numbers(code: object) -> None:
    assert not CODE.allows(code)


def test_a_code_has_room_for_every_training() -> None:
    dimensions = settings_of("vae")["latent_dim"]
    assert dimensions.metadata["high"] <= fields.MOST_DIMENSIONS


@pytest.mark.parametrize("name", ["3", "1e5", "true", "null"])
def test_a_run_may_be_named_like_a_number(name: str) -> None:
    field = Field("vae", RunName)
    assert field.parse_text(name) == name and field.allows(name)


def test_lists_are_not_shared() -> None:
    assert SCENE.defaults()["hidden"] is not SCENE.defaults()["hidden"]
