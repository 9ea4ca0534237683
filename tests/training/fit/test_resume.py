"""Interrupted at any moment, a training resumes to the same bits. Real processes: test_processes.py."""

import json
from itertools import product
from pathlib import Path

import pytest
import torch

from tests.tiny import FLAGS, Command, contents, fit
from training import runs
from training.fit import loop, resume
from training.runs import writing


def break_at(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, call: int, after: bool = False
) -> None:
    """Interrupt the training at the call-th call of place.name, before it does anything or just after."""
    original, calls = getattr(place, name), iter(range(1, 1000))

    def interrupted(*arguments: object, **named: object) -> object:
        due = next(calls) == call
        if due and not after:
            raise KeyboardInterrupt
        result = original(*arguments, **named)
        if due:
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(place, name, interrupted)


MOMENTS = {
    "before the first state": (runs, "save_snapshot", 1, False),
    "before the first epoch": (loop, "train_epoch", 1, False),
    "in the first epoch": (torch.optim.Adam, "step", 3, True),
    "in the second epoch": (torch.optim.Adam, "step", 17, True),
    "between earlier epoch and state": (resume, "save", 2, False),
    "between epochs": (resume, "save", 2, True),
    "after the last epoch": (runs, "finish", 1, False),
    "before the weights": (writing, "write_json", 2, True),
    "between weights and the end of the state": (writing, "remove", 2, False),
}


@pytest.mark.parametrize(
    "model, moment", [*product(["vae"], MOMENTS), *product(["exact", "classifier"], ["in the second epoch"])]
)
def test_an_interrupted_training_resumes_to_the_same_bits(
    classifier: Path, exact: Path, monkeypatch: pytest.MonkeyPatch, command: Command, model: str, moment: str
) -> None:
    with monkeypatch.context() as patch:
        break_at(patch, *MOMENTS[moment])
        with pytest.raises(KeyboardInterrupt):
            fit("cut", model)
    assert command(model, "--run", "cut", "--resume") == ""
    assert contents(classifier.parent / "cut") == contents(classifier.parent / model)


def test_an_interruption_shows_the_command_that_continues(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        break_at(patch, resume, "save", 2, after=True)
        assert command("vae", "--run", "cut", *FLAGS) == "130"
    command_line = capsys.readouterr().err.split("`")[1]
    assert command_line == "python -m training.train vae --run cut --resume"
    assert command(*command_line.split()[3:]) == ""
    assert contents(checkpoints / "cut") == contents(checkpoints / "vae")


def test_as_many_threads_compute_after_an_interruption_as_before(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    before = torch.get_num_threads()
    with monkeypatch.context() as patch:
        break_at(patch, resume, "save", 2, after=True)
        command("vae", "--run", "cut", *FLAGS)
    try:
        torch.set_num_threads(before + 1)
        assert command("vae", "--run", "cut", "--resume") == "" and torch.get_num_threads() == before
    finally:
        torch.set_num_threads(before)
    assert contents(checkpoints / "cut") == contents(checkpoints / "vae")


def test_the_shown_command_names_the_folder_of_the_data() -> None:
    command_line = resume.command("ae", "it", Path("/my data"))
    assert command_line == "python -m training.train ae --run it --data-root '/my data' --resume"


@pytest.mark.parametrize(
    "change",
    [
        {"adam.0.step": None},
        {"adam.0.exp_avg": torch.zeros(3)},
        {"adam.99.step": torch.zeros(())},
        {"model.encoder.0.bias": None},
        {"surprise": torch.zeros(2)},
        {"threads": torch.zeros(2)},
        {"threads": torch.tensor(-1)},
        {"threads": torch.tensor(10**9)},
        {"threads": torch.tensor(2.0)},
        {"threads": torch.tensor(True)},
        {"adam.0.step": torch.tensor(torch.nan)},
        {"adam.0.step": torch.tensor(-1.0)},
        {"adam.0.step": torch.tensor(1)},
        {"adam.1.exp_avg": torch.full((16,), torch.inf)},
        {"adam.1.exp_avg_sq": torch.full((16,), -1.0)},
    ],
)
def test_a_state_that_does_not_fit_is_an_error(
    checkpoints: Path, command: Command, monkeypatch: pytest.MonkeyPatch, change: dict
) -> None:
    folder = checkpoints / "vae"
    with monkeypatch.context() as patch:
        break_at(patch, resume, "save", 2, after=True)
        command("vae", "--overwrite", *FLAGS)
    tensors, epoch, history = runs.load_state(folder)
    kept = {k: v for k, v in (tensors | change).items() if v is not None}
    runs.save_state(folder, kept, epoch, history)
    assert str(folder / runs.STATE) in command("vae", "--resume")
    runs.save_state(folder, tensors, 99, history)
    assert "epoch 99 of 3" in command("vae", "--resume")
    runs.save_state(folder, tensors, epoch, history[:-1])
    assert f"its history is not that of {epoch} epochs" in command("vae", "--resume")


def test_a_resumed_run_may_change_its_device_only(checkpoints: Path) -> None:
    (checkpoints / "vae" / runs.WEIGHTS).unlink()
    assert resume.resumed_config("vae", {"device": "cuda", "width": 16}).device == "cuda"
    assert json.loads((checkpoints / "vae" / runs.CONFIG).read_text())["device"] == "cpu"
