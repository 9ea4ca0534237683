"""Training: seeds, learning, the history, and the errors a user can meet. Interruptions: test_resume.py."""

import math
import os
from pathlib import Path

import pytest
import torch

from tests.tiny import FLAGS, Command, contents, fit, flags
from training import datasets, families, runs
from training.families import FAMILIES, Batch, configured
from training.families.vae import VAE
from training.fit import devices
from training.fit.batches import load_images
from training.fit.loop import NonFiniteLossError
from training.kit.precision import flushes_denormals, full_precision, training_precision


@pytest.mark.parametrize("model", FAMILIES)
def test_the_same_seed_gives_the_same_weights_bit_for_bit(classifier: Path, exact: Path, model: str) -> None:
    again, other = fit("again", model), fit("other", model, seed=1)
    assert contents(again) == contents(classifier.parent / model)
    assert (other / runs.WEIGHTS).read_bytes() != (again / runs.WEIGHTS).read_bytes()


def test_training_leaves_torch_as_it_was(no_runs: Path) -> None:
    torch.set_float32_matmul_precision("high")
    try:
        fit("it", epochs=1)
        assert torch.get_float32_matmul_precision() == "high"
        assert not flushes_denormals() and not torch.backends.cudnn.deterministic
        with pytest.raises(NonFiniteLossError):
            fit("wild", lr=1e30)
        assert torch.get_float32_matmul_precision() == "high" and not flushes_denormals()
    finally:
        torch.set_float32_matmul_precision("highest")


def test_training_is_fast_while_it_lasts() -> None:
    with training_precision():
        assert torch.get_float32_matmul_precision() == "medium"
        assert flushes_denormals() and torch.backends.cudnn.deterministic
        with full_precision():
            assert torch.get_float32_matmul_precision() == "highest"
        assert torch.get_float32_matmul_precision() == "medium"


