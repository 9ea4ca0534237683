"""The other data sets: placed by hand, fetched when asked for, and every error a user can meet. Offline."""

import gzip
import os
import struct
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from training import data, datasets
from training.datasets import DATASETS, DataError
from training.datasets.torchvision_reader import SOURCES, retrieve

IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
OTHERS = [name for name in DATASETS if name != "mnist"]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every download fails at once. The list of what was asked for."""
    asked: list[str] = []

    def refuse(request: urllib.request.Request) -> None:
        asked.append(request.full_url)
        raise urllib.error.URLError("Network is unreachable")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    return asked


def idx(array: np.ndarray) -> bytes:
    """The IDX format: 0, 0, type 8 (unsigned byte), number of dimensions, their sizes, the bytes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def place(folder: Path, name: str, packed: bool = False) -> np.ndarray:
    """Put a small synthetic data set where torchvision looks for it. Returns its images as they are filed."""
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    labels = (np.arange(20) % 10).astype(np.uint8)
    raw = folder / SOURCES[name].reader / "raw"
    raw.mkdir(parents=True)
    for file in SOURCES[name].files:
        content = idx(images if "images" in file else labels)
        (raw / f"{file}.gz" if packed else raw / file).write_bytes(
            gzip.compress(content) if packed else content
        )
    return images


@pytest.mark.parametrize("packed", [False, True], ids=["unpacked", "gz"])
@pytest.mark.parametrize("name", OTHERS)
def test_files_placed_by_hand_are_used(
    name: str, packed: bool, tmp_path: Path, no_network: list[str]
) -> None:
    images = place(tmp_path, name, packed)
    for train in (True, False):
        split = datasets.load(name, train, tmp_path, download=True)
        upright = (
            images.transpose(0, 2, 1) if name == "emnist-digits" else images
        )  # NIST files them by column
        assert np.array_equal(split.images[:, 0], upright) and split.images.flags.c_contiguous
        assert np.array_equal(split.labels, np.arange(20) % 10)
    assert no_network == []


def test_the_classes_come_with_the_data_set(tmp_path: Path) -> None:
    for name in OTHERS:
        place(tmp_path, name)
    classes = {name: datasets.load(name, train=False, root=tmp_path).classes for name in OTHERS}
    assert classes["fashion-mnist"][1] == "Trouser" and classes["kmnist"][1] == "ki"
    assert classes["emnist-digits"] == tuple("0123456789")
    assert {name: len(names) for name, names in classes.items()} == {
        n: len(DATASETS[n].classes) for n in OTHERS
    }


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_there_is_fetched_only_when_asked_for(
    name: str, tmp_path: Path, no_network: list[str]
) -> None:
    with pytest.raises(DataError, match=f"python -m training.data {name}") as caught:
        datasets.load(name, train=True, root=tmp_path)
    assert SOURCES[name].files[0] in str(caught.value) and not no_network
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DataError, match=r"could not be downloaded.*Network is unreachable") as caught:
        datasets.load(name, train=True, root=tmp_path, download=True)
    assert no_network and str(tmp_path / SOURCES[name].reader / "raw") in str(caught.value)


def test_a_download_is_moved_into_place_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision.datasets import mnist

    fetched: list[str] = []

    def fetch(url: str, download_root: str, filename: str, md5: str) -> None:
        fetched.append(filename)
        if broken and len(fetched) == 3:
            raise broken
        source = tmp_path / "origin" / "KMNIST" / "raw" / filename
        Path(download_root, source.stem).write_bytes(gzip.decompress(source.read_bytes()))

    place(tmp_path / "origin", "kmnist", packed=True)
    monkeypatch.setattr(mnist, "download_and_extract_archive", fetch)
    broken: BaseException | None = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        datasets.load("kmnist", train=True, root=tmp_path, download=True)
    assert not list(tmp_path.rglob("*-ubyte"))
    broken = OSError(28, os.strerror(28))
    fetched.clear()
    with pytest.raises(DataError, match="No space left on device"):
        datasets.load("kmnist", train=True, root=tmp_path, download=True)
    broken = None
    fetched.clear()
    assert len(datasets.load("kmnist", train=True, root=tmp_path, download=True).images) == 20
    assert len(fetched) == 4 and not list(tmp_path.glob(".download-*"))


