"""The project as an ordinary package: what its wheel holds, and the command that starts the app."""

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from streamlit.web import cli

from explorer import __main__ as command

ROOT = Path(__file__).parent.parent
LEAVINGS = {"__pycache__", ".ruff_cache", ".mypy_cache"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all files in a wheel of the project, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*build, "--quiet", "--wheel-dir", str(folder), str(ROOT)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def files(folder: str) -> list[str]:
    """All files below a folder of the project but what a run of the program leaves there."""
    paths = (path for path in sorted((ROOT / folder).rglob("*")) if path.is_file())
    return [str(path.relative_to(ROOT).as_posix()) for path in paths if not LEAVINGS & set(path.parts)]


@pytest.mark.parametrize("folder", ["explorer", "training"])
def test_the_wheel_holds_every_file_of_the_packages(wheel: set[str], folder: str) -> None:
    assert [name for name in files(folder) if name not in wheel] == []


def test_the_wheel_holds_what_the_app_reads_beside_its_code(wheel: set[str]) -> None:
    data = files("explorer/stage/assets") + files("training/datasets/mnist")
    assert len([name for name in data if name.endswith((".js", ".css"))]) > 20
    assert len([name for name in data if name.endswith(".gz")]) == 4
    beside = {"explorer/.streamlit/config.toml", "explorer/chrome.css", "explorer/icon.png"}
    assert beside | {"explorer/pyproject.toml"} | set(data) <= wheel


def test_the_wheel_holds_the_shipped_runs_and_nobody_s_own(wheel: set[str]) -> None:
    runs = {name.split("/")[2] for name in wheel if name.startswith("training/shipped/")}
    assert runs == {"ae", "vae", "exact", "classifier", "seeds"}
    for name in ("ae", "vae", "exact", "classifier"):
        assert f"training/shipped/{name}/config.json" in wheel
        assert f"training/shipped/{name}/weights.safetensors" in wheel
    pairs = json.loads((ROOT / "checkpoints/seeds/comparisons.json").read_text())["pairs"]
    seeds = {name for pair in pairs for name in pair["runs"]}
    assert {f"training/shipped/seeds/{name}/codes.safetensors" for name in seeds} <= wheel


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    top = {name.split("/")[0] for name in wheel}
    assert {name for name in top if not name.endswith(".dist-info")} == {"explorer", "training"}
    assert [name for name in wheel if "__pycache__" in name or name.endswith("state.safetensors")] == []


def test_streamlit_finds_the_declared_components_by_the_name_of_the_project() -> None:
    declared = tomllib.loads((ROOT / "explorer/pyproject.toml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert declared["project"]["name"] == project["name"] == "explorer"
    for component in declared["tool"]["streamlit"]["component"]["components"]:
        assert (ROOT / "explorer" / component["asset_dir"]).is_dir()


def test_the_command_runs_the_app_with_streamlit_s_options(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[str]] = []
    monkeypatch.setattr(cli, "main", lambda arguments, prog_name: given.append(arguments))
    monkeypatch.setattr(sys, "argv", ["latent-explorer", "--server.port", "8502"])
    command.main()
    assert given == [["run", str(ROOT / "explorer" / "app.py"), "--server.port", "8502"]]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"latent-explorer": "explorer.__main__:main"}


@pytest.mark.parametrize("folder", ["root", "elsewhere"])
def test_the_settings_beside_the_app_hold_from_any_folder(tmp_path: Path, folder: str) -> None:
    code = (
        "from streamlit import config; from streamlit.web import bootstrap\n"
        f"config._main_script_path = {str(ROOT / 'explorer' / 'app.py')!r}\n"
        "bootstrap.load_config_options({})\n"
        "print(config.get_option('server.address'), config.get_option('runner.postScriptGC'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT if folder == "root" else tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["localhost", "False"]
