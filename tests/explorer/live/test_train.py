"""Train together: who steers, who watches, what is kept, and how it ends."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession

from explorer import live
from explorer.live import train
from explorer.live.train import Together
from explorer.live.training_process import TrainingProcess
from explorer.packing import packed, unpacked
from tests.tiny import fit
from training import runs

START = {
    "do": "start",
    "left": "ae",
    "right": "vae",
    "dataset": "mnist",
    "seed": 5,
    "width": 16,
    "live": {"left": {"beta": 9.0}, "right": {"beta": 2.0, "width": 3}},
}


class Pretended(TrainingProcess):
    """A process that does nothing, and keeps its commands."""

    made: ClassVar[dict[str, "Pretended"]] = {}
    starts: ClassVar[list[str]] = []

    def __init__(self, side: str, *calls: Any):
        super().__init__(side, *calls)
        self.commands: list[dict[str, Any]] = []
        self.alive = False
        self.made[side] = self

    @property
    def running(self) -> bool:
        return self.alive

    async def start(self) -> None:
        await asyncio.sleep(0.02)  # as a real one: others come meanwhile
        self.alive = True
        self.starts.append(self.side)

    def say(self, command: dict[str, Any]) -> None:
        self.commands.append(command)

    async def end(self) -> None:
        self.alive = False

    def started(self) -> dict[str, Any]:
        """Its last start."""
        return [command for command in self.commands if command["do"] == "start"][-1]


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Together:
    """The training of this test."""
    fresh = Together()
    monkeypatch.setattr(train, "TOGETHER", fresh)
    return fresh


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch, checkpoints: Path) -> Together:
    monkeypatch.setattr(train, "TrainingProcess", Pretended)
    Pretended.starts.clear()
    fresh = Together()
    monkeypatch.setattr(train, "TOGETHER", fresh)
    return fresh


PORTALS: list[Any] = []  # into the loop of the client of now


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501") as client:
        PORTALS[:] = [client.portal]
        yield client


def page(client: TestClient, name: str) -> Any:
    return client.websocket_connect(f"/live/train?page={time.monotonic()}&key={name}")


def state(socket: WebSocketTestSession) -> dict[str, Any]:
    """The next state that is told; packets before it are passed over."""
    while True:
        message = socket.receive()
        if message.get("text"):
            result: dict[str, Any] = json.loads(message["text"])
            return result


def packet(socket: WebSocketTestSession) -> dict[str, Any]:
    while True:
        message = socket.receive()
        if message.get("bytes"):
            return unpacked(message["bytes"])


def told_by(together: Together, side: str, kind: str, **header: Any) -> None:
    """A process tells something of the training of now."""
    arrays = {"tiles": np.zeros((1, 1, 2, 2), np.uint8)} if kind == "frame" else {}
    values = {"kind": kind, "side": side, "number": together.number} | header
    PORTALS[0].call(together.take, side, packed(values, **arrays))


def begun(client: TestClient, socket: WebSocketTestSession) -> None:
    state(socket)
    socket.send_text(json.dumps(START))
    while not state(socket)["steers"]:
        pass


def test_both_are_started_with_the_same_seed_and_each_with_its_own_settings(
    client: TestClient, pretended: Together
) -> None:
    with page(client, "speaker") as socket:
        begun(client, socket)
        left, right = (Pretended.made[side].started() for side in ("left", "right"))
        assert (left["model"], right["model"]) == ("ae", "vae")
        assert right["settings"] == left["settings"] | {"beta": 2.0}
        assert left["settings"]["seed"] == 5 and left["settings"]["width"] == 16
        assert Path(left["folder"]).is_dir() and left["folder"] != right["folder"]
        socket.send_text(json.dumps({"do": "set", "side": "right", "field": "beta", "value": 0.5}))
        socket.send_text(json.dumps({"do": "pause", "value": True}))
        socket.send_text(json.dumps({"do": "discard"}))
        assert "discarded" in {**state(socket), **state(socket)}["ended"]
        beta = {"do": "set", "field": "beta", "value": 0.5}
        assert beta in Pretended.made["right"].commands and beta not in Pretended.made["left"].commands
        assert {"do": "pause", "value": True} in Pretended.made["left"].commands
        deadline = time.monotonic() + 10
        while Path(left["folder"]).parent.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_two_models_of_one_family_have_settings_of_their_own(client: TestClient, pretended: Together) -> None:
    with page(client, "speaker") as socket:
        state(socket)
        live = {"left": {"beta": 0.5}, "right": {"beta": 4.0}}
        socket.send_text(json.dumps(START | {"left": "vae", "live": live}))
        while not state(socket)["steers"]:
            pass
        betas = [Pretended.made[side].started()["settings"]["beta"] for side in ("left", "right")]
        assert betas == [0.5, 4.0]


def test_a_second_person_watches_and_is_told_so(client: TestClient, pretended: Together) -> None:
    with page(client, "speaker") as speaker:
        begun(client, speaker)
        told_by(pretended, "left", "began", model="ae")
        told_by(pretended, "left", "frame", step=3)
        with page(client, "student") as student:
            assert state(student) == {"training": True, "steers": False}
            assert packet(student)["kind"] == "began"
            assert packet(student)["step"] == 3  # what was there before they came
            student.send_text(json.dumps(START))
            assert "Somebody else" in state(student)["error"]
            told_by(pretended, "left", "frame", step=4)
            assert packet(student)["step"] == 4 and packet(speaker)["kind"] == "began"


def test_what_comes_late_of_a_training_before_is_passed_over(client: TestClient, pretended: Together) -> None:
    with page(client, "speaker") as socket:
        begun(client, socket)
        told_by(pretended, "left", "frame", step=3, number=pretended.number - 1)
        told_by(pretended, "left", "frame", step=4)
        assert packet(socket)["step"] == 4


def test_a_failure_ends_both_and_its_reason_is_told(client: TestClient, pretended: Together) -> None:
    with page(client, "speaker") as socket:
        begun(client, socket)
        told_by(pretended, "right", "failed", reason="the loss is nan")
        said = state(socket)
        assert (said["error"], said["side"]) == ("the loss is nan", "right")
        assert state(socket) == {"training": False, "steers": False}
        assert Pretended.made["left"].commands[-1] == {"do": "stop"}


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ({"left": "a", "right": "a"}, "two names"),
        ({"left": "a", "right": "vae"}, "exists"),
        ({"left": "../a", "right": "b"}, "can't name a run"),
        ({"left": "a", "right": "no run"}, "exists"),
        ({"left": "", "right": "b"}, "can't name a run"),
    ],
)
def test_names_that_can_not_be_are_refused_and_the_training_goes_on(
    client: TestClient, pretended: Together, names: dict[str, str], reason: str
) -> None:
    (runs.root() / "no run").mkdir()
    with page(client, "speaker") as socket:
        begun(client, socket)
        socket.send_text(json.dumps({"do": "keep"} | names))
        said = state(socket)
        assert reason in said["error"] and said["training"]


def test_what_is_kept_becomes_two_runs(client: TestClient, pretended: Together, checkpoints: Path) -> None:
    with page(client, "speaker") as socket:
        begun(client, socket)
        for side, model in (("left", "ae"), ("right", "vae")):
            target = Path(Pretended.made[side].started()["folder"])
            for file in fit(f"made-{model}", model).iterdir():
                (target / file.name).write_bytes(file.read_bytes())
        socket.send_text(json.dumps({"do": "keep", "left": "my ae", "right": "my vae"}))
        socket.send_text(json.dumps({"do": "pause", "value": False}))  # what follows comes after the words
        while {"do": "pause", "value": False} not in Pretended.made["right"].commands:
            time.sleep(0.01)
        assert {"do": "finish"} in Pretended.made["left"].commands
        told_by(pretended, "left", "finished", epochs=3)
        assert not (checkpoints / "my ae").exists()
        told_by(pretended, "right", "finished", epochs=3)
        assert state(socket)["keeping"]
        assert state(socket)["kept"] == {"left": "my ae", "right": "my vae"}
    assert runs.load("my ae").config.model == "ae" and runs.load("my vae").config.model == "vae"


def test_of_two_who_come_at_once_each_finds_the_same_processes(
    client: TestClient, pretended: Together
) -> None:
    with page(client, "one") as one, page(client, "other") as other:
        state(one), state(other)
        one.send_text(json.dumps(START))
        other.send_text(json.dumps(START))
        deadline = time.monotonic() + 10
        while not pretended.steering:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert sorted(Pretended.starts) == ["left", "right"]


def test_a_flood_that_nobody_reads_is_bounded(client: TestClient) -> None:
    watcher = train.Watcher("nobody")
    for number in range(10_000):
        watcher.tell("text" if number % 2 else b"packet")
    assert watcher.queue.qsize() <= train.MOST_WAITING


def test_nothing_is_trained_where_that_is_off(
    client: TestClient, pretended: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAIN_TOGETHER", "off")
    with page(client, "speaker") as socket:
        state(socket)
        socket.send_text(json.dumps(START))
        assert "TRAIN_TOGETHER is off" in state(socket)["error"] and not pretended.steering


def test_processes_that_nothing_is_started_in_end(
    client: TestClient, pretended: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "IDLE_SECONDS", 0.2)
    with page(client, "speaker") as socket:
        state(socket)
        deadline = time.monotonic() + 10
        while Pretended.made["left"].alive or not Pretended.starts:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        begun_again = json.dumps(START)
        socket.send_text(begun_again)
        while not state(socket)["steers"]:
            pass
        assert Pretended.starts == ["left", "right"] * 2


def test_folders_of_servers_that_are_gone_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train.tempfile, "gettempdir", lambda: str(tmp_path))
    ours, gone = tmp_path / f"{train.FOLDER}{os.getpid()}-a", tmp_path / f"{train.FOLDER}4194305-b"
    other = tmp_path / f"{train.FOLDER}cache"
    for folder in (ours, gone, other):
        folder.mkdir()
    train.clear_left_behind()
    assert ours.exists() and other.exists() and not gone.exists()


def test_it_ends_a_while_after_whoever_steers_has_left(
    client: TestClient, pretended: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "LEFT_SECONDS", 0.3)
    with page(client, "student") as student:
        with page(client, "speaker") as speaker:
            begun(client, speaker)
            state(student), state(student)
        with page(client, "speaker") as speaker:  # a reload
            assert state(speaker)["steers"]
            time.sleep(0.5)
            assert pretended.steering == "speaker"
        while "ended" not in state(student):
            pass
        assert pretended.steering == "" and Pretended.made["left"].alive
    deadline = time.monotonic() + 10
    while Pretended.made["left"].alive:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("{", "expected JSON"),
        ('{"do": "dance"}', "do is 'dance'"),
        ('{"do": "pause", "value": true}', "start first"),
        (json.dumps(START | {"left": "exact"}), "left is 'exact'"),
        (json.dumps(START | {"width": 1e9}), "width must be"),
        (json.dumps(START | {"dataset": "mine"}), "dataset is 'mine'"),
        (json.dumps(START | {"seed": -1}), "seed must be"),
    ],
)
def test_what_is_wrong_is_said_and_the_connection_stays(
    client: TestClient, pretended: Together, message: str, reason: str
) -> None:
    with page(client, "speaker") as socket:
        state(socket)
        socket.send_text(message)
        said = state(socket)
        assert reason in said["error"] and not said["training"]
        begun_again = START | {"left": "vae"}
        socket.send_text(json.dumps(begun_again))
        while not state(socket)["steers"]:
            pass


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "look", "side": "left", "value": [1, 0, 0, 1]},
        {"do": "look", "side": "left", "value": "all"},
        {"do": "speed", "value": 0},
        {"do": "set", "field": "beta", "value": "much"},
        {"do": "draw", "dataset": "mnist", "height": 5, "width": 5, "value": [1]},
        {"do": "draw", "dataset": "mnist", "height": 5, "width": 5, "value": [0] * 25},
        {"do": "draw", "dataset": "mine", "height": 5, "width": 5, "value": [9] * 25},
    ],
)
def test_commands_that_can_not_be_reach_no_process(
    client: TestClient, pretended: Together, wrong: dict[str, Any]
) -> None:
    with page(client, "speaker") as socket:
        begun(client, socket)
        before = [list(process.commands) for process in Pretended.made.values()]
        socket.send_text(json.dumps(wrong))
        assert state(socket)["error"]
        assert [process.commands for process in Pretended.made.values()] == before


def test_two_real_processes_train_and_a_crash_is_told(
    client: TestClient, together: Together, checkpoints: Path
) -> None:
    with page(client, "speaker") as socket:
        begun(client, socket)
        seen: dict[tuple[str, str], int] = {}
        while min(seen.get((side, "frame"), 0) for side in ("left", "right")) < 5:
            got = packet(socket)
            assert got["kind"] != "failed", got
            seen[got["side"], got["kind"]] = seen.get((got["side"], got["kind"]), 0) + 1
            if got["kind"] == "frame":
                assert got["codes"].shape == (1000, 2)
        process = together.processes["left"].process
        assert process
        os.kill(process.pid, signal.SIGKILL)
        while "error" not in (said := state(socket)):
            pass
        assert said["side"] == "left" and "The training process ended" in said["error"]
        assert not state(socket)["training"]
        socket.send_text(json.dumps({"do": "start"} | START))  # and another can be trained
        while packet(socket)["kind"] != "frame":
            pass
    client.portal.call(together.end)  # type: ignore[union-attr]
    assert not any(process.running for process in together.processes.values())
