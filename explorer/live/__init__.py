"""The live routes: what happens under the pointer, and what the tools ask. Streamlit is not in the way."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from explorer import hosting, library
from explorer.latent import coding
from explorer.live.guard import Guard
from explorer.live.memory import MALLOC
from explorer.live.serving import FAILURES
from explorer.live.stopping import gives_up_on_signals
from explorer.live.train import TOGETHER, clear_left_behind
from explorer.live.turns import SPARE, BusyError, Person
from explorer.live.work import TURNS, in_turn
from explorer.loopback import both_doors
from explorer.pages import PAGES, Page
from explorer.patience import silent_connections_closed
from training.kit.checkpoints import Abandoned

PREFIX = "/live"
SWITCH_SECONDS = 0.0005  # after which Python's threads change: the pointer waits for none of them longer
FIRST_PAGE_SECONDS = 2  # in which nothing else is prepared: the first page has the machine for itself


def mounted(pages: Sequence[Page]) -> list[BaseRoute]:
    """The routes of all these pages, below the app's own base path and behind one guard."""
    routes = [route for page in pages for route in page.routes()]
    return [Mount(hosting.base_path() + PREFIX, routes=routes, middleware=[Middleware(Guard)])]


routes = mounted(PAGES)


def open_first_maps() -> None:
    """Read, encode and decode once what the first page asks for."""
    for name in default_maps():
        with suppress(*FAILURES):  # the page says what is wrong
            run = library.open_map(name)
            coding.decode(run.model, run.codes.mean[:1])


def open_first_films() -> None:
    """Read what a first visit begins with."""
    for name in default_maps():
        with suppress(*FAILURES):  # not every run has a film
            _ = library.open_map(name).film


def default_maps() -> list[str]:
    with suppress(*FAILURES):
        return list(dict.fromkeys(library.default_maps().values()))
    return []


def prepare_other_pages() -> None:
    """Compute once what the first posterior would wait for."""
    with suppress(*FAILURES):
        library.open_map(library.default_in_question()).scan()


async def warm_up() -> None:
    await in_turn(Person("first page"), open_first_maps)
    await in_turn(SPARE, open_first_films)
    await asyncio.sleep(FIRST_PAGE_SECONDS)
    await in_turn(SPARE, prepare_other_pages)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    coding.single_threaded()
    MALLOC.share_heaps()
    MALLOC.map_large_blocks()
    sys.setswitchinterval(SWITCH_SECONDS)
    if os.name == "posix":  # elsewhere a signal to a process ends it
        await asyncio.to_thread(clear_left_behind)
    warming = asyncio.create_task(warm_up())
    with gives_up_on_signals(TURNS.close):
        with silent_connections_closed():
            async with both_doors():
                yield
    await TOGETHER.end()
    warming.cancel()
    with suppress(asyncio.CancelledError, BusyError, Abandoned):
        await warming
