"""A training that is steered: it is an ordinary one, and does what it is told."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.latent import watched
from explorer.together.commands import Command, Commands, Stopped
from explorer.together.steered import Data, Steered, labelled
from tests.tiny import contents
from training import datasets, runs
from training.families import configured
from training.fit import devices
from training.fit.loop import begun

SETTINGS = {
    "width": 16,
    "encoder_blocks": 1,
    "decoder_blocks": 1,
    "batch_size": 50,
    "epochs": 3,
    "film": 100,
    "snapshots": 3,
    "seed": 3,
    "device": "cpu",
}
STEPS = 12  # of an epoch
TEST = 300  # images


@pytest.fixture(scope="module")
def data() -> Data:
    """MNIST, cut short."""
    short = Data()
    train, test = (datasets.load("mnist", part).part(slice(n)) for part, n in ((True, 600), (False, TEST)))
    short.sets = {"mnist": (labelled(train), labelled(test), test)}
    return short


def spoken(*commands: Command) -> Commands:
    """Commands that have all come."""
    lines = b"".join(json.dumps(command).encode() + b"\n" for command in commands)
    return Commands(BytesIO(lines))


class Told:
    """What a training told, in its order; `after` says when to give which commands."""

    def __init__(self) -> None:
        self.packets: list[dict[str, Any]] = []
        self.commands: Commands | None = None
        self.after: Callable[[dict[str, Any]], Command | None] = lambda packet: None

    def __call__(self, kind: str, header: dict[str, Any], **arrays: np.ndarray) -> None:
        packet = {"kind": kind} | header | arrays
        self.packets.append(packet)
        command = self.after(packet)
        if command is not None:
            assert self.commands
            self.commands.waiting.put(command)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [packet for packet in self.packets if packet["kind"] == kind]


class Silent(Commands):
    """Commands that a test gives while the training goes on."""

    def __init__(self) -> None:
        super().__init__(BytesIO())
        self.waiting.get()  # the end of no input


def trained(
    folder: Path,
    data: Data,
    after: Callable[[dict[str, Any]], Command | None] = lambda packet: None,
    model: str = "vae",
    **settings: Any,
) -> Told:
    """Train until it is told to stop, which it is when it is finished, at the latest."""
    told, commands = Told(), Silent()
    told.commands = commands
    told.after = lambda packet: {"do": "stop"} if packet["kind"] == "finished" else after(packet)
    folder.mkdir()
    start = {"model": model, "settings": SETTINGS | settings, "folder": str(folder), "number": 7}
    with pytest.raises(Stopped):
        Steered(start, commands, data, told).run()
    return told


def ordinary(folder: Path, data: Data, model: str, **settings: Any) -> Path:
    """The same training as a command does it."""
    folder.mkdir()
    config = configured(model, **SETTINGS | settings)
    runs.begin(folder, config)
    for _ in begun(folder, config, devices.join("cpu"), *data.sets["mnist"][:2]):
        pass
    return folder


@pytest.mark.parametrize("model", ["ae", "vae"])
def test_it_is_an_ordinary_training_bit_for_bit(tmp_path: Path, data: Data, model: str) -> None:
    told = trained(tmp_path / "live", data, model=model)
    assert contents(tmp_path / "live") == contents(ordinary(tmp_path / "plain", data, model))
    assert [packet["epoch"] for packet in told.of("epoch")] == [0, 1, 2, 3]
    assert told.of("finished") == [{"kind": "finished", "epochs": 3, "number": 7}]
    frames = told.of("frame")
    assert frames[0]["step"] == 0 and frames[-1]["step"] == 3 * STEPS
    assert [frame["step"] for frame in frames] == sorted(frame["step"] for frame in frames)


def test_what_it_tells_at_the_beginning_says_all_that_a_page_needs(tmp_path: Path, data: Data) -> None:
    told = trained(tmp_path / "live", data)
    (began,) = told.of("began")
    assert began["labels"].tolist() == data.sets["mnist"][2].labels.tolist()
    assert began["digits"].shape == (watched.DIGITS, 1, 28, 28) and began["shape"] == [1, 28, 28]
    assert (began["steps"], began["epochs"], began["prior"]) == (STEPS, 3, True)
    assert began["live"]["beta"]["most"] == 4 and began["terms"].keys() == {"loss", "reconstruction", "kl"}
    frame = told.of("frame")[0]
    assert frame["codes"].shape == (TEST, 2) and frame["codes"].dtype == np.uint16
    assert frame["tiles"].shape == (watched.TILES**2, 1, 28, 28)
    assert frame["samples"].shape == (watched.SAMPLES, 1, 28, 28)
    assert all(packet["number"] == 7 for packet in told.packets)


def test_both_models_draw_the_same_codes_of_the_prior(tmp_path: Path, data: Data) -> None:
    codes = watched.prior_codes(3, 2)
    assert np.array_equal(codes, watched.prior_codes(3, 2)) and not np.array_equal(
        codes, watched.prior_codes(4, 2)
    )


def test_pausing_it_stands_and_takes_the_steps_that_are_asked_for(tmp_path: Path, data: Data) -> None:
    asked = iter([{"do": "step"}, {"do": "step"}, {"do": "stop"}])

    def after(packet: dict[str, Any]) -> Command | None:
        if packet["kind"] == "began":
            return {"do": "pause", "value": True}
        return next(asked) if packet["kind"] == "frame" and packet["paused"] else None

    told = trained(tmp_path / "live", data, after)
    steps = [frame["step"] for frame in told.of("frame") if frame["paused"]]
    assert sorted(set(steps)) == [steps[0], steps[0] + 1, steps[0] + 2] and steps[-1] <= 3


def test_a_setting_that_is_live_changes_while_it_runs_and_the_run_says_so(tmp_path: Path, data: Data) -> None:
    def after(packet: dict[str, Any]) -> Command | None:
        first = packet["kind"] == "epoch" and packet["epoch"] == 1
        return {"do": "set", "field": "beta", "value": 0.0} if first else None

    told = trained(tmp_path / "live", data, after)
    plain = trained(tmp_path / "plain", data)
    assert told.of("epoch")[:2] == plain.of("epoch")[:2] and told.of("epoch")[2:] != plain.of("epoch")[2:]
    assert told.of("epoch")[-1]["test"]["kl"] > plain.of("epoch")[-1]["test"]["kl"]
    assert told.of("frame")[-1]["live"] == {"beta": 0.0}
    assert runs.load_config(tmp_path / "live").beta == 0  # type: ignore[attr-defined]
    history = json.loads((tmp_path / "live" / runs.HISTORY).read_text())
    assert [entry.get("settings") for entry in history] == [None, None, {"beta": 0.0}, {"beta": 0.0}]


@pytest.mark.parametrize(("field", "value"), [("beta", -1.0), ("width", 8.0), ("nonsense", 1.0)])
def test_a_setting_that_can_not_be_changes_nothing(
    tmp_path: Path, data: Data, field: str, value: float
) -> None:
    def after(packet: dict[str, Any]) -> Command | None:
        return {"do": "set", "field": field, "value": value} if packet["kind"] == "began" else None

    told = trained(tmp_path / "live", data, after)
    assert contents(tmp_path / "live") == contents(ordinary(tmp_path / "plain", data, "vae"))
    reasons = [packet["reason"] for packet in told.of("refused")]
    assert reasons == (["beta is -1.0; it must be at least 0"] if field == "beta" else [])


def test_finished_early_it_is_the_run_of_so_many_epochs_that_decays_as_planned(
    tmp_path: Path, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = trained(
        tmp_path / "live", data, lambda packet: {"do": "finish"} if packet["kind"] == "began" else None
    )
    assert told.of("finished")[0]["epochs"] == 1
    monkeypatch.setenv("CHECKPOINTS", str(tmp_path / "runs"))
    runs.keep(tmp_path / "live", "kept")
    run = runs.load("kept")
    assert (run.config.epochs, run.config.decay, len(run.history)) == (1, 3, 2)
    again = ordinary(tmp_path / "again", data, "vae", epochs=1, decay=3)
    assert (again / runs.WEIGHTS).read_bytes() == (run.folder / runs.WEIGHTS).read_bytes()
    film = runs.load_film(run.folder, 2)
    assert film is not None and film.epochs[-1] == 1 and len(film.images) == 100
    with pytest.raises(runs.RunError, match="exists"):
        runs.keep(tmp_path / "live", "kept")
    with pytest.raises(runs.RunError, match="can't name a run"):
        runs.keep(tmp_path / "live", "../kept")


def test_a_drawing_is_encoded_all_along_and_the_manifold_is_where_one_looks(
    tmp_path: Path, data: Data
) -> None:
    image = data.sets["mnist"][2].images[0]
    asked = iter(
        [
            {"do": "draw", "value": image.ravel().tolist()},
            {"do": "look", "value": [-1.0, 1.0, 0.0, 2.0]},
            {"do": "pause", "value": True},
            {"do": "draw", "value": None},
            {"do": "stop"},
        ]
    )
    told = trained(
        tmp_path / "live", data, lambda p: next(asked, None) if p["kind"] in ("began", "frame") else None
    )
    drawn = [frame for frame in told.of("frame") if "drawing_z" in frame]
    assert drawn and np.array_equal(drawn[-1]["drawing"], image)
    where = np.isfinite(drawn[-1]["drawing_z"])
    assert where.all() and drawn[-1]["drawing_reconstruction"].shape == (1, 28, 28)
    last = told.of("frame")[-1]
    assert "drawing_z" not in last
    assert np.allclose(last["points"].mean(0), [0, 1])
    assert np.allclose(last["size"], 2 / watched.TILES)


@pytest.mark.parametrize(
    ("model", "settings", "reason"),
    [("vae", {"width": 0}, "width is 0"), ("nobody", {}, "nobody"), ("classifier", {}, "no use|no codes")],
)
def test_settings_that_can_not_be_are_refused_at_once(
    tmp_path: Path, data: Data, model: str, settings: dict[str, Any], reason: str
) -> None:
    start = {"model": model, "settings": SETTINGS | settings, "folder": str(tmp_path)}
    with pytest.raises(ValueError, match=reason):
        Steered(start, spoken(), data, Told())


def test_it_can_be_begun_anew(tmp_path: Path, data: Data) -> None:
    told, commands = Told(), Silent()
    told.commands = commands
    start = {"do": "start", "model": "ae", "settings": SETTINGS, "folder": str(tmp_path)}
    told.after = lambda packet: start if packet["kind"] == "epoch" else None
    assert Steered(start, commands, data, told).run() == start


def test_commands_end_with_whoever_gives_them() -> None:
    commands = spoken({"do": "pause", "value": True})
    assert commands.next() == {"do": "pause", "value": True}
    for _ in range(2):
        with pytest.raises(Stopped):
            commands.next()


def test_a_grid_of_images_fills_its_window() -> None:
    from explorer.latent.frame import Window

    grid = watched.tiles(Window(-1.0, 3.0, 0.0, 4.0))
    side = 4 / watched.TILES
    assert len(grid.z) == watched.TILES**2 and np.allclose(grid.size, side)
    assert np.allclose(grid.z.min(0), [-1 + side / 2, side / 2])
    assert np.allclose(grid.z.max(0), [3 - side / 2, 4 - side / 2])


def test_codes_of_a_model_are_those_that_it_encodes(tmp_path: Path, data: Data) -> None:
    model = trained_model(tmp_path, data)
    images = data.sets["mnist"][2].images[:50]
    halves = watched.codes(model, images)
    with torch.no_grad():
        expected = model.encode(torch.tensor(images).flatten(1).float() / 255)[0]
    np.testing.assert_allclose(halves, expected.numpy(), atol=2e-3, rtol=2e-3)
    assert model.training  # as it was


def trained_model(folder: Path, data: Data) -> Any:
    start = {"model": "vae", "settings": SETTINGS, "folder": str(folder)}
    return Steered(start, spoken(), data, Told()).model
