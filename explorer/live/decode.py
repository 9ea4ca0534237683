"""Under the pointer: the WebSocket that decodes codes."""

import json
import struct
from collections import defaultdict
from contextlib import suppress
from typing import Any

import numpy as np
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from explorer import library
from explorer.latent import coding
from explorer.live.packets import are_numbers, is_uint32
from explorer.live.serving import FAILURES, MAX_SHORT_MESSAGE, converse, text_object
from explorer.live.work import at_once, in_turn, person_of

MAX_CODES = 256  # codes decoded for one message
FEW_CODES = 8  # decoded at once, under the pointer


class ColdError(Exception):
    """A run is not in memory yet."""


async def decode(socket: WebSocket) -> None:
    """Decode codes as they come.

    In: text, JSON {"id": int, "items": [{"run": str, "z": [d numbers]}, ...]}. Out: bytes, the id as
    little-endian uint32, then the images, uint8 (c, h, w) each, in order. Whatever is wrong with a message is
    answered by text, JSON {"id", "error"}, and the connection stays usable.
    """

    async def answer(event: dict[str, Any]) -> None:
        number: int | None = None
        try:
            message = await checked_message(socket, event)
            number = message["id"]
            images = await decoded(socket, message["items"])
        except FAILURES as error:
            await socket.send_text(json.dumps({"id": number, "error": library.told(error)}))
        else:
            await socket.send_bytes(struct.pack("<I", number) + images)

    await converse(socket, answer)


async def decoded(socket: WebSocket, items: list[dict[str, Any]]) -> bytes:
    """The images of all items: at once if they are few and their runs in memory, else in turn."""
    if len(items) <= FEW_CODES:
        with suppress(ColdError):
            return await at_once(person_of(socket), decode_warm_items, items)
    return await in_turn(person_of(socket), decode_items, items, quick=True)


async def checked_message(socket: WebSocket, event: dict[str, Any]) -> dict[str, Any]:
    """The JSON object of one message. Raises ValueError that says what was expected and what came."""
    message = await text_object(socket, event, MAX_SHORT_MESSAGE)
    if not is_uint32(message.get("id")):
        raise ValueError('expected {"id": a number from 0 to 4294967295, "items": [...]}')
    items = message.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_CODES:
        raise ValueError(f"items must be a list of 1 to {MAX_CODES}")
    if not all(map(is_item, items)):
        raise ValueError('an item is {"run": name, "z": [...]} with finite numbers')
    return message


def is_item(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("run"), str) and are_numbers(value.get("z"))


def decode_warm_items(items: list[dict[str, Any]]) -> bytes:
    """The same as `decode_items` where nothing must be read from disk. Raises ColdError."""
    if not all(library.is_warm(name) for name in {item["run"] for item in items}):
        raise ColdError
    return decode_items(items)


def decode_items(items: list[dict[str, Any]]) -> bytes:
    """The images, uint8 (c, h, w) each, in the order of the items; those of one run are decoded as one batch.

    Raises RunError, and ValueError for a code that has not as many numbers as the run's.
    """
    places = defaultdict(list)
    for i, item in enumerate(items):
        places[item["run"]].append(i)
    images: list[bytes] = [b""] * len(items)
    for name, rows in places.items():
        decoded = decoded_by(name, [items[i]["z"] for i in rows])
        for i, image in zip(rows, decoded, strict=True):
            images[i] = image.tobytes()
    return b"".join(images)


def decoded_by(name: str, codes: list[list[float]]) -> np.ndarray:
    """The images (n, c, h, w) uint8 that a run decodes. Raises RunError, ValueError."""
    run = library.open_map(name)
    d = run.dimensions
    if any(len(z) != d for z in codes):
        raise ValueError(f"a code of {name} is a list of {d} finite numbers")
    return coding.decode(run.model, np.array(codes, np.float32))


routes = [WebSocketRoute("/decode", decode)]
