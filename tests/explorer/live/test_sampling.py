"""The routes of the page about sampling, asked as a browser asks, and as somebody who means harm does."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from explorer import library, live
from explorer.latent import estimating, evidence
from explorer.latent.copies import copies, inputs, measures_of
from explorer.latent.pixels import binarising_noise
from explorer.live.serving import MAX_MESSAGE
from training import datasets, runs
from training.datasets.dataset import CHANNELS, SIDES
from training.families import LatentModel

QUESTION = {"run": "vae", "image": 3, "pixels": "binarised"}
COPIES = QUESTION | {"row": 8, "column": 9, "side": 4, "right": 0.5, "down": 0.5}
IMAGE = datasets.load("mnist", train=False).images[3]


@pytest.fixture
def client(checkpoints: Path) -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


def begin(number: int = 1, seed: Any = 0, **changes: Any) -> str:
    return json.dumps({"id": number, "question": QUESTION | changes, "seed": seed})


def header(body: bytes) -> dict[str, Any]:
    (length,) = struct.unpack("<I", body[:4])
    return json.loads(body[4 : 4 + length])


def test_the_estimates_grow_and_end(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "MOST_SAMPLES", 500)
    with client.websocket_connect("/live/estimate") as socket:
        socket.send_text(begin())
        messages = [json.loads(socket.receive_text())]
        while not messages[-1]["done"]:
            assert len(messages) < 100
            socket.send_text(json.dumps({"id": len(messages) + 1}))
            messages.append(json.loads(socket.receive_text()))
    assert [m["id"] for m in messages] == list(range(1, len(messages) + 1))
    samples = [m["samples"] for m in messages]
    assert samples == sorted(set(samples)) and samples[-1] == 500
    x = inputs(IMAGE[None], "binarised", binarising_noise(3, 784))[0]
    exact = evidence.posterior(runs.load_as(LatentModel, runs.load("vae")), x).log_evidence
    assert messages[0]["exact"] == messages[-1]["exact"] == pytest.approx(exact)
    assert messages[-1]["q"]["path"][-1][1] == pytest.approx(exact, abs=2)


def test_a_new_question_begins_anew_and_a_seed_repeats_it(client: TestClient) -> None:
    with client.websocket_connect("/live/estimate") as socket:
        answers = []
        for message in (begin(1), json.dumps({"id": 2}), begin(3), begin(4, seed=5), begin(5, image=4)):
            socket.send_text(message)
            answers.append(json.loads(socket.receive_text()))
    first, more, again, seed, other = answers
    assert more["samples"] > first["samples"] == again["samples"]
    assert again["prior"]["path"] == first["prior"]["path"] != seed["prior"]["path"]
    assert other["exact"] != first["exact"]


def test_the_largest_drawing_fits_into_a_message_and_into_a_post(client: TestClient) -> None:
    largest = [255] * (max(CHANNELS) * SIDES[1] ** 2)
    with client.websocket_connect("/live/estimate") as socket:
        socket.send_text(begin(1, image=-1, drawing=largest))  # with a blank after each comma
        assert "784 whole numbers" in json.loads(socket.receive_text())["error"]
    text = json.dumps(COPIES | {"image": -1, "drawing": largest})
    assert len(text) > 900_000 and "784 whole numbers" in client.post("/live/copies", content=text).text


def test_a_drawing_can_be_asked_about(client: TestClient) -> None:
    with client.websocket_connect("/live/estimate") as socket:
        socket.send_text(begin(1, image=-1, drawing=IMAGE.ravel().tolist()))
        assert json.loads(socket.receive_text())["samples"] > 0


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("{", "expected JSON"),
        ("[1]", "expected a JSON object"),
        (json.dumps({"id": 1}), "send a question first"),
        (json.dumps({"id": 1, "question": 3}), "a question is"),
        (begin(seed=-1), "seed must be a whole number"),
        (begin(seed="x"), "seed must be a number"),
        (begin(run="nobody"), "no run 'nobody'"),
        (begin(run="../../etc"), "can't name a run"),
        (begin(run="ae"), "plain autoencoder"),
        (begin(image=10**6), "from 0 to 9999"),
        (begin(image=-1, drawing=[1]), "drawing must be"),
        (begin(pixels="blue"), "binarised, grey"),
        ("x" * (MAX_MESSAGE + 1), "at most"),
    ],
)
def test_a_bad_message_is_refused_and_the_connection_stays(
    client: TestClient, message: str, reason: str
) -> None:
    with client.websocket_connect("/live/estimate") as socket:
        socket.send_text(message)
        assert reason in json.loads(socket.receive_text())["error"]
        socket.send_bytes(b"\x00\xff")
        assert "expected JSON text" in json.loads(socket.receive_text())["error"]
        socket.send_text(begin(2))
        assert json.loads(socket.receive_text())["samples"] > 0


def test_a_question_that_fails_ends_the_one_before(client: TestClient) -> None:
    with client.websocket_connect("/live/estimate") as socket:
        for message, has in (
            (begin(1), "samples"),
            (begin(2, run="nobody"), "error"),
            ('{"id": 3}', "error"),
        ):
            socket.send_text(message)
            assert has in json.loads(socket.receive_text())


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_another_sites_page_is_refused(client: TestClient, origin: str) -> None:
    headers = {"origin": origin}
    with (
        pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
        client.websocket_connect("/live/estimate", headers=headers) as socket,
    ):
        socket.receive_text()
    for path in ("copies", "copies/exact"):
        assert client.post(f"/live/{path}", headers=headers, json=COPIES).status_code == 403


def test_copies_come_with_their_measures(client: TestClient) -> None:
    response = client.post("/live/copies", json=COPIES)
    images = copies(IMAGE, (8, 9, 4), (0.5, 0.5))
    answer = header(response.content)
    assert answer["piece"] == [8, 9, 4] and answer["reason"] == ""
    assert response.content[-3 * 784 :] == images.tobytes()
    model = runs.load_as(LatentModel, runs.load("vae"))
    expected = vars(measures_of(model, images, inputs(images, "binarised", binarising_noise(3, 784))))
    for name, values in answer["measures"].items():
        assert values == pytest.approx(expected[name], rel=1e-4, abs=1e-4)


def test_without_a_place_the_piece_is_where_most_ink_is(client: TestClient) -> None:
    row, column, side = header(client.post("/live/copies", json=COPIES | {"row": -1}).content)["piece"]
    ink = [IMAGE[0, r : r + 4, c : c + 4].sum() for r in range(25) for c in range(25)]
    assert side == 4 and IMAGE[0, row : row + 4, column : column + 4].sum() == max(ink)


def test_the_evidence_of_a_copy_is_exact(client: TestClient) -> None:
    x = inputs(copies(IMAGE, (8, 9, 4), (0.5, 0.5)), "binarised", binarising_noise(3, 784))
    model = runs.load_as(LatentModel, runs.load("vae"))
    for row, which in zip(x, ("original", "cut", "shifted"), strict=True):
        answer = header(client.post("/live/copies/exact", json=COPIES | {"which": which}).content)
        assert answer["nll"] == pytest.approx(-evidence.posterior(model, row).log_evidence)
        assert 0 <= answer["error"] < 0.01


def test_an_autoencoder_has_copies_but_no_evidence(client: TestClient) -> None:
    answer = header(client.post("/live/copies", json=COPIES | {"run": "ae"}).content)
    assert answer["measures"]["deviations"] is None and "no log p(x)" in answer["reason"]
    response = client.post("/live/copies/exact", json=COPIES | {"run": "ae", "which": "cut"})
    assert response.status_code == 400 and "no log p(x)" in response.json()["error"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"side": 0}, "side must be a whole number from 1 to 12"),
        ({"side": None}, "side must be a number"),
        ({"row": 25}, "row must be a whole number from -1 to 24"),
        ({"column": 1.5}, "column must be a whole number"),
        ({"right": 5}, "a shift is at most 4 pixels, not 5 and 0.5"),
        ({"down": float("nan")}, "must be a finite number"),
        ({"image": 10_000}, "from 0 to 9999"),
        ({"which": "copy"}, "original, cut, shifted"),
    ],
)
def test_bad_copies_are_refused(client: TestClient, change: dict[str, Any], reason: str) -> None:
    path = "/live/copies/exact" if "which" in change else "/live/copies"
    body = json.dumps(COPIES | change)
    response = client.post(path, content=body)
    assert response.status_code == 400 and reason in response.json()["error"]


def test_what_was_computed_for_one_copy_is_kept(client: TestClient) -> None:
    x = inputs(copies(IMAGE, (8, 9, 4), (0.5, 0.5)), "binarised", binarising_noise(3, 784))[1]
    client.post("/live/copies/exact", json=COPIES | {"which": "cut"})
    assert library.open("vae").posterior(x) is library.open("vae").posterior(np.array(x))