def test_the_history_is_measured_in_full_precision(no_runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    forward = VAE.forward

    def spied(model: VAE, *inputs: Batch) -> dict[str, torch.Tensor]:
        measured.append((torch.is_grad_enabled(), torch.get_float32_matmul_precision()))
        return forward(model, *inputs)

    monkeypatch.setattr(VAE, "forward", spied)
    fit("it", epochs=1)
    assert set(measured) == {(True, "medium"), (False, "highest")}


def test_a_little_training_learns(no_runs: Path) -> None:
    run = runs.load(fit("it", width=64, limit=3000, epochs=6, lr=5e-3).name)
    losses = [entry["test"]["loss"] for entry in run.history]
    loaded = load_images(run.config, devices.join("cpu"), None)
    images, test = (part.tensors[0].double() / 255 for part in loaded)
    mean = images.mean(0).clamp(1e-6, 1 - 1e-6)  # what a model that ignores z can know: 200 nats
    blind = torch.nn.functional.binary_cross_entropy(mean.expand_as(test), test, reduction="sum") / len(test)
    assert losses[0] > 500 and losses[-1] < blind - 20
    assert losses == sorted(losses, reverse=True)


def test_a_little_training_on_the_evidence_learns(no_runs: Path) -> None:
    run = runs.load(fit("it", "exact", width=64, limit=3000, epochs=6, lr=5e-3, lattice=233).name)
    losses = [entry["test"]["loss"] for entry in run.history]
    assert losses[0] > 500 and losses[-1] < 190 and losses[1:] == sorted(losses[1:], reverse=True)


def test_a_little_training_tells_digits_apart(no_runs: Path) -> None:
    run = runs.load(fit("it", "classifier", width=64, limit=2000).name)
    first, *_, last = (entry["test"] for entry in run.history)
    assert 0.8 < first["error"] and abs(first["loss"] - math.log(10)) < 0.1, "untrained, it guesses"
    assert last["error"] < 0.15 and last["loss"] < 0.5
    model, (_, test) = runs.load_model(run), load_images(run.config, devices.join("cpu"), None)
    x, labels = test.tensors[0] / 255, test.tensors[1]
    answers = model.probabilities(x).argmax(1)
    assert (answers != labels).double().mean().item() == pytest.approx(last["error"], abs=1e-4)


def test_the_history_holds_every_term_of_every_epoch(exact: Path) -> None:
    inferred = {"loss", "reconstruction", "kl"}
    for name, terms in (("ae", {"loss", "reconstruction"}), ("vae", inferred), ("exact", inferred)):
        first, *rest = runs.load(name).history
        assert first["epoch"] == 0 and first["train"] is None and first["test"].keys() == terms
        assert [entry["epoch"] for entry in rest] == [1, 2, 3]
        for entry in rest:
            assert entry["train"].keys() == entry["test"].keys() == terms
            assert entry["images_per_second"] > 0
            assert math.isclose(entry["test"]["loss"], sum(entry["test"].values()) / 2, rel_tol=1e-3)


def test_a_finished_run_can_not_be_resumed(checkpoints: Path, command: Command) -> None:
    before = contents(checkpoints / "vae")
    assert "is finished: there is nothing to resume" in command("vae", "--resume")
    assert contents(checkpoints / "vae") == before


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["vae", "--resume", "--lr", "0.1"], "lr is 0.002 in run 'vae', not 0.1"),
        (["vae", "--resume", "--no-binarize"], "binarize is True in run 'vae', not False"),
        (["ae", "--run", "vae", "--resume"], "model is 'vae' in run 'vae', not 'ae'"),
        (["ae", "--resume", "--beta", "2"], "beta is 2.0; model 'ae' has no use for it"),
        (
            ["vae", "--run", "vae", "--resume", "--lattice", "89"],
            "lattice is 89; model 'vae' has no use for it",
        ),
        (["vae", "--run", "nobody", "--resume"], "There is no run 'nobody' in"),
        (["vae", "--run", "../vae", "--resume"], "can't name a run"),
        (["vae"], "Run 'vae' exists"),
        (["vae", "--lr", "nan"], "lr is nan"),
        (["classifier", "--latent-dim", "3"], "latent_dim is 3; model 'classifier' has no use for it"),
        (["exact", "--latent-dim", "3"], "latent_dim is 3; model 'exact' has no use for it"),
        (["vae", "--lattice", "89"], "lattice is 89; model 'vae' has no use for it"),
        (["classifier", "--run", "vae", "--resume"], "model is 'vae' in run 'vae', not 'classifier'"),
        (["vae", "--overwrite", "--limit", "100"], "batch_size is 128, and there are only 100 images: take"),
        (["vae", "--overwrite", "--holdout", "60000"], "holdout is 60000"),
        (["vae", "--overwrite", "--device", "mps"], "device 'mps' is not there; this machine has"),
        (
            ["vae", "--overwrite", "--width", "10000", "--encoder-blocks", "100", "--decoder-blocks", "100"],
            "the network and what training keeps of it need 320.",
        ),
    ],
)
def test_a_wrong_command_is_an_error_and_touches_nothing(
    checkpoints: Path, command: Command, arguments: list[str], says: str
) -> None:
    before = contents(checkpoints / "vae")
    ended = command(*arguments)
    assert ended.startswith("error: ") and says in ended
    assert contents(checkpoints / "vae") == before and runs.names() == ["ae", "vae"]


