"""What people draw or upload, brought to MNIST's form, encoded and decoded by the runs on the screen."""

import json
import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.websockets import WebSocket

from explorer import cache
from explorer.latent import coding
from explorer.latent.drawing import MAX_BYTES, read_picture
from explorer.live.wire import FAILURES, RAW, converse, limited, packed, route, work

SIDES = (28, 280)  # pixels of a drawing's edge, least and most


async def draw(socket: WebSocket) -> None:
    """Encode a drawing while the pen moves. Query: run (once or twice), the runs that are asked.

    In: bytes, uint32 id, then side * side bytes, 255 where there is ink. Out: bytes, the id, then
    `answer`. What is wrong with a message, or an empty pad, is answered by text, JSON {"id", "error"}.
    """
    runs = socket.query_params.getlist("run")

    async def encode(message: dict[str, Any]) -> None:
        data: bytes = message.get("bytes") or b""
        number = struct.unpack("<I", data[:4])[0] if len(data) >= 4 else None
        try:
            content = await run_in_threadpool(drawn, data[4:], runs)
        except FAILURES as error:
            await socket.send_text(json.dumps({"id": number, "error": str(error)}))
        else:
            await socket.send_bytes(data[:4] + content)

    await converse(socket, encode)


def drawn(data: bytes, runs: Sequence[str]) -> bytes:
    return answer(normalised(pad(data), runs), runs)


def normalised(ink: np.ndarray, runs: Sequence[str]) -> np.ndarray:
    """Ink in the form of the images of the first run's data set. Raises RunError, DataError, ValueError."""
    if not 1 <= len(runs) <= 2:
        raise ValueError(f"one or two runs are asked, not {len(runs)}")
    return cache.drawing(runs[0]).normalise(ink)


def pad(data: bytes) -> np.ndarray:
    """The square of bytes that came, (side, side) uint8. Raises ValueError."""
    side = math.isqrt(len(data))
    if side * side != len(data) or not SIDES[0] <= side <= SIDES[1]:
        raise ValueError(f"a drawing is a square of {SIDES[0]} to {SIDES[1]} pixels a side, not {len(data)}")
    return np.frombuffer(data, np.uint8).reshape(side, side)


def answer(image: np.ndarray, runs: Sequence[str]) -> bytes:
    """An image (28, 28) through one or two runs, packed: "image" (784,), "z" (k, 2), "images" (k, 784)."""
    z, images = [], []
    for name in runs:
        mean, _ = coding.encode(cache.model(name), image[None])
        z.append(mean[0])
        images.append(coding.decode(cache.model(name), mean)[0])
    return packed({}, image=image.reshape(-1), z=np.stack(z), images=np.stack(images))


async def picture(request: Request) -> bytes:
    """An uploaded PNG or JPEG, posted as it is, goes the way of a drawing. Query: run."""
    data = await limited(request, MAX_BYTES, "a picture")
    runs = request.query_params.getlist("run")
    return await work(lambda: answer(normalised(read_picture(data), runs), runs), heavy=True)


routes = [route("/picture", picture, RAW, "POST")]
