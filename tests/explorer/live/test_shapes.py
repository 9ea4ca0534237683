"""Routes and page data for images of other shapes: grey without labels, colour in 300 classes."""

import io
import json
import struct
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from explorer import library, live
from explorer.latent.thumbnails import thumbnails
from tests.explorer.packets import Packed, unpacked
from tests.tiny import fit
from training import datasets
from training.datasets import Dataset, Drawing, Shape, Split

COUNT = 120  # images of a toy data set


def toy(name: str, shape: Shape, classes: tuple[str, ...], drawing: Drawing | None) -> Dataset:
    """Random images, a class for each number in turn."""

    def read(train: bool, root: Path | None, download: bool) -> Split:
        images = np.random.default_rng(train).integers(256, size=(COUNT, *shape), dtype=np.uint8)
        return Split(images, np.arange(COUNT) * 7 % len(classes), classes)

    return Dataset(name, name.title(), shape, classes, read, labelled=len(classes) > 1, drawing=drawing)


def scribble(ink: np.ndarray) -> np.ndarray:
    """A drawing's upper left corner as a grey image (1, 16, 12)."""
    return ink[None, :16, :12]


TOYS = {
    "slips": toy("slips", (1, 16, 12), ("all",), Drawing("a scribble", scribble)),
    "tints": toy("tints", (3, 32, 32), tuple(f"hue {k}" for k in range(300)), None),
}


@pytest.fixture(params=list(TOYS))
def dataset(
    request: pytest.FixtureRequest, no_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Dataset]:
    """One of the toy data sets, with a tiny run "vae" on it."""
    data = TOYS[request.param]
    for name, each in TOYS.items():
        monkeypatch.setitem(datasets.DATASETS, name, each)
    library.forget()
    fit("vae", "vae", dataset=data.name, limit=100, binarize=False)
    yield data
    library.forget()


@pytest.fixture
def client(dataset: Dataset) -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


def got(client: TestClient, path: str) -> Packed:
    reply = client.get(f"/live/{path}")
    assert reply.status_code == 200, reply.text
    return unpacked(reply.content)


def answer(client: TestClient, path: str, **question: Any) -> Packed:
    reply = client.post(f"/live/{path}", json={"run": "vae"} | question)
    assert reply.status_code == 200, reply.text
    return unpacked(reply.content)


def test_a_page_learns_the_form_of_images_codes_and_drawings(dataset: Dataset) -> None:
    for page in ("compare", "evidence"):
        script = f"from explorer.views import {page}\n{page}.render()"
        assert not AppTest.from_string(script, default_timeout=60).run().exception
    from explorer.views import compare, parts  # Streamlit knows the components once a page has run

    library.make_ready(library.open_map("vae"))
    for data in (compare.described("vae"), parts.about_image({"run": "vae"}, ["vae"])):
        assert "error" not in data
        assert data["shape"] == list(dataset.shape) and data["dimensions"] == 2
        assert data["drawing"] == (dataset.drawing.what if dataset.drawing else None)
        assert data["plane"] == {"origin": [0, 0], "axes": [[1, 0], [0, 1]]}
        assert data["labelled"] is dataset.labelled and data["classes"] == list(dataset.classes)
        json.dumps(data)


def test_codes_images_and_tiles_come_in_their_shape(client: TestClient, dataset: Dataset) -> None:
    split = dataset.read(False, None, False)
    codes = got(client, "codes/vae")
    assert codes["z"].shape == (COUNT, 2) and np.array_equal(codes["labels"], split.labels)
    assert np.array_equal(got(client, f"images/{dataset.name}")["images"], split.images)
    tiles = got(client, "lattice/vae?left=-1&right=1&bottom=-1&top=1&count=5")
    assert tiles["points"].shape == (len(tiles["images"]), 2)
    assert tiles["images"].shape[1:] == dataset.shape


def test_codes_are_decoded_to_images_of_the_shape(client: TestClient, dataset: Dataset) -> None:
    with client.websocket_connect("/live/decode") as socket:
        socket.send_text(json.dumps({"id": 1, "items": [{"run": "vae", "z": [0.5, k]} for k in range(3)]}))
        assert len(socket.receive_bytes()) == 4 + 3 * prod(dataset.shape)
        for z in ([0.5], [0.5, 0, 0], []):
            socket.send_text(json.dumps({"id": 2, "items": [{"run": "vae", "z": z}]}))
            assert "a code of vae is a list of 2 finite numbers" in socket.receive_text()


