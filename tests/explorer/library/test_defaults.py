"""The runs that are shown where an address names none."""

from collections.abc import Sequence

import pytest

from explorer.library import defaults, listing
from training.runs import RunError

FAMILIES = {"ae": "ae", "vae": "vae", "exact": "exact", "mine": "vae", "my ae": "ae"}


@pytest.fixture(autouse=True)
def families(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "family_of_run", FAMILIES.__getitem__)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["ae", "exact", "vae"], ["ae", "vae"]),
        (["exact", "mine", "vae"], ["exact", "vae"]),
        (["my ae", "vae"], ["my ae", "vae"]),
        (["mine", "vae"], ["mine", "vae"]),
        (["mine", "my ae"], ["mine", "my ae"]),
        (["mine"], ["mine", "mine"]),
        ([], ["ae", "vae"]),
    ],
)
def test_a_run_that_is_not_there_gives_its_place_to_one_of_another_family(
    names: Sequence[str], shown: list[str]
) -> None:
    assert defaults.in_place_of(["ae", "vae"], names) == shown


def test_beside_a_run_stands_a_usual_one_of_another_family() -> None:
    assert defaults.beside(["mine"], ["ae", "exact", "mine", "my ae"]) == "ae"
    assert defaults.beside(["vae"], ["exact", "mine", "my ae"]) == "exact"
    assert defaults.beside(["vae"], ["mine"]) is None


def test_people_are_not_told_where_the_runs_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKPOINTS", "/srv/secret/runs")
    error = RunError("/srv/secret/runs/ae/config.json is damaged (see /srv/secret/runs).")
    assert listing.told(error) == "runs/ae/config.json is damaged (see runs)."
