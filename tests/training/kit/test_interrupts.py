"""What Ctrl-C becomes in a command."""

import os
import signal
import threading
import time

import pytest

from training.kit import interrupts


def cleans_up_badly() -> None:
    """As tqdm does where Ctrl-C comes while it makes its lock."""
    try:
        raise KeyboardInterrupt
    finally:
        raise AttributeError("no lock to release")


@pytest.mark.parametrize("mangled", [False, True])
def test_an_interrupt_is_told_once(mangled: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end, interrupts.exit_on_interrupt(lambda: "Interrupted."):
        if mangled:
            try:
                cleans_up_badly()
            except AttributeError:
                raise SystemExit("error: no lock to release") from None
        raise KeyboardInterrupt
    assert end.value.code == 130 and capsys.readouterr().err == "\nInterrupted.\n"


def test_nothing_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end, interrupts.exit_on_interrupt():
        cleans_up_badly()
    assert end.value.code == 130 and capsys.readouterr().err == ""


def test_other_errors_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end, interrupts.exit_on_interrupt(lambda: "Interrupted."):
        raise SystemExit("error: no such run")
    with pytest.raises(ValueError, match="no such"), interrupts.exit_on_interrupt(lambda: "Interrupted."):
        raise ValueError("no such run")
    assert end.value.code == "error: no such run" and capsys.readouterr().err == ""


def test_sigterm_ends_a_block_as_ctrl_c_does(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end, interrupts.exit_on_interrupt(lambda: "Interrupted."):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    assert end.value.code == 143 and "Interrupted." in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_signals_are_left_alone_in_another_thread() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def look() -> None:
        with interrupts.exit_on_interrupt():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]
