"""Where the live routes compute: the pointer in threads of its own, everything else in turns."""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from starlette.requests import HTTPConnection

from explorer.live.turns import Job, Person, Turns

T = TypeVar("T")
TURNS = Turns()
POINTER = ThreadPoolExecutor(2, "pointer")  # nothing cold, slow or large is computed here
LONGEST_NAME = 40  # characters of a page's name that count


@dataclass
class Flight:
    """A computation under way, and how many requests wait for it."""

    job: Job
    result: asyncio.Future[Any]
    waiting: int = 0


flights: dict[Hashable, Flight] = {}


def person_of(connection: HTTPConnection) -> Person:
    """Whose time a question takes: that of the page, which says its name (kit/server.js).

    Connections that say none are of one group for each machine that they come from.
    """
    name = connection.headers.get("x-page") or connection.query_params.get("page")
    if name:
        return Person(name[:LONGEST_NAME])
    host, port = connection.client or ("", 0)
    return Person(host, port)


async def at_once(person: Person, call: Callable[..., T], *arguments: Any) -> T:
    """Compute what the pointer waits for: at most some milliseconds, with all that it needs in memory."""
    TURNS.meet(person)
    return await asyncio.get_running_loop().run_in_executor(POINTER, partial(call, *arguments))


async def in_turn(person: Person, call: Callable[..., T], *arguments: Any, quick: bool = False) -> T:
    """Compute when this person's turn comes; whoever is cancelled gives it up. Raises BusyError."""
    job = TURNS.ask(person, partial(call, *arguments), quick)
    try:
        result: T = await asyncio.wrap_future(job.future)
    except asyncio.CancelledError:
        TURNS.abandon(job)
        raise
    return result


async def in_turn_once(key: Hashable, person: Person, call: Callable[[], T], quick: bool) -> T:
    """The same for what several ask at once, under one key: it is computed once, while anybody waits."""
    key = (id(asyncio.get_running_loop()), key)
    flight = flights.get(key)
    if flight is None:
        job = TURNS.ask(person, call, quick)
        flight = flights[key] = Flight(job, asyncio.wrap_future(job.future))
        flight.result.add_done_callback(lambda _: flights.pop(key, None))
    else:
        TURNS.join(flight.job, person)
    flight.waiting += 1
    try:
        result: T = await asyncio.shield(flight.result)
    finally:
        flight.waiting -= 1
        if not flight.waiting and not flight.result.done():
            flights.pop(key, None)
            TURNS.abandon(flight.job)
            flight.result.cancel()
    return result
