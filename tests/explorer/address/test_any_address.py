"""Whatever an address holds, every field has an allowed value, which is written and read alike."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from explorer.address.page_fields import QUESTION, SCENE
from explorer.address.schema import Schema
from tests.training.runs.test_any_content import QUICK, VALUES
from training.kit.names import is_plain

SCHEMAS = some.sampled_from([SCENE, QUESTION])
NAMES = some.sampled_from([*SCENE.fields, *QUESTION.fields, "surprise"])


@settings(QUICK, max_examples=150)
@given(schema=SCHEMAS, texts=some.dictionaries(NAMES, some.text(max_size=30) | VALUES.map(json.dumps)))
def test_any_text_is_a_value_that_is_allowed(schema: Schema, texts: dict[str, str]) -> None:
    values = schema.checked(schema.parse_texts(texts))
    assert values.keys() == schema.fields.keys()
    assert all(
        field.allows(values[name]) for name, field in schema.fields.items() if values[name] != field.default
    )
    again = schema.checked(schema.parse_texts(schema.address(values)))
    assert again == values
    assert set(schema.refused(texts)) <= texts.keys()


@settings(QUICK, max_examples=150)
@given(name=some.text(max_size=70))
def test_a_name_in_an_address_is_one_that_can_name_a_run(name: str) -> None:
    values: dict[str, Any] = QUESTION.checked({"run": name})
    assert (values["run"] == name) == (is_plain(name) or name == "vae")
