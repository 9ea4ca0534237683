"""The command over several seeds: what it does, what it does not do again, and how it ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tiny import fit
from tests.training.fit.test_processes import ROOT, hear_ctrl_c, wait_for_state
from tests.training.study.test_comparison import clusters
from tests.training.study.test_store import LABELS, PLACES, seed_run, stored
from training import runs, seeds, train
from training.families import configured
from training.fit import resume
from training.kit.processes import FailedError, Processes, together
from training.runs.records import RunError
from training.study import comparison, measure, store

SMALL = [
    "--limit",
    "60",
    "--batch-size",
    "50",
    "--width",
    "16",
    "--epochs",
    "2",
    "--device",
    "cpu",
    "--encoder-blocks",
    "1",
    "--decoder-blocks",
    "1",
]
AE = ["--models", "ae", "--seeds", "0", "1"]
SLEEPER = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background
open(sys.argv[1] + ".ready", "w").close()
try:
    time.sleep(60)
except KeyboardInterrupt:
    open(sys.argv[1], "w").write("interrupted")
    raise SystemExit(130)
"""


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands of the crew, which run in this process: torch need not start for each."""
    commands: list[str] = []

    def run(crew: Processes, arguments: list[str]) -> None:
        module, *rest = arguments
        name = rest[rest.index("--run") + 1] if "--run" in rest else rest[0]
        again = ["--resume"] if "--resume" in rest else []
        commands.append(" ".join([module.split(".")[-1], name, *again]))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", [module, *rest])
            patch.setenv("CHECKPOINTS", crew.settings["CHECKPOINTS"])
            try:
                {"training.train": train, "training.study.measure": measure}[module].main()
            except SystemExit as end:
                raise FailedError(str(end.code).removeprefix("error: ")) from None

    monkeypatch.setattr(Processes, "run", run)
    monkeypatch.setattr(comparison, "medoids", lambda pixels, labels: np.array([1, 5, 7]))  # 3 ways, not 45
    return commands


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """`python -m training.seeds ...` in this process. Returns what it ended with: "" or "error: ..."."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("sys.argv", ["seeds", *arguments])
    try:
        seeds.main()
    except SystemExit as end:
        return str(end.code)
    finally:
        signal.signal(signal.SIGTERM, before)
    return ""


