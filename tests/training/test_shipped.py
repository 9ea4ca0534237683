"""The shipped run "exact": made by the default command, measured on a grid that is fine enough."""

from pathlib import Path

import pytest

from tests.training.test_evidence import images
from training import runs
from training.config import configured
from training.evidence import exact_log_likelihood
from training.models import Autoencoder

SHIPPED = Path(__file__).parent.parent.parent / "checkpoints"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> runs.Run:
    monkeypatch.setenv("CHECKPOINTS", str(SHIPPED))
    return runs.load("exact")


def test_its_settings_are_the_defaults(run: runs.Run) -> None:
    assert run.config == configured("exact")
    assert run.history[-1]["epoch"] == run.config.epochs
    assert sum(path.stat().st_size for path in run.folder.iterdir()) < 12e6


def test_a_grid_twice_as_fine_gives_nearly_the_same_log_likelihood(run: runs.Run) -> None:
    model, x = runs.load_as(Autoencoder, run), images(25)
    fine, finer = (-exact_log_likelihood(model.decode, x, grid=grid) for grid in (512, 1024))
    assert (fine - finer).mean().abs() < 0.1 and (fine - finer).abs().max() < 1.5
    assert finer.mean().item() == pytest.approx(run.metrics["values"]["nll_binarised"], abs=10), "25 images"
