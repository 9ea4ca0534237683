"""The live routes, asked as a browser asks them, and as somebody who means harm does."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from explorer import live
from explorer.latent import coding
from explorer.live.serving import MAX_SHORT_MESSAGE
from tests.explorer.packets import unpacked
from training import datasets, runs


@pytest.fixture
def client(checkpoints: Path) -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


def ask(number: int, *items: tuple[str, list[float]]) -> str:
    return json.dumps({"id": number, "items": [{"run": run, "z": z} for run, z in items]})


def decoded(name: str, z: list[list[float]]) -> np.ndarray:
    return coding.decode(runs.load_model(runs.load(name)), np.array(z, np.float32))


def test_codes_of_two_runs_are_decoded_in_the_order_asked(client: TestClient) -> None:
    with client.websocket_connect("/live/decode") as socket:
        socket.send_text(ask(7, ("vae", [0.5, -1]), ("ae", [2, 3]), ("vae", [1, 1])))
        reply = socket.receive_bytes()
    assert struct.unpack("<I", reply[:4]) == (7,)
    images = np.frombuffer(reply[4:], np.uint8).reshape(3, 1, 28, 28)
    assert np.array_equal(images[[0, 2]], decoded("vae", [[0.5, -1], [1, 1]]))
    assert np.array_equal(images[[1]], decoded("ae", [[2, 3]]))


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("{", "expected JSON"),
        ("[" * 9000, "expected JSON"),
        ("[1]", "JSON object"),
        (json.dumps({"id": -1, "items": []}), "id"),
        (json.dumps({"id": 2**32, "items": []}), "id"),
        (json.dumps({"id": True, "items": []}), "id"),
        (json.dumps({"id": 1, "items": []}), "1 to 256"),
        (json.dumps({"id": 1, "items": "vae"}), "1 to 256"),
        (ask(1, *[("vae", [0, 0])] * 257), "1 to 256"),
        (ask(1, ("vae", [0])), "finite numbers"),
        ('{"id": 1, "items": [{"run": "vae", "z": [NaN, 0]}]}', "finite numbers"),
        ('{"id": 1, "items": [{"run": "vae", "z": [1e999, 0]}]}', "finite numbers"),
        (ask(1, ("vae", [1e300, 0])), "finite numbers"),
        (ask(1, ("vae", [10**400, 0])), "finite numbers"),
        ('{"id": 1, "items": [{"run": "vae", "z": ["0", 0]}]}', "finite numbers"),
        ('{"id": 1, "items": [{"run": 3, "z": [0, 0]}]}', "finite numbers"),
        (ask(1, ("nobody", [0, 0])), "no run 'nobody'"),
        (ask(1, ("../../etc", [0, 0])), "can't name a run"),
        ("x" * (MAX_SHORT_MESSAGE + 1), "at most"),
    ],
)
def test_a_bad_message_is_refused_and_the_connection_stays(
    client: TestClient, message: str, reason: str
) -> None:
    with client.websocket_connect("/live/decode") as socket:
        socket.send_text(message)
        assert reason in json.loads(socket.receive_text())["error"]
        socket.send_text(ask(2, ("vae", [0, 0])))
        assert len(socket.receive_bytes()) == 4 + 784


def test_bytes_are_refused_and_the_connection_stays(client: TestClient) -> None:
    with client.websocket_connect("/live/decode") as socket:
        socket.send_bytes(b"\x00\xff")
        assert "expected JSON text" in json.loads(socket.receive_text())["error"]
        socket.send_text(ask(2, ("vae", [0, 0])))
        assert socket.receive_bytes()


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_another_sites_page_is_refused(client: TestClient, origin: str) -> None:
    headers = {"origin": origin}
    with (
        pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
        client.websocket_connect("/live/decode", headers=headers) as socket,
    ):
        socket.receive_text()
    assert client.get("/live/runs", headers=headers).status_code == 403


def test_our_own_page_is_welcome(client: TestClient) -> None:
    headers = {"origin": "http://localhost:8501", "host": "localhost:8501"}
    with client.websocket_connect("/live/decode", headers=headers) as socket:
        socket.send_text(ask(1, ("vae", [0, 0])))
        assert socket.receive_bytes()


def test_codes_are_the_encoders_means_and_labels_the_data_sets(client: TestClient) -> None:
    codes = unpacked(client.get("/live/codes/vae").content)
    test = datasets.load("mnist", train=False)
    mean, _ = coding.encode(runs.load_model(runs.load("vae")), test.images)
    assert np.array_equal(codes["z"], mean.astype("<f4"))
    assert codes["labels"].dtype == np.uint16 and np.array_equal(codes["labels"], test.labels)


def test_images_are_the_test_set(client: TestClient) -> None:
    images = unpacked(client.get("/live/images/mnist").content)["images"]
    assert np.array_equal(images, datasets.load("mnist", train=False).images)


@pytest.mark.parametrize("spacing", ["linear", "quantile"])
def test_a_lattice_comes_with_the_codes_that_its_tiles_were_decoded_from(
    client: TestClient, spacing: str
) -> None:
    query = {"left": -2, "right": 2, "bottom": -1, "top": 3, "count": 12, "spacing": spacing}
    lattice = unpacked(client.get("/live/lattice/vae", params=query).content)
    points, size, images = (lattice[name] for name in ("points", "size", "images"))
    assert len(points) == len(size) == len(images) >= 144 and (size > 0).all()
    assert np.abs(images.astype(int) - decoded("vae", points.tolist())).max() <= 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"left": "nan"}, "finite"),
        ({"left": 5}, "left < right"),
        ({"left": ""}, "left must be a number"),
        ({"count": 1000}, "2 to 64"),
        ({"count": -3}, "2 to 64"),
        ({"spacing": "cubic"}, "linear, quantile"),
    ],
)
def test_a_bad_window_is_refused(client: TestClient, change: dict, reason: str) -> None:
    query = {"left": -2, "right": 2, "bottom": -2, "top": 2, "count": 12, "spacing": "linear"} | change
    response = client.get("/live/lattice/vae", params=query)
    assert response.status_code == 400 and reason in response.json()["error"]


@pytest.mark.parametrize("path", ["codes/nobody", "lattice/nobody", "images/faces"])
def test_what_is_not_there_is_an_error_that_names_what_is(client: TestClient, path: str) -> None:
    response = client.get(f"/live/{path}")
    assert response.status_code == 400 and "there" in response.json()["error"]


def test_a_run_made_later_and_a_run_made_anew_are_seen(client: TestClient, checkpoints: Path) -> None:
    before = client.get("/live/runs").json()
    assert list(before) == ["ae", "vae"]
    (checkpoints / "vae").rename(checkpoints / "new")
    assert client.get("/live/runs").json() == {"ae": before["ae"], "new": before["vae"]}
    assert client.get("/live/codes/new").status_code == 200
    (checkpoints / "new" / "weights.safetensors").write_bytes(b"broken")
    response = client.get("/live/codes/new")
    assert response.status_code == 400 and "weights.safetensors" in response.json()["error"]


def test_a_whole_number_far_out_is_decoded_like_any_other(client: TestClient) -> None:
    with client.websocket_connect("/live/decode") as socket:
        socket.send_text(ask(1, ("vae", [10**20, 0])))
        assert len(socket.receive_bytes()) == 4 + 784
