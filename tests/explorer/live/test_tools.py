"""The live routes of layers, drawings and tools, asked as a browser asks them."""

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import library, live
from explorer.latent import coding
from tests.explorer.packets import Packed, unpacked
from training import datasets, runs
from training.datasets.mnist.drawing import normalise

CORNERS = [[0.5, -1.0], [-1.0, 0.8]]


@pytest.fixture
def client(checkpoints: Path) -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


def answer(client: TestClient, path: str, question: Any) -> Packed:
    reply = client.post(f"/live/{path}", json=question)
    assert reply.status_code == 200, reply.text
    return unpacked(reply.content)


def refused(client: TestClient, path: str, question: Any) -> str:
    reply = client.post(f"/live/{path}", json=question)
    assert reply.status_code == 400, reply.content
    return reply.json()["error"]


def codes(name: str) -> np.ndarray:
    return coding.encode(runs.load_model(runs.load(name)), datasets.load("mnist", train=False).images)[0]


def padded(image: np.ndarray) -> bytes:
    """A pad as it is sent: its height and width before its bytes."""
    return struct.pack("<2H", *image.shape) + image.tobytes()


def ink(side: int = 56) -> np.ndarray:
    """A drawn 7."""
    image = np.zeros((side, side), np.uint8)
    image[10:15, 12:44] = 255
    for row in range(14, 46):
        image[row, 42 - row // 2 : 47 - row // 2] = 255
    return image


def test_a_layer_over_a_window(client: TestClient) -> None:
    query = "layer=magnification&left=-1&right=1&bottom=-1&top=1&count=16"
    layer = unpacked(client.get(f"/live/field/vae?{query}").content)
    assert layer["values"].shape == (16, 16)
    assert 0 < layer["low"] < layer["high"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("layer=heat&left=-1&right=1&bottom=-1&top=1&count=16", "allowed are density"),
        ("layer=density&left=1&right=-1&bottom=-1&top=1&count=16", "left < right"),
        ("layer=density&left=-1&right=1&bottom=-1&top=1&count=4000", "from 8 to 128"),
        ("layer=density&left=-1&right=1&bottom=-1&top=1&count=8.5", "whole number"),
        ("layer=density&right=1&bottom=-1&top=1&count=16", "left must be a number"),
        ("layer=density&left=0&right=0.001&bottom=-1000&top=1000&count=64", "a window is a square"),
    ],
)
def test_a_bad_layer_is_refused(client: TestClient, query: str, reason: str) -> None:
    reply = client.get(f"/live/field/vae?{query}")
    assert reply.status_code == 400
    assert reason in reply.json()["error"]


def test_values_of_every_image(client: TestClient) -> None:
    colouring = unpacked(client.get("/live/values/vae?by=kl").content)
    assert colouring["values"].shape == (10_000,) and colouring["low"] < colouring["high"]
    absent = unpacked(client.get("/live/values/ae?by=kl").content)
    assert absent["reason"] == "ae: A plain autoencoder has no prior and no q(z|x), and so no log p(x)."
    assert "allowed are error" in client.get("/live/values/ae?by=size").json()["error"]


def test_the_film_travels_with_the_names_of_its_weights(client: TestClient) -> None:
    film = unpacked(client.get("/live/film/vae").content)
    assert film["kept"][0] == 0 and set(film["kept"]) >= {0, 1, 2, 3} and film["kept"] == sorted(film["kept"])
    assert film["names"][film["kept"].index(1)] == "vae @ epoch 1" and film["names"][-1] == "vae"
    m, n = len(film["epochs"]), len(film["images"])
    assert film["codes"].shape == (m, n, 2) and film["windows"].shape == (m, 4) and n == 600
    last = film["codes"][-1].view(np.float16)
    mean = unpacked(client.get("/live/codes/vae").content)["z"]
    np.testing.assert_allclose(last, mean[:n], atol=0.02, rtol=0.01)
    assert all(len(term["values"]) == m and term["unit"] == "nats" for term in film["terms"].values())


def test_a_run_that_has_no_film_says_why(client: TestClient, checkpoints: Path) -> None:
    for path in [checkpoints / "vae" / runs.FILM, *(checkpoints / "vae").glob("epoch-*")]:
        path.unlink()
    library.forget()
    assert "no film of its training" in unpacked(client.get("/live/film/vae").content)["reason"]


