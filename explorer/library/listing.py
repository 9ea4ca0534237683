"""Which runs there are, and which of them can do what."""

import os

from explorer.library import families, moments
from explorer.library.cached import cached
from training import runs
from training.runs import RunError


def names() -> list[str]:
    """The names of the runs that there are now. Raises RunError."""
    return runs.names()


def names_of(ability: str, unreadable: bool = True) -> list[str]:
    """The names of the runs that can do this, and of those that can't be read: pages say why.

    Raises RunError.
    """
    by_name = {name: family_of_run(name) for name in names()}
    return [n for n, f in by_name.items() if ability in families.abilities(f) or (unreadable and not f)]


def on_maps() -> list[str]:
    """The names of the runs that a map can show, or whose error it should. Raises RunError."""
    return names_of("decode")


def stamp(name: str) -> str:
    """Changes whenever the run's files do. Raises RunError for what can't name a run."""
    return runs.stamp(moments.split(name)[0])


def unusable() -> dict[str, str]:
    """The folders beside the runs that are none, by name, and why. Raises RunError."""
    return runs.unusable()


def folder() -> str:
    """The folder of the runs."""
    return str(runs.root())


def told(error: Exception) -> str:
    """What a failure says to people: files by their place below the folder of the runs.

    Where on the server that folder lies is nobody's business.
    """
    text = str(error)
    for place in filter(None, (runs.root(), runs.shipped())):
        text = text.replace(f"{place}{os.sep}", f"{place.name}{os.sep}").replace(str(place), place.name)
    return text


def family_of_run(name: str) -> str:
    """What the run's configuration says it is, now; "" where that can't be read."""
    return family(name, stamp(name))


@cached
def family(name: str, stamp: str) -> str:
    """What a run's configuration says it is; "" where that can't be read."""
    try:
        return families.family_of_config(runs.load_config(runs.folder_of(name)))
    except RunError:
        return ""
