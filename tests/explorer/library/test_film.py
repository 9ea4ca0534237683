"""The film as the explorer has it, and moments of a training as runs of their own."""

from pathlib import Path

import numpy as np
import pytest

from explorer import library
from explorer.latent import coding
from explorer.latent.values import AbsentError
from explorer.library import listing, moments
from training import runs
from training.runs import RunError


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Copies of one run have one stamp: what is kept of another test's is not of this one's."""
    library.forget()


@pytest.mark.parametrize("epoch", [0, 4, 0.25, 12.3457])
def test_a_moment_has_a_name_that_is_read_back(checkpoints: Path, epoch: float) -> None:
    assert moments.split(moments.name_at("my run", epoch)) == ("my run", epoch)


def test_a_run_that_is_called_like_a_moment_is_the_run(checkpoints: Path) -> None:
    (checkpoints / "ae").rename(checkpoints / "vae @ epoch 1")
    assert moments.split("vae @ epoch 1") == ("vae @ epoch 1", None)
    assert library.open_map("vae @ epoch 1").title == "Autoencoder"


def test_the_longest_name_has_moments_too(checkpoints: Path) -> None:
    name = "a" * 64
    assert moments.split(moments.name_at(name, 0.0213)) == (name, 0.0213)


OTHER_NAMES = [
    *("vae", "vae @ epoch", "vae @ epoch -1", "vae @ epoch 1e3", "@ epoch 1"),
    *("vae @ epoch 01", "vae @ epoch 1.0", "vae @ epoch 000001"),  # not as name_at writes it
]


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_other_names_are_those_of_runs(checkpoints: Path, name: str) -> None:
    assert moments.split(name) == (name, None)


def test_a_moment_decodes_and_encodes_by_the_weights_that_it_had(checkpoints: Path) -> None:
    run, moment = library.open_map("vae"), library.open_map("vae @ epoch 1")
    z = np.array([[0.3, -0.4]], np.float32)
    earlier = runs.load_model(run.run, 1)
    assert np.array_equal(coding.decode(moment.model, z), coding.decode(earlier, z))
    assert not np.array_equal(moment.codes.mean, run.codes.mean)
    assert np.array_equal(moment.codes.mean, run.codes_at(1))
    assert moment.stamp == run.stamp and moment.measured == {}


def test_a_moment_whose_weights_were_not_kept_is_refused_with_those_that_were(checkpoints: Path) -> None:
    with pytest.raises(RunError, match=r"no weights of epoch 7; it has those of 0, 0.*, 1, 2, 3\."):
        library.open_map("vae @ epoch 7")
    with pytest.raises(RunError, match="Epoch 3 is the last of run 'vae': it is the run itself"):
        library.open_map("vae @ epoch 3")
    with pytest.raises(RunError, match="There is no run 'nobody'"):
        library.open_map("nobody @ epoch 1")


def test_the_film_of_a_run_is_what_training_kept(checkpoints: Path) -> None:
    film = library.open_map("vae").film
    assert (
        film.kept[0] == 0 and set(film.kept) >= {0, 1, 2, 3} and set(film.kept) <= set(film.epochs.tolist())
    )
    assert film.codes.shape == (len(film.epochs), 600, 2)
    assert film.codes.dtype == np.float16 and film.terms.keys() == {"loss", "reconstruction", "kl"}
    left, right, bottom, top = film.windows[-1]
    assert right - left == pytest.approx(top - bottom)
    inside = (film.codes[-1] > [left, bottom]) & (film.codes[-1] < [right, top])
    assert 0.98 < inside.all(1).mean() <= 1


def test_a_run_of_before_has_a_film_of_the_weights_that_it_kept(checkpoints: Path) -> None:
    (checkpoints / "vae" / runs.FILM).unlink()
    run = library.open_map("vae")
    film = run.film
    assert film.epochs.tolist() == film.kept and len(film.images) == len(run.test.images)
    for k, epoch in enumerate(film.kept[:-1]):
        expected = library.open_map(moments.name_at("vae", epoch)).codes.mean
        np.testing.assert_allclose(film.codes[k], expected, atol=0.02, rtol=0.01)
    losses = [entry["test"]["loss"] for entry in run.run.history]
    assert film.terms["loss"][film.epochs % 1 == 0].tolist() == losses  # of a part of an epoch none was kept
    assert np.isnan(film.terms["loss"][film.epochs % 1 > 0]).all()


def test_a_run_without_earlier_weights_has_no_film_and_says_so(checkpoints: Path) -> None:
    for path in [checkpoints / "vae" / runs.FILM, *(checkpoints / "vae").glob("epoch-*")]:
        path.unlink()
    with pytest.raises(AbsentError, match="vae has no film of its training"):
        assert library.open_map("vae").film


def test_a_moment_changes_with_its_run(checkpoints: Path) -> None:
    assert listing.stamp("vae @ epoch 1") == listing.stamp("vae")
