"""What people draw or upload, in the form of a data set's images, through the runs on the screen."""

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from explorer import library
from explorer.latent import coding
from explorer.latent.drawing import read_picture
from explorer.latent.picture_file import MAX_BYTES
from explorer.live.serving import (
    FAILURES,
    OCTETS,
    Content,
    check_length,
    converse,
    encoded,
    limited,
    route,
    while_asked,
)
from explorer.live.work import in_turn, person_of
from explorer.packing import packed

PAD_SIDES = (4, 512)  # pixels of the pad's edges, least and most
MOST_RUNS = 2  # that a drawing goes through: one a map


async def draw(socket: WebSocket) -> None:
    """Encode a drawing while the pen moves. Query: run (once or twice), the runs that are asked.

    In: bytes, uint32 id, uint16 height, uint16 width, then height * width bytes, 255 where there is ink. Out:
    bytes, the id, then `answer`. What is wrong with a message, or an empty pad, is answered by text, JSON
    {"id", "error"}.
    """
    runs = socket.query_params.getlist("run")
    person = person_of(socket)

    async def encode(message: dict[str, Any]) -> None:
        data: bytes = message.get("bytes") or b""
        number = struct.unpack("<I", data[:4])[0] if len(data) >= 4 else None
        try:
            check_length(message)
            content = await in_turn(person, answer_pad, data[4:], runs, quick=True)
        except FAILURES as error:
            await socket.send_text(json.dumps({"id": number, "error": library.told(error)}))
        else:
            await socket.send_bytes(data[:4] + content)

    await converse(socket, encode)


def answer_pad(data: bytes, runs: Sequence[str]) -> bytes:
    return answer(normalised(pad(data), runs), runs)


def normalised(ink: np.ndarray, runs: Sequence[str]) -> np.ndarray:
    """Ink in the form of the images of the first run's data set. Raises RunError, DataError, ValueError."""
    if not 1 <= len(runs) <= MOST_RUNS:
        raise ValueError(f"one or two runs are asked, not {len(runs)}")
    return library.open_map(runs[0]).drawing.normalise(ink)


def pad(data: bytes) -> np.ndarray:
    """The pad as it came, uint16 height, uint16 width and the bytes: (height, width) uint8.

    Raises ValueError.
    """
    height, width = struct.unpack("<2H", data[:4]) if len(data) >= 4 else (0, 0)
    if not all(PAD_SIDES[0] <= side <= PAD_SIDES[1] for side in (height, width)):
        raise ValueError(
            f"a drawing has {PAD_SIDES[0]} to {PAD_SIDES[1]} pixels a side, not {height} x {width}"
        )
    if len(data) != 4 + height * width:
        raise ValueError(f"a drawing of {height} x {width} pixels has as many bytes, not {len(data) - 4}")
    return np.frombuffer(data, np.uint8, offset=4).reshape(height, width)


def answer(image: np.ndarray, runs: Sequence[str]) -> bytes:
    """An image (c, h, w) through one or two runs of k, packed: "image" (c, h, w), "images" (k, c, h, w), and
    the codes, "z0" and "z1", float32 (d,) each. Raises ValueError for a run of images of another shape."""
    codes = {}
    images = []
    for k, run in enumerate(map(library.open_map, runs)):
        if run.dataset.shape != image.shape:
            raise ValueError(f"{run.name} was trained on images of another shape than the drawing's")
        mean = run.encode(image[None])
        codes[f"z{k}"] = mean[0]
        images.append(coding.decode(run.model, mean)[0])
    return packed({}, image=image, images=np.stack(images), **codes)


async def picture(request: Request) -> Content:
    """An uploaded picture, posted as it is, goes the way of a drawing. Query: run; choice, one of several."""
    data = await limited(request, MAX_BYTES, "a picture")
    query = request.query_params
    question = (data, query.getlist("run"), query.get("choice"))
    body = await while_asked(request, in_turn(person_of(request), answer_picture, *question))
    return encoded(body, accepted=False)


def answer_picture(data: bytes, runs: Sequence[str], choice: str | None) -> bytes:
    """A picture with one drawing, or the one that is chosen by its number, as `answer`.

    With several, and no choice, a packet that lets people choose: "boxes", each [left, top, right, bottom] as
    shares of the picture, and "drawings" (k, c, h, w), as the models would see them. Raises ValueError.
    """
    _, *form = library.open_map(runs[0]).dataset.shape if runs else (0, 0, 0)
    pieces = read_picture(data, (form[0], form[1]))
    if choice is None and len(pieces) > 1:
        drawings = np.stack([normalised(piece.ink, runs) for piece in pieces])
        return packed({"boxes": [piece.box for piece in pieces]}, drawings=drawings)
    number = 0 if choice is None else int(choice) if choice.isdecimal() and len(choice) < 4 else -1
    if not 0 <= number < len(pieces):
        raise ValueError(f"choice is {choice!r}; the picture has {len(pieces)} drawings, counted from 0")
    return answer(normalised(pieces[number].ink, runs), runs)


routes = [WebSocketRoute("/draw", draw), route("/picture", picture, OCTETS, "POST")]
