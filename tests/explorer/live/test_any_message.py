"""Whatever is sent to the live routes, the answer is one, or an error in words (property-based)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import live
from explorer.live import packets
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
    query=some.dictionaries(some.sampled_from(["left", "right", "bottom", "top", "count"]), SCALARS.map(str))
)
def test_any_window(client: TestClient, query: dict[str, str]) -> None:
    for path in ("lattice", "field"):
        reply = client.get(f"/live/{path}/vae", params=query)
        assert reply.status_code == 200 or reply.json()["error"]


@settings(QUICK, max_examples=40)
@given(
    messages=some.lists(
        VALUES.map(json.dumps) | some.text(max_size=20) | some.binary(max_size=20), min_size=1, max_size=3
    )
)
def test_any_message_for_decode(client: TestClient, messages: list[str | bytes]) -> None:
    with client.websocket_connect("/live/decode") as socket:
        for message in messages:
            socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message)
            assert json.loads(socket.receive_text())["error"]
        socket.send_json({"id": 7, "items": [{"run": "vae", "z": [0, 1]}]})
        assert socket.receive_bytes()[:4] == bytes([7, 0, 0, 0])


@settings(QUICK, max_examples=150)
@given(
    header=some.dictionaries(some.text(max_size=5), VALUES),
    values=some.lists(some.floats(width=32), max_size=9),
)
def test_any_packet_comes_back_without_nan(header: dict[str, Any], values: list[float]) -> None:
    header.pop("arrays", None)
    array = np.array(values, np.float32)
    packet = packets.packed(header, last_array=array)
    unpacked = packets.unpacked(packet)
    assert np.array_equal(unpacked.pop("last_array"), array, equal_nan=True)
    json.dumps(unpacked, allow_nan=False)
    assert unpacked == packets.with_nulls(header)
