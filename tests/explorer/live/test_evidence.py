"""One image's evidence: its routes, and what they compute."""

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import library, live
from explorer.latent import evidence
from explorer.latent.frame import Window
from explorer.latent.pixels import binarising_noise, model_input, noise_row
from explorer.live.serving import converse_latest
from tests.explorer.live.test_tools import answer, refused
from training import datasets, runs
from training.families import Autoencoder, LatentModel
from training.integrals import adaptive
from training.measures.measured_model import draw
from training.measures.measured_model import pixels as grey_pixels

QUESTION = {"run": "vae", "image": 3, "pixels": "binarised"}


@pytest.fixture
def client(checkpoints: Path) -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


def vae() -> Autoencoder:
    return runs.load_as(LatentModel, runs.load("vae"))


def image(index: int) -> np.ndarray:
    return datasets.load("mnist", train=False).images[index]


def test_binarised_pixels_are_those_of_the_evaluation_s_first_draw(checkpoints: Path) -> None:
    test = datasets.load("mnist", train=False)
    drawn = draw(vae(), grey_pixels(test), "binarised", 0).x
    for index in (0, 3, 9999):
        x = model_input(test.images[index], "binarised", binarising_noise(index, 784))
        assert np.array_equal(x, drawn[index].numpy())


def test_the_account_of_an_image_adds_up(client: TestClient) -> None:
    account = answer(client, "evidence", QUESTION)
    n = account["numbers"]
    assert n["elbo"] == pytest.approx(-n["reconstruction"] - n["kl"])
    assert abs(n["elbo"] + n["gap"] - n["log_evidence"]) < 0.01 and n["gap"] > 0
    assert n["residual"] == pytest.approx(n["elbo"] + n["gap"] - n["log_evidence"])
    assert n["error"] < adaptive.TOLERANCE_NATS and n["codes"] > 10 and 0 < n["spacing"] < 1
    x = model_input(image(3), "binarised", binarising_noise(3, 784))
    assert np.array_equal(account["x"].ravel(), (255 * x).astype(np.uint8))
    assert np.array_equal(account["image"], image(3))
    mean, logvar = vae().encode(torch.from_numpy(x)[None])
    assert n["mean"] == pytest.approx(mean[0].tolist(), abs=1e-5)
    assert n["sd"] == pytest.approx((0.5 * logvar[0]).exp().tolist(), rel=1e-5)


def test_a_wrong_evidence_does_not_cancel(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, x = vae(), model_input(image(3), "binarised", binarising_noise(3, 784))
    posterior = evidence.posterior(model, x)
    assert abs(evidence.account(model, x, posterior).residual) < 0.01
    monkeypatch.setattr(adaptive.Posterior, "log_evidence", posterior.log_evidence + 1)
    assert evidence.account(model, x, posterior).residual == pytest.approx(-1, abs=0.01)


@pytest.mark.parametrize("count", [10_000, 40_000])
def test_each_measured_image_has_its_own_row_of_noise(count: int) -> None:
    numbers = datasets.measured_numbers(count)
    assert [noise_row(i, count) for i in numbers[[0, 77, 9_999]]] == [0, 77, 9_999]
    others = sorted(set(range(count)) - set(numbers.tolist()))[:5]
    assert all(0 <= noise_row(i, count) < 10_000 for i in (-1, *others))


def test_a_drawing_is_asked_about_like_a_test_image(client: TestClient) -> None:
    grey = {"run": "vae", "pixels": "grey"}
    drawn = answer(client, "evidence", grey | {"image": -1, "drawing": image(3).reshape(-1).tolist()})
    assert drawn["numbers"] == answer(client, "evidence", grey | {"image": 3})["numbers"]


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"run": "ae"}, "plain autoencoder"),
        ({"run": "nobody"}, "There is no run"),
        ({"run": 3}, "run must be a name"),
        ({"image": 10_000}, "from 0 to 9999"),
        ({"image": "3"}, "from 0 to 9999"),
        ({"image": True}, "from 0 to 9999"),
        ({"pixels": "blue"}, "allowed are binarised, grey"),
        ({"pixels": None}, "allowed are binarised, grey"),
        ({"image": -1}, "784 whole numbers"),
        ({"image": -1, "drawing": [0] * 783}, "784 whole numbers"),
        ({"image": -1, "drawing": [256] * 784}, "784 whole numbers"),
        ({"image": -1, "drawing": [0.5] * 784}, "784 whole numbers"),
    ],
)
def test_what_can_t_be_asked_is_refused_in_words(
    client: TestClient, change: dict[str, Any], reason: str
) -> None:
    assert reason in refused(client, "evidence", QUESTION | change)
    with client.websocket_connect("/live/refine") as socket:
        socket.send_text(json.dumps(QUESTION | change))
        assert reason in json.loads(socket.receive_text())["error"]


