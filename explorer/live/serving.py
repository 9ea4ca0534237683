"""How a live route answers: in a thread, with raw bytes; what fails is said in words, and nothing breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import library
from explorer.live.packets import json_object
from training.datasets.dataset import CHANNELS, SIDES

T = TypeVar("T")
FAILURES = (*library.FAILURES, ValueError)  # what a request may fail of; the message is for people
MAX_DRAWING = len("255, ") * max(CHANNELS) * SIDES[1] ** 2  # characters of the largest image, as a JSON list
MAX_SHORT_MESSAGE = 16_384  # characters of a WebSocket's message that holds no drawing
MAX_MESSAGE = MAX_DRAWING + MAX_SHORT_MESSAGE  # of one that may hold one
MAX_QUESTION = 1_000_000  # bytes of a posted question: a drawing, or the numbers of some 100,000 images
OCTETS = "application/octet-stream"
HEAVY_WORK = ThreadPoolExecutor(2, "heavy")  # for what takes longer than a frame


async def work(call: Callable[..., T], *arguments: Any, heavy: bool = False) -> T:
    """Compute in a thread. What is heavy has two threads of its own: the pointer never waits for it."""
    if not heavy:
        return await run_in_threadpool(call, *arguments)
    return await asyncio.get_running_loop().run_in_executor(HEAVY_WORK, partial(call, *arguments))


def get(path: str, content: Callable[[Request], bytes], kind: str = OCTETS, heavy: bool = False) -> Route:
    """A GET route: `content` is computed in a thread; a failure is JSON {"error"} with status 400."""

    async def body(request: Request) -> bytes:
        return await work(content, request, heavy=heavy)

    return route(path, body, kind, "GET")


def post(path: str, content: Callable[[Any], bytes], kind: str = OCTETS, heavy: bool = True) -> Route:
    """A POST route: `content` gets the JSON object that was sent; else like `get`."""

    async def body(request: Request) -> bytes:
        question = json_object(await limited(request, MAX_QUESTION, "a question"))
        return await work(content, question, heavy=heavy)

    return route(path, body, kind, "POST")


def route(path: str, body: Callable[[Request], Awaitable[bytes]], kind: str, method: str) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            content = await body(request)
        except FAILURES as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return Response(content, media_type=kind, headers={"Cache-Control": "no-store"})

    return Route(path, endpoint, methods=[method])


async def limited(request: Request, limit: int, what: str) -> bytes:
    """The request's body. Raises ValueError as soon as it exceeds `limit` bytes."""
    parts = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise ValueError(f"{what} has at most {limit / 2**20:.2g} MB, this one is larger")
        parts.append(part)
    return b"".join(parts)


async def converse(socket: WebSocket, answer: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """Hand each message, {"text"} or {"bytes"}, to `answer`, one after the other, until the page leaves."""
    await socket.accept()
    with suppress(WebSocketDisconnect):
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            await answer(dict(message))


async def converse_latest(
    socket: WebSocket, answer: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
) -> None:
    """Hand each message to `answer`, as `converse` does, but at once: it cancels the answer under way.

    A step that a thread is computing can't be stopped: it ends unheard, and keeps one of the two threads
    for heavy work until then.
    """
    await socket.accept()
    under_way: asyncio.Task[None] | None = None
    try:
        async with asyncio.TaskGroup() as answers:
            while (message := await socket.receive())["type"] != "websocket.disconnect":
                cancel(under_way)
                under_way = answers.create_task(answer(dict(message)))
            cancel(under_way)
    except* WebSocketDisconnect:
        pass


def cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()


async def text_object(message: dict[str, Any], most: int = MAX_MESSAGE) -> dict[str, Any]:
    """The JSON object of a WebSocket's message, of at most so many characters. Raises ValueError.

    A long one is parsed in a thread: a drawing of 256 x 256 pixels would hold up everybody's pointer.
    """
    text = message.get("text")
    if text is None:
        raise ValueError("expected JSON text, got bytes")
    if len(text) > most:
        raise ValueError(f"a message has at most {most:,} characters, this one {len(text):,}")
    return json_object(text) if len(text) <= MAX_SHORT_MESSAGE else await work(json_object, text)
