"""python -m tests.benchmarks.fairness: can anybody make anybody wait? Ratios, each of one run.

A second person's heavy question and pointer, alone and beside a greedy client; sixty walks whose askers left;
what forty clients leave in memory; how soon the server ends. Each client speaks as a page does: requests
carry its name, the connection's own if it has none.
"""

import argparse
import asyncio
import json
import math
import multiprocessing
import os
import statistics
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import connect

from tests.benchmarks.apps import running
from tests.benchmarks.sessions import memory
from tests.browser.conftest import App

VIEW = {"left": -3.0, "right": 3.0, "bottom": -3.0, "top": 3.0}
CORNERS = [[math.cos(k), math.sin(k)] for k in range(8)]
POINTER_SECONDS = 5.0
NICE = 15  # of the crowd's process

Work = Callable[[], Coroutine[Any, Any, None]]


class Client:
    """One keep-alive connection, as simple as HTTP allows: requests one after the other."""

    def __init__(self, port: int, page: str = ""):
        self.port = port
        self.page = page
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
        """Status and content of the answer; the connection stays."""
        if self.streams is None:
            self.streams = await asyncio.open_connection("localhost", self.port)
        reader, writer = self.streams
        content = b"" if body is None else json.dumps(body).encode()
        name = f"X-Page: {self.page}\r\n" if self.page else ""
        verb = "GET" if body is None else "POST"
        head = f"{verb} /live/{path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{name}"
        writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
        return int(lines[0].split()[1]), await reader.readexactly(length)

    def leave(self) -> None:
        if self.streams is not None:
            self.streams[1].transport.abort()
            self.streams = None


def field(k: int, side: int = 128) -> str:
    """A layer that nobody has asked for before."""
    view = {edge: value * (1 + 0.001 * k) for edge, value in VIEW.items()}
    query = "&".join(f"{edge}={value}" for edge, value in view.items())
    return f"field/vae?layer=magnification&{query}&count={side}"


def lattice(k: int) -> str:
    view = "&".join(f"{edge}={value * (1 + 0.001 * k)}" for edge, value in VIEW.items())
    return f"lattice/vae?{view}&count=64"


def walk(k: int) -> dict[str, Any]:
    corners = [[x * (1 + 0.001 * k), y] for x, y in CORNERS]
    return {"run": "vae", "corners": corners, "steps": 40}


async def pointer(app: App, seconds: float = POINTER_SECONDS) -> list[float]:
    """How long one image took, each time, while the pointer moved for so long."""
    latencies = []
    async with connect(f"ws://localhost:{app.port}/live/decode?page=second") as socket:
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            z = [3 * math.sin(began), 3 * math.cos(1.3 * began)]
            await socket.send(json.dumps({"id": 1, "items": [{"run": "vae", "z": z}]}))
            await socket.recv()
            latencies.append(time.perf_counter() - began)
            await asyncio.sleep(max(0.0, 1 / 60 - latencies[-1]))
    return latencies


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


async def forever(works: list[Work]) -> None:
    """Do each of these works over and over."""

    async def again(work: Work) -> None:
        while True:
            await work()

    async with asyncio.TaskGroup() as tasks:
        for work in works:
            tasks.create_task(again(work))


def crowd(port: int, name: str) -> None:
    """A process of its own, which leaves the processor to the server: greedy people sit at other machines."""
    os.nice(NICE)
    asyncio.run(forever(CROWDS[name](port)))


@asynccontextmanager
async def greedy(port: int, name: str) -> AsyncIterator[None]:
    """In the block a crowd asks."""
    process = multiprocessing.get_context("spawn").Process(target=crowd, args=(port, name))
    process.start()
    await asyncio.sleep(4)
    try:
        yield
    finally:
        process.terminate()
        process.join()
        await asyncio.sleep(1)


counter = iter(range(10**9))


def askers(port: int, count: int, page: str, asked: Callable[[int], tuple[str, Any]]) -> list[Work]:
    """So many connections of one page (or of none), each of which asks again as soon as it was answered."""

    def asker() -> Work:
        client = Client(port, page)

        async def once() -> None:
            path, body = asked(next(counter))
            status, _ = await client.ask(path, body)
            if status != 200:
                await asyncio.sleep(0.2)

        return once

    return [asker() for _ in range(count)]


def floods(port: int, count: int) -> list[Work]:
    """So many sockets of one page that decode 256 codes at once, over and over."""

    async def flood() -> None:
        async with connect(f"ws://localhost:{port}/live/decode?page=greedy", max_size=None) as socket:
            items = [{"run": "vae", "z": [0.01 * k, 1.0]} for k in range(256)]
            while True:
                await socket.send(json.dumps({"id": 1, "items": items}))
                await socket.recv()

    return [flood] * count


