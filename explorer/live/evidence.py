"""One image's log p(x): its numbers, a picture of its posterior, and the search for a better q."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from explorer import library
from explorer.latent import coding, evidence
from explorer.live.packets import whole
from explorer.live.questions import question_of, window_of
from explorer.live.serving import FAILURES, converse_latest, post, text_object
from explorer.live.work import in_turn, person_of
from explorer.packing import json_text, packed

FIELD_CELLS = (8, 128)  # a side of a picture of p(z|x), least and most


def account_of(values: Any) -> bytes:
    """The nats of one image, packed: "numbers" (evidence.Account); images "image", "x" and "decoded", uint8
    (c, h, w)."""
    question = question_of(values)
    model = question.run.model
    account = evidence.account(model, question.x, question.posterior)
    numbers = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in asdict(account).items()}
    x = (question.x * 255).round().astype(np.uint8).reshape(question.image.shape)
    decoded = coding.decode(model, account.mean[None])[0]
    return packed({"numbers": numbers}, image=question.image, x=x, decoded=decoded)


def picture_of(values: Any) -> bytes:
    """log p(z|x) over a window, packed "values" float32 (count, count), row 0 on top; "peak": its largest.

    In: a question about one image; left, right, bottom, top, count.
    """
    question = question_of(values)
    count = whole(values, "count", *FIELD_CELLS)
    posterior = question.posterior
    log_density = evidence.picture(question.run.model, question.x, posterior, window_of(values), count)
    peak = posterior.lattice.log_posterior.max().item()
    return packed({"peak": peak}, values=log_density)


async def refine(socket: WebSocket) -> None:
    """The search for the best Gaussian. In: text, JSON, a question about one image. Out: text, JSON, for each
    step {"phase", "mean", "tril", "elbo"}, then {"done": true}; or {"error"}. Another question begins anew,
    at once: the search before it ends without a word.
    """

    async def search(message: dict[str, Any]) -> None:
        try:
            await stream(socket, await text_object(socket, message))
        except FAILURES as error:
            await socket.send_text(json.dumps({"error": library.told(error)}))

    await converse_latest(socket, search)


async def stream(socket: WebSocket, values: dict[str, Any]) -> None:
    """Send each step as soon as it is there; whoever leaves ends the search."""
    person = person_of(socket)
    steps: Iterator[evidence.Step] = await in_turn(person, begin, values)
    while (step := await in_turn(person, next, steps, None)) is not None:
        q = {"mean": step.mean.tolist(), "tril": step.tril.tolist()}
        await socket.send_text(json_text({"phase": step.phase, **q, "elbo": step.elbo}))
    await socket.send_text(json.dumps({"done": True}))


def begin(values: Any) -> Iterator[evidence.Step]:
    question = question_of(values)
    return evidence.search(question.run.model, question.x, question.posterior)


routes = [
    post("/evidence", account_of),
    post("/posterior", picture_of),
    WebSocketRoute("/refine", refine),
]
