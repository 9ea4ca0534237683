"""The training command, run in this process."""

import pytest

from tests.tiny import Command
from training import train


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`python -m training.train ...` in this process. Returns what it ended with: "" or "error: ..."."""

    def run(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["train", *arguments])
        try:
            train.main()
        except SystemExit as end:
            return str(end.code)
        return ""

    return run
