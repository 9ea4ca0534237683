"""Training in real processes: Ctrl-C, kill -9 and torchrun."""

import random
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.tiny import FLAGS, contents, fit
from training import runs

ROOT = Path(__file__).parents[3]
LONG = ["--epochs", "12"]


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )


def hear_ctrl_c() -> None:
    """Tests that run in the background ignore SIGINT, and their children would, too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_for_state(folder: Path, process: subprocess.Popen[str]) -> None:
    """Until the process has written a state, its first or its next."""
    path = folder / runs.STATE
    before = path.stat().st_mtime_ns if path.exists() else 0
    while not path.exists() or path.stat().st_mtime_ns == before:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def test_ctrl_c_and_kill_lose_at_most_an_epoch(no_runs: Path) -> None:
    chance = random.Random()
    whole, folder = fit("whole", epochs=12), no_runs / "cut"
    process = start("training.train", "vae", "--run", "cut", *FLAGS, *LONG)
    wait_for_state(folder, process)
    process.send_signal(signal.SIGINT)
    _, report = process.communicate(timeout=60)
    assert process.returncode == 130 and "KeyboardInterrupt" not in report
    again = shlex.split(report.split("`")[1])
    assert again == ["python", "-m", "training.train", "vae", "--run", "cut", "--resume"]
    process = start(*again[2:])
    wait_for_state(folder, process)
    time.sleep(delay := chance.uniform(0, 0.2))
    process.kill()
    process.communicate(timeout=60)
    if (folder / runs.STATE).exists():  # a quick machine has finished
        process = start(*again[2:])
        _, report = process.communicate(timeout=120)
        assert process.returncode == 0, report
    assert contents(folder) == contents(whole), f"killed {delay} s after a state"


def torchrun(*arguments: str) -> tuple[int, str]:
    process = start("torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", *arguments)
    _, report = process.communicate(timeout=240)
    return process.returncode, report


def test_two_processes_train_one_run(classifier: Path, exact: Path) -> None:
    models = ("vae", "exact", "classifier")
    code, report = torchrun("tests.training.each", *models)
    assert code == 0, report
    for model in models:
        two, one = runs.load(f"two-{model}"), runs.load(model)
        assert contents(two.folder).keys() == contents(one.folder).keys() and runs.load_model(two)
        assert two.history[0] == one.history[0]  # the same untrained network
        for a, b in zip(two.history[1:], one.history[1:], strict=True):
            for part in ("train", "test"):  # other noise, so other sums, but the same learning
                assert abs(a[part]["loss"] - b[part]["loss"]) < 0.02 * b[part]["loss"], model


def test_an_error_of_the_writing_process_is_printed_once(checkpoints: Path) -> None:
    before = contents(checkpoints / "vae")
    code, report = torchrun("training.train", "vae", *FLAGS)
    assert contents(checkpoints / "vae") == before
    assert code != 0 and report.count("error: ") == 1 and "Run 'vae' exists" in report
