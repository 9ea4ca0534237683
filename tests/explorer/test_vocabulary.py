"""The words of the menus, against the registries that compute what they name."""

from explorer import vocabulary
from explorer.latent.fields import FIELDS
from explorer.latent.frame import SPACINGS
from explorer.latent.paths import KINDS
from explorer.latent.sampling import SOURCES
from explorer.latent.subject import PIXEL_KINDS
from explorer.latent.values import VALUES


def test_the_choices_are_what_can_be_computed() -> None:
    assert tuple(vocabulary.LAYERS) == tuple(FIELDS)
    assert tuple(vocabulary.COLOURINGS) == tuple(VALUES)
    assert tuple(vocabulary.SOURCES) == tuple(SOURCES)
    assert vocabulary.SPACINGS == SPACINGS
    assert vocabulary.PIXEL_KINDS == PIXEL_KINDS
    assert vocabulary.WALKS == KINDS
    assert set(vocabulary.SELECTIONS) < set(VALUES)


def test_every_entry_of_a_menu_has_its_words() -> None:
    for entry in (*vocabulary.LAYERS.values(), *vocabulary.COLOURINGS.values()):
        assert entry.short and entry.title and entry.unit and entry.help
