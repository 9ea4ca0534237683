"""Who may connect: every live route refuses the page of another site, and welcomes our own."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import live
from explorer.live.guard import Guard, same_origin

HOST = "localhost:8501"
(MOUNT,) = live.routes
assert isinstance(MOUNT, Mount)
ROUTES = {f"{live.PREFIX}{route.path}": route for route in MOUNT.routes}
STRANGERS = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost:8502"},
    {"origin": "http://["},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


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
    assert response.status_code == 403 and response.json() == {"error": "cross-origin"}


@pytest.mark.parametrize("headers", STRANGERS)
def test_a_stranger_is_known_by_what_its_browser_says(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/live/runs", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": f"http://{HOST}"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}],
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
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect("/talk", headers=STRANGERS[0]),
    ):
        pass
    assert refused.value.code == 1008 and reached == []


def test_an_origin_is_compared_with_the_host_that_was_called() -> None:
    def said(**headers: str) -> HTTPConnection:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        return HTTPConnection({"type": "http", "headers": raw})

    assert same_origin(said(origin="https://a.example", host="a.example"))
    assert not same_origin(said(origin="https://a.example", host="b.example"))
    assert not same_origin(said(origin="https://a.example"))
