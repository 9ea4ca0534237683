"""The image, without Docker: its steps in folders, its command without any rights, its check of health.

The wheel is made of what .dockerignore leaves and installed where nobody may write.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.browser.conftest import free_port
from tests.deploying import dockerfile
from tests.deploying.dockerfile import BUILD, ROOT, arguments, context, environment

SETPRIV = shutil.which("setpriv")
WITHOUT_RIGHTS = [str(SETPRIV), "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
PATIENCE = 60  # seconds: a busy machine is slow, which no test is about
UNWANTED = re.compile(r"__pycache__|epoch-\d|state\.safetensors|events\.jsonl")


def run(command: Sequence[str], cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lock(folder: Path, mode: int) -> None:
    """Who may write in a folder and those below it."""
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        path.chmod(mode)


def copy(source: str, target: Path) -> None:
    """What COPY does: a file goes into a folder, the content of a folder takes its place."""
    for name in context():
        if name == source or name.startswith(f"{source}/"):
            place = target / (name.removeprefix(f"{source}/") if name != source else source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the image holds of ours, in a folder that can't be written."""
    source, wheels, site = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "site"))
    for line in arguments("COPY", BUILD):
        *names, target = line.split()
        for name in names:
            copy(name, source / target)
    (build,) = arguments("RUN", BUILD)
    words = [str(wheels) if word == "/wheels" else word for word in shlex.split(build)]
    run([sys.executable, "-m", *words, "--no-build-isolation", "--no-index", "--quiet"], source)
    (wheel,) = wheels.iterdir()
    install = ["pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    run([sys.executable, "-m", *install])
    lock(site, 0o555)
    yield site
    lock(site, 0o755)


class Container:
    """The image's command with the image's settings; `data` is its volume."""

    def __init__(self, image: Path, data: Path):
        self.port = free_port()
        (volume,) = arguments("VOLUME")
        self.environment = {name: value.replace(volume, str(data)) for name, value in environment().items()}
        self.environment["STREAMLIT_SERVER_PORT"] = str(self.port)
        self.environment["STREAMLIT_SERVER_ADDRESS"] = "127.0.0.1"  # a test opens no door to the network
        self.environment |= {"PYTHONPATH": str(image), "HOME": "/nonexistent", "PATH": os.environ["PATH"]}
        name, *options = dockerfile.command()
        program = [sys.executable, str(image / "bin" / name), *options]
        self.log = data.parent / "container.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*(WITHOUT_RIGHTS if os.getuid() == 0 else []), *program],
                cwd=data,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def healthy(self) -> bool:
        check = subprocess.run(dockerfile.health_check(), env=self.environment, capture_output=True)
        return check.returncode == 0

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.read()


@pytest.mark.skipif(os.getuid() == 0 and SETPRIV is None, reason="no setpriv: util-linux brings it")
def test_the_image_starts_for_an_ordinary_user_and_writes_on_its_volume_alone(
    image: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    before = sorted(image.rglob("*"))
    container = Container(image, data)
    try:
        assert not container.healthy()
        began = time.perf_counter()
        while not container.healthy():
            assert container.process.poll() is None, container.log.read_text()
            assert time.perf_counter() - began < PATIENCE, container.log.read_text()
            time.sleep(0.2)
        assert {"ae", "vae", "exact"} <= set(json.loads(container.get("/live/runs")))
        assert len(container.get("/live/codes/vae")) > 0
        assert b"<html" in container.get("/evidence")
    finally:
        container.process.kill()
        container.process.wait()
    assert sorted(image.rglob("*")) == before
    assert {path.name for path in data.iterdir()} <= {"cache", "latent-explorer"}


def test_whatever_is_copied_is_there() -> None:
    names = context()
    for line in arguments("COPY", BUILD) + arguments("COPY"):
        for source in line.split()[:-1]:
            assert any(name == source or name.startswith(f"{source}/") for name in names), source


def test_docker_is_given_what_the_wheel_is_made_of_and_nothing_else() -> None:
    names = context()
    assert {name.split("/")[0] for name in names if "/" in name} == {"checkpoints", "explorer", "training"}
    assert [name for name in names if UNWANTED.search(name)] == []
    assert {f"checkpoints/{name}/weights.safetensors" for name in ("ae", "vae", "exact")} <= set(names)
    seeds = json.loads((ROOT / "checkpoints/seeds/comparisons.json").read_text())["pairs"][0]["runs"]
    assert {f"checkpoints/seeds/{name}/codes.safetensors" for name in seeds} <= set(names)


def test_the_dependencies_are_those_of_the_project() -> None:
    (line,) = [text for text in arguments("RUN") if "tomllib" in text]
    words = shlex.split(line.split(" > ")[0].replace("/tmp/pyproject.toml", str(ROOT / "pyproject.toml")))
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert run([sys.executable, *words[1:]]).splitlines() == listed
    (torch,) = [text for text in arguments("RUN") if "https://download.pytorch.org/whl/cpu" in text]
    named = [word for word in shlex.split(torch) if word.startswith("torch")]
    assert named == [name for name in listed if name.startswith("torch")]


def test_an_ordinary_user_has_one_volume() -> None:
    names = [name for name, _ in dockerfile.stages()[-1]]
    assert arguments("USER") == ["explorer"] and names.index("USER") < names.index("CMD")
    (volume,) = arguments("VOLUME")
    written = [value for name, value in environment().items() if name.startswith("XDG_")]
    assert len(written) == 2 and all(Path(value).is_relative_to(volume) for value in written)
