"""A decoder's plane on disk: used where it is of these weights and comes out again, else computed."""

from pathlib import Path

import numpy as np
import platformdirs
import pytest
import torch

from explorer import library
from explorer.latent import coding
from explorer.library import stored, stored_scan
from explorer.library.cached import size_of, store
from training import runs
from training.families import LatentModel
from training.integrals import moments
from training.runs import Run
from training.runs.records import read_tensors, write_tensors


@pytest.fixture
def run(checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A tiny run, and an empty cache."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return runs.load("vae")


def model_of(run: Run) -> LatentModel:
    return runs.load_as(LatentModel, run)


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[LatentModel]:
    """The models that scan the plane from now on, instead of taking what is kept."""
    scanned: list[LatentModel] = []
    before = LatentModel.scan

    def scan(model: LatentModel, like: torch.Tensor) -> moments.Scan:
        if model.scanned is None:
            scanned.append(model)
        return before(model, like)

    monkeypatch.setattr(LatentModel, "scan", scan)
    return scanned


def file_of(run: Run) -> Path:
    return stored.in_cache(stored.digest_of(run, stored_scan.VERSION), stored_scan.FOLDER)


def test_a_plane_is_scanned_once_for_all_processes(run: Run, scans: list[LatentModel]) -> None:
    first = stored_scan.scan(run, model_of(run))
    again = stored_scan.scan(run, model_of(run))
    assert len(scans) == 1
    for name in ("basis", "a", "b"):
        assert torch.equal(getattr(first, name), getattr(again, name))


def test_the_posteriors_are_the_same_but_for_rounding(run: Run) -> None:
    x = torch.rand(5, 784, generator=torch.Generator().manual_seed(0))
    wanted = moments.posterior_moments(stored_scan.scan(run, model_of(run)), x)
    kept = moments.posterior_moments(stored_scan.scan(run, model_of(run)), x)
    for a, b in zip(wanted, kept, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("what", ["weights", "file", "values", "rows"])
def test_a_scan_of_something_else_is_not_used(what: str, run: Run, scans: list[LatentModel]) -> None:
    scan = stored_scan.scan(run, model_of(run))
    digest = stored.digest_of(run, stored_scan.VERSION)
    arrays = {name: getattr(scan, name).numpy() for name in ("basis", "a", "b")}
    if what == "weights":
        tensors, metadata = read_tensors(run.folder / runs.WEIGHTS, 1 << 26)
        write_tensors(run.folder / runs.WEIGHTS, {key: -tensor for key, tensor in tensors.items()}, metadata)
    elif what == "file":
        file_of(run).write_bytes(file_of(run).read_bytes()[:-1])
    elif what == "values":  # of the right digest, and yet of another decoder
        stored.write(file_of(run), digest, **arrays | {"b": arrays["b"] + 1})
    else:
        stored.write(file_of(run), digest, **{name: array[:-1] for name, array in arrays.items()})
    again = stored_scan.scan(run, model_of(run))
    assert len(scans) == 2
    assert torch.equal(scan.b, again.b) == (what != "weights")


def test_a_cache_that_can_not_be_written_is_no_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    assert stored_scan.scan(run, model_of(run)).b.shape == (moments.SCAN_SIDE**2,)


def test_the_scan_that_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    for number in range(4):
        stored.write(tmp_path / f"{number}.safetensors", "digest", a=np.zeros(1000, np.float32))
    stored.mark_used(tmp_path / "0.safetensors")
    stored.remove_oldest(tmp_path, 3 * (tmp_path / "0.safetensors").stat().st_size)
    assert sorted(path.name[0] for path in tmp_path.iterdir()) == ["0", "2", "3"]
    stored.remove_oldest(tmp_path / "no such folder", 0)


def test_a_changed_model_does_not_keep_the_scan_it_took(run: Run) -> None:
    stored_scan.scan(run, model_of(run))
    model = model_of(run)
    stored_scan.scan(run, model)
    with torch.no_grad():
        model.get_submodule("decoder.0").weight.neg_()
    assert not torch.equal(coding.scan(model).a, stored_scan.scan(run, model_of(run)).a)


def test_a_model_weighs_as_much_as_what_it_holds(run: Run) -> None:
    """Else its scan would be kept for nothing, whatever the bound of all that is kept."""
    opened = library.open_map("vae")
    before, all_before = size_of(opened.model), store.results.currsize
    opened.scan()
    scanned = opened.model.scanned
    assert scanned is not None
    assert size_of(opened.model) > before + scanned[1].a.nbytes
    assert store.results.currsize > all_before + scanned[1].a.nbytes
    opened.scan()
    assert opened.model.scanned is scanned
