"""The file of a film: what is read back, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from training import runs
from training.runs import Film, RunError
from training.runs.film import save_film

FILM = Film(
    torch.tensor([0.0, 0.25, 1.0], dtype=torch.float64),
    torch.tensor([0, 4]),
    torch.arange(12).reshape(3, 2, 2).half(),
    {"loss": torch.tensor([5.0, 4.0, 3.0])},
)


def test_a_film_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert runs.load_film(tmp_path, 2) is None
    save_film(tmp_path, FILM)
    film = runs.load_film(tmp_path, 2)
    assert film is not None and film.terms.keys() == {"loss"}
    for name in ("epochs", "images", "codes"):
        assert torch.equal(getattr(film, name), getattr(FILM, name))
    assert film.until(0.5).epochs.tolist() == [0, 0.25] and film.until(0.5).terms["loss"].tolist() == [5, 4]


FAULTS: dict[str, Callable[[], Film]] = {
    "of another width": lambda: replace(FILM, codes=FILM.codes[..., :1]),
    "in full precision": lambda: replace(FILM, codes=FILM.codes.float()),
    "a moment too few": lambda: replace(FILM, epochs=FILM.epochs[:2]),
    "in no order": lambda: replace(FILM, epochs=FILM.epochs.flip(0)),
    "an image twice": lambda: replace(FILM, images=torch.tensor([4, 4])),
    "an image before the first": lambda: replace(FILM, images=torch.tensor([-1, 4])),
    "no number": lambda: replace(FILM, codes=FILM.codes / 0),
    "a term of one moment": lambda: replace(FILM, terms={"loss": torch.tensor([1.0])}),
    "a term that is no number": lambda: replace(FILM, terms={"loss": torch.tensor([1.0, 2.0, torch.nan])}),
    "a time that is no number": lambda: replace(FILM, epochs=FILM.epochs * torch.nan),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_film_that_can_t_be_one_is_refused_with_the_reason(tmp_path: Path, fault: str) -> None:
    save_film(tmp_path, FAULTS[fault]())
    with pytest.raises(RunError, match=r"film.safetensors is damaged"):
        runs.load_film(tmp_path, 2)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    save_film(tmp_path, FILM)
    (tmp_path / runs.FILM).write_bytes((tmp_path / runs.FILM).read_bytes()[:-3])
    with pytest.raises(RunError, match="damaged"):
        runs.load_film(tmp_path, 2)