def test_every_question_can_be_asked_of_a_moment(client: TestClient) -> None:
    window = "left=-1&right=1&bottom=-1&top=1&count=5"
    of_moment = client.get(f"/live/lattice/vae @ epoch 1?{window}").content
    assert unpacked(of_moment)["images"].shape[1:] == (1, 28, 28)
    assert of_moment != client.get(f"/live/lattice/vae?{window}").content
    assert "no weights of epoch 9" in client.get(f"/live/lattice/vae @ epoch 9?{window}").json()["error"]


def test_the_spread_is_that_of_the_encoder(client: TestClient) -> None:
    model, images = runs.load_model(runs.load("vae")), datasets.load("mnist", train=False).images
    logvar = coding.encode(model, images[:5])[1]
    assert logvar is not None
    sd = unpacked(client.get("/live/spread/vae").content)["sd"]
    np.testing.assert_allclose(sd[:5], np.exp(logvar / 2), rtol=1e-4)
    assert "plain autoencoder" in client.get("/live/spread/ae").json()["error"]


def test_a_drawing_is_encoded_and_decoded_by_both_runs(client: TestClient) -> None:
    with client.websocket_connect("/live/draw?run=ae&run=vae") as socket:
        socket.send_bytes(struct.pack("<I", 9) + padded(ink()))
        reply = socket.receive_bytes()
    assert struct.unpack("<I", reply[:4]) == (9,)
    drawing = unpacked(reply[4:])
    image = normalise(ink())
    assert np.array_equal(drawing["image"], image)
    for k, name in enumerate(("ae", "vae")):
        model = runs.load_model(runs.load(name))
        mean, _ = coding.encode(model, image[None])
        np.testing.assert_allclose(drawing[f"z{k}"], mean[0], rtol=1e-4)
        assert np.abs(drawing["images"][k].astype(int) - coding.decode(model, mean)[0]).max() <= 1


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "4 to 512 pixels a side"),
        (b"\0\0\0\0" + padded(np.zeros((28, 28), np.uint8)), "nothing is drawn"),
        (
            b"\0\0\0\0" + padded(np.zeros((28, 29), np.uint8))[:-1],
            "28 x 29 pixels has as many bytes, not 811",
        ),
        (b"\0\0\0\0" + padded(np.zeros((3, 28), np.uint8)), "4 to 512 pixels a side, not 3 x 28"),
        (b"\0\0\0\0" + padded(np.zeros((28, 513), np.uint8)), "4 to 512 pixels a side, not 28 x 513"),
    ],
)
def test_a_bad_drawing_is_refused_and_the_connection_stays(
    client: TestClient, message: bytes, reason: str
) -> None:
    with client.websocket_connect("/live/draw?run=vae") as socket:
        socket.send_bytes(message)
        assert reason in json.loads(socket.receive_text())["error"]
        socket.send_bytes(b"\0\0\0\0" + padded(ink()))
        assert unpacked(socket.receive_bytes()[4:])["z0"].shape == (2,)


def test_a_drawing_for_a_run_that_is_not_there(client: TestClient) -> None:
    with client.websocket_connect("/live/draw?run=nobody") as socket:
        socket.send_bytes(b"\0\0\0\0" + padded(ink()))
        assert "no run 'nobody'" in json.loads(socket.receive_text())["error"]


def test_an_uploaded_picture_goes_the_way_of_a_drawing(client: TestClient) -> None:
    buffer = io.BytesIO()
    Image.fromarray(255 - ink()).resize((300, 300)).save(buffer, "PNG")
    reply = client.post("/live/picture?run=ae&run=vae", content=buffer.getvalue())
    assert reply.status_code == 200, reply.text
    drawing = unpacked(reply.content)
    assert drawing["z0"].shape == drawing["z1"].shape == (2,)
    drawn = normalise(ink()).astype(int)
    assert np.abs(drawing["image"].astype(int) - drawn).mean() < 8


def test_of_several_drawings_one_is_chosen(client: TestClient) -> None:
    digits = datasets.load("mnist", train=False).images[:3, 0]
    page = np.pad(np.hstack([digit.repeat(8, 0).repeat(8, 1) for digit in digits]), 30)
    buffer = io.BytesIO()
    Image.fromarray(255 - page).save(buffer, "PNG")
    choices = unpacked(client.post("/live/picture?run=vae", content=buffer.getvalue()).content)
    assert len(choices["boxes"]) == len(choices["drawings"]) == 3
    assert "image" not in choices
    for k in range(3):
        reply = client.post(f"/live/picture?run=vae&choice={k}", content=buffer.getvalue())
        assert np.array_equal(unpacked(reply.content)["image"], choices["drawings"][k])
    for choice in ("3", "-1", "two"):
        reply = client.post(f"/live/picture?run=vae&choice={choice}", content=buffer.getvalue())
        assert reply.status_code == 400 and "3 drawings" in reply.json()["error"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"hello", "PNG"),
        (bytes(5 * 2**20 + 1), "at most 5 MB"),
    ],
)
def test_a_bad_picture_is_refused(client: TestClient, content: bytes, reason: str) -> None:
    reply = client.post("/live/picture?run=vae", content=content)
    assert reply.status_code == 400
    assert reason in reply.json()["error"]


