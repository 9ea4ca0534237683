"""A WebSocket's messages: those that are too long for any question are not held."""

import asyncio
from typing import Any

import pytest

from explorer.live import serving
from tests.asynchronous import finished


class Socket:
    """Messages that came already, then silence."""

    def __init__(self, messages: list[dict[str, Any]]):
        self.messages = messages
        self.silent = asyncio.Event()

    async def accept(self) -> None:
        pass

    async def receive(self) -> dict[str, Any]:
        if self.messages:
            return self.messages.pop(0)
        self.silent.set()
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.parametrize("kind", ["text", "bytes"])
def test_a_message_that_is_too_long_is_refused_and_not_held(kind: str) -> None:
    content = "x" * (serving.MAX_MESSAGE + 1)
    long = {"type": "websocket.receive", kind: content if kind == "text" else content.encode()}
    short = {"type": "websocket.receive", kind: "{}" if kind == "text" else b"{}"}
    seen: list[dict[str, Any]] = []

    async def answer(message: dict[str, Any]) -> None:
        seen.append(message)

    async def talk() -> None:
        socket: Any = Socket([long, short])
        talking = asyncio.create_task(serving.converse(socket, answer))
        await socket.silent.wait()
        await asyncio.sleep(0)
        talking.cancel()

    finished(talk())
    assert seen == [{"too_long": serving.MAX_MESSAGE + 1}, short]
    with pytest.raises(ValueError, match="a message has at most"):
        serving.check_length(seen[0])
    serving.check_length(short)
