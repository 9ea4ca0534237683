"""One image's log p(x): its numbers, a picture of its posterior, and the search for a better q."""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from starlette.websockets import WebSocket

from explorer import cache
from explorer.latent import coding, evidence
from explorer.latent.coding import shape_of
from explorer.latent.subject import Asked, pixels, row_of
from explorer.live.maps import window_of
from explorer.live.tools import name_of
from explorer.live.wire import FAILURES, converse, indices, packed, post, spoken, whole, work

DRAWN = -1  # in place of a test image's number: the drawing that comes along


def asked(question: Any) -> Asked:
    """What every question about one image holds: run, image, pixels; and drawing, a list of c * h * w bytes,
    if image is -1.

    Raises RunError, DataError, ValueError.
    """
    name, index = name_of(question), question.get("image")
    model = cache.model(name)
    image = drawing(question, shape_of(model)) if index == DRAWN else test_image(name, index)
    kind, row = question.get("pixels"), row_of(index, len(test_images(name)))
    noise = cache.noise(row, image.size)
    return Asked(name, model, image, kind, noise, pixels(image, kind, noise))


def drawing(question: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The drawing that comes along, (c, h, w) uint8. Raises ValueError."""
    values, count = question.get("drawing"), math.prod(shape)
    if (
        not isinstance(values, list)
        or len(values) != count
        or not all(type(v) is int and 0 <= v < 256 for v in values)
    ):
        raise ValueError(f"drawing must be a list of {count} whole numbers from 0 to 255")
    return np.array(values, np.uint8).reshape(shape)


def test_images(name: str) -> np.ndarray:
    return cache.images(cache.run(name).config.dataset).images


def test_image(name: str, index: Any) -> np.ndarray:
    images = test_images(name)
    return images[indices({"image": [index]}, "image", len(images), 1)[0]]


def posterior_of(which: Asked) -> evidence.Posterior:
    return cache.posterior(which.run, which.x)


def account(question: Any) -> bytes:
    """The nats of one image, packed: "numbers" (evidence.Account); images "image", "x" and "decoded", uint8
    (c, h, w)."""
    which = asked(question)
    found = evidence.account(which.model, which.x, posterior_of(which))
    numbers = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in asdict(found).items()}
    x = (which.x * 255).round().astype(np.uint8).reshape(which.image.shape)
    decoded = coding.decode(which.model, found.mean[None])[0]
    return packed({"numbers": numbers}, image=which.image, x=x, decoded=decoded)


def picture(question: Any) -> bytes:
    """log p(z|x) over a window, packed "values" float32 (count, count), row 0 on top; "peak": its largest.

    In: a question about one image; left, right, bottom, top, count.
    """
    which, window = asked(question), window_of(question)
    count = whole(question, "count", 8, 128)
    values = evidence.picture(which.model, which.x, posterior_of(which), window, count)
    peak = posterior_of(which).lattice.log_posterior.max().item()
    return packed({"peak": peak}, values=values)


async def refine(socket: WebSocket) -> None:
    """The search for the best Gaussian. In: text, JSON, a question about one image. Out: text, JSON, for each
    step {"phase", "mean", "tril", "elbo"}, then {"done": true}; or {"error"}. Another question begins anew.
    """

    async def search(message: dict[str, Any]) -> None:
        try:
            await stream(socket, spoken(message))
        except FAILURES as error:
            await socket.send_text(json.dumps({"error": str(error)}))

    await converse(socket, search)


async def stream(socket: WebSocket, question: dict[str, Any]) -> None:
    """Send each step as soon as it is there; whoever leaves ends the search."""
    steps: Iterator[evidence.Step] = await work(begin, question, heavy=True)
    while (step := await work(next, steps, None, heavy=True)) is not None:
        await socket.send_text(json.dumps(
            {"phase": step.phase, "mean": step.mean.tolist(), "tril": step.tril.tolist(), "elbo": step.elbo}
        ))  # fmt: skip
    await socket.send_text(json.dumps({"done": True}))


def begin(question: Any) -> Iterator[evidence.Step]:
    which = asked(question)
    return evidence.search(which.model, which.x, posterior_of(which))


routes = [
    post("/evidence", account),
    post("/posterior", picture),
]
