"""python -m tests.benchmarks.soak: twenty people for an hour on all pages; what is lost, and what it weighs.

Each has a Streamlit session, as a browser opens it, asks the live routes what the page asks, and moves the
pointer; then goes on to another page. No browser draws anything, so that the server has the processors.
"""

import argparse
import asyncio
import json
import math
import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from explorer.pages import PAGES
from explorer.vocabulary import LAYER_CHOICES
from tests.benchmarks.apps import running
from tests.benchmarks.fairness import Client
from tests.benchmarks.sessions import memory
from tests.browser.conftest import ROOT, App
from tests.explorer.routes import WINDOW, gets, posts
from training.runs.places import names_in

MAPPED = ("vae", "ae", "exact")  # runs that people look at
POINTER_SECONDS = 5.0  # on each page
LONGEST_PAUSE = 4.0  # seconds between two pages
BUSY = 503
REFUSED = 400
PATIENCE = 120.0  # seconds for anything: beyond, it is lost


@dataclass
class Seen:
    """What all people saw together."""

    counts: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    scripts: list[float] = field(default_factory=list)  # seconds
    pointers: list[float] = field(default_factory=list)  # seconds


async def visit(app: App, page: str, query: dict[str, str], seen: Seen) -> None:
    """Open a page in a session of its own, and wait until its script is through."""
    began = time.perf_counter()
    url = f"ws://localhost:{app.port}/_stcore/stream"
    async with connect(url, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        message = BackMsg()
        message.rerun_script.query_string = urlencode(query)
        message.rerun_script.page_name = page
        await socket.send(message.SerializeToString())
        while True:
            reply = ForwardMsg.FromString(await socket.recv(decode=False))
            if reply.WhichOneof("type") == "delta" and reply.delta.new_element.HasField("exception"):
                seen.lost[f"/{page}: {reply.delta.new_element.exception.message}"] += 1
            if reply.WhichOneof("type") == "script_finished":
                break
    seen.scripts.append(time.perf_counter() - began)
    seen.counts["pages"] += 1


async def move(app: App, person: str, run: str, seen: Seen) -> None:
    """Move the pointer for a while, and wait for each image."""
    async with connect(f"ws://localhost:{app.port}/live/decode?page={person}") as socket:
        end = time.perf_counter() + POINTER_SECONDS
        while (began := time.perf_counter()) < end:
            z = [3 * math.sin(began), 3 * math.cos(1.3 * began)]
            await socket.send(json.dumps({"id": 1, "items": [{"run": run, "z": z}]}))
            answer = await socket.recv()
            seen.pointers.append(time.perf_counter() - began)
            seen.counts["images"] += 1
            if not isinstance(answer, bytes):
                seen.lost[f"decode {run}: {answer}"] += 1
            await asyncio.sleep(max(0.0, 1 / 60 - seen.pointers[-1]))


async def ask(client: Client, run: str, path: str, body: dict[str, Any] | None, seen: Seen) -> None:
    """Ask a live route about a run until it isn't busy, as the pages do."""
    seen.counts["questions"] += 1
    while (answer := await client.ask(path, body))[0] == BUSY:
        seen.counts["busy"] += 1
        await asyncio.sleep(0.5)
    if answer[0] == REFUSED and run == "ae":
        seen.counts["refused"] += 1  # an autoencoder has no posterior
    elif answer[0] != 200:
        seen.lost[f"{path.split('?')[0]}: {answer[0]} {answer[1][:80]!r}"] += 1


def question(chance: random.Random, run: str) -> tuple[str, dict[str, Any] | None]:
    """One of all questions that pages ask, about a window that is hardly ever the same."""
    window = {edge: value * chance.uniform(0.5, 1.2) for edge, value in WINDOW.items()}
    window["top"] = window["bottom"] + window["right"] - window["left"]
    asked = [(f"{path}?{urlencode(query)}", None) for path, query in gets(run, window)]
    return chance.choice([*asked, *posts(run, window)])


async def person(app: App, number: int, end: float, seen: Seen) -> None:
    chance = random.Random(number)
    while time.perf_counter() < end:
        run = chance.choice(MAPPED)
        page = chance.choice(PAGES)
        query = {"left": run, "layer": chance.choice(list(LAYER_CHOICES))} if page is PAGES[0] else {}
        name = f"person-{number}"
        client = Client(app.port, name)
        try:
            async with asyncio.timeout(PATIENCE):
                await visit(app, "" if page is PAGES[0] else page.slug, query, seen)
                for _ in range(3):
                    await ask(client, run, *question(chance, run), seen)
                await move(app, name, run, seen)
        except (OSError, TimeoutError, EOFError) as error:
            seen.lost[f"{type(error).__name__}: {error}"] += 1
        client.leave()
        await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


async def soak(app: App, people: int, minutes: float) -> None:
    seen = Seen()
    end = time.perf_counter() + 60 * minutes
    everybody = asyncio.gather(*(person(app, number, end, seen) for number in range(people)))
    minute = 0
    most = memory(app)
    while not everybody.done():
        await asyncio.wait([everybody], timeout=60)
        minute += 1
        most = max(most, memory(app))
        counts = ", ".join(f"{count:,} {what}" for what, count in seen.counts.items())
        if len(seen.pointers) > 1 and len(seen.scripts) > 1:
            print(
                f"minute {minute}: {memory(app):.0f} MB; {counts}; {seen.lost.total()} lost; 95 % of scripts "
                f"{p95(seen.scripts):.2f} s, of images {1000 * p95(seen.pointers):.0f} ms",
                flush=True,
            )
        for what, count in seen.lost.most_common():
            print(f"  lost {count} times: {what}", flush=True)
        seen.scripts.clear()
        seen.pointers.clear()
    await everybody
    print(f"at most {most:.0f} MB, at the end {memory(app):.0f} MB; {seen.lost.total()} lost")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=60)
    args = parser.parse_args()
    with running(*names_in(ROOT / "checkpoints")) as app:
        asyncio.run(soak(app, args.people, args.minutes))


if __name__ == "__main__":
    main()
