"""The files of deploy/ that no program of this machine runs whole: well formed, and true to each other."""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit import config

from tests.deploying import dockerfile
from tests.deploying.dockerfile import ROOT

yaml = pytest.importorskip("yaml")

DEPLOY = ROOT / "deploy"
SYSTEMD = shutil.which("systemd-analyze")
UNIT = "latent-explorer@.service"
OPTION = re.compile(r"--((?:server|browser)\.\w+)")
VARIABLE = re.compile(r"\bSTREAMLIT_[A-Z_]+")
TEXTS = [ROOT / "Dockerfile", *(path for path in DEPLOY.rglob("*") if path.is_file())]
TEXTS += sorted((ROOT / "docs").glob("*.md"))


def test_compose_names_files_that_exist_and_opens_no_door_but_this_machine_s() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert (DEPLOY / services["app"]["build"] / "Dockerfile").resolve() == ROOT / "Dockerfile"
    mounted = [volume.split(":") for service in services.values() for volume in service["volumes"]]
    for source, target, *_ in mounted:
        assert (DEPLOY / source).is_file() if source.startswith(".") else source in compose["volumes"], source
        assert source.startswith(".") or target in dockerfile.arguments("VOLUME")
    assert all(port.startswith("127.0.0.1:") for port in services["nginx"]["ports"])
    assert services["nginx"]["depends_on"]["app"]["condition"] == "service_healthy"
    assert dockerfile.arguments("HEALTHCHECK")
    port = dockerfile.environment()["STREAMLIT_SERVER_PORT"]
    assert f"server app:{port};" in (DEPLOY / "upstream-compose.conf").read_text()


def test_a_space_knows_the_port_and_the_licence() -> None:
    _, front, body = (DEPLOY / "space" / "README.md").read_text().split("---\n")
    settings = yaml.safe_load(front)
    assert settings["sdk"] == "docker" and settings["license"] == "mit" and body.strip()
    assert [str(settings["app_port"])] == dockerfile.arguments("EXPOSE")
    assert str(settings["app_port"]) == dockerfile.environment()["STREAMLIT_SERVER_PORT"]


@pytest.mark.skipif(SYSTEMD is None, reason="no systemd-analyze")
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    """With a program that this machine has: the real one is where the docs install it."""
    text = (DEPLOY / UNIT).read_text()
    program = "/opt/latent-explorer/bin/latent-explorer"
    assert text.count(program) == 1
    (tmp_path / UNIT).write_text(text.replace(program, sys.executable))
    verify = [str(SYSTEMD), "verify", str(tmp_path / UNIT.replace("@", "@8501"))]
    shutil.copy(tmp_path / UNIT, verify[-1])
    done = subprocess.run(verify, capture_output=True, text=True)
    assert done.returncode == 0 and str(tmp_path) not in done.stderr, done.stderr


def test_jupyter_gets_a_command_with_a_port() -> None:
    jupyter = SimpleNamespace(ServerProxy=SimpleNamespace())
    runpy.run_path(str(DEPLOY / "jupyter_server_config.py"), {"c": jupyter})
    ((name, server),) = jupyter.ServerProxy.servers.items()
    assert name.isidentifier()
    assert server["command"][0] in dockerfile.command() and "{port}" in server["command"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_of_streamlit_exists(path: Path) -> None:
    text = path.read_text()
    options = config.get_config_options()
    assert {name for name in OPTION.findall(text) if name not in options} == set()
    variables = {option.env_var for option in options.values()}
    assert set(VARIABLE.findall(text)) - variables == set()
