"""Whatever is sent to the live routes, the answer is one, or an error in words (property-based)."""

import json
import struct
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import live, packing
from tests.training.runs.test_any_content import QUICK, SCALARS, VALUES

FIELDS = (
    "run",
    "runs",
    "image",
    "pixels",
    "index",
    "polygon",
    "by",
    "count",
    "corners",
    "steps",
    "loop",
    "films",
)
QUESTIONS = some.dictionaries(
    some.sampled_from(FIELDS), VALUES | some.just("vae") | some.just(["vae"]), max_size=6
)
MESSAGES = VALUES.map(json.dumps) | some.text(max_size=20) | some.binary(max_size=20)
POSTS = ("evidence", "posterior", "copies", "select", "table", "sheet", "walk", "film", "sample")


@pytest.fixture
def client(checkpoints: Path) -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


@settings(QUICK, max_examples=100)
@given(path=some.sampled_from(POSTS), question=QUESTIONS | VALUES)
def test_any_question(client: TestClient, path: str, question: Any) -> None:
    reply = client.post(f"/live/{path}", content=json.dumps(question))
    assert reply.status_code == 200 or (reply.status_code == 400 and reply.json()["error"])


@settings(QUICK, max_examples=60)
@given(
    query=some.dictionaries(
        some.sampled_from(["left", "right", "bottom", "top", "count"]),
        SCALARS.map(str).filter(lambda text: "\ud800" not in text),
    )
)
def test_any_window(client: TestClient, query: dict[str, str]) -> None:
    for path in ("lattice", "field"):
        reply = client.get(f"/live/{path}/vae", params=query)
        assert reply.status_code == 200 or reply.json()["error"]


@settings(QUICK, max_examples=40)
@given(messages=some.lists(MESSAGES, min_size=1, max_size=3))
def test_any_message_for_decode(client: TestClient, messages: list[str | bytes]) -> None:
    with client.websocket_connect("/live/decode") as socket:
        for message in messages:
            socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message)
            assert json.loads(socket.receive_text())["error"]
        socket.send_json({"id": 7, "items": [{"run": "vae", "z": [0, 1]}]})
        assert socket.receive_bytes()[:4] == bytes([7, 0, 0, 0])


@settings(QUICK, max_examples=40)
@given(
    runs=some.lists(some.sampled_from(["vae", "ae", "none", ""]), max_size=3),
    messages=some.lists(MESSAGES, max_size=3),
)
def test_any_drawing(client: TestClient, runs: list[str], messages: list[str | bytes]) -> None:
    """What is wrong is told, with its number, and a drawing after it comes back if the runs can take it."""
    drawing = struct.pack("<I2H", 7, 8, 8) + bytes(32 * [0, 255])
    with client.websocket_connect("/live/draw?" + urlencode({"run": runs}, doseq=True)) as socket:
        for message in messages:
            socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message)
            refused = json.loads(socket.receive_text())
            assert refused["error"] and refused.keys() == {"id", "error"}
        socket.send_bytes(drawing)
        reply = socket.receive()
        if 1 <= len(runs) <= 2 and {*runs} <= {"vae", "ae"}:
            assert reply["bytes"][:4] == drawing[:4]
        else:
            assert json.loads(reply["text"])["error"]


@pytest.mark.parametrize("depth", [500, 700, 900, 2000])
def test_a_deep_number_of_a_question_is_none(client: TestClient, depth: int) -> None:
    with client.websocket_connect("/live/estimate") as socket:
        socket.send_text('{"id": ' + "[" * depth + "]" * depth + "}")
        reply = json.loads(socket.receive_text())
        assert reply["error"] and reply["id"] is None


@settings(QUICK, max_examples=40)
@given(
    path=some.sampled_from(["refine", "estimate"]),
    message=QUESTIONS.map(json.dumps)
    | QUESTIONS.map(lambda question: json.dumps({"id": 1, "question": question, "seed": 0}))
    | MESSAGES,
)
def test_any_question_that_is_answered_in_steps(client: TestClient, path: str, message: str | bytes) -> None:
    """Each answer is a step, or an error, and the connection stays usable."""
    good: dict[str, Any] = {"run": "vae", "image": 3, "pixels": "grey"}
    with client.websocket_connect(f"/live/{path}") as socket:
        socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message)
        assert json.loads(socket.receive_text())
        socket.send_json(good if path == "refine" else {"id": 9, "question": good, "seed": 0})
        reply: dict[str, Any] = {}
        while not ("phase" in reply if path == "refine" else reply.get("id") == 9):
            reply = json.loads(socket.receive_text())
            assert reply.keys() & {"error", "done", "phase", "id"}


@settings(QUICK, max_examples=150)
@given(
    header=some.dictionaries(some.text(max_size=5), VALUES),
    values=some.lists(some.floats(width=32), max_size=9),
)
def test_any_packet_comes_back_without_nan(header: dict[str, Any], values: list[float]) -> None:
    header.pop("arrays", None)
    array = np.array(values, np.float32)
    packet = packing.packed(header, last_array=array)
    unpacked = packing.unpacked(packet)
    assert np.array_equal(unpacked.pop("last_array"), array, equal_nan=True)
    json.dumps(unpacked, allow_nan=False)
    assert unpacked == packing.with_nulls(header)
