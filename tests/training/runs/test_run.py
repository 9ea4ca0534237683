"""Reading runs: a round trip, names, and every kind of damage. Only RunError ever comes out."""

import json
import os
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save, save_file

from training import runs
from training.families import Autoencoder, LatentModel, configured
from training.families.classifier import Classifier
from training.runs import CONFIG, HISTORY, METRICS, STATE, WEIGHTS
from training.runs.records import RunError

EARLIER = runs.snapshot_name(1)
JSON, TENSORS = (CONFIG, HISTORY, METRICS), (WEIGHTS, EARLIER)


def open_all(name: str = "vae") -> None:
    """Read everything that a run holds."""
    run = runs.load(name)
    for epoch in (None, *runs.epochs(run)):
        runs.load_model(run, epoch)


@pytest.fixture
def vae(checkpoints: Path) -> Path:
    runs.save_metrics(runs.load("vae"), {"elbo": -150.0})
    open_all()
    return checkpoints / "vae"


def test_metrics_are_those_of_the_weights_beside_them(vae: Path) -> None:
    measured = runs.load("vae")
    runs.finish(vae, runs.load_model(measured), measured.history)
    assert runs.load("vae").metrics == {}
    with pytest.raises(RunError, match="trained anew while it was measured"):
        runs.save_metrics(measured, {"elbo": -1.0})
    runs.save_metrics(runs.load("vae"), {"elbo": -1.0})


def test_a_run_comes_back_as_it_was(vae: Path) -> None:
    run = runs.load("vae")
    assert run.config == runs.load_config(vae) and run.config.width == 16
    assert run.metrics == {"elbo": -150.0} and run.folder == vae
    assert [entry["epoch"] for entry in run.history] == [0, 1, 2, 3]
    model = runs.load_model(run)
    assert not model.training and not any(p.requires_grad for p in model.parameters())
    saved = load_file(vae / WEIGHTS)
    assert all(torch.equal(v, saved[k]) for k, v in model.state_dict().items())


def test_earlier_moments_are_kept_of_which_some_lie_within_the_first_epoch(vae: Path) -> None:
    run = runs.load("vae")
    assert runs.epochs(run)[0] == 0 and 1 in runs.epochs(run) and 2 in runs.epochs(run)
    assert any(epoch % 1 for epoch in runs.epochs(run))
    for epoch in runs.epochs(run):
        assert all(p.dtype == torch.float32 for p in runs.load_model(run, epoch).parameters())
    assert not torch.equal(
        runs.load_model(run, 0).decoder[0].weight, runs.load_model(run, 1).decoder[0].weight
    )


def test_names_are_the_folders_that_hold_a_configuration(vae: Path) -> None:
    (vae.parent / "empty").mkdir()
    (vae.parent / ".hidden").mkdir()
    (vae.parent / "file").write_text("")
    assert runs.names() == ["ae", "vae"]


def test_without_a_folder_of_runs_there_are_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHECKPOINTS", str(tmp_path / "nowhere"))
    assert runs.names() == []
    with pytest.raises(RunError, match="none yet"):
        runs.load("vae")


def test_the_stamp_changes_with_the_files(vae: Path) -> None:
    before = runs.stamp("vae")
    assert runs.stamp("vae") == before
    runs.save_metrics(runs.load("vae"), {})
    assert runs.stamp("vae") != before and runs.stamp("nobody") == "-.-.-.-"


@pytest.mark.parametrize(
    "name",
    ["../x", "", ".", "..", "a/b", "/etc", "a\\b", ".x", "-x", " a", "a ", "a.", "C:x", "a\n", "x" * 65],
)
def test_a_name_that_is_no_file_name_is_refused(no_runs: Path, name: str) -> None:
    for use in (runs.load, runs.stamp, lambda n: runs.create(n, configured("vae"), overwrite=True)):
        with pytest.raises(RunError, match="can't name a run"):
            use(name)


def test_an_unknown_run_is_answered_with_the_known_ones(checkpoints: Path) -> None:
    with pytest.raises(RunError, match="ae, vae"):
        runs.load("nobody")


def empty(content: bytes) -> bytes:
    return b""


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def nonsense(content: bytes) -> bytes:
    return b"\xff\xfe <html> \x00" * 20


def nested(content: bytes) -> bytes:
    return b"[" * 100_000


