"""The live routes: what happens under the pointer, and what the tools ask. Streamlit is not in the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, WebSocketRoute

from explorer import cache
from explorer.latent import coding
from explorer.live import drawing, evidence, maps, sampling, tools
from explorer.live.decode import decode, decode_items
from explorer.live.wire import FAILURES, PREFIX
from training.geometry import metric

routes: list[BaseRoute] = [
    WebSocketRoute(PREFIX + "/decode", decode),
    WebSocketRoute(PREFIX + "/draw", drawing.draw),
    WebSocketRoute(PREFIX + "/refine", evidence.refine),
    WebSocketRoute(PREFIX + "/estimate", sampling.estimate),
    *maps.routes,
    *drawing.routes,
    *tools.routes,
    *evidence.routes,
    *sampling.routes,
]


def warm_up() -> None:
    """Read, encode and decode once what the first page will ask for."""
    for name in ("ae", "vae"):
        try:
            cache.codes(name)
            decode_items([{"run": name, "z": [0.0] * cache.run(name).config.latent_dim}])
        except FAILURES:
            continue  # the page says what is wrong
    metric.warm_up()
    with suppress(*FAILURES):
        cache.scan("vae")


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    coding.single_threaded()
    warming = asyncio.create_task(run_in_threadpool(warm_up))
    yield
    await warming