def test_a_lasso_chooses_what_lies_in_it(client: TestClient) -> None:
    z = codes("vae")
    (left, bottom), (right, top) = np.quantile(z, [0.3, 0.7], axis=0).astype(float)
    polygon = [[left, bottom], [right, bottom], [right, top], [left, top]]
    selection = answer(client, "select", {"run": "vae", "polygon": polygon})
    inside = np.flatnonzero(((z > [left, bottom]) & (z < [right, top])).all(1))
    assert 20 < len(inside) < 9000
    assert np.array_equal(selection["index"], inside)


def test_a_criterion_chooses_the_first(client: TestClient) -> None:
    values = unpacked(client.get("/live/values/vae?by=error").content)["values"]
    selection = answer(client, "select", {"run": "vae", "by": "error", "count": 5})
    assert set(selection["index"]) == set(np.argsort(values)[-5:])
    assert answer(client, "select", {"run": "ae", "by": "misplaced", "count": 3})["values"].min() > 0.5


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"polygon": [[0, 0], [1, 0], [1, 1]]}, "run must be a name"),
        ({"run": "nobody", "polygon": [[0, 0], [1, 0], [1, 1]]}, "no run 'nobody'"),
        ({"run": "vae", "polygon": [[0, 0], [1, 0]]}, "3 to 2,000 lists of 2"),
        ({"run": "vae", "polygon": [[0, 0]] * 2001}, "3 to 2,000 lists of 2"),
        ({"run": "vae", "polygon": [[0, 0], [1, "0"], [1, 1]]}, "finite numbers"),
        ({"run": "vae", "by": "size", "count": 3}, "allowed are misplaced, error"),
        ({"run": "vae", "by": "error", "count": 0}, "from 1 to 200"),
        ([1], "a JSON object"),
    ],
)
def test_a_bad_selection_is_refused(client: TestClient, question: Any, reason: str) -> None:
    assert reason in refused(client, "select", question)


def test_no_json_is_refused(client: TestClient) -> None:
    for content, reason in ((b"{", "expected JSON"), (b" " * 1_100_000, "at most")):
        reply = client.post("/live/select", content=content)
        assert (reply.status_code, reason in reply.json()["error"]) == (400, True)


def test_another_site_is_refused(client: TestClient) -> None:
    for headers in (
        {"origin": "http://evil.example"},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
    ):
        assert client.post("/live/select", json={}, headers=headers).status_code == 403
        assert client.get("/live/runs", headers=headers).status_code == 403


def test_the_selection_as_a_table_and_as_a_sheet(client: TestClient) -> None:
    question = {"runs": ["ae", "vae"], "index": [7, 2, 9]}
    lines = client.post("/live/table", json=question).text.split("\r\n")
    assert lines[0] == "index,label,ae_z1,ae_z2,vae_z1,vae_z2"
    labels, z = datasets.load("mnist", train=False).labels, codes("vae")
    for line, i in zip(lines[1:4], (7, 2, 9), strict=True):
        cells = line.split(",")
        assert cells[:2] == [str(i), str(labels[i])]
        np.testing.assert_allclose([float(c) for c in cells[4:]], z[i], rtol=1e-4)
    sheet = Image.open(io.BytesIO(client.post("/live/sheet", json=question).content))
    assert sheet.format == "PNG" and sheet.size[0] % 28 == 0
    for bad in ([10_000], [], [True], [-1], [1.0], "1", None):
        assert "index must be" in refused(client, "table", {"runs": ["vae"], "index": bad})
    for bad in ([], "vae", ["ae", "vae", "ae"], None, [[]], [3]):
        assert "one or two names" in refused(client, "table", {"runs": bad, "index": [1]})


