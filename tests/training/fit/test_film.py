"""The film of a training: when its moments are, what they hold."""

from pathlib import Path

import pytest
import torch

from tests.tiny import fit
from training import runs
from training.datasets import load
from training.families import LatentModel
from training.fit.film import chosen
from training.fit.schedule import film_steps, film_time


@pytest.mark.parametrize(("epochs", "steps"), [(1, 1), (1, 12), (3, 12), (40, 5), (84, 469), (1000, 3)])
def test_moments_are_dense_at_the_start_and_hold_the_first_and_the_last(epochs: int, steps: int) -> None:
    moments = film_steps(epochs, steps)
    assert moments == sorted(set(moments)) and moments[0] == 0 and moments[-1] == epochs * steps
    assert {steps * epoch for epoch in range(1, min(epochs, 5) + 1)} <= set(moments)
    assert all(moment % steps == 0 for moment in moments if moment > steps)
    assert len(moments) <= 62
    times = [film_time(*divmod_step(moment, steps), steps) for moment in moments]
    assert times == sorted(set(times))


def divmod_step(moment: int, steps: int) -> tuple[int, int]:
    """Epoch and step, both counted from 1, after which a moment is."""
    return ((moment - 1) // steps + 1, (moment - 1) % steps + 1) if moment else (0, steps)


def test_a_long_training_has_some_sixty_moments_twenty_of_them_in_its_first_epoch() -> None:
    moments = film_steps(84, 469)
    assert 55 <= len(moments) <= 62 and sum(0 < moment < 469 for moment in moments) >= 15
    assert moments[1] <= 4


@pytest.mark.parametrize("model", ["ae", "vae"])
def test_a_moment_holds_the_codes_and_the_terms_of_its_weights(checkpoints: Path, model: str) -> None:
    run = runs.load(model)
    film = runs.load_film(run.folder, 2)
    assert film is not None and film.codes.shape == (len(film.epochs), 600, 2)
    images = torch.from_numpy(load("mnist", train=False).pixels[:600]).float() / 255
    for epoch, entry in ((0, run.history[0]), (1, run.history[1]), (3, run.history[3])):
        network = runs.load_as(LatentModel, run, None if epoch == 3 else epoch)
        (k,) = (film.epochs == epoch).nonzero()[0].tolist()
        torch.testing.assert_close(film.codes[k].float(), network.encode(images)[0], atol=0.02, rtol=0.01)
        for key, value in entry["test"].items():
            assert film.terms[key][k].item() == pytest.approx(value, rel=1e-6)
    assert (film.epochs % 1 != 0).sum() >= 5  # within the first epoch
    between = film.codes[1:][(film.epochs[1:] < 1)]
    assert (between.float().diff(dim=0).abs().amax((1, 2)) > 0).all()  # it moves from moment to moment


@pytest.mark.parametrize(
    ("model", "fields"), [("vae", {"film": 0}), ("vae", {"holdout": 200}), ("classifier", {})]
)
def test_no_film_is_taken_where_none_is_wanted_or_none_can_be(
    checkpoints: Path, model: str, fields: dict[str, int]
) -> None:
    folder = fit("without", model, **fields)
    assert runs.load_film(folder, 2) is None and not (folder / runs.FILM).exists()


def test_a_film_of_fewer_images_says_which(checkpoints: Path) -> None:
    film = runs.load_film(fit("few", film=7), 2)
    assert film is not None and film.images.tolist() == [600 * k // 7 for k in range(7)]


def test_of_wide_codes_fewer_images_fit() -> None:
    assert len(chosen(10_000, 10_000, 60, 2)) == 10_000
    assert len(chosen(10_000, 10_000, 60, 1_000)) == 559
    assert chosen(3, 10_000, 60, 2).tolist() == [0, 1, 2]


def test_a_film_costs_a_run_a_few_megabytes() -> None:
    """60 moments of 10,000 images of the plane: 2 bytes a number."""
    assert len(film_steps(84, 469)) * 10_000 * 2 * 2 < 2.6e6


def test_a_run_that_is_trained_anew_loses_its_film(checkpoints: Path) -> None:
    folder = fit("vae", film=0, overwrite=True)
    assert not (folder / runs.FILM).exists()
