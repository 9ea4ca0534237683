"""The words of the menus, against the registries that compute what they name."""

import re

from explorer import vocabulary
from explorer.latent.layers import LAYERS
from explorer.latent.sampling import SOURCES
from explorer.latent.values import COLOURINGS
from training.families import ABILITIES


def test_the_choices_are_what_can_be_computed() -> None:
    assert tuple(vocabulary.LAYERS) == tuple(LAYERS)
    assert tuple(vocabulary.COLOURINGS) == tuple(COLOURINGS)
    assert tuple(vocabulary.SOURCES) == tuple(SOURCES)
    assert set(vocabulary.SELECTIONS) < set(COLOURINGS)


def test_the_tools_are_those_of_the_javascript() -> None:
    tabs = re.search(r"TOOLS = \[(.*)\]", vocabulary.TOOL_INDEX.read_text())
    assert tabs and set(vocabulary.TOOLS) == set(tabs[1].split(", ")) and "look" in vocabulary.TOOLS
    for name in vocabulary.TOOLS:
        source = (vocabulary.TOOL_INDEX.parent / f"{name}.js").read_text()
        assert f"export const {name} = {{" in source and f'name: "{name}"' in source


def test_every_entry_of_a_menu_has_its_words() -> None:
    for entry in (*vocabulary.LAYERS.values(), *vocabulary.COLOURINGS.values()):
        assert entry.short and entry.title and entry.unit and entry.help


def test_what_a_colouring_needs_is_an_ability() -> None:
    assert {colouring.needs for colouring in vocabulary.COLOURINGS.values()} - {""} <= ABILITIES.keys()