def test_a_walk_has_both_ways_and_their_pictures(client: TestClient) -> None:
    walk = answer(client, "walk", {"run": "vae", "corners": CORNERS, "steps": 9, "loop": False})
    model = runs.load_model(runs.load("vae"))
    for kind in ("straight", "geodesic"):
        z = walk[f"{kind}_z"]
        np.testing.assert_allclose(z[[0, -1]], CORNERS, atol=1e-5)
        assert np.abs(walk[f"{kind}_images"].astype(int) - coding.decode(model, z)).max() <= 1
        near = codes("vae")[walk[f"{kind}_nearest"]]
        everyone = np.linalg.norm(codes("vae")[None] - z[:, None], axis=-1).min(1)
        np.testing.assert_allclose(np.linalg.norm(near - z, axis=1), everyone, atol=1e-4)
    assert 0 < walk["lengths"]["geodesic"] <= walk["lengths"]["straight"]
    loop = answer(client, "walk", {"run": "vae", "corners": CORNERS, "steps": 9, "loop": True})
    np.testing.assert_allclose(loop["geodesic_z"][0], loop["geodesic_z"][-1], atol=1e-5)


def test_walks_as_files(client: TestClient) -> None:
    films = [{"run": name, "corners": CORNERS, "steps": 5, "loop": False} for name in ("ae", "vae")]
    question = {"films": films, "milliseconds": 100}
    strip = Image.open(io.BytesIO(client.post("/live/film", json=question | {"format": "png"}).content))
    assert strip.format == "PNG" and strip.size == ((2 + 5) * 112, 4 * 112)
    gif = Image.open(io.BytesIO(client.post("/live/film", json=question | {"format": "gif"}).content))
    assert gif.format == "GIF" and gif.size == (4 * 168, 168 + 24) and gif.n_frames <= 5


@pytest.mark.parametrize(
    ("path", "question", "reason"),
    [
        ("walk", {"run": "vae", "corners": [[0, 0]], "steps": 9}, "2 to 8 lists of 2"),
        ("walk", {"run": "vae", "corners": CORNERS, "steps": 1}, "from 2 to 60"),
        ("walk", {"run": "vae", "corners": CORNERS, "steps": 9, "loop": 1}, "true or false"),
        ("film", {"films": [], "format": "png"}, "one or two walks"),
        ("film", {"films": [{}], "format": "mp4"}, "allowed are png, gif"),
        ("film", {"films": [{}], "format": "gif", "milliseconds": 1}, "from 20 to 2,000"),
        ("film", {"films": [{}], "format": "gif", "milliseconds": 100}, "run must be a name"),
        (
            "film",
            {
                "films": [{"run": "vae", "corners": CORNERS, "steps": n, "loop": False} for n in (4, 5)],
                "format": "png",
                "milliseconds": 100,
            },
            "one number of pictures",
        ),
        ("sample", {"run": "vae", "source": "noise", "count": 3, "seed": 0}, "allowed are prior"),
        ("sample", {"run": "vae", "source": [], "count": 3, "seed": 0}, "allowed are prior"),
        ("sample", {"run": "vae", "source": "prior", "count": 10**400, "seed": 0}, "count must be a number"),
        ("sample", {"run": "vae", "source": "prior", "count": 1001, "seed": 0}, "from 1 to 1,000"),
        ("sample", {"run": "vae", "source": "prior", "count": 3, "seed": -1}, "seed"),
        ("sample", {"run": "vae", "source": "prior", "count": 3, "seed": 1.5}, "seed"),
    ],
)
def test_a_bad_question_is_refused(client: TestClient, path: str, question: Any, reason: str) -> None:
    assert reason in refused(client, path, question)


def test_a_sample_is_the_same_for_the_same_seed_and_decoded(client: TestClient) -> None:
    question = {"run": "vae", "source": "prior", "count": 30, "seed": 4}
    sample, again = answer(client, "sample", question), answer(client, "sample", question | {"run": "ae"})
    assert np.array_equal(sample["z"], again["z"])  # the prior is the same for both maps
    model = runs.load_model(runs.load("vae"))
    assert np.abs(sample["images"].astype(int) - coding.decode(model, sample["z"])).max() <= 1
    other = answer(client, "sample", question | {"seed": 5})
    assert not np.array_equal(sample["z"], other["z"])
    assert {"distance", "holes"} <= sample["numbers"].keys()
    assert 0 <= sample["numbers"]["holes"] <= 1
    assert "There is no classifier" in sample["reason"]


def test_with_the_classifier_a_sample_has_its_numbers(client: TestClient, classifier: Path) -> None:
    sample = answer(client, "sample", {"run": "vae", "source": "prior", "count": 30, "seed": 4})
    assert sample["reason"] == "" and 0 <= sample["numbers"]["confident"] <= 1
    assert 1 <= sample["numbers"]["classes"] <= 10
    query = "layer=regions&left=-1&right=1&bottom=-1&top=1&count=16"
    assert unpacked(client.get(f"/live/field/vae?{query}").content)["classes"].max() < 10
