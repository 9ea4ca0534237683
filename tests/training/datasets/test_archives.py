"""MNIST's own files: unpacked once, checked, healed in our cache only; every error names its file."""

import gzip
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from training import datasets
from training.datasets import DataError
from training.datasets.mnist import archives

IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which MNIST was unpacked. Read only."""
    root = tmp_path_factory.mktemp("unpacked")
    datasets.load("mnist", train=False, root=root)
    return root


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The per-user cache, empty, for one test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return datasets.cache_folder()


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's own files, free to be damaged."""
    folder = shutil.copytree(archives.EMBEDDED, tmp_path / "mnist")
    monkeypatch.setattr(archives, "EMBEDDED", folder)
    return folder


def test_mnist_is_all_there(unpacked: Path) -> None:
    for train, n in ((True, 60_000), (False, 10_000)):
        split = datasets.load("mnist", train, unpacked)
        assert split.images.shape == (n, 1, 28, 28) and split.images.dtype == np.uint8
        assert split.labels.shape == (n,) and split.labels.dtype == np.int64
        assert set(split.labels) == set(range(10))
    assert split.labels[:5].tolist() == [7, 2, 1, 0, 4]  # the well-known first test images
    assert split.classes == tuple("0123456789") and len(datasets.DATASETS["mnist"].classes) == 10


def test_mnist_is_unpacked_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets.load("mnist", train=False)
    files = sorted((cache / "MNIST" / "raw").iterdir())
    assert [file.name for file in files] == sorted(archives.MNIST_MD5)
    before = [file.stat().st_mtime_ns for file in files]
    monkeypatch.setattr(archives, "EMBEDDED", cache / "not there")  # not even opened again
    datasets.load("mnist", train=False)
    assert [file.stat().st_mtime_ns for file in files] == before


@pytest.mark.parametrize(
    "damage, says",
    [
        (lambda content: None, "missing"),
        (lambda content: content[: len(content) // 2], "can't be unpacked"),
        (lambda content: b"", "can't be unpacked|altered"),
        (
            lambda content: content[:99] + bytes([content[99] ^ 255]) + content[100:],
            "can't be unpacked|altered",
        ),
        (lambda content: gzip.compress(gzip.decompress(content)[:-1] + b"\1"), "altered"),
        (lambda content: b"version https://git-lfs.github.com/spec/v1", "can't be unpacked"),
    ],
)
def test_a_damaged_embedded_file_is_named_with_how_to_restore_it(
    embedded: Path, cache: Path, damage, says: str
) -> None:
    path = embedded / f"{LABELS}.gz"
    content = damage(path.read_bytes())
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DataError, match=says) as caught:
        datasets.load("mnist", train=False)
    assert str(path) in str(caught.value)
    assert f"git checkout -- training/datasets/mnist/{LABELS}.gz" in str(caught.value)
    assert not (cache / "MNIST" / "raw" / LABELS).exists()


@pytest.mark.parametrize("damage", [lambda c: b"", lambda c: c[:-100], lambda c: c[:-1] + b"\1"])
def test_an_altered_file_heals_in_our_cache_only(unpacked: Path, cache: Path, tmp_path: Path, damage) -> None:
    ours, named = cache / "MNIST" / "raw" / LABELS, tmp_path / "mine" / "MNIST" / "raw" / LABELS
    for path in (ours, named):
        shutil.copytree(unpacked, path.parents[2])
        path.write_bytes(damage(path.read_bytes()))
    assert len(datasets.load("mnist", train=False).labels) == 10_000
    before = named.read_bytes()
    with pytest.raises(DataError, match="altered") as caught:
        datasets.load("mnist", train=False, root=tmp_path / "mine")
    assert str(named) in str(caught.value) and "Move it elsewhere" in str(caught.value)
    assert named.read_bytes() == before


def test_a_folder_in_the_place_of_a_file_is_an_error(cache: Path) -> None:
    (cache / "MNIST" / "raw" / IMAGES).mkdir(parents=True)
    with pytest.raises(DataError, match=IMAGES):
        datasets.load("mnist", train=False)


def test_a_folder_that_can_not_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "MNIST").write_text("a file, where a folder should be")
    with pytest.raises(DataError, match="can't be written") as caught:
        datasets.load("mnist", train=False, root=tmp_path)
    assert "--data-root" in str(caught.value) and str(tmp_path) in str(caught.value)


def test_a_full_disk_is_an_error_and_leaves_no_half_file(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="No space left on device"):
        datasets.load("mnist", train=False)
    assert list((cache / "MNIST" / "raw").iterdir()) == []


def test_an_interruption_leaves_no_half_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        datasets.load("mnist", train=False)
    assert list((cache / "MNIST" / "raw").iterdir()) == []


def test_an_archive_that_ends_early_says_so_and_leaves_the_others_alone(tmp_path: Path) -> None:
    packed = tmp_path / f"{LABELS}.gz"
    packed.write_bytes(gzip.compress(os.urandom(5000))[:3000])
    with pytest.raises(DataError, match=r"after 3,000 bytes it ends early, .*the others can stay") as caught:
        archives.unpack_placed(tmp_path, [LABELS])
    assert str(packed) in str(caught.value) and not (tmp_path / LABELS).exists()


def test_an_archive_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 10_000)
    (tmp_path / f"{LABELS}.gz").write_bytes(gzip.compress(bytes(1_000_000)))
    with pytest.raises(DataError, match="holds more than 10,000 bytes, and no data set does"):
        archives.unpack_placed(tmp_path, [LABELS])


def test_a_pipe_in_the_place_of_a_file_makes_nobody_wait(cache: Path) -> None:
    (cache / "MNIST" / "raw").mkdir(parents=True)
    os.mkfifo(cache / "MNIST" / "raw" / IMAGES)
    with pytest.raises(DataError, match=f"{IMAGES} can't be read .it is a pipe"):
        datasets.load("mnist", train=False)
