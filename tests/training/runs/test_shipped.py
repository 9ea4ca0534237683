"""The shipped runs "exact" and "classifier": made by the default commands, measured again."""

from pathlib import Path

import pytest
import torch

from tests.training.integrals.test_grid import images
from training import datasets, runs
from training.families import LatentModel, configured
from training.families.classifier import Classifier
from training.integrals.grid import exact_log_likelihood

SHIPPED = Path(__file__).parents[3] / "checkpoints"


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Classifier:
    monkeypatch.setenv("CHECKPOINTS", str(SHIPPED))
    return runs.load_as(Classifier, runs.load("classifier"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> runs.Run:
    monkeypatch.setenv("CHECKPOINTS", str(SHIPPED))
    return runs.load("exact")


def test_its_settings_are_the_defaults(run: runs.Run) -> None:
    assert run.config == configured("exact", snapshots=run.config.snapshots)
    assert run.history[-1]["epoch"] == run.config.epochs
    assert sum(path.stat().st_size for path in run.folder.iterdir()) < 12e6


def test_a_grid_twice_as_fine_gives_nearly_the_same_log_likelihood(run: runs.Run) -> None:
    model, x = runs.load_as(LatentModel, run), images(25)
    fine, finer = (-exact_log_likelihood(model.decode, x, grid=grid) for grid in (512, 1024))
    assert (fine - finer).mean().abs() < 0.1 and (fine - finer).abs().max() < 1.5
    assert finer.mean().item() == pytest.approx(run.metrics["values"]["nll_binarised"], abs=10), "25 images"


def test_the_classifier_is_right_on_98_5_percent_of_the_test_images(judge: Classifier) -> None:
    split = datasets.load("mnist", train=False)
    x = torch.tensor(split.images.reshape(-1, 784)) / 255
    right = torch.cat([judge.logits(part).argmax(1) for part in x.split(2000)]).numpy() == split.labels
    assert judge.config == configured("classifier")
    assert right.mean() >= 0.985


def test_its_confidence_is_no_judge_of_what_is_a_digit(judge: Classifier) -> None:
    """The help text of the samples: it is sure of the average of two digits in about two of five cases."""
    x = torch.tensor(datasets.load("mnist", train=False).images.reshape(-1, 784)) / 255
    pairs = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))[:4000].view(2, -1)
    sure = judge.probabilities(x[pairs].mean(0)).amax(1) > 0.9
    assert 0.35 < sure.float().mean() < 0.5