ZEROS = np.zeros((20, 28, 28), np.uint8)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no IDX file of images"),
        (b"\0\0", "is no IDX file of images"),
        (idx(ZEROS)[:-1], "15,695 bytes, and 15,696 by its own header .a download that stopped"),
        (idx(ZEROS) + b"more", "something was added"),
        (idx(ZEROS[1:] + 9), "20 labels for 19 images"),
        (idx(np.zeros((20, 14, 14), np.uint8)), "images of 14 x 14 pixels"),
        (idx(np.zeros((0, 28, 28), np.uint8)), "holds 0 images"),
        (idx(np.zeros(20, np.uint8)), "is no IDX file of images"),
        (struct.pack(">BBBB3I", 0, 0, 8, 3, *[2**32 - 1] * 3), "a download that stopped"),
        (b"<html>Not found</html>" * 100, "is no IDX file of images: it begins with b'<htm'"),
        (idx(ZEROS + 1), "Every pixel in .* is 0 or 1, .* multiply them by 255"),
    ],
)
def test_damaged_images_placed_by_hand_are_named_with_what_they_are(
    content: bytes, says: str, tmp_path: Path
) -> None:
    place(tmp_path, "kmnist")
    raw = tmp_path / "KMNIST" / "raw"
    (raw / IMAGES).write_bytes(content)
    with pytest.raises(DataError, match=says) as caught:
        datasets.load("kmnist", train=False, root=tmp_path)
    assert str(raw) in str(caught.value) and "elete" not in str(caught.value)
    assert len(datasets.load("kmnist", train=True, root=tmp_path).images) == 20  # the others are whole


def test_a_label_without_a_class_is_an_error(tmp_path: Path) -> None:
    place(tmp_path, "kmnist")
    (tmp_path / "KMNIST" / "raw" / LABELS).write_bytes(idx(np.full(20, 11, np.uint8)))
    with pytest.raises(
        DataError, match=f"{LABELS} has labels up to 11, and the 10 classes of Kuzushiji-MNIST"
    ):
        datasets.load("kmnist", train=False, root=tmp_path)


def test_a_damaged_gz_placed_by_hand_is_an_error(tmp_path: Path) -> None:
    place(tmp_path, "kmnist", packed=True)
    (tmp_path / "KMNIST" / "raw" / f"{IMAGES}.gz").write_bytes(b"half")
    with pytest.raises(DataError, match=f"{IMAGES}.gz can't be unpacked"):
        datasets.load("kmnist", train=False, root=tmp_path)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataError) as caught:
        datasets.load("cifar", train=True)
    assert all(name in str(caught.value) for name in DATASETS)


def test_the_command_fetches_and_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, no_network
) -> None:
    place(tmp_path, "kmnist")
    monkeypatch.setattr("sys.argv", ["training.data", "kmnist", "--data-root", str(tmp_path)])
    data.main()
    assert capsys.readouterr().out == "kmnist train: 20 images\nkmnist test: 20 images\n"
    monkeypatch.setattr("sys.argv", ["training.data", "fashion-mnist", "--data-root", str(tmp_path)])
    with pytest.raises(SystemExit, match="error: fashion-mnist could not be downloaded"):
        data.main()


class Dripping(BaseHTTPRequestHandler):
    """Sends a byte now and then."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        with suppress(OSError):
            for _ in range(1000):
                self.wfile.write(b"x")
                time.sleep(0.05)

    def log_message(self, *arguments: object) -> None:
        pass


def test_a_download_that_drips_is_given_up_with_its_rate(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/file"
    began = time.monotonic()
    with pytest.raises(OSError, match="bytes a second; try again later"):
        retrieve(url, tmp_path / "file", grace=0.5, least=1000)
    assert time.monotonic() - began < 10
    server.shutdown()
    server.server_close()
