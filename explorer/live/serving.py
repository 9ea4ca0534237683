"""How a live route answers: with raw bytes, while somebody waits; what fails is said in words."""

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, NamedTuple, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import library
from explorer.live.packets import json_object
from explorer.live.turns import BusyError
from explorer.live.work import in_turn, in_turn_once, person_of
from training.datasets.dataset import CHANNELS, SIDES
from training.kit.checkpoints import Abandoned

T = TypeVar("T")
# What a request may fail of; the message is for people.
FAILURES = (*library.FAILURES, ValueError, BusyError)
MAX_DRAWING = len("255, ") * max(CHANNELS) * SIDES[1] ** 2  # characters of the largest image, as a JSON list
MAX_SHORT_MESSAGE = 16_384  # characters of a WebSocket's message that holds no drawing
MAX_MESSAGE = MAX_DRAWING + MAX_SHORT_MESSAGE  # of one that may hold one
MAX_QUESTION = 1_000_000  # bytes of a posted question: a drawing, or the numbers of some 100,000 images
BODY_SECONDS = 30  # in which a posted question must have come
MOST_UNANSWERED = 16  # messages of a WebSocket that wait for an answer; it is not read further
OCTETS = "application/octet-stream"
BAD_REQUEST = 400
UNAVAILABLE = 503
LARGE = 1 << 14  # bytes of an answer that is worth compressing
FASTEST = 1  # level of zlib: a tenth larger than at the usual one, and three times as quick
GZIP_WINDOW = 31  # bits: zlib's number for a gzip header around the largest window
LEFT = 499  # nginx's code for a client that closed the connection; nobody reads it
log = logging.getLogger(__name__)


class Content(NamedTuple):
    """What is sent, and how it is encoded."""

    body: bytes
    encoding: str


def encoded(body: bytes, accepted: bool) -> Content:
    """Compressed where that is accepted and worth it; where it is computed: Streamlit would do it in the
    event loop, while all pointers wait.
    """
    if not accepted or len(body) < LARGE:
        return Content(body, "identity")
    compressor = zlib.compressobj(FASTEST, wbits=GZIP_WINDOW)
    return Content(compressor.compress(body) + compressor.flush(), "gzip")


def accepts_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def get(path: str, content: Callable[[Request], bytes], kind: str = OCTETS, heavy: bool = False) -> Route:
    """A GET route: `content` is computed in turn, once for all who ask at the same time.

    What is not heavy follows the hand, and goes first. A failure is JSON {"error"}: status 400, or 503 where
    too many questions wait.
    """

    async def answer(request: Request) -> Content:
        accepted = accepts_gzip(request)
        key = (path, request.url.path, str(request.query_params), accepted)
        computing = in_turn_once(
            key, person_of(request), lambda: encoded(content(request), accepted), quick=not heavy
        )
        return await while_asked(request, computing)

    return route(path, answer, kind, "GET")


def post(path: str, content: Callable[[Any], bytes], kind: str = OCTETS, heavy: bool = True) -> Route:
    """A POST route: `content` gets the JSON object that was sent; else like `get`."""

    async def answer(request: Request) -> Content:
        text = await limited(request, MAX_QUESTION, "a question")
        question = json_object(text)
        accepted = accepts_gzip(request)
        computing = in_turn_once(
            (path, text, accepted),
            person_of(request),
            lambda: encoded(content(question), accepted),
            quick=not heavy,
        )
        return await while_asked(request, computing)

    return route(path, answer, kind, "POST")


def route(path: str, answer: Callable[[Request], Awaitable[Content]], kind: str, method: str) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            content = await answer(request)
        except ClientDisconnect:
            log.info("%s: the page left before it was answered", request.url.path)
            return Response(status_code=LEFT)
        except (BusyError, Abandoned) as error:
            reason = library.told(error) or "The app is being stopped."
            return JSONResponse({"error": reason}, UNAVAILABLE, headers={"Retry-After": "1"})
        except FAILURES as error:
            return JSONResponse({"error": library.told(error)}, BAD_REQUEST)
        headers = {"Cache-Control": "no-store", "Content-Encoding": content.encoding}
        return Response(content.body, media_type=kind, headers=headers)

    return Route(path, endpoint, methods=[method])


async def while_asked(request: Request, answer: Coroutine[Any, Any, T]) -> T:
    """The answer, unless the page leaves before it is there: then it is given up. Raises ClientDisconnect.

    The request's body must have been read.
    """
    answering = asyncio.create_task(answer)
    leaving = asyncio.create_task(left(request))
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            raise ClientDisconnect
        return answering.result()
    finally:
        answering.cancel()
        leaving.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)


async def left(request: Request) -> None:
    """Returns when the page has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def limited(request: Request, limit: int, what: str) -> bytes:
    """The request's body. Raises ValueError as soon as it exceeds `limit` bytes, or comes too slowly."""
    parts = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise ValueError(f"{what} has at most {limit / 2**20:.2g} MB, this one is larger")
                parts.append(part)
    except TimeoutError:
        raise ValueError(f"{what} must come within {BODY_SECONDS} seconds, this one did not") from None
    return b"".join(parts)


async def converse(socket: WebSocket, answer: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]) -> None:
    """Hand each message, {"text"} or {"bytes"}, to `answer`, one after the other, until the page leaves.

    Then the answer under way is given up.
    """
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_UNANSWERED)

    async def answer_all() -> None:
        while True:
            await answer(await inbox.get())

    await socket.accept()
    try:
        async with asyncio.TaskGroup() as tasks:
            answering = tasks.create_task(answer_all())
            while (message := await socket.receive())["type"] != "websocket.disconnect":
                await inbox.put(bounded(message))
            answering.cancel()
    except* WebSocketDisconnect:
        pass


async def converse_latest(
    socket: WebSocket, answer: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
) -> None:
    """Hand each message to `answer`, as `converse` does, but at once: it cancels the answer under way."""
    await socket.accept()
    under_way: asyncio.Task[None] | None = None
    try:
        async with asyncio.TaskGroup() as answers:
            while (message := await socket.receive())["type"] != "websocket.disconnect":
                cancel(under_way)
                under_way = answers.create_task(answer(bounded(message)))
            cancel(under_way)
    except* WebSocketDisconnect:
        pass


def bounded(message: Mapping[str, Any]) -> dict[str, Any]:
    """A WebSocket's message; of one that is too long for any question only "too_long", its length."""
    length = len(message.get("text") or message.get("bytes") or "")
    return dict(message) if length <= MAX_MESSAGE else {"too_long": length}


def check_length(message: Mapping[str, Any], most: int = MAX_MESSAGE) -> None:
    """Raises ValueError for a message of more than so many characters or bytes."""
    length = message.get("too_long") or len(message.get("text") or message.get("bytes") or "")
    if length > most:
        raise ValueError(f"a message has at most {most:,} characters, this one {length:,}")


def cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()


async def text_object(socket: WebSocket, message: dict[str, Any], most: int = MAX_MESSAGE) -> dict[str, Any]:
    """The JSON object of a WebSocket's message, of at most so many characters. Raises ValueError.

    A long one is parsed in turn: a drawing of 256 x 256 pixels would hold up everybody's pointer.
    """
    check_length(message, most)
    text = message.get("text")
    if text is None:
        raise ValueError("expected JSON text, got bytes")
    if len(text) <= MAX_SHORT_MESSAGE:
        return json_object(text)
    return await in_turn(person_of(socket), json_object, text, quick=True)
