"""Connections without a request are closed, bodies without end given up; whoever talks is left alone."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from explorer.patience import BodyDeadline, silent_connections_closed

HEAD = 1.0  # seconds
BODY = 1.5


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server with short patience."""
    left: list[float] = []

    async def answer(request: Request) -> PlainTextResponse:
        try:
            body = await request.body()
        except ClientDisconnect:
            left.append(time.monotonic())
            return PlainTextResponse("gone", 408)
        return PlainTextResponse(f"{len(body)}")

    routes = [Route("/", answer, methods=["GET", "POST"])]
    app = Starlette(routes=routes, middleware=[Middleware(BodyDeadline, seconds=BODY)])
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_keep_alive=60))
    with silent_connections_closed(HEAD):
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)
        listening.close()


def ended(connection: socket.socket, within: float) -> bool:
    """Whether the server closes a connection within so many seconds."""
    connection.settimeout(within)
    try:
        while connection.recv(1000):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def test_a_silent_connection_is_closed(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        assert not ended(connection, HEAD / 2)
        assert ended(connection, 10 * HEAD)


def test_a_head_that_drips_is_given_up(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - began < 10 * HEAD:
                connection.sendall(b"X-A: b\r\n")
                time.sleep(HEAD / 5)
        assert time.monotonic() - began < 5 * HEAD


def test_a_second_head_on_one_connection_may_not_drip_either(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.settimeout(5)
        assert b"200 OK" in connection.recv(1000)
        connection.sendall(b"GET / HTTP/1.1\r\n")
        assert ended(connection, 10 * HEAD)


def test_a_body_that_drips_is_given_up(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        began, answer = time.monotonic(), b""
        connection.settimeout(0.2)
        while b"408" not in answer and time.monotonic() - began < 10 * BODY:
            connection.sendall(b"x")
            try:
                answer += connection.recv(1000)
            except TimeoutError:
                continue
        assert b"408" in answer


def test_whoever_talks_is_answered_however_long_the_connection_lasts(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.connect()
    first = connection.sock
    for _ in range(4):
        connection.request("POST", "/", b"abc")
        assert connection.getresponse().read() == b"3"
        assert connection.sock is first
        time.sleep(HEAD / 3)
    connection.close()


def test_afterwards_uvicorn_is_as_it_was() -> None:
    from uvicorn.protocols.http.h11_impl import H11Protocol

    before = H11Protocol.data_received
    with silent_connections_closed():
        assert H11Protocol.data_received is not before
    assert H11Protocol.data_received is before
