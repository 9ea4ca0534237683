"""Writing runs: whole or not at all, whatever interrupts it; --overwrite removes only the files of a run."""

import errno
import os
from pathlib import Path

import pytest

from training import runs
from training.families import configured
from training.runs import CONFIG, HISTORY, METRICS, STATE, WEIGHTS
from training.runs.records import RunError, write_json


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def break_at(monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(os, call, fail)


WRITERS = {
    CONFIG: lambda folder: write_json(folder / CONFIG, {}),
    METRICS: lambda folder: runs.save_metrics(runs.load(folder.name), {"elbo": 1.0}),
    STATE: lambda folder: runs.save_state(folder, {}, 1, []),
    WEIGHTS: lambda folder: runs.finish(folder, runs.load_model(runs.load(folder.name)), []),
    "epoch-0001": lambda folder: runs.save_snapshot(folder, 1, runs.load_model(runs.load(folder.name))),
}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("file", WRITERS)
def test_a_disk_that_refuses_leaves_the_old_files_whole(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch, file: str, code: int
) -> None:
    folder = checkpoints / "vae"
    before = contents(folder)
    break_at(monkeypatch, "fsync", OSError(code, os.strerror(code)))
    with pytest.raises(RunError, match=os.strerror(code)) as caught:
        WRITERS[file](folder)
    assert str(folder) in str(caught.value)
    assert ("Free at least" in str(caught.value)) == (code in (errno.ENOSPC, errno.EDQUOT))
    assert contents(folder) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), MemoryError()], ids=repr)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_interruption_between_write_and_rename_leaves_the_old_files_whole(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException
) -> None:
    before = contents(checkpoints / "vae")
    break_at(monkeypatch, call, error)
    with pytest.raises(type(error)):
        WRITERS[STATE](checkpoints / "vae")
    assert contents(checkpoints / "vae") == before


def test_a_file_in_the_place_of_the_folder_is_an_error(no_runs: Path) -> None:
    (no_runs / "vae").write_text("")
    with pytest.raises(RunError, match="vae can't be cleared"):
        runs.create("vae", configured("vae"), overwrite=True)


@pytest.mark.parametrize("left", [CONFIG, WEIGHTS, STATE])
def test_a_run_is_not_overwritten_by_accident(checkpoints: Path, left: str) -> None:
    folder = checkpoints / "vae"
    runs.save_state(folder, {}, 0, [])
    for path in folder.iterdir():
        if path.name != left:
            path.unlink()
    before = contents(folder)
    with pytest.raises(RunError, match=r"--resume.*--run.*--overwrite"):
        runs.create("vae", configured("vae"), overwrite=False)
    assert contents(folder) == before


def test_overwriting_removes_the_files_of_a_run_and_no_others(checkpoints: Path) -> None:
    folder = checkpoints / "vae"
    runs.save_metrics(runs.load("vae"), {})
    runs.save_state(folder, {}, 0, [])
    foreign = ["notes.txt", "my.json", "epoch-best.safetensors", "other.safetensors"]
    for name in foreign:
        (folder / name).write_text("mine")
    (folder / ".state.safetensors.0123.half").write_text("of a killed process")
    runs.create("vae", configured("vae", width=8), overwrite=True)
    assert sorted(contents(folder)) == sorted([CONFIG, *foreign])
    assert runs.load_config(folder).width == 8
    assert runs.names() == ["ae", "vae"] and (checkpoints / "ae" / HISTORY).exists()


def test_a_finished_run_holds_no_leavings(checkpoints: Path) -> None:
    folder = checkpoints / "vae"
    model, before = runs.load_model(runs.load("vae")), contents(folder)
    runs.save_state(folder, {}, 3, [])
    (folder / ".weights.safetensors.0123.half").write_text("of a killed process")
    runs.finish(folder, model, runs.load("vae").history)
    assert contents(folder) == before
