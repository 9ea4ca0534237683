"""Refusals are told: in a page of their own, in the page that can't connect, and once in the log."""

import logging
from collections.abc import Iterator

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import config, net_util

from explorer import hosting, refusals
from explorer.refusals import SCRIPT, Refusals

HOST = "testserver"  # what the test client calls the app in its WebSockets
FOREIGN = "https://demo.example"
DOCUMENT = "<!DOCTYPE html><html><body><div id='root'></div></body></html>"
PAGE = {"accept": "text/html,*/*"}


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """Give Streamlit's settings other values, for one test; this machine's addresses are not asked for."""
    get_option, others = config.get_option, {}
    for owner in (config, st):
        monkeypatch.setattr(owner, "get_option", lambda key: others.get(key, get_option(key)))
    monkeypatch.setattr(net_util, "get_external_ip", lambda: None)
    hosting.is_allowed.cache_clear()
    refusals.tell.cache_clear()
    yield others
    hosting.is_allowed.cache_clear()


async def document(request: Request) -> Response:
    return HTMLResponse(DOCUMENT, headers={"etag": '"1"'})


async def health(request: Request) -> Response:
    return JSONResponse(dict(request.headers))


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json(dict(socket.headers))
    await socket.close()


@pytest.fixture
def client(setting: dict[str, object]) -> TestClient:
    routes = [
        Route("/", document),
        Route("/_stcore/health", health),
        WebSocketRoute("/_stcore/stream", stream),
        WebSocketRoute("/live/decode", stream),
    ]
    middleware = [Middleware(Refusals), Middleware(GZipMiddleware, minimum_size=1)]
    return TestClient(Starlette(routes=routes, middleware=middleware), base_url=f"http://{HOST}")


def test_every_document_holds_the_script(client: TestClient) -> None:
    answer = client.get("/", headers={**PAGE, "accept-encoding": "gzip", "if-none-match": '"1"'})
    assert answer.status_code == 200 and "content-encoding" not in answer.headers
    assert answer.content == DOCUMENT.encode().replace(b"</body>", SCRIPT + b"</body>")
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_the_script_ends_where_it_ends() -> None:
    assert SCRIPT.count(b"</") == 1 and SCRIPT.endswith(b"</script>")


def test_what_is_no_document_is_left_alone(client: TestClient) -> None:
    answer = client.get("/_stcore/health", headers={"accept-encoding": "gzip"})
    assert answer.json()["accept-encoding"] == "gzip" and answer.headers["content-encoding"] == "gzip"
    assert client.get("/_stcore/health", headers=PAGE).json()["host"] == HOST
    assert client.get("/missing", headers=PAGE).status_code == 404


def test_a_name_that_is_not_allowed_gets_a_page_that_says_so(
    client: TestClient, setting: dict[str, object]
) -> None:
    setting["server.allowedHosts"] = ["demo.example"]
    answer = client.get("/", headers=PAGE)
    assert answer.status_code == 403
    assert f"--server.allowedHosts {HOST}" in answer.text
    assert client.get("/", headers={**PAGE, "host": "demo.example"}).status_code == 200
    assert (
        client.get("/_stcore/health").status_code == 200
    )  # as Streamlit has it: WebSockets alone are judged


def test_a_name_is_no_markup(client: TestClient, setting: dict[str, object]) -> None:
    setting["server.allowedHosts"] = ["demo.example"]
    assert "<script>" not in client.get("/", headers={**PAGE, "host": "<script>"}).text


def test_a_foreign_page_is_refused_and_the_log_says_so_once(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        with (
            pytest.raises(WebSocketDisconnect) as refused,
            client.websocket_connect("/_stcore/stream", headers={"origin": FOREIGN}),
        ):
            pass
        assert refused.value.code == 1008
    (record,) = [record for record in caplog.records if record.name == refusals.__name__]
    assert record.getMessage().endswith(f"refused: add {FOREIGN} to server.corsAllowedOrigins")


def test_a_foreign_page_that_is_let_in_is_our_own_for_streamlit(
    client: TestClient, setting: dict[str, object]
) -> None:
    """Streamlit would ask the network again, at every connection, while everybody waits."""
    setting["server.corsAllowedOrigins"] = [FOREIGN]
    with client.websocket_connect("/_stcore/stream", headers={"origin": FOREIGN}) as socket:
        assert socket.receive_json()["origin"] == f"http://{HOST}"


@pytest.mark.parametrize("origin", [None, f"http://{HOST}"])
def test_our_own_page_passes_untouched(client: TestClient, origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    with client.websocket_connect("/_stcore/stream", headers=headers) as socket:
        assert socket.receive_json().get("origin") == origin


def test_the_live_routes_judge_for_themselves(client: TestClient) -> None:
    with client.websocket_connect("/live/decode", headers={"origin": FOREIGN}) as socket:
        assert socket.receive_json()["origin"] == FOREIGN
