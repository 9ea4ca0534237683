"""The runs that are shown where an address names none."""

from collections.abc import Collection, Sequence

from explorer.address.page_fields import DEFAULT_RUNS, QUESTION, SIDES
from explorer.library.listing import family_of_run, names_of, on_maps


def default_maps() -> dict[str, str]:
    """The run of each map: the usual one where it is there. Raises RunError."""
    return dict(zip(SIDES, in_place_of(DEFAULT_RUNS, on_maps()), strict=True))


def default_in_question() -> str:
    """The run of the pages about one image: the usual one where it is there. Raises RunError."""
    return in_place_of([QUESTION.fields["run"].default], names_of("evidence"))[0]


def in_place_of(usual: Sequence[str], names: Sequence[str]) -> list[str]:
    """As many runs as usual ones: each itself if it is there, else one beside the others.

    Where there is no run at all, the usual names.
    """
    if not names:
        return list(usual)
    chosen = [name for name in usual if name in names]
    result = []
    for name in usual:
        if name not in names:
            name = beside(chosen, names) or next((n for n in names if n not in chosen), chosen[0])
            chosen.append(name)
        result.append(name)
    return result


def beside(chosen: Collection[str], names: Sequence[str]) -> str | None:
    """A run of another family than these, a usual one rather than another; None if there is none."""
    families = {family_of_run(name) for name in chosen}
    others = [name for name in names if family_of_run(name) not in families]
    return min(others, key=lambda name: name not in DEFAULT_RUNS, default=None)
