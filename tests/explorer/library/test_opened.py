"""A run, opened: one handle for one training of it, what it can do, and what it says it can't."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer import library
from explorer.latent import coding
from explorer.latent.values import AbsentError
from explorer.library import opened
from tests.tiny import fit, tiny
from training import datasets, runs
from training.families import LatentModel, configured
from training.fit import devices
from training.fit.batches import load_images
from training.fit.events import Epoch
from training.fit.loop import fit as training_events
from training.runs import RunError


def test_a_handle_is_one_for_a_stamp(checkpoints: Path) -> None:
    one = library.open("vae")
    assert library.open("vae") is one and one.model is one.model
    path = checkpoints / "vae" / "metrics.json"
    path.write_text("{}")
    other = library.open("vae")
    assert other is not one and other.stamp != one.stamp


def test_a_handle_that_has_read_its_model_stays_with_it(checkpoints: Path) -> None:
    before = library.open_map("vae")
    z = before.codes.mean.copy()
    fit("vae", overwrite=True, seed=5)
    assert np.array_equal(before.codes.mean, z)
    assert not np.array_equal(library.open_map("vae").codes.mean, z)


def test_no_answer_mixes_two_trainings(checkpoints: Path) -> None:
    fit("vae", overwrite=True, seed=4)  # a stamp that no other test has opened
    before = library.open_map("vae")
    fit("vae", overwrite=True, seed=5)
    with pytest.raises(RunError, match="trained anew in the meantime"):
        _ = before.model


def test_a_run_that_is_written_while_it_is_read_is_not_opened(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit("vae", overwrite=True, seed=4)
    load = runs.load

    def interrupted(name: str, unfinished: bool) -> runs.Run:
        run = load(name, unfinished)
        os.utime(checkpoints / name / "weights.safetensors", ns=(1, 1))
        return run

    monkeypatch.setattr(opened.runs, "load", interrupted)
    with pytest.raises(RunError, match="written while it was read"):
        library.open("vae")


def test_what_is_kept_is_read_only(checkpoints: Path) -> None:
    run = library.open_map("vae")
    arrays = [run.codes.mean, run.codes.sd, run.test.images, run.aggregate.density, run.unfolded.ring]
    arrays += [stage.points for stage in run.unfolded.stages]
    arrays += [run.point_values("error"), run.walk("straight", ((0.0, 0.0), (1.0, 1.0)), 5, False).images]
    arrays += [run.layer("density", (-2.0, 2.0, -2.0, 2.0), 8).values, run.sample("prior", 3, 0).z]
    assert not any(array.flags.writeable for array in arrays if array is not None)


@pytest.mark.parametrize(
    ("name", "abilities"),
    [
        ("ae", {"encode", "decode", "encoder"}),
        ("vae", {"encode", "decode", "encoder", "prior", "posterior", "evidence"}),
        ("exact", {"encode", "decode", "prior", "posterior", "evidence"}),
        ("classifier", {"classify"}),
    ],
)
def test_a_run_says_what_it_can_do(
    checkpoints: Path, exact: Path, classifier: Path, name: str, abilities: set[str]
) -> None:
    every = {"encode", "decode", "encoder", "prior", "posterior", "evidence", "classify"}
    run = library.open(name)
    assert {ability for ability in every if run.can(ability)} == abilities
    for ability in every:
        assert bool(run.lack(ability)) != run.can(ability)
    assert not run.lack("decode") or "no code" in run.lack("decode")


def test_what_a_run_can_t_do_is_refused_in_its_own_words(checkpoints: Path) -> None:
    run = library.open_map("ae")
    words = r"ae: A plain autoencoder has no prior and no q\(z\|x\), and so no log p\(x\)\."
    for question in (lambda: run.spread, lambda: run.aggregate, lambda: run.point_values("kl")):
        with pytest.raises(AbsentError, match=words):
            question()
    with pytest.raises(ValueError, match=words):
        run.posterior(np.zeros(run.dataset.pixels, np.float32))


def test_runs_are_listed_by_what_they_can_do(checkpoints: Path, exact: Path, classifier: Path) -> None:
    assert library.names_of("evidence") == ["exact", "vae"]
    assert library.names_of("classify") == ["classifier"]
    (checkpoints / "broken").mkdir()
    (checkpoints / "broken" / "config.json").write_bytes(b"\x00")
    assert library.names_of("evidence") == ["broken", "exact", "vae"], "a page says what is wrong with it"
    assert library.names_of("classify", unreadable=False) == ["classifier"]


def test_the_classifier_is_found_by_what_it_can_do(checkpoints: Path, classifier: Path) -> None:
    dataset = datasets.of_name("mnist")
    assert opened.classifier_of(dataset).name == "classifier"
    classifier.rename(checkpoints / "judge")
    assert opened.classifier_of(dataset).name == "judge"
    assert library.open_map("vae").layer("regions", (-2.0, 2.0, -2.0, 2.0), 8).classes is not None


def test_a_classifier_of_another_data_set_is_none(checkpoints: Path, classifier: Path) -> None:
    path = classifier / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"dataset": "fashion-mnist"}))
    with pytest.raises(RunError, match=r"no classifier of .*training\.train classifier --dataset mnist"):
        opened.classifier_of(datasets.of_name("mnist"))
    assert "no classifier" in library.open_map("vae").sample("prior", 3, 0).reason


def test_an_unfinished_classifier_says_so(checkpoints: Path, classifier: Path) -> None:
    (classifier / "weights.safetensors").unlink()
    with pytest.raises(RunError, match="Run 'classifier' has kept no epoch yet"):
        opened.classifier_of(datasets.of_name("mnist"))
    interrupted("classifier", "classifier", 2)
    library.forget()
    with pytest.raises(RunError, match="Run 'classifier' is unfinished"):
        opened.classifier_of(datasets.of_name("mnist"))


def interrupted(name: str, model: str, epochs: int) -> Path:
    """A tiny training that was interrupted after so many epochs. Returns its folder."""
    config = configured(model, **tiny(model))
    process = devices.join("cpu")
    folder = runs.create(name, config, overwrite=True)
    for event in training_events(name, config, process, *load_images(config, process, None)):
        if isinstance(event, Epoch) and event.epoch == epochs:
            break
    return folder


@pytest.mark.parametrize("model", ["vae", "exact"])
def test_an_unfinished_run_is_shown_at_its_last_epoch_and_says_how_far_it_is(
    checkpoints: Path, model: str
) -> None:
    folder = interrupted("under way", model, 2)
    run = library.open_map("under way")
    assert run.title.endswith(": training, epoch 2 of 3") and run.measured == {}
    assert [entry["epoch"] for entry in run.run.history] == [0, 1, 2]
    whole = runs.load("under way", unfinished=True)
    expected = runs.load_as(LatentModel, whole)
    z = np.array([[0.3, -0.4]], np.float32)
    assert np.array_equal(coding.decode(run.model, z), coding.decode(expected, z))
    if model == "vae":
        film = run.film
        assert film.epochs[-1] == 2 == film.kept[-1] and max(film.kept[:-1]) < 2
        weights = runs.load_state(folder)[0]
        assert torch.equal(weights["model.decoder.0.weight"], run.model.state_dict()["decoder.0.weight"])
    before = run.stamp
    for file in (runs.STATE, runs.EVENTS):
        os.utime(folder / file, (time.time() - 600,) * 2)
    library.forget()
    again = library.open_map("under way")
    assert again.title.endswith(": stopped, epoch 2 of 3") and again.stamp != before


def test_a_model_of_an_epoch_that_is_no_longer_kept_is_not_read(checkpoints: Path) -> None:
    interrupted("under way", "vae", 1)
    run = runs.load("under way", unfinished=True)
    interrupted("under way", "vae", 2)
    with pytest.raises(RunError, match="trained on in the meantime"):
        runs.load_model(run)


def test_metrics_of_another_form_are_none(checkpoints: Path) -> None:
    (checkpoints / "vae" / "metrics.json").write_text('{"values": 3, "left_out": [], "images": {"gap": 1}}')
    run = library.open("vae")
    assert run.measured == run.left_out == run.gaps == {}