@pytest.mark.parametrize("damage", [empty, truncated, nonsense, nested])
@pytest.mark.parametrize("file", JSON + TENSORS)
def test_a_damaged_file_is_named(vae: Path, file: str, damage: Callable[[bytes], bytes]) -> None:
    (vae / file).write_bytes(damage((vae / file).read_bytes()))
    with pytest.raises(RunError, match="is damaged") as caught:
        open_all()
    assert str(vae / file) in str(caught.value) and "rain the run again" in str(caught.value)


@pytest.mark.parametrize("file", (CONFIG, WEIGHTS, HISTORY))
def test_a_missing_file_is_named(vae: Path, file: str) -> None:
    (vae / file).unlink()
    with pytest.raises(RunError) as caught:
        open_all()
    assert file in str(caught.value) and str(vae) in str(caught.value)


def test_a_missing_earlier_epoch_is_an_error_and_missing_metrics_are_none(vae: Path) -> None:
    (vae / METRICS).unlink()
    run = runs.load("vae")
    assert run.metrics == {}
    with pytest.raises(RunError, match=runs.snapshot_name(7)):
        runs.load_model(run, 7)


@pytest.mark.parametrize("file", (*JSON, *TENSORS))
def test_a_folder_in_the_place_of_a_file_is_an_error(vae: Path, file: str) -> None:
    (vae / file).unlink()
    (vae / file).mkdir()
    with pytest.raises(RunError, match=f"{file} can't be read .it is a folder, and no file"):
        open_all()


@pytest.mark.parametrize("file", (*JSON, *TENSORS))
def test_a_pipe_in_the_place_of_a_file_makes_nobody_wait(vae: Path, file: str) -> None:
    (vae / file).unlink()
    os.mkfifo(vae / file)
    with pytest.raises(RunError, match=f"{file} can't be read .it is a pipe, and no file.. Put the run"):
        open_all()


