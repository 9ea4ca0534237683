"""Only ordinary files of a bounded size are read, at once; every refusal has a reason for people."""

import os
import socket
from pathlib import Path

import pytest

from training.kit.files import read_end, read_file, reason

MOST = 1000
GIGABYTES = 3 << 30


def file_of(path: Path) -> None:
    path.write_bytes(b"content")


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    path.symlink_to(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(GIGABYTES)


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))  # an address has at most 107 bytes


REFUSED = {
    folder: "it is a folder, and no file",
    os.mkfifo: "it is a pipe, and no file",
    bound_socket: "it is a socket, and no file",
    device: "it is a device, and no file",
    loop: "Too many levels of symbolic links",
}


@pytest.mark.parametrize("read", [read_file, read_end])
@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, read, make) -> None:
    make(tmp_path / "it")
    with pytest.raises(OSError) as caught:
        read(tmp_path / "it", MOST)
    assert reason(caught.value) == REFUSED[make]


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    sparse(tmp_path / "it")
    with pytest.raises(OSError, match="3,221,225,472 bytes, and at most 1,000 are read"):
        read_file(tmp_path / "it", MOST)


def test_a_file_that_grows_beyond_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "it").write_bytes(bytes(MOST))
    before = os.stat(tmp_path / "it")
    (tmp_path / "it").write_bytes(bytes(MOST + 1))
    monkeypatch.setattr(os, "fstat", lambda descriptor: before)
    with pytest.raises(OSError, match="1,001 bytes"):
        read_file(tmp_path / "it", MOST)


@pytest.mark.parametrize("size", [0, 1, MOST])
def test_a_file_comes_whole(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "it").write_bytes(content)
    assert read_file(tmp_path / "it", MOST) == content == read_end(tmp_path / "it", MOST)


def test_the_end_of_a_long_file(tmp_path: Path) -> None:
    content = os.urandom(5 * MOST)
    (tmp_path / "it").write_bytes(content)
    assert read_end(tmp_path / "it", MOST) == content[-MOST:]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "it", MOST)
