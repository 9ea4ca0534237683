"""A study of a data set without labels: what it measures, and that its words are about no classes."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from tests.tiny import fit
from tests.toys import registered
from training import datasets, runs
from training.study import agreement, measure, store, verdicts


@pytest.fixture
def unlabelled(no_runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """checkpoints/seeds with two measured runs of images without labels."""
    place = store.root()
    monkeypatch.setenv("CHECKPOINTS", str(place))
    with registered():
        train, test = (datasets.load("slips", t) for t in (True, False))
        for seed in (0, 1):
            fit(f"ae-{seed}", "ae", dataset="slips", seed=seed, limit=0, epochs=1)
            measure.measure(runs.load(f"ae-{seed}"), train, test)
        yield place


def test_images_without_labels_are_studied(unlabelled: Path) -> None:
    summary = measure.compare_all(unlabelled)
    a, b = store.load_all(unlabelled)
    assert len(a.landmarks) == 10 and np.array_equal(a.landmarks, b.landmarks)
    assert {"disparity", "shared", "geodesic", "geodesic_variation"} <= summary["ae"].keys()
    assert not {"disparity_dealt", "as_near", "shared_in_class", "knn_5"} & summary["ae"].keys()
    helps = agreement.described(agreement.BETWEEN | agreement.OVER, [a, b])
    assert "over the 45 distances between ten test images, drawn once at random" in helps["code"].help
    claims = " ".join(itertools.chain(*verdicts.sentences(summary)))
    assert "by chance: " in claims and "class" not in claims
    assert "Procrustes disparity" in verdicts.table(summary)