@pytest.mark.parametrize("half", [1.5, 0.1])  # interpolated between the scan's codes, and decoded
def test_the_picture_is_the_posterior_at_the_cells_centres(client: TestClient, half: float) -> None:
    centre, count = (0.25, -0.5), 16
    edges = {
        "left": centre[0] - half,
        "right": centre[0] + half,
        "bottom": centre[1] - half,
        "top": centre[1] + half,
    }
    picture = answer(client, "posterior", QUESTION | edges | {"count": count})
    x = model_input(image(3), "binarised", binarising_noise(3, 784))
    log_likelihood = evidence.likelihood(vae(), x)
    step = 2 * half / count
    z = torch.tensor(
        [[edges["left"] + (c + 0.5) * step, edges["top"] - (r + 0.5) * step] for r, c in [(0, 0), (2, 13)]]
    )
    expected = (
        adaptive.log_joint(log_likelihood, z, torch.from_numpy(x))
        - library.open("vae").posterior(x).log_evidence
    )
    assert picture["values"][[0, 2], [0, 13]].tolist() == pytest.approx(expected.tolist(), abs=0.02)
    assert picture["peak"] >= picture["values"].max() - 0.02


def test_beyond_the_scan_there_is_nothing(checkpoints: Path) -> None:
    x = model_input(image(3), "grey", binarising_noise(3, 784))
    picture = evidence.picture(vae(), x, library.open("vae").posterior(x), Window(-9, 9, -9, 9), 24)
    assert picture[0, 0] == -np.inf and np.isfinite(picture[12, 12])


def test_the_search_sends_every_step_and_comes_to_an_end(client: TestClient) -> None:
    n = answer(client, "evidence", QUESTION)["numbers"]
    with client.websocket_connect("/live/refine") as socket:
        socket.send_text(json.dumps(QUESTION))
        steps = []
        while "done" not in (message := json.loads(socket.receive_text())):
            steps.append(message)
        socket.send_text(json.dumps(QUESTION))  # and again
        assert json.loads(socket.receive_text()) == steps[0]
    assert list(dict.fromkeys(s["phase"] for s in steps)) == ["encoder", "mode", "tilted"]
    assert steps[0]["mean"] == pytest.approx(n["mean"], abs=1e-5)
    assert steps[0]["elbo"] == pytest.approx(n["elbo"], abs=0.01)
    ends = {s["phase"]: s["elbo"] for s in steps}
    assert n["elbo"] - 1e-3 <= max(ends["encoder"], ends["mode"]) <= ends["tilted"] + 1e-2
    assert ends["tilted"] <= n["log_evidence"] + 0.01
    assert all(s["tril"][0][1] == 0 for s in steps)
    assert all(s["tril"][1][0] == 0 for s in steps if s["phase"] != "tilted")


def test_the_latest_question_overtakes_the_search_under_way(client: TestClient) -> None:
    with client.websocket_connect("/live/refine") as socket:
        socket.send_text(json.dumps(QUESTION | {"image": 5}))
        socket.receive_text()  # the first search has begun
        socket.send_text(json.dumps(QUESTION))
        replies = [json.loads(socket.receive_text())]
        while "done" not in replies[-1]:
            replies.append(json.loads(socket.receive_text()))
        socket.send_text(json.dumps(QUESTION))
        alone = [json.loads(socket.receive_text()) for _ in range(3)]
    start = replies.index(alone[0])
    assert replies[start : start + 3] == alone, "the second search is whole, and nothing of the first in it"
    assert [reply["phase"] for reply in replies[:start]] == ["encoder"] * start, "the first never came far"


def test_an_answer_that_never_ends_is_cancelled_by_the_next_message() -> None:
    cancelled = []

    async def answers(socket: WebSocket) -> None:
        async def answer(message: dict[str, Any]) -> None:
            if message["text"] == "wait":
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    cancelled.append(message["text"])
                    raise
            await socket.send_text(message["text"])

        await converse_latest(socket, answer)

    app = Starlette(routes=[WebSocketRoute("/", answers)])
    with TestClient(app).websocket_connect("/") as socket:
        for text in ("wait", "wait", "hello"):
            socket.send_text(text)
        assert socket.receive_text() == "hello"
        socket.send_text("wait")
    assert cancelled.count("wait") == 3, "who leaves cancels, too"


def test_another_site_may_not_refine(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect):
        with client.websocket_connect("/live/refine", headers={"origin": "http://evil.example"}) as socket:
            socket.receive_text()


def test_one_posterior_is_kept_for_an_image(checkpoints: Path) -> None:
    x = model_input(image(5), "grey", binarising_noise(5, 784))
    assert library.open("vae").posterior(x) is library.open("vae").posterior(x.copy())
    assert library.names_of("evidence") == ["vae"]
