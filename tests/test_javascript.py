"""The unit tests of the JavaScript, by `node --test`. Skipped, with the reason, where there is no node."""

import shutil
import subprocess
from pathlib import Path

import pytest

from explorer import stage
from explorer.pages import PAGES

ROOT = Path(__file__).parent.parent
NODE = shutil.which("node")
TESTS = sorted((ROOT / "tests" / "js").glob("*.test.js"))


@pytest.mark.skipif(NODE is None, reason="no node: `apt-get install nodejs` brings it")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_javascript(path: Path) -> None:
    done = subprocess.run([str(NODE), "--test", str(path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(
    not (ROOT / "node_modules" / "esbuild").exists(), reason="no esbuild: `npm ci` brings it, pinned"
)
def test_the_bundles_are_those_of_the_modules(tmp_path: Path) -> None:
    command = [str(NODE), str(ROOT / "explorer" / "stage" / "build.mjs"), str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    committed = {path.name: path.read_bytes() for path in (stage.ASSETS / stage.BUNDLES).iterdir()}
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert built == committed, "`npm run build` makes them anew"


def test_every_component_has_a_bundle_until_a_module_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [page.component for page in PAGES if page.component]
    assert all(stage.bundled(entry) for entry in entries), "`npm run build` makes them anew"
    assert not stage.bundled("another")
    copy = shutil.copytree(stage.ASSETS, tmp_path / "assets")
    monkeypatch.setattr(stage, "ASSETS", copy)
    assert all(stage.bundled(entry) for entry in entries)
    with (copy / "kit" / "dom.js").open("a") as module:
        module.write("// changed")
    assert not any(stage.bundled(entry) for entry in entries)
