"""Why not simply sample: estimates of log p(x) that grow, and copies of an image that pixels misjudge."""

import json
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.websockets import WebSocket

from explorer import cache
from explorer.latent import copies
from explorer.latent.estimating import Growth, begun
from explorer.live.evidence import Asked, asked
from explorer.live.wire import (
    FAILURES,
    MAX_JSON,
    RAW,
    converse,
    limited,
    number,
    packed,
    parsed,
    post,
    route,
    spoken,
    whole,
    work,
)

NO_PRIOR = "A plain autoencoder has no prior and no q(z|x), and so no log p(x)."


async def estimate(socket: WebSocket) -> None:
    """Estimates of one image's log p(x) from more and more samples, a step for each message.

    In: text, JSON {"id": int, "question": {run, image, pixels}, "seed": int}, which begins anew, or {"id"}
    for the next step. Out: text, JSON, the id and latent.estimating.Growth.summary; {"id", "error"} for what
    is wrong with a message, and the connection stays usable. Who doesn't ask, waits at no cost.
    """
    growth: Growth | None = None

    async def grow(event: dict[str, Any]) -> None:
        nonlocal growth
        message: Any = {}
        try:
            message = spoken(event)
            if "question" in message:
                growth = None
                growth = await work(begin, message, heavy=True)
            answer = await work(step, growth, heavy=True)
        except FAILURES as error:
            answer = {"error": str(error)}
        await socket.send_text(json.dumps({"id": message.get("id")} | answer))

    await converse(socket, grow)


def begin(message: Any) -> Growth:
    """Raises RunError, DataError, ValueError."""
    if not isinstance(message["question"], dict):
        raise ValueError("a question is {run, image, pixels}")
    which, seed = asked(message["question"]), whole(message, "seed", 0, 2**31)
    return begun(which.model, which.x, cache.posterior(which.run, which.x).log_evidence, seed)


def step(growth: Growth | None) -> dict[str, Any]:
    if growth is None:
        raise ValueError("there is nothing to go on with: send a question first")
    growth.grow()
    return growth.summary()


def compared(question: Any) -> bytes:
    """The original, its cut and its shifted copy, packed: "images" uint8 (3, c, h, w), and in the header
    the "piece" that was cut out, [row, column, side], and latent.copies.Measures.

    In: a question about one image; side, and row and column, -1 for where most ink is; right, down.
    """
    which = asked(question)
    images, piece = made(which, question)
    found = copies.measured(which.model, images, in_pixels(which, images))
    reason = NO_PRIOR if found.deviations is None else ""
    return packed({"piece": piece, "measures": asdict(found), "reason": reason}, images=images)


def exactly(question: Any) -> bytes:
    """-log p(x') of "which" of copies.NAMES, in nats, and its error; else asked like `compared`."""
    which, name = asked(question), question.get("which")
    if name not in copies.NAMES:
        raise ValueError(f"which is {name!r}; allowed are {', '.join(copies.NAMES)}")
    images, _ = made(which, question)
    x = in_pixels(which, images)[copies.NAMES.index(name)]
    found = cache.posterior(which.run, x)
    return packed({"nll": -found.log_evidence, "error": found.error})


def made(which: Asked, question: Any) -> tuple[Any, tuple[int, int, int]]:
    """The three images (3, c, h, w) uint8, and the piece that is cut out. Raises ValueError."""
    side = whole(question, "side", 1, copies.largest_piece(which.image))
    height, width = which.image.shape[1:]
    row = whole(question, "row", -1, height - side)
    column = whole(question, "column", -1, width - side)
    if row < 0 or column < 0:
        row, column = copies.piece_with_most_ink(which.image, side)
    moved = number(question, "right"), number(question, "down")
    if max(map(abs, moved)) > copies.REACH:
        raise ValueError(f"a shift is at most {copies.REACH:g} pixels, not {moved[0]:g} and {moved[1]:g}")
    return copies.copies(which.image, (row, column, side), moved), (row, column, side)


def in_pixels(which: Asked, images: Any) -> Any:
    """As the model is asked about them, float32 (3, c * h * w)."""
    return copies.as_asked(images, which.kind, which.noise)


async def at_once(request: Request) -> bytes:
    """`compared`, beside the heavy work: it follows the hand."""
    question = parsed(await limited(request, MAX_JSON, "a question"))
    return await work(compared, question)


routes = [route("/copies", at_once, RAW, "POST"), post("/copies/exact", exactly)]
