"""Shared by all tests: tiny trained runs, and the rule that no browser test is skipped in CI."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch starts: tiny networks want one thread

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.tiny import fit

CHROMIUM = Path("/usr/bin/chromium")
IN_CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Nothing is written to the cache of whoever runs the tests (on Linux)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def made(factory: pytest.TempPathFactory, *names: str) -> Path:
    """A checkpoints folder with a tiny finished run of each of these models, under the model's name."""
    root = factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHECKPOINTS", str(root))
        for name in names:
            fit(name, name)
    return root


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoints folder with the finished runs "ae" and "vae". Read only: `checkpoints` is a copy."""
    return made(tmp_path_factory, "ae", "vae")


@pytest.fixture
def checkpoints(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """$CHECKPOINTS for one test: a copy of the tiny runs "ae" and "vae", free to be damaged."""
    root = shutil.copytree(trained, tmp_path / "checkpoints")
    monkeypatch.setenv("CHECKPOINTS", str(root))
    return root


@pytest.fixture(scope="session")
def trained_classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run "classifier". Read only: `classifier` is a copy."""
    return made(tmp_path_factory, "classifier") / "classifier"


@pytest.fixture
def classifier(checkpoints: Path, trained_classifier: Path) -> Path:
    """The folder of a tiny run "classifier" beside those of `checkpoints`, free to be damaged."""
    return shutil.copytree(trained_classifier, checkpoints / "classifier")


@pytest.fixture(scope="session")
def trained_exact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run "exact". Read only: `exact` is a copy."""
    return made(tmp_path_factory, "exact") / "exact"


@pytest.fixture
def exact(checkpoints: Path, trained_exact: Path) -> Path:
    """The folder of a tiny run "exact" beside those of `checkpoints`, free to be damaged."""
    return shutil.copytree(trained_exact, checkpoints / "exact")


@pytest.fixture
def no_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """$CHECKPOINTS for one test: an empty folder."""
    root = tmp_path / "checkpoints"
    root.mkdir()
    monkeypatch.setenv("CHECKPOINTS", str(root))
    return root


def needs_browser(item: pytest.Item) -> bool:
    return Path(__file__).parent / "browser" in item.path.parents


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason=f"no Chromium at {CHROMIUM}: `apt-get install chromium` brings it")
    for item in items:
        chromium = "browser" in getattr(item, "fixturenames", ())  # other browsers: test_browsers.py
        if needs_browser(item) and chromium and not CHROMIUM.exists():
            item.add_marker(skip)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a browser test that is skipped, for whatever reason, has failed."""
    report = yield
    if report.skipped and IN_CI and needs_browser(item):
        report.outcome, report.longrepr = "failed", f"skipped, and CI must not: {report.longrepr}"
    return report