@pytest.mark.parametrize("file", (*JSON, *TENSORS))
def test_a_file_of_gigabytes_is_refused_before_it_is_read(
    vae: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (vae / file).open("wb") as sparse:
        sparse.truncate(3 << 30)
    with pytest.raises(RunError, match=f"{file} can't be read .it has 3,221,225,472 bytes, and at most"):
        open_all()


@pytest.mark.parametrize("file", (*JSON, *TENSORS))
def test_a_file_that_may_not_be_read_says_so_and_how_to_allow_it(
    vae: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stat(path: os.PathLike[str], **options: object) -> os.stat_result:
        if os.fspath(path) == str(vae / file):
            raise PermissionError(13, "Permission denied")
        return before(path, **options)

    before = os.stat
    monkeypatch.setattr(os, "stat", stat)
    with pytest.raises(RunError, match=r"Permission denied\)\. `chmod -R u\+rX .*vae` allows it") as caught:
        open_all()
    assert str(vae / file) in str(caught.value)


def test_metrics_that_are_no_numbers_are_left_out_and_said_to_be_so(vae: Path) -> None:
    good = {"mse": 0.04, "kl_per_dimension": [1, 2.5]}
    bad = ["0.5", None, True, {}, {"a": 1}, [[1.0]], [], [1, "2"], 10**400, -(10**31)]
    text = json.dumps(
        {"values": good | {f"bad {k}": value for k, value in enumerate(bad)}, "left_out": {"x": 3}}
    )
    endless = text.replace('"0.5"', "Infinity").replace("null", "NaN")
    for content in (text, endless):
        (vae / METRICS).write_text(content)
        metrics = runs.load("vae").metrics
        assert metrics["values"] == good
        assert metrics["left_out"] == {
            f"bad {k}": "metrics.json holds no number of it" for k in range(len(bad))
        }


@pytest.mark.parametrize("part", ["values", "left_out"])
@pytest.mark.parametrize("value", [[], None, "text", 3])
def test_parts_of_metrics_that_are_of_another_kind_count_as_none(vae: Path, part: str, value: object) -> None:
    (vae / METRICS).write_text(json.dumps({part: value}))
    assert runs.load("vae").metrics == {part: {}}


TERMS = {"loss": 1.0}
GOOD = {"epoch": 0, "train": None, "test": TERMS}


@pytest.mark.parametrize(
    "file, value",
    [
        (CONFIG, []),
        (CONFIG, None),
        (CONFIG, {}),
        (CONFIG, {"format": 1}),
        (CONFIG, {"model": "vae"}),
        (HISTORY, {}),
        (HISTORY, "text"),
        (HISTORY, [1]),
        (HISTORY, [[]]),
        (HISTORY, [{"epoch": 1}]),
        (HISTORY, [GOOD | {"epoch": "0"}]),
        (HISTORY, [GOOD | {"test": None}]),
        (HISTORY, [GOOD | {"train": 3}]),
        (HISTORY, [GOOD | {"test": {"loss": "low"}}]),
        (HISTORY, [GOOD, GOOD | {"train": {"loss": None}}]),
        (HISTORY, [GOOD, GOOD]),
        (HISTORY, [GOOD | {"epoch": True}]),
        (HISTORY, [GOOD | {"epoch": -1}]),
        (HISTORY, [GOOD | {"epoch": 10**40}]),
        (HISTORY, [GOOD | {"test": {"loss": 10**400}}]),
        (HISTORY, [GOOD | {"test": {"loss": True}}]),
        (HISTORY, [GOOD | {"test": {"loss": float("nan")}}]),
        (HISTORY, [GOOD | {"test": {"loss": float("-inf")}}]),
        (HISTORY, [GOOD | {"images_per_second": "many"}]),
        (METRICS, []),
        (METRICS, 1),
    ],
)
def test_json_of_another_shape_is_an_error(vae: Path, file: str, value: object) -> None:
    (vae / file).write_text(json.dumps(value))
    with pytest.raises(RunError, match=file):
        open_all()


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_another_version_is_an_error_that_says_so(vae: Path, version: object) -> None:
    values = json.loads((vae / CONFIG).read_text()) | {"format": version}
    (vae / CONFIG).write_text(json.dumps(values))
    with pytest.raises(RunError, match=f"is of format {version!r}, this program reads 1"):
        runs.load("vae")


@pytest.mark.parametrize(
    "change",
    [
        {"width": 17},
        {"latent_dim": 3},
        {"decoder_blocks": 2},
        {"model": "ae"},
        {"width": 10_000, "decoder_blocks": 100},
    ],
)
def test_weights_of_another_configuration_are_an_error(vae: Path, change: dict) -> None:
    values = json.loads((vae / CONFIG).read_text()) | change
    (vae / CONFIG).write_text(json.dumps(values))
    with pytest.raises(RunError, match=r"does not fit its configuration: (en|de)coder\.") as caught:
        open_all()
    assert str(vae / WEIGHTS) in str(caught.value)


@pytest.mark.parametrize("change", [{"width": 17}, {"model": "vae"}])
def test_weights_that_are_not_the_classifier_s_are_an_error(classifier: Path, change: dict) -> None:
    values = json.loads((classifier / CONFIG).read_text()) | change
    (classifier / CONFIG).write_text(json.dumps(values))
    with pytest.raises(RunError, match=r"does not fit its configuration: (network|decoder)\.") as caught:
        open_all("classifier")
    assert str(classifier / WEIGHTS) in str(caught.value)


def test_a_model_of_another_kind_is_an_error_where_it_is_of_no_use(classifier: Path, vae: Path) -> None:
    assert isinstance(runs.load_as(Classifier, runs.load("classifier")), Classifier)
    assert isinstance(runs.load_as(LatentModel, runs.load("vae"), 1), Autoencoder)
    with pytest.raises(RunError, match="'classifier' is of model 'classifier'; needed is one of ae, vae"):
        runs.load_as(LatentModel, runs.load("classifier"))
    with pytest.raises(RunError, match="'vae' is of model 'vae'; needed is one of classifier"):
        runs.load_as(Classifier, runs.load("vae"))


@pytest.mark.parametrize("file", TENSORS)
@pytest.mark.parametrize(
    "change",
    [
        lambda t: t | {"surprise": torch.zeros(3)},
        lambda t: {k: v for k, v in t.items() if k != "encoder.0.bias"},
        lambda t: t | {"encoder.0.bias": torch.zeros(5)},
        lambda t: t | {"encoder.0.bias": t["encoder.0.bias"] / 0},
        lambda t: t | {"encoder.0.bias": t["encoder.0.bias"].int()},
        lambda t: t | {"encoder.0.bias": t["encoder.0.bias"].double() + 1e300},
        lambda t: t | {"encoder.0.bias": t["encoder.0.bias"].to(torch.float8_e4m3fn)},
        lambda t: {},
    ],
    ids=["extra", "missing", "shape", "nan", "integers", "beyond", "eighths", "none"],
)
def test_wrong_tensors_are_an_error(vae: Path, file: str, change) -> None:
    save_file(change(load_file(vae / file)), vae / file)
    with pytest.raises(RunError) as caught:
        open_all()
    assert str(vae / file) in str(caught.value)


@pytest.mark.parametrize("name", ["vae copy", "Modèle 2", "模型", "50 %", "a&b=c?#", "it's", "a" * 64])
def test_any_plain_file_name_names_a_run(vae: Path, name: str) -> None:
    vae.rename(vae.parent / name)
    assert runs.names() == ["ae", name] or runs.names() == [name, "ae"]
    runs.load_model(runs.load(name))
    (vae.parent / name / WEIGHTS).unlink()
    with pytest.raises(RunError) as caught:
        runs.load(name)
    command = shlex.split(str(caught.value).split("`")[1])
    assert command[command.index("--run") + 1] == name


def test_folders_that_are_no_runs_are_named_with_the_reason(vae: Path) -> None:
    for name in ("holiday", " space", "seeds", ".cache", "line\nbreak"):
        (vae.parent / name).mkdir()
    (vae.parent / "notes.txt").write_text("")
    unusable = runs.unusable()
    assert unusable.keys() == {"holiday", " space", "line\nbreak"}
    assert unusable["holiday"] == "it has no config.json" and unusable[" space"].startswith(
        "rename it: a name"
    )
    assert runs.names() == ["ae", "vae"]


def test_a_folder_that_may_not_be_entered_is_listed_and_says_so(
    vae: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stat(path: os.PathLike[str], **options: object) -> os.stat_result:
        if os.fspath(path).startswith(f"{vae}/"):
            raise PermissionError(13, "Permission denied")
        return before(path, **options)

    before = os.stat
    monkeypatch.setattr(os, "stat", stat)
    assert runs.names() == ["ae", "vae"] and runs.unusable() == {}
    with pytest.raises(RunError, match="Permission denied"):
        runs.load("vae")


def test_a_foreign_folder_is_not_a_run(no_runs: Path) -> None:
    (no_runs / "holiday").mkdir()
    (no_runs / "holiday" / "photo.jpg").write_bytes(b"...")
    assert runs.names() == []
    with pytest.raises(RunError, match=r"is not a run: it has no config\.json"):
        runs.load("holiday")


def test_an_unfinished_run_tells_how_to_go_on(checkpoints: Path) -> None:
    (checkpoints / "vae" / WEIGHTS).unlink()
    with pytest.raises(RunError, match=r"`python -m training\.train vae --run vae --resume` continues it"):
        runs.load("vae")


def test_an_unfinished_run_tells_when_it_was_last_trained(checkpoints: Path) -> None:
    (checkpoints / "vae" / WEIGHTS).unlink()
    state = checkpoints / "vae" / runs.STATE
    for seconds, sign in ((None, "not saved an epoch"), (5, "It is being trained"), (1200, "20 minutes ago")):
        if seconds is not None:
            state.touch()
            os.utime(state, (time.time() - seconds,) * 2)
        with pytest.raises(RunError, match=sign):
            runs.load("vae")


@pytest.mark.parametrize("file", [WEIGHTS, STATE])
def test_one_flipped_bit_is_damage(vae: Path, file: str) -> None:
    run = runs.load(vae.name)
    model = runs.load_model(run)
    if file == STATE:
        runs.save_state(vae, model.state_dict(), 1, run.history)
    else:
        runs.finish(vae, model, run.history)
    whole = (vae / file).read_bytes()
    generator = np.random.default_rng(0)
    read = runs.load_state if file == STATE else lambda folder: runs.load_model(runs.load(folder.name))
    read(vae)
    header = 8 + int.from_bytes(whole[:8], "little")
    for place in generator.integers(header, len(whole), 20):
        content = bytearray(whole)
        content[place] ^= 1 << int(generator.integers(8))
        (vae / file).write_bytes(content)
        with pytest.raises(RunError, match=r"its checksum is another|no numbers"):
            read(vae)


def test_weights_of_before_there_were_checksums_are_read(vae: Path) -> None:
    run = runs.load(vae.name)
    weights = runs.load_model(run).state_dict()
    (vae / WEIGHTS).write_bytes(save({key: value.contiguous() for key, value in weights.items()}))
    again = runs.load_model(runs.load(vae.name)).state_dict()
    assert all(torch.equal(again[key], weights[key]) for key in weights)
