"""Codes on disk: used where they are of these weights and images and come out again, else computed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from explorer import library
from explorer.latent import coding
from explorer.library import stored_codes
from tests.browser.conftest import copy_run
from training import runs
from training.datasets import Split
from training.families import LatentModel
from training.runs import Run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The shipped run "exact" in a folder of its own, without its codes; an empty cache."""
    copy_run("exact", tmp_path / "checkpoints")
    monkeypatch.setenv("CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    (tmp_path / "checkpoints" / "exact" / runs.CODES).unlink(missing_ok=True)
    return runs.load("exact")


@pytest.fixture
def model(run: Run) -> LatentModel:
    return runs.load_as(LatentModel, run)


@pytest.fixture(scope="module")
def test_split() -> Split:
    split = library.images("mnist")
    return replace(split, images=split.images[:300], labels=split.labels[:300])


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the images that are coded, from now on."""
    coded: list[int] = []
    before = coding.encode

    def encode(model: LatentModel, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        coded.append(len(images))
        return before(model, images)

    monkeypatch.setattr(coding, "encode", encode)
    return coded


def test_codes_are_computed_once_and_kept_in_the_cache(
    run: Run, model: LatentModel, test_split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded = counted(monkeypatch)
    first = stored_codes.posterior_codes(run, model, test_split)
    again = stored_codes.posterior_codes(run, model, test_split)
    assert coded == [300]
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("what", ["weights", "images", "file"])
def test_codes_of_something_else_are_not_used(
    what: str, run: Run, model: LatentModel, test_split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_codes.posterior_codes(run, model, test_split)
    coded = counted(monkeypatch)
    if what == "weights":
        with (run.folder / runs.WEIGHTS).open("ab") as file:
            file.write(b" ")
    elif what == "images":
        test_split = replace(test_split, images=255 - test_split.images)
    else:
        path = stored_codes.places(run, stored_codes.digest_of(run, test_split))[1]
        path.write_bytes(path.read_bytes()[:-1])
    stored_codes.posterior_codes(run, model, test_split)
    assert coded == [300]


def test_codes_that_do_not_come_out_again_are_not_used(
    run: Run, model: LatentModel, test_split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the right digest, and yet those of other images."""
    mean, logvar = stored_codes.computed(model, test_split)
    digest = stored_codes.digest_of(run, test_split)
    stored_codes.write(
        stored_codes.places(run, digest)[0], digest, (np.roll(mean, 1, 0), np.roll(logvar, 1, 0))
    )
    codes = stored_codes.posterior_codes(run, model, test_split)
    np.testing.assert_array_equal(codes[0], mean)


def test_a_cache_that_can_not_be_written_is_no_error(
    run: Run, model: LatentModel, test_split: Split, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    mean, _ = stored_codes.posterior_codes(run, model, test_split)
    assert mean.shape == (300, 2)


def test_the_shipped_codes_are_those_that_the_model_gives() -> None:
    """They come with the run; whoever changes the computation makes them anew, with another VERSION."""
    run = runs.load("exact")
    split = library.images("mnist")
    codes = stored_codes.read(run.folder / runs.CODES, stored_codes.digest_of(run, split), len(split.images))
    assert codes is not None, "python -m explorer.library exact"
    some = replace(split, images=split.images[::25])
    mean, logvar = stored_codes.computed(runs.load_as(LatentModel, run), some)
    sd = np.exp(0.5 * logvar)
    off = np.abs(codes[0][::25] - mean) / sd
    # The same sums in another order: near two modes of like weight they may tip.
    assert np.quantile(off, 0.99) < 0.01 and np.abs(codes[1][::25] - logvar).mean() < 0.01
