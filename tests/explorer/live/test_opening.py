"""A run is made ready for a map, and the page hears how far it is."""

import json
import queue
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import library, live
from explorer.latent import coding
from explorer.library import opened
from explorer.live import opening
from explorer.views import compare, parts
from training.kit.checkpoints import Abandoned, checkpoint

PATIENCE = 60


@pytest.fixture
def client(checkpoints: Path) -> TestClient:
    library.forget()
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


def answers(client: TestClient, message: str) -> list[dict[str, Any]]:
    """What is said of one message, up to its end."""
    news: list[dict[str, Any]] = []
    with client.websocket_connect("/live/opening") as socket:
        socket.send_text(message)
        while not news or "done" in news[-1]:
            news.append(json.loads(socket.receive_text()))
    return news


def test_a_run_is_pending_until_it_is_ready(client: TestClient) -> None:
    pending = compare.described("vae")
    about = parts.about_image({"run": "vae"}, ["vae"])
    assert pending["pending"] and pending["title"] and "window" not in pending
    assert about["pending"] and "window" not in about
    assert answers(client, '{"run": "vae"}')[-1] == {"run": "vae", "ready": True}
    assert "pending" not in compare.described("vae") and compare.described("vae")["window"]
    assert "pending" not in parts.about_image({"run": "vae"}, ["vae"])


def test_how_far_it_is_comes_from_the_images_that_are_encoded(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part waits until the share before it was told."""
    encode = coding.encode
    told: queue.Queue[Any] = queue.Queue()
    tell = opening.tell

    async def telling(*arguments: Any, **news: Any) -> None:
        await tell(*arguments, **news)
        told.put(news.get("done"))

    def slowly(model: Any, images: np.ndarray) -> Any:
        for done in (0.25, 0.5):
            checkpoint(done)
            while told.get(timeout=PATIENCE) != done:
                pass
        return encode(model, images)

    monkeypatch.setattr(opening, "tell", telling)
    monkeypatch.setattr(coding, "encode", slowly)
    monkeypatch.setattr(opening, "REPORT_SECONDS", 0.01)
    news = answers(client, '{"run": "vae"}')
    shares = [each["done"] for each in news[:-1]]
    assert shares[: shares.index(0.25)] == [0.0] * shares.index(0.25)
    assert shares.index(0.25) < shares.index(0.5)  # after it `encode` tells of its own parts
    assert news[-1] == {"run": "vae", "ready": True}


def test_the_images_are_encoded_in_parts_of_a_known_share(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = []
    monkeypatch.setattr(coding, "checkpoint", lambda share=None: shares.append(share))
    library.make_ready(library.open_map("vae"))
    assert shares == [part / 10 for part in range(10)]


NO_RUNS = ['{"run": "nobody"}', '{"run": 3}', "{}", "[]", "\u2026", '{"run": "../vae"}']


@pytest.mark.parametrize("message", NO_RUNS)
def test_what_is_no_run_is_refused_in_words(client: TestClient, message: str) -> None:
    last = answers(client, message)[-1]  # on a busy machine it is said before how far it is
    assert last["error"] and "Traceback" not in last["error"]


def test_a_run_that_is_damaged_says_so(client: TestClient, checkpoints: Path) -> None:
    (checkpoints / "vae" / "weights.safetensors").write_bytes(b"broken")
    last = answers(client, '{"run": "vae"}')[-1]
    assert "weights.safetensors" in last["error"]
    assert not library.is_ready(library.open_map("vae"))


def test_who_leaves_gives_it_up(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, ended = threading.Event(), threading.Event()

    def endless(model: Any, images: np.ndarray) -> Any:
        under_way.set()
        try:
            while True:
                checkpoint()
        except Abandoned:
            ended.set()
            raise

    monkeypatch.setattr(coding, "encode", endless)
    with client.websocket_connect("/live/opening") as socket:
        socket.send_text('{"run": "vae"}')
        assert under_way.wait(PATIENCE)
    assert ended.wait(PATIENCE)


def test_a_run_trained_anew_is_pending_again(client: TestClient, checkpoints: Path) -> None:
    library.make_ready(library.open_map("vae"))
    before = library.open_map("vae")
    shutil.copytree(checkpoints / "vae", checkpoints / "other")
    (checkpoints / "vae" / "weights.safetensors").touch()
    assert library.is_ready(before) and not library.is_ready(opened.open_map("vae"))
    assert "pending" in compare.described("vae")