def copies(k: int) -> tuple[str, Any]:
    about = {"run": "vae", "image": k % 10_000, "pixels": "grey"}
    return "copies", about | {"side": 12, "row": -1, "column": -1, "right": 1.5, "down": 0}


def sized(k: int) -> tuple[str, Any]:
    """The largest lattices, fields, samples and posteriors."""
    about = {"run": "vae", "image": k % 10_000, "pixels": "grey", "count": 128}
    kinds: list[tuple[str, Any]] = [
        (lattice(k), None),
        (field(k), None),
        ("sample", {"run": "vae", "source": "prior", "count": 400, "seed": k}),
        ("posterior", about | VIEW),
    ]
    return kinds[k % len(kinds)]


CROWDS: dict[str, Callable[[int], list[Work]]] = {
    "8 x magnification 128 x 128": lambda port: askers(port, 8, "greedy", lambda k: (field(k), None)),
    "the same without a name": lambda port: askers(port, 8, "", lambda k: (field(k), None)),
    "8 walks of 8 corners": lambda port: askers(port, 8, "greedy", lambda k: ("walk", walk(k))),
    "40 x lattices of 64 x 64": lambda port: askers(port, 40, "greedy", lambda k: (lattice(k), None)),
    "40 x copies": lambda port: askers(port, 40, "greedy", copies),
    "40 x 256 decodes": lambda port: floods(port, 40),
    "forty clients": lambda port: [work for n in range(40) for work in askers(port, 1, f"client {n}", sized)],
}


async def heavy_question(app: App) -> float:
    """Seconds of one heavy question of a second person, the median of three."""
    seconds = []
    for _ in range(3):
        client = Client(app.port, "second")
        began = time.perf_counter()
        status, _ = await client.ask(field(next(counter), 96))
        assert status == 200
        seconds.append(time.perf_counter() - began)
        client.leave()
        await asyncio.sleep(1)
    return statistics.median(seconds)


async def compare(app: App) -> None:
    alone = await heavy_question(app)
    moving = p95(await pointer(app))
    print(f"alone: a heavy question {alone:.2f} s, the pointer p95 {1000 * moving:.1f} ms")
    for name in list(CROWDS)[:-1]:
        async with greedy(app.port, name):
            heavy = await heavy_question(app)
            with_pointer = p95(await pointer(app))
        print(
            f"{name}: a heavy question {heavy / alone:.1f} times as long (bar: 3), "
            f"the pointer's p95 {with_pointer / moving:.1f} times (bar: 2), {memory(app):.0f} MB",
            flush=True,
        )


async def abandoned(app: App, count: int = 60) -> None:
    alone = await heavy_question(app)
    clients = [Client(app.port) for _ in range(count)]
    asking = [asyncio.create_task(client.ask("walk", walk(next(counter)))) for client in clients]
    await asyncio.sleep(0.5)
    for client in clients:
        client.leave()
    for task in asking:
        with suppress(OSError, asyncio.IncompleteReadError):
            await task
    began = time.perf_counter()
    await Client(app.port, "next").ask(field(next(counter), 96))
    after = time.perf_counter() - began
    print(f"after {count} abandoned walks: {after - alone:+.2f} s for the next person (bar: 2 s)")


async def crowd_memory(app: App, seconds: float) -> None:
    before = memory(app)
    most = before
    async with greedy(app.port, "forty clients"):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await asyncio.sleep(0.5)
            most = max(most, memory(app))
    await asyncio.sleep(5)
    print(
        f"forty clients for {seconds:.0f} s: {before:.0f} MB, at most {most:.0f} MB (bar: 1500), "
        f"then {memory(app):.0f} MB"
    )


async def ended(app: App) -> None:
    works = askers(app.port, 8, "", lambda k: ("walk", walk(k)))
    tasks = [asyncio.create_task(work()) for work in works]
    await asyncio.sleep(0.5)
    began = time.perf_counter()
    app.process.terminate()
    await asyncio.to_thread(app.process.wait, 60)
    print(f"SIGTERM while eight walks wait: ended after {time.perf_counter() - began:.1f} s (bar: 2 s)")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def measure(app: App, seconds: float) -> None:
    await Client(app.port).ask(field(next(counter)))  # warm
    await pointer(app, 1)
    await compare(app)
    await abandoned(app)
    await crowd_memory(app, seconds)
    await ended(app)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="that forty clients ask")
    seconds = parser.parse_args().seconds
    with running("ae", "vae", "classifier") as app:
        asyncio.run(measure(app, seconds))


if __name__ == "__main__":
    main()
