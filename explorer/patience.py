"""Connections that keep the app waiting: without a request they are closed, a body without end is given up.

uvicorn has a limit for neither: a thousand silent sockets would take all files that a process may open.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 30.0  # in which a connection must have sent the head of a request
Waiting = WeakKeyDictionary[Any, float]  # connections, and since when they wait for a head
BODY_SECONDS = 600.0  # in which a body must have come: the largest upload, over a slow line


def protocols() -> list[type[Any]]:
    """What uvicorn may speak HTTP with on this machine."""
    found: list[type[Any]] = [H11Protocol]
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:  # not installed
        return found
    return [*found, HttpToolsProtocol]


@contextmanager
def silent_connections_closed(seconds: float = HEAD_SECONDS) -> Iterator[None]:
    """In the block, a connection that waits so long for the head of its request is closed."""
    before = [(protocol, protocol.connection_made, protocol.data_received) for protocol in protocols()]
    waiting: Waiting = WeakKeyDictionary()
    for protocol, made, received in before:
        protocol.connection_made = watched(made, waiting, seconds)
        protocol.data_received = watched(received, waiting, seconds)
    try:
        yield
    finally:
        for protocol, made, received in before:
            protocol.connection_made, protocol.data_received = made, received


def watched(method: Callable[..., None], waiting: Waiting, seconds: float) -> Callable[..., None]:
    """The method, after which a connection may be waiting for the rest of a head, or no longer."""

    def look(connection: Any, since: float) -> None:
        if waiting.get(connection) == since and is_waiting(connection):
            connection.transport.close()

    def called(connection: Any, *arguments: Any) -> None:
        method(connection, *arguments)
        if not is_waiting(connection):
            waiting.pop(connection, None)
        elif connection not in waiting:
            loop = asyncio.get_running_loop()
            waiting[connection] = loop.time()
            loop.call_later(seconds, look, connection, waiting[connection])

    return called


def is_waiting(connection: Any) -> bool:
    """Whether no request is under way; a connection that became a WebSocket is none of uvicorn's any more."""
    return connection in connection.connections and (
        connection.cycle is None or connection.cycle.response_complete
    )


class BodyDeadline:
    """An ASGI application whose requests must have come whole after some time; else they have left."""

    def __init__(self, app: ASGIApp, seconds: float = BODY_SECONDS):
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        end = asyncio.get_running_loop().time() + self.seconds
        whole = False

        async def patient() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}
            whole = not message.get("more_body", False)
            return message

        await self.app(scope, patient, send)