def test_walks_samples_and_layers_do_not_ask_for_a_shape(client: TestClient, dataset: Dataset) -> None:
    walk = answer(client, "walk", corners=[[0, 0], [1, 1]], steps=5)
    assert walk["geodesic_images"].shape == (5, *dataset.shape)
    sample = answer(client, "sample", source="density", count=7, seed=0)
    assert sample["images"].shape == (7, *dataset.shape) and sample["z"].shape == (7, 2)
    for layer in ("density", "magnification"):
        assert got(client, f"field/vae?layer={layer}&left=-1&right=1&bottom=-1&top=1&count=8")["high"] > 0
    assert got(client, "values/vae?by=error")["values"].shape == (COUNT,)


def test_sheets_and_films_have_the_shape_and_colours(client: TestClient, dataset: Dataset) -> None:
    channels, height, width = dataset.shape
    image = dataset.read(False, None, False).images[3]
    sheet = client.post("/live/sheet", json={"runs": ["vae"], "index": [3, 5, 7]}).content
    picture = np.asarray(Image.open(io.BytesIO(sheet)))
    assert picture.shape[:2] == (2 * height, 2 * width)
    expected = 255 - image[0] if channels == 1 else image.transpose(1, 2, 0)
    assert np.array_equal(picture[:height, :width], expected)
    films = [{"run": "vae", "corners": [[0, 0], [1, 1]], "steps": 5}]
    for kind in ("png", "gif"):
        reply = client.post("/live/film", json={"films": films, "format": kind, "milliseconds": 100})
        assert reply.status_code == 200, reply.text
        film = Image.open(io.BytesIO(reply.content))
        assert film.format == kind.upper()
        assert kind == "png" or 1 <= len(list(ImageSequence.Iterator(film))) <= 5


def test_the_evidence_of_an_image_and_of_its_copies(client: TestClient, dataset: Dataset) -> None:
    question = {"image": 3, "pixels": "grey"}
    account = answer(client, "evidence", **question)
    assert account["x"].shape == account["decoded"].shape == dataset.shape
    image = dataset.read(False, None, False).images[3]
    drawn = answer(client, "evidence", image=-1, pixels="grey", drawing=image.ravel().tolist())
    assert drawn["numbers"] == account["numbers"]
    place = {"row": -1, "column": -1, "side": 4, "right": 0.5, "down": 0.5}
    copies = answer(client, "copies", **question, **place)
    assert copies["images"].shape == (3, *dataset.shape) and np.array_equal(copies["images"][0], image)
    refused = client.post("/live/copies", json={"run": "vae"} | question | place | {"row": dataset.shape[1]})
    assert f"from -1 to {dataset.shape[1] - 4}" in refused.json()["error"]


def test_a_drawing_is_brought_to_the_shape_or_refused(client: TestClient, dataset: Dataset) -> None:
    ink = np.random.default_rng(0).integers(256, size=(64, 48), dtype=np.uint8)
    with client.websocket_connect("/live/draw?run=vae") as socket:
        socket.send_bytes(struct.pack("<I2H", 5, *ink.shape) + ink.tobytes())
        if dataset.drawing is None:
            assert "can't be brought to the form of Tints's images" in socket.receive_text()
            return
        drawing = unpacked(socket.receive_bytes()[4:])
    assert np.array_equal(drawing["image"], scribble(ink))
    assert drawing["images"].shape == (1, *dataset.shape) and drawing["z0"].shape == (2,)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 64, 50)])
def test_thumbnails_are_means_over_squares(shape: Shape) -> None:
    images = np.random.default_rng(0).integers(256, size=(9, *shape), dtype=np.uint8)
    assert thumbnails(images, images.nbytes) is images
    small = thumbnails(images, images.nbytes // 10)  # squares of 4 x 4
    assert small.nbytes <= images.nbytes // 10
    assert small.shape == (9, shape[0], shape[1] // 4, shape[2] // 4)
    assert np.abs(small[2, 0, 1, 2] - images[2, 0, 4:8, 8:12].mean()) <= 0.51