def test_without_its_data_set_a_run_is_not_begun(
    checkpoints: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise datasets.DataError("kmnist could not be downloaded")

    monkeypatch.setattr(datasets, "load", refuse)
    assert command("vae", "--overwrite", "--dataset", "kmnist") == "error: kmnist could not be downloaded"
    assert runs.load("vae")


def test_memory_that_is_used_up_is_told_before_a_run_is_cleared(
    checkpoints: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(checkpoints / "vae")

    def refuse(config: object) -> None:
        if not torch.get_default_device().type == "meta":
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")
        return build(config)

    build = families.build
    monkeypatch.setattr(families, "build", refuse)
    assert command("vae", "--overwrite").startswith("error: memory is used up. Choose a smaller --width")
    assert contents(checkpoints / "vae") == before


def test_overwrite_trains_anew(checkpoints: Path, command: Command) -> None:
    assert command("vae", "--overwrite", *FLAGS, "--seed", "1") == ""
    assert runs.load("vae").config.seed == 1 and len(runs.load("vae").history) == 4


@pytest.mark.parametrize("model", ["vae", "exact", "classifier"])
def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_state(
    checkpoints: Path, command: Command, model: str
) -> None:
    ended = command(model, "--run", "wild", *flags(model), "--lr", "1e30")
    assert ended.startswith("error: the loss is") and "--lr (now 1e+30)" in ended
    assert "at step 2 of 12 in epoch 1" in ended and "state of epoch 0 is kept" in ended
    assert not (checkpoints / "wild" / runs.WEIGHTS).exists()
    assert runs.load_state(checkpoints / "wild")[1] == 0


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_the_loss_itself_is_watched_not_its_gradient_alone(
    checkpoints: Path, command: Command, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    forward, calls = VAE.forward, iter(range(1000))

    def spoilt(self: VAE, *batch: Batch) -> dict[str, torch.Tensor]:
        terms = forward(self, *batch)
        if self.training and torch.is_grad_enabled() and next(calls) == 16:  # the gradient stays finite
            terms["loss"] = terms["loss"] + value
        return terms

    with monkeypatch.context() as patch:
        patch.setattr(VAE, "forward", spoilt)
        ended = command("vae", "--run", "wild", *FLAGS)
    assert f"the loss is {value} nats" in ended and "at step 5 of 12 in epoch 2" in ended
    assert command("vae", "--run", "wild", "--resume") == ""  # without the spoiler: nothing was lost
    assert contents(checkpoints / "wild") == contents(checkpoints / "vae")


def test_a_full_disk_stops_the_training_and_keeps_the_last_good_state(
    checkpoints: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync, state = os.fsync, checkpoints / "big" / "state.safetensors"

    def fills(descriptor: int) -> None:
        if state.exists() and runs.load_state(state.parent)[1] == 1:
            raise OSError(28, os.strerror(28))
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fills)
        ended = command("vae", "--run", "big", *FLAGS)
    assert "No space left on device" in ended and "--resume" in ended and "Free at least" in ended
    assert runs.load_state(checkpoints / "big")[1] == 1
    assert command("vae", "--run", "big", "--resume") == ""
    assert contents(checkpoints / "big") == contents(checkpoints / "vae")


def test_holdout_and_limit_choose_the_images() -> None:
    alone = devices.join("cpu")
    images, test = load_images(configured("vae"), alone, None)
    (x, labels), (x_test, labels_test) = images.tensors, test.tensors
    assert x.shape == (60_000, 784) and x_test.shape == (10_000, 784) and x.dtype == torch.uint8
    assert labels.shape == (60_000,) and labels_test.tolist()[:5] == [7, 2, 1, 0, 4]
    kept, held = load_images(configured("vae", holdout=5000), alone, None)
    assert torch.equal(torch.cat([kept.tensors[0], held.tensors[0]]), x)
    assert torch.equal(torch.cat([kept.tensors[1], held.tensors[1]]), labels) and len(held) == 5000
    few, test = load_images(configured("vae", limit=300), alone, None)
    assert torch.equal(few.tensors[0], x[:300]) and torch.equal(few.tensors[1], labels[:300])
    assert torch.equal(test.tensors[0], x_test[:300]) and len(test) == 300
    few, held = load_images(configured("vae", limit=300, holdout=200), alone, None)
    assert torch.equal(few.tensors[0], x[:300]) and torch.equal(held.tensors[1], labels[-200:])
