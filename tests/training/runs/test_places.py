"""Where runs lie: $CHECKPOINTS, a checkout, or an installed package with runs that came with it."""

import shutil
from pathlib import Path

import pytest

from tests.tiny import Command, flags
from training import evaluate, runs
from training.runs import CONFIG, RunError, places
from training.study import store


@pytest.fixture
def own(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package: "ae" and "vae" come with it, and one's own runs go to this folder."""
    shipped = shutil.copytree(trained, tmp_path / "training" / "shipped")
    monkeypatch.setattr(places, "SHIPPED", shipped)
    monkeypatch.delenv("CHECKPOINTS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "latent-explorer" / "checkpoints"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_checkout_has_its_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHECKPOINTS", raising=False)
    assert runs.root() == Path(__file__).parents[3] / "checkpoints" and runs.shipped() is None
    assert store.reading_root() == store.root() == runs.root() / "seeds"


def test_an_installed_package_reads_its_runs_and_writes_to_the_user_s_folder(own: Path) -> None:
    assert runs.root() == own and not own.exists()
    assert runs.names() == ["ae", "vae"]
    assert runs.load("vae").folder == places.SHIPPED / "vae"
    runs.load_model(runs.load("vae"))


def test_without_the_variable_of_the_desktop_it_is_a_folder_in_the_home(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(own))
    assert runs.root() == own / ".local" / "share" / "latent-explorer" / "checkpoints"


def test_the_variable_leaves_the_shipped_runs_out(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKPOINTS", str(own))
    assert runs.names() == [] and runs.shipped() is None
    with pytest.raises(RunError, match="no run 'vae'"):
        runs.load("vae")


def test_a_run_of_one_s_own_stands_beside_the_shipped_ones(own: Path, command: Command) -> None:
    assert command("vae", "--run", "mine", *flags("vae")) == ""
    assert runs.names() == ["ae", "mine", "vae"]
    assert runs.load("mine").folder == own / "mine"


def test_a_shipped_run_is_trained_anew_in_the_user_s_folder_only(own: Path, command: Command) -> None:
    before = contents(places.SHIPPED)
    stamp = runs.stamp("vae")
    assert "exists in" in command("vae", *flags("vae"))
    assert not own.exists()
    assert command("vae", "--overwrite", *flags("vae")) == ""
    assert runs.load("vae").folder == own / "vae" and runs.stamp("vae") != stamp
    assert runs.names() == ["ae", "vae"] and contents(places.SHIPPED) == before


def test_measuring_a_shipped_run_prints_and_keeps_nothing(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(places.SHIPPED)
    monkeypatch.setattr(evaluate, "measure", lambda *arguments: {"values": {}})
    monkeypatch.setattr("sys.argv", ["evaluate", "ae", "--json"])
    evaluate.main()
    out, err = capsys.readouterr()
    assert '"values": {}' in out and "only read" in err
    with pytest.raises(RunError, match="only read"):
        runs.save_metrics(runs.load("ae"), {})
    assert contents(places.SHIPPED) == before


@pytest.fixture
def measured(own: Path) -> Path:
    """The shipped seeds: a run that is measured, by the names of its files."""
    folder = places.SHIPPED / store.FOLDER / "vae-0"
    folder.mkdir(parents=True)
    for file in store.FILES:
        (folder / file).write_bytes(b"{}")
    return folder


def test_shipped_seeds_are_read_until_there_are_own_ones(own: Path, measured: Path) -> None:
    assert store.reading_root() == places.SHIPPED / "seeds"
    shutil.copytree(measured, own / "seeds" / "ae-3")
    assert store.reading_root() == own / "seeds"


def test_shipped_seeds_are_taken_over_once(own: Path, measured: Path) -> None:
    before = contents(places.SHIPPED)
    store.take_over_shipped()
    assert store.names(own / "seeds") == ["vae-0"] and contents(places.SHIPPED) == before
    (own / "seeds" / "vae-0" / CONFIG).unlink()
    store.take_over_shipped()
    assert store.names(own / "seeds") == []
    assert [path.name for path in own.iterdir()] == ["seeds"]


def test_a_folder_that_can_not_be_written_is_an_error(own: Path, measured: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_text("no folder")
    with pytest.raises(RunError, match="can't be copied"):
        store.take_over_shipped()
