"""Why not simply sample: estimates of log p(x) that grow, and copies of an image that pixels misjudge."""

from dataclasses import asdict
from typing import Any

import numpy as np
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from explorer import library
from explorer.latent import copies
from explorer.latent.estimating import Growth, begun
from explorer.live.packets import choice, is_uint32, number, whole
from explorer.live.questions import Question, question_of
from explorer.live.serving import FAILURES, converse, post, text_object
from explorer.live.work import in_turn, person_of
from explorer.packing import json_text, packed

LARGEST_SEED = 2**31
Piece = tuple[int, int, int]  # row, column and side of what is cut out


async def estimate(socket: WebSocket) -> None:
    """Estimates of one image's log p(x) from more and more samples, a step for each message.

    In: text, JSON {"id": int, "question": {run, image, pixels}, "seed": int}, which begins anew, or {"id"}
    for the next step. Out: text, JSON, the id and latent.estimating.Growth.summary; {"id", "error"} for what
    is wrong with a message, and the connection stays usable. Who doesn't ask, waits at no cost.
    """
    growth: Growth | None = None
    person = person_of(socket)

    async def grow(event: dict[str, Any]) -> None:
        nonlocal growth
        message: Any = {}
        try:
            message = await text_object(socket, event)
            if "question" in message:
                growth = None
                growth = await in_turn(person, begin, message)
            answer = await in_turn(person, step, growth)
        except FAILURES as error:
            answer = {"error": library.told(error)}
        asked = message.get("id")
        await socket.send_text(json_text({"id": asked if is_uint32(asked) else None} | answer))

    await converse(socket, grow)


def begin(message: Any) -> Growth:
    """Raises RunError, DataError, ValueError."""
    if not isinstance(message["question"], dict):
        raise ValueError("a question is {run, image, pixels}")
    question = question_of(message["question"])
    seed = whole(message, "seed", 0, LARGEST_SEED)
    return begun(question.run.model, question.x, question.posterior.log_evidence, seed)


def step(growth: Growth | None) -> dict[str, Any]:
    if growth is None:
        raise ValueError("there is nothing to go on with: send a question first")
    growth.grow()
    return growth.summary()


def compared(values: Any) -> bytes:
    """The original, its cut and its shifted copy, packed: "images" uint8 (3, c, h, w), and in the header
    the "piece" that was cut out, [row, column, side], and latent.copies.Measures.

    In: a question about one image; side, and row and column, -1 for where most ink is; right, down.
    """
    question = question_of(values)
    images, piece = copies_of(question, values)
    measures = copies.measures_of(question.run.model, images, in_pixels(question, images))
    reason = question.run.lack("evidence")
    return packed({"piece": piece, "measures": asdict(measures), "reason": reason}, images=images)


def evidence_of(values: Any) -> bytes:
    """-log p(x') of "which" of copies.COPY_NAMES, in nats, and its error; else asked like `compared`."""
    question = question_of(values)
    name = choice(values, "which", copies.COPY_NAMES)
    images, _ = copies_of(question, values)
    posterior = question.run.posterior(in_pixels(question, images)[copies.COPY_NAMES.index(name)])
    return packed({"nll": -posterior.log_evidence, "error": posterior.error})


def copies_of(question: Question, values: Any) -> tuple[np.ndarray, Piece]:
    """The three images (3, c, h, w) uint8, and the piece that is cut out. Raises ValueError."""
    side = whole(values, "side", 1, copies.largest_piece(question.image))
    height, width = question.image.shape[1:]
    row = whole(values, "row", -1, height - side)
    column = whole(values, "column", -1, width - side)
    if row < 0 or column < 0:
        row, column = copies.piece_with_most_ink(question.image, side)
    moved = (number(values, "right"), number(values, "down"))
    if max(map(abs, moved)) > copies.MAX_SHIFT:
        raise ValueError(f"a shift is at most {copies.MAX_SHIFT:g} pixels, not {moved[0]:g} and {moved[1]:g}")
    return copies.copies(question.image, (row, column, side), moved), (row, column, side)


def in_pixels(question: Question, images: np.ndarray) -> np.ndarray:
    """As the model is asked about them, float32 (3, c * h * w)."""
    return copies.inputs(images, question.kind, question.noise)


routes = [
    WebSocketRoute("/estimate", estimate),
    post("/copies", compared, heavy=False),  # beside the heavy work: it follows the hand
    post("/copies/exact", evidence_of),
]
