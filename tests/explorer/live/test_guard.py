"""Who may connect: every live route refuses the page of another site, and welcomes our own."""

import threading
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from explorer import hosting, live
from explorer.hosting import refusal
from explorer.live import guard
from explorer.live.guard import LONGEST_REASON, Guard
from explorer.pages import PAGES
from tests.asynchronous import finished

HOST = "localhost:8501"
(MOUNT,) = live.routes
assert isinstance(MOUNT, Mount)
ROUTES = {f"{live.PREFIX}{route.path}": route for route in MOUNT.routes}
STRANGERS = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://["},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]
ADDRESSES = [
    "http://localhost:8501",
    "https://demo.example",
    "http://[::1]:8501",
    "null",
    "http://10.9.8.7:80",
    None,
]


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch):
    """Give Streamlit's settings other values, for one test."""
    get_option, others = config.get_option, {}
    for owner in (config, st):
        monkeypatch.setattr(owner, "get_option", lambda key: others.get(key, get_option(key)))
    yield others
    hosting.is_allowed.cache_clear()


@pytest.fixture
def client(checkpoints: Path) -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url=f"http://{HOST}")


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_refuses_another_site(client: TestClient, path: str) -> None:
    headers = STRANGERS[0]
    if isinstance(ROUTES[path], WebSocketRoute):
        with (
            pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
            client.websocket_connect(path, headers=headers) as socket,
        ):
            socket.receive_text()
        return
    assert isinstance(ROUTES[path], Route)
    method = "POST" if "POST" in ROUTES[path].methods else "GET"
    response = client.request(method, path, headers=headers)
    assert response.status_code == 403
    assert response.json() == {"error": "refused: add http://evil.example to server.corsAllowedOrigins"}


@pytest.mark.parametrize("headers", STRANGERS)
def test_a_stranger_is_known_by_what_its_browser_says(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/live/runs", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": f"http://{HOST}"},
        {"origin": "http://localhost:3000"},  # a proxy on this machine, as Streamlit has it
        {"origin": "https://10.9.8.7"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
def test_our_own_page_and_a_typed_address_are_welcome(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/live/runs", headers=headers).status_code == 200


def test_no_route_sees_a_stranger() -> None:
    """The check comes first: neither a route nor what it reads is reached."""
    reached = []

    async def get(request: HTTPConnection) -> PlainTextResponse:
        reached.append(request)
        return PlainTextResponse("")

    async def talk(socket: WebSocket) -> None:
        reached.append(socket)

    routes = [Route("/get", get), WebSocketRoute("/talk", talk)]
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(Guard)]))
    assert client.get("/get", headers=STRANGERS[0]).status_code == 403
    with client.websocket_connect("/talk", headers=STRANGERS[0]) as socket:
        with pytest.raises(WebSocketDisconnect) as refused:
            socket.receive_text()
    assert refused.value.code == 1008 and "server.corsAllowedOrigins" in refused.value.reason
    assert reached == []


@pytest.mark.parametrize("host", ["localhost:8501", "demo.example", "127.0.0.1", "[::1]:8501", None])
@pytest.mark.parametrize("origin", ADDRESSES)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"server.enableCORS": False},
        {"server.corsAllowedOrigins": ["https://demo.example"]},
        {"server.allowedHosts": ["localhost", "*.example"]},
    ],
)
def test_who_may_connect_is_streamlits_decision(
    changes: dict[str, object], origin: str | None, host: str | None, setting: dict[str, object]
) -> None:
    setting.update(changes)
    assert (refusal(host, origin, None) == "") == _is_origin_allowed(origin, host)


def test_a_refusal_names_the_setting_that_cures_it(setting: dict[str, object]) -> None:
    foreign = ("localhost:8501", "https://demo.example", "same-origin")
    assert refusal(*foreign) == "refused: add https://demo.example to server.corsAllowedOrigins"
    setting["server.corsAllowedOrigins"] = ["https://demo.example"]
    hosting.is_allowed.cache_clear()
    assert refusal(*foreign) == ""
    setting["server.allowedHosts"] = ["demo.example"]
    assert refusal(*foreign) == "refused: add localhost to server.allowedHosts"
    setting["server.allowedHosts"] = ["demo.example", "localhost"]
    assert refusal(*foreign) == ""


@pytest.mark.parametrize("host", ["demo.example:8501", "[::1]:8501", "127.0.0.1"])
def test_the_name_that_is_told_cures_it(host: str, setting: dict[str, object]) -> None:
    setting["server.allowedHosts"] = ["another.example"]
    told = refusal(host, None, None).split()
    assert told[-1] == "server.allowedHosts"
    setting["server.allowedHosts"] = [told[2]]
    assert refusal(host, None, None) == ""


def test_the_origin_of_a_code_space_is_told_whole(setting: dict[str, object]) -> None:
    origin = f"https://{'fluffy-space-disco-' * 2}qwertyuiop-8501.app.github.dev"
    reason = refusal(HOST, origin, None)
    assert origin in reason and len(reason) <= LONGEST_REASON


@pytest.mark.parametrize(
    "origin, threads", [(None, 0), (f"http://{HOST}", 0), ("https://demo.example", 1)], ids=str
)
def test_only_a_foreign_origin_is_judged_in_a_thread(
    origin: str | None, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[int] = []
    decide = hosting.refusal

    def deciding(*headers: str | None) -> str:
        judged.append(threading.get_ident())
        return decide(*headers)

    monkeypatch.setattr(hosting, "refusal", deciding)
    headers = [(b"host", HOST.encode()), *([(b"origin", origin.encode())] if origin else [])]

    async def thread_of_the_loop() -> int:
        await guard.refusal({"type": "http", "headers": headers})
        return threading.get_ident()

    here = finished(thread_of_the_loop())
    assert len({*judged} - {here}) == threads and len(judged) == 1


def test_a_reason_fits_a_web_sockets_close() -> None:
    routes = [WebSocketRoute("/talk", lambda socket: None)]
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(Guard)]))
    with client.websocket_connect("/talk", headers={"origin": f"http://{'a' * 300}.example"}) as socket:
        with pytest.raises(WebSocketDisconnect) as refused:
            socket.receive_text()
    assert len(refused.value.reason.encode()) <= 123


@pytest.mark.parametrize(
    ("base", "prefix"), [("", "/live"), ("demo/latent", "/demo/latent/live"), ("/demo/", "/demo/live")]
)
def test_the_live_routes_lie_below_the_base_path(base: str, prefix: str, setting: dict[str, object]) -> None:
    setting["server.baseUrlPath"] = base
    (mount,) = live.mounted(PAGES)
    assert isinstance(mount, Mount) and mount.path == prefix
