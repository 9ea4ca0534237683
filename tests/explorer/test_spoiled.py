"""Runs whose weights are finite and absurd: every route and every page answers, in words or with numbers."""

import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import torch
from safetensors.torch import load_file
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from torch import Tensor

from explorer import library, live
from tests.explorer.routes import WINDOW, gets, posts
from training import datasets
from training.runs.records import write_tensors

Change = Callable[[str, Tensor], Tensor]
IMAGES = 120  # of the test set
QUESTION = {"image": 3, "pixels": "grey"}


def part(name: str, factor: float) -> Change:
    """The weights of encoder or decoder, times a factor."""
    return lambda key, value: value * factor if key.startswith(name) else value


SPOILED: dict[str, tuple[str, Change]] = {
    "every weight 1e38": ("vae", lambda key, value: torch.full_like(value, 1e38)),
    "every weight 0": ("vae", lambda key, value: torch.zeros_like(value)),
    "codes that coincide": ("ae", part("encoder", 0)),
    "codes far out": ("vae", part("encoder", 1e8)),
    "a steep decoder": ("exact", part("decoder", 1e3)),
}


@pytest.fixture(params=SPOILED)
def run(
    request: pytest.FixtureRequest, exact: Path, classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The name of a run with spoiled weights, which shows a few test images."""
    name, change = SPOILED[request.param]
    path = exact.parent / name / "weights.safetensors"
    write_tensors(path, {key: change(key, value) for key, value in load_file(path).items()})
    few = datasets.load("mnist", train=False).part(slice(IMAGES))
    monkeypatch.setattr(datasets, "load", lambda *arguments, **named: few)
    st.cache_resource.clear()
    yield name
    st.cache_resource.clear()


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


def refuse(constant: str) -> None:
    raise AssertionError(f"JSON holds {constant}")


def strictly(text: str | bytes) -> Any:
    """The value of a JSON text without NaN or infinity, of which a browser knows nothing."""
    return json.loads(text, parse_constant=refuse)


def check(reply: Any) -> None:
    """An error in words, or an answer whose header a browser can read."""
    if reply.status_code == 400:
        assert len(strictly(reply.content)["error"].split()) > 3
        return
    assert reply.status_code == 200
    if reply.content[:4] not in (b"\x89PNG", b"GIF8") and reply.headers["content-type"].endswith("stream"):
        (length,) = struct.unpack_from("<I", reply.content)
        strictly(reply.content[4 : 4 + length])


def window_of(name: str) -> dict[str, float]:
    """What the run's map shows at first."""
    try:
        window = library.open_map(name).codes.window
    except library.FAILURES:
        return WINDOW
    return {edge: getattr(window, edge) for edge in WINDOW}


def messages(name: str) -> Iterator[tuple[str, bytes | dict[str, Any]]]:
    """Path and message of every WebSocket."""
    yield "decode", {"id": 1, "items": [{"run": name, "z": [0.5, 1.0]}]}
    yield f"draw?run={name}", struct.pack("<I2H", 5, 40, 40) + bytes(800) + bytes([255]) * 400 + bytes(400)
    yield "refine", QUESTION | {"run": name}
    yield "estimate", {"id": 1, "seed": 0, "question": QUESTION | {"run": name}}


def test_every_route_answers(run: str, client: TestClient) -> None:
    window = window_of(run)
    for path, query in gets(run, window):
        check(client.get(f"/live/{path}", params=query))
    for path, question in posts(run, window):
        check(client.post(f"/live/{path}", json=question))
    for path, message in messages(run):
        with client.websocket_connect(f"/live/{path}") as socket:
            socket.send_bytes(message) if isinstance(message, bytes) else socket.send_json(message)
            answer = socket.receive()
        assert answer["type"] == "websocket.send"
        if answer.get("text"):
            strictly(answer["text"])


def test_every_page_is_shown(run: str) -> None:
    for view, address in (
        ("compare", {"left": run}),
        ("evidence", {"run": run}),
        ("sampling", {"run": run, "show": "A simple prior"}),
        ("testset", {"tested": [run], "aspect": "q(z)"}),
    ):
        app = AppTest.from_string(f"from explorer.views import {view}\n{view}.render()", default_timeout=60)
        for key, value in address.items():
            app.query_params[key] = value
        assert not app.run().exception, view
