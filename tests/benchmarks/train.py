"""python -m tests.benchmarks.train: two models train while one watches, and another moves the pointer.

Prints how long until both processes are ready and, from a start on, until the maps move; updates a second;
how many of the images have the class of most of their nearest codes after 15 and 60 seconds, and the KL of
the VAE; and the pointer's latency meanwhile as a multiple of that before. No figure is a test's.
"""

import asyncio
import json
import math
import statistics
import time
from typing import Any

import numpy as np
from sklearn.neighbors import KNeighborsClassifier
from websockets.asyncio.client import connect

from explorer.address.page_fields import SIDES
from explorer.packing import unpacked
from tests.benchmarks.apps import running
from tests.browser.conftest import App

START = {"do": "start", "left": "ae", "right": "vae", "dataset": "mnist", "seed": 0, "width": 192}
LOOKS = (15, 60)  # seconds after which the maps are looked at
POINTER_SECONDS = 8
NEIGHBOURS = 5


async def pointer(app: App, seconds: float) -> float:
    """The 95th percentile of seconds from a code to its image, sixty times a second."""
    taken = []
    async with connect(f"ws://localhost:{app.port}/live/decode?page=pointer") as socket:
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            z = [3 * math.sin(began), 3 * math.cos(1.3 * began)]
            await socket.send(json.dumps({"id": 1, "items": [{"run": "vae", "z": z}]}))
            await socket.recv()
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(max(0.0, 1 / 60 - taken[-1]))
    return statistics.quantiles(taken, n=20)[-1]


def agreement(codes: np.ndarray, labels: np.ndarray) -> float:
    """The share of codes of whose five nearest others most have their class."""
    z = codes.view(np.float16).astype(float)
    near = KNeighborsClassifier(NEIGHBOURS + 1).fit(z, labels).kneighbors(z, return_distance=False)[:, 1:]
    votes = [np.bincount(labels[row]).argmax() for row in near]
    return float(np.mean(np.array(votes) == labels))


async def watch(app: App) -> None:
    async with connect(f"ws://localhost:{app.port}/live/train?page=watcher", max_size=None) as socket:
        opened, ready = time.perf_counter(), set[str]()
        while ready != set(SIDES):
            message = await socket.recv()
            if isinstance(message, bytes) and (packet := unpacked(message))["kind"] == "ready":
                ready.add(packet["side"])
        print(f"both processes are ready {time.perf_counter() - opened:.1f} s after the page was opened")
        before = await pointer(app, POINTER_SECONDS)
        await socket.send(json.dumps(START))
        began, steering = time.perf_counter(), asyncio.create_task(pointer_later(app))
        frames: dict[str, int] = dict.fromkeys(SIDES, 0)
        labels: dict[str, np.ndarray] = {}
        last: dict[str, dict[str, Any]] = {}
        looks = list(LOOKS)
        moved = False
        while looks:
            message = await socket.recv()
            if not isinstance(message, bytes):
                continue
            packet = unpacked(message)
            seconds = time.perf_counter() - began
            side = packet["side"]
            if packet["kind"] == "began":
                labels[side] = packet["labels"]
            elif packet["kind"] == "frame":
                frames[side] += 1
                last[side] = packet
            if not moved and min(frames.values()) > 1:
                moved = True
                print(f"both maps move {seconds:.2f} s after the start")
            if seconds > looks[0]:
                look(looks.pop(0), last, labels)
        rates = ", ".join(f"{frames[side] / LOOKS[-1]:.1f}" for side in SIDES)
        print(f"updates a second: {rates}")
        meanwhile = await steering
        print(
            f"pointer: 95 % within {1000 * before:.0f} ms before, {1000 * meanwhile:.0f} ms meanwhile: "
            f"{meanwhile / before:.1f} times"
        )


async def pointer_later(app: App) -> float:
    await asyncio.sleep(LOOKS[0] + 1)
    return await pointer(app, POINTER_SECONDS)


def look(seconds: int, last: dict[str, dict[str, Any]], labels: dict[str, np.ndarray]) -> None:
    """Print what the maps are like."""
    for side in SIDES:
        frame = last[side]
        terms = frame["terms"] or {}
        share = agreement(frame["codes"], labels[side])
        kl = f", KL {terms['kl']:.1f} nats" if "kl" in terms else ""
        print(f"after {seconds} s, {side}: epoch {frame['epoch']:.2f}, {100 * share:.0f} % of neighbours{kl}")


def main() -> None:
    with running("ae", "vae") as app:
        asyncio.run(watch(app))


if __name__ == "__main__":
    main()