def test_what_is_done_is_not_done_again(
    no_runs: Path, ran: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = no_runs / "seeds"
    assert command(monkeypatch, *AE, *SMALL) == ""
    assert ran == ["train ae-0", "measure ae-0", "train ae-1", "measure ae-1"]
    assert "Procrustes disparity" in capsys.readouterr().out
    a, b = store.load_all(place)
    assert a.mean.shape == (60, 2) and a.values["knn_5"] and not (a.mean == b.mean).any()
    assert len(a.geodesic) == 3 and (a.geodesic >= a.picture * 0.999).all()
    assert list(store.load_comparisons(place, [a, b])) == [("ae-0", "ae-1")]
    assert runs.names() == []
    ran.clear()
    assert command(monkeypatch, *AE, *SMALL) == "" and ran == []
    for file in (runs.WEIGHTS, "epoch-0000.safetensors"):  # as it is shipped
        (place / "ae-0" / file).unlink()
    assert command(monkeypatch, *AE, *SMALL) == "" and ran == []
    assert command(monkeypatch, *AE, *SMALL, "--retrain") == "" and ran == ["train ae-0", "measure ae-0"]
    again = store.load(place / "ae-0")
    assert (again.mean == a.mean).all() and (again.geodesic == a.geodesic).all()
    ran.clear()
    (place / "ae-1" / store.CODES).unlink()
    metrics = (place / "ae-1" / runs.METRICS).stat().st_mtime_ns
    assert command(monkeypatch, *AE, *SMALL) == "" and ran == ["measure ae-1"]
    assert (place / "ae-1" / runs.METRICS).stat().st_mtime_ns == metrics  # evaluated once


def test_finished_runs_are_taken_over(no_runs: Path, ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"limit": 60, "batch_size": 50, "width": 16, "epochs": 2, "encoder_blocks": 1}
    source = fit("ae-1", "ae", seed=1, **settings)
    assert command(monkeypatch, *AE, *SMALL, "--from", str(no_runs)) == ""
    assert ran == ["train ae-0", "measure ae-0", "measure ae-1"]
    copied = no_runs / "seeds" / "ae-1" / runs.WEIGHTS
    assert copied.read_bytes() == (source / runs.WEIGHTS).read_bytes()
    ended = command(monkeypatch, *AE, *SMALL, "--epochs", "3")
    assert "ae-0 has epochs 2, not 3" in ended and "--epochs" in ended


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["--seed", "3"], "say --seeds"),
        (["--latent-dim", "3"], "latent_dim is 3; maps are compared in two dimensions"),
        (["--jobs", "0"], "jobs is 0"),
        (["--width", "0"], "width is 0"),
        (["--seeds", "-1"], "seed is -1"),
    ],
)
def test_a_wrong_command_is_an_error(
    no_runs: Path, ran: list[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    ended = command(monkeypatch, "--models", "vae", *arguments)
    assert ended.startswith("error: ") and says in ended and ran == []


def test_one_run_that_fails_does_not_stop_the_others(
    no_runs: Path, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = command(monkeypatch, "--models", "ae", "--seeds", "0", *SMALL, "--lr", "1e30")
    assert ended.startswith("error: ae-0: epoch 1 ends with test terms") and "smaller --lr" in ended
    (no_runs / "seeds" / "ae-0" / runs.CONFIG).write_text("{")
    assert "is damaged" in command(monkeypatch, *AE, *SMALL)


def test_options_that_a_model_has_no_use_for_are_left_out() -> None:
    assert seeds.settings_of("exact", 3, ["--lattice", "89"]) == configured(
        "exact", seed=3, lattice=89, snapshots=2, film=0
    )
    config = seeds.settings_of("ae", 3, ["--lattice", "89", "--no-binarize", "--snapshots", "5"])
    assert config == configured("ae", seed=3, binarize=False, snapshots=5, film=0)
    assert seeds.settings_of("vae", 3, ["--epochs", "28"]).epochs == 28
    again = vars(train.parser().parse_args(["ae", *seeds.options(config)]))
    assert configured(**again) == config


def test_ctrl_c_ends_the_training_and_nothing_is_lost(no_runs: Path) -> None:
    options = [*SMALL, "--epochs", "100000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "training.seeds", "--models", "ae", "--seeds", "0", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    folder = no_runs / "seeds" / "ae-0"
    wait_for_state(folder, process)
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=90)
    assert process.returncode == 130 and "Interrupted. The same command continues" in shown
    assert "Traceback" not in shown
    before = (folder / runs.STATE).stat().st_mtime_ns
    time.sleep(0.5)
    assert (folder / runs.STATE).stat().st_mtime_ns == before  # nobody trains on
    assert seeds.plan(folder, seeds.settings_of("ae", 0, options), retrain=False) == "resume"


def test_an_interrupted_run_is_continued(
    no_runs: Path, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save = resume.save

    def dies(*arguments: Any) -> None:
        save(*arguments)
        raise RunError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(resume, "save", dies)
        assert (
            command(monkeypatch, "--models", "ae", "--seeds", "0", *SMALL) == "error: ae-0: the disk is full"
        )
    assert command(monkeypatch, "--models", "ae", "--seeds", "0", *SMALL, "--snapshots", "5") == ""
    assert ran == ["train ae-0", "train ae-0 --resume", "measure ae-0"]


@pytest.fixture
def crew(tmp_path: Path) -> Processes:
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    (tmp_path / "failing.py").write_text("print('busy')\nraise SystemExit('error: no luck')")
    return Processes({"PYTHONPATH": str(tmp_path)})


def test_a_crew_reports_the_last_line_of_a_failure(crew: Processes) -> None:
    with pytest.raises(FailedError, match=r"^no luck$"):
        crew.run(["failing"])
    works = {"bad": lambda: crew.run(["failing"]), "good": lambda: None}
    assert together(crew, works, 2, lambda: None) == {"bad": "no luck"}


def test_an_interrupt_ends_every_process_and_starts_no_other(crew: Processes, tmp_path: Path) -> None:
    marks = [tmp_path / f"mark-{i}" for i in range(3)]

    def tick() -> None:
        if sum(m.with_suffix(".ready").exists() for m in marks) == 2:
            raise KeyboardInterrupt

    works = {m.name: (lambda m=m: crew.run(["sleeper", str(m)])) for m in marks}
    with pytest.raises(KeyboardInterrupt):
        together(crew, works, 2, tick)
    assert [m.exists() for m in marks] == [True, True, False]
    assert all(process.poll() == 130 for process in crew.processes) and len(crew.processes) == 2
    with pytest.raises(FailedError, match="stopped"):
        crew.run(["failing"])


def test_runs_that_can_t_be_compared_are_named(no_runs: Path) -> None:
    stored(no_runs, seed_run("ae", 0, clusters(PLACES, LABELS, 0)))
    stored(no_runs, seed_run("ae", 1, np.zeros((120, 2))))
    with pytest.raises(RunError, match=r"ae-0 and ae-1 in .* can't be compared: distances of which all"):
        measure.compare_all(no_runs)
