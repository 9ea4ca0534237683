"""What Ctrl-C becomes in a command."""

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
