"""The words of the menus, against the registries that compute what they name."""

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


def test_every_entry_of_a_menu_has_its_words() -> None:
    for entry in (*vocabulary.LAYERS.values(), *vocabulary.COLOURINGS.values()):
        assert entry.short and entry.title and entry.unit and entry.help


def test_what_a_colouring_needs_is_an_ability() -> None:
    assert {colouring.needs for colouring in vocabulary.COLOURINGS.values()} - {""} <= ABILITIES.keys()
