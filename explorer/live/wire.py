"""What all live routes share: who may ask, what they may send, and how arrays are answered."""

import asyncio
import json
import math
import struct
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import cache

T = TypeVar("T")
PREFIX = "/live"
FAILURES = (*cache.FAILURES, ValueError)  # what a request may fail of; the message is for people
MAX_MESSAGE = 16_384  # characters of one WebSocket message
MAX_JSON = 1_000_000  # bytes of a posted question: the numbers of some 100,000 images
RAW = "application/octet-stream"
HEAVY = ThreadPoolExecutor(2, "heavy")  # for what takes longer than a frame


def same_origin(connection: HTTPConnection) -> bool:
    """Not from another site's page: neither by what the browser says, nor by an Origin of another host."""
    if connection.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = connection.headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == connection.headers.get("host")
    except ValueError:  # no address at all
        return False


async def converse(socket: WebSocket, answer: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """Hand each message, {"text"} or {"bytes"}, to `answer`, one after the other, until the page leaves.

    Another site's page is refused.
    """
    if not same_origin(socket):
        await socket.close(code=1008, reason="cross-origin")
        return
    await socket.accept()
    with suppress(WebSocketDisconnect):
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            await answer(dict(message))


async def work(call: Callable[..., T], *args: Any, heavy: bool = False) -> T:
    """Compute in a thread. What is heavy has two threads of its own: the pointer never waits for it."""
    if not heavy:
        return await run_in_threadpool(call, *args)
    return await asyncio.get_running_loop().run_in_executor(HEAVY, partial(call, *args))


def get(path: str, content: Callable[[Request], bytes], kind: str = RAW, heavy: bool = False) -> Route:
    """A GET route that computes in a thread, and answers a failure by JSON {"error"} and status 400."""

    async def body(request: Request) -> bytes:
        return await work(content, request, heavy=heavy)

    return route(path, body, kind, "GET")


def post(path: str, content: Callable[[Any], bytes], kind: str = RAW) -> Route:
    """A POST route: `content`, heavy, gets the JSON object that was sent; else like `get`."""

    async def body(request: Request) -> bytes:
        question = parsed(await limited(request, MAX_JSON, "a question"))
        return await work(content, question, heavy=True)

    return route(path, body, kind, "POST")


def spoken(message: dict[str, Any]) -> dict[str, Any]:
    """The JSON object of a WebSocket's message. Raises ValueError."""
    text = message.get("text")
    if text is None:
        raise ValueError("expected JSON text, got bytes")
    if len(text) > MAX_MESSAGE:
        raise ValueError(f"a message has at most {MAX_MESSAGE} characters, this one {len(text)}")
    return parsed(text)


def parsed(data: str | bytes) -> dict[str, Any]:
    """The JSON object that was sent. Raises ValueError."""
    try:
        question = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected JSON, got {data[:40]!r}") from error
    if not isinstance(question, dict):
        raise ValueError(f"expected a JSON object, got {data[:40]!r}")
    return question


def route(path: str, body: Callable[[Request], Awaitable[bytes]], kind: str, method: str) -> Route:
    async def endpoint(request: Request) -> Response:
        if not same_origin(request):
            return JSONResponse({"error": "cross-origin"}, status_code=403)
        try:
            content = await body(request)
        except FAILURES as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return Response(content, media_type=kind, headers={"Cache-Control": "no-store"})

    return Route(PREFIX + path, endpoint, methods=[method])


async def limited(request: Request, limit: int, what: str) -> bytes:
    """The request's body. Raises ValueError as soon as it exceeds `limit` bytes."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise ValueError(f"{what} has at most {limit / 2**20:.2g} MB, this one is larger")
        parts.append(part)
    return b"".join(parts)


def packed(header: dict[str, Any], **arrays: np.ndarray) -> bytes:
    """A JSON header and arrays as one answer: uint32 length of the header, header, arrays.

    The header's "arrays" says name, type and shape of each; each starts at a multiple of four bytes.
    """
    kinds = {"float32": "<f4", "uint8": "u1", "uint16": "<u2", "uint32": "<u4"}
    listed = [[name, str(a.dtype), list(a.shape)] for name, a in arrays.items()]
    text = json.dumps(header | {"arrays": listed}).encode()
    text += b" " * (-len(text) % 4)
    parts = [struct.pack("<I", len(text)), text]
    for array in arrays.values():
        raw = np.ascontiguousarray(array).astype(kinds[str(array.dtype)]).tobytes()
        parts += [raw, bytes(-len(raw) % 4)]
    return b"".join(parts)


def number(query: Any, name: str) -> float:
    """A finite number of the query. Raises ValueError."""
    try:
        value = float(query[name])
    except (KeyError, ValueError, TypeError, OverflowError):
        raise ValueError(f"{name} must be a number, got {query.get(name)!r}") from None
    if not math.isfinite(value) or abs(value) > 1e10:
        raise ValueError(f"{name} must be a finite number below 1e10, got {value}")
    return value


def whole(query: Any, name: str, low: int, high: int) -> int:
    """A whole number of the query, from low to high. Raises ValueError."""
    value = number(query, name)
    if value != int(value) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low:,} to {high:,}, got {query[name]!r}")
    return int(value)


def are_numbers(value: Any, count: int | None = None) -> bool:
    """A list of `count` numbers, or of any count, that are finite and stay so as float32."""
    return (
        isinstance(value, list)
        and count in (None, len(value))
        and all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e30 for v in value)
    )


def rows(question: Any, name: str, least: int, most: int, width: int) -> np.ndarray:
    """A list of lists of `width` numbers, float32 (k, width): points of a map or codes. Raises ValueError."""
    value = question.get(name)
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise ValueError(f"{name} must be a list of {least} to {most:,} lists of {width} finite numbers")
    if not all(are_numbers(row, width) for row in value):
        raise ValueError(f"{name} must hold lists of {width} finite numbers")
    return np.array(value, np.float32)


def indices(question: Any, name: str, count: int, most: int) -> np.ndarray:
    """Numbers of test images, int (k,), each below `count`. Raises ValueError."""
    value = question.get(name)
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise ValueError(f"{name} must be a list of 1 to {most:,} numbers of test images")
    if not all(type(v) is int and 0 <= v < count for v in value):
        raise ValueError(f"{name} must be whole numbers from 0 to {count - 1}")
    return np.array(value)
