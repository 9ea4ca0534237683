"""The live routes: a WebSocket that decodes codes, and raw bytes of codes, images and lattices."""

import asyncio
import json
import math
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import cache
from explorer.latent import coding, frame

PREFIX = "/live"
MAX_MESSAGE = 16_384  # characters of one WebSocket message
MAX_CODES = 64  # codes decoded for one message
FAILURES = (*cache.FAILURES, ValueError)


async def decode(socket: WebSocket) -> None:
    """Decode codes as they come.

    In: text, JSON {"id": int, "items": [{"run": str, "z": [z1, z2]}, ...]}. Out: bytes, the id as
    little-endian uint32, then 784 bytes an item. Whatever is wrong with a message is answered by text,
    JSON {"id", "error"}, and the connection stays usable. Another site's page is refused.
    """
    if not same_origin(socket):
        await socket.close(code=1008, reason="cross-origin")
        return
    await socket.accept()
    try:
        while True:
            event = await socket.receive()
            if event["type"] == "websocket.disconnect":
                return
            await answer(socket, event.get("text"))
    except WebSocketDisconnect:
        return


async def answer(socket: WebSocket, text: str | None) -> None:
    number: int | None = None
    try:
        message = parse(text)
        number = message["id"]
        images = await run_in_threadpool(decode_items, message["items"])
    except FAILURES as error:
        await socket.send_text(json.dumps({"id": number, "error": str(error)}))
    else:
        await socket.send_bytes(struct.pack("<I", number) + images)


def parse(text: str | None) -> dict[str, Any]:
    """Check one message. Raises ValueError that says what was expected and what came."""
    if text is None:
        raise ValueError("expected JSON text, got bytes")
    if len(text) > MAX_MESSAGE:
        raise ValueError(f"a message has at most {MAX_MESSAGE} characters, this one {len(text)}")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected JSON, got {text[:40]!r} ({error})") from error
    if not isinstance(message, dict) or not is_uint32(message.get("id")):
        raise ValueError('expected {"id": a number from 0 to 4294967295, "items": [...]}')
    items = message.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_CODES:
        raise ValueError(f"items must be a list of 1 to {MAX_CODES}")
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("run"), str) or not is_code(item.get("z")):
            raise ValueError('an item is {"run": name, "z": [z1, z2]} with two finite numbers')
    return message


def is_uint32(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32


def is_code(value: Any) -> bool:
    """Two numbers that are finite and stay so as float32."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e30 for v in value)
    )


def decode_items(items: list[dict[str, Any]]) -> bytes:
    """784 bytes an item, in order; items of one run are decoded as one batch."""
    images = np.empty((len(items), 784), np.uint8)
    for name in {item["run"] for item in items}:
        rows = [i for i, item in enumerate(items) if item["run"] == name]
        cache.run(name)
        images[rows] = coding.decode(cache.model(name), np.array([items[i]["z"] for i in rows]))
    return images.tobytes()


def codes(request: Request) -> bytes:
    """z of every test image, float32 (n, 2), then the labels, uint8 (n,)."""
    name = request.path_params["run"]
    labels = cache.images(cache.run(name).config.dataset).labels
    return cache.codes(name).mean.astype("<f4").tobytes() + labels.astype(np.uint8).tobytes()


def thumbnails(request: Request) -> bytes:
    """Every test image of a data set, uint8 (n, 784)."""
    return cache.images(request.path_params["dataset"]).images.tobytes()


def lattice(request: Request) -> bytes:
    """The manifold in a window: uint32 n, float32 z (n, 2), float32 size (n,), uint8 images (n, 784).

    Query: left, right, bottom, top, count, spacing (frame.lattice).
    """
    name, query = request.path_params["run"], request.query_params
    cache.run(name)
    window = frame.Window(*(number(query, edge) for edge in ("left", "right", "bottom", "top")))
    found = cache.codes(name)
    count, spacing = round(number(query, "count")), query.get("spacing", "linear")
    tiles = frame.lattice(window, count, spacing, found.location, found.scale)
    images = coding.decode(cache.model(name), tiles.z)
    return b"".join([struct.pack("<I", len(tiles.z)), tiles.z.astype("<f4").tobytes(),
                     tiles.size.astype("<f4").tobytes(), images.tobytes()])  # fmt: skip


def number(query: Any, name: str) -> float:
    """A finite number of the query. Raises ValueError."""
    try:
        value = float(query[name])
    except (KeyError, ValueError):
        raise ValueError(f"{name} must be a number, got {query.get(name)!r}") from None
    if not math.isfinite(value) or abs(value) > 1e9:
        raise ValueError(f"{name} must be a finite number below 1e9, got {value}")
    return value


def names(request: Request) -> bytes:
    """The names of the runs that there are now, as JSON."""
    return json.dumps(cache.names()).encode()


def same_origin(connection: HTTPConnection) -> bool:
    """No Origin (no other page's script), or the very host that was asked."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def raw(path: str, content: Callable[[Request], bytes], kind: str = "application/octet-stream") -> Route:
    """A GET route that computes in a thread, and answers a failure by JSON {"error"} and status 400."""

    async def endpoint(request: Request) -> Response:
        if not same_origin(request):
            return JSONResponse({"error": "cross-origin"}, status_code=403)
        try:
            body = await run_in_threadpool(content, request)
        except FAILURES as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return Response(body, media_type=kind, headers={"Cache-Control": "no-store"})

    return Route(PREFIX + path, endpoint)


routes = [
    WebSocketRoute(PREFIX + "/decode", decode),
    raw("/runs", names, "application/json"),
    raw("/codes/{run}", codes),
    raw("/images/{dataset}", thumbnails),
    raw("/lattice/{run}", lattice),
]


def warm_up() -> None:
    """Read, encode and decode once what the first page will ask for."""
    for name in ("ae", "vae"):
        try:
            cache.codes(name)
            decode_items([{"run": name, "z": [0.0, 0.0]}])
        except FAILURES:
            continue  # the page says what is wrong


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    coding.single_threaded()
    warming = asyncio.create_task(run_in_threadpool(warm_up))
    yield
    await warming
