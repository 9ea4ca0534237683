"""python -m tests.benchmarks.sessions: many people move the pointer at once; rate, errors and memory.

Each client is one WebSocket that asks for the next image when it has got the last, at most 60 times a
second, as a browser does. The bars hold on two idle cores.
"""

import argparse
import asyncio
import json
import math
import statistics
import time
from pathlib import Path

from websockets.asyncio.client import connect

from tests.benchmarks.apps import running
from tests.browser.conftest import App

PACE = 1 / 60  # seconds: no display shows more


async def client(url: str, number: int, end: float, latencies: list[float]) -> tuple[int, int]:
    """Move a pointer until `end`. Returns how many images came, and how many errors."""
    images = errors = 0
    async with connect(url) as socket:
        while (now := time.perf_counter()) < end:
            z = [3 * math.sin(now + number), 3 * math.cos(1.3 * now + number)]
            item = {"run": "vae" if number % 2 else "ae", "z": z}
            await socket.send(json.dumps({"id": images, "items": [item]}))
            answer = await socket.recv()
            latencies.append(time.perf_counter() - now)
            if isinstance(answer, bytes) and len(answer) == 4 + 784:
                images += 1
            else:
                errors += 1
            await asyncio.sleep(max(0.0, PACE - (time.perf_counter() - now)))
    return images, errors


async def crowd(app: App, clients: int, seconds: float) -> tuple[list[float], int, list[float]]:
    """Images a second of each client, the errors of all, and the latencies of all, in seconds."""
    url = app.url.replace("http", "ws") + "/live/decode"
    latencies: list[float] = []
    end = time.perf_counter() + seconds
    results = await asyncio.gather(*(client(url, k, end, latencies) for k in range(clients)))
    return [images / seconds for images, _ in results], sum(errors for _, errors in results), latencies


def memory(app: App) -> float:
    """Resident memory of the app, in MB. Linux only."""
    for line in Path(f"/proc/{app.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return math.nan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=10)
    args = parser.parse_args()
    with running("ae", "vae") as app:
        asyncio.run(crowd(app, args.clients, 5))  # warm
        print(f"before: {memory(app):.0f} MB")
        minutes = max(1, round(args.minutes))
        for minute in range(1, minutes + 1):
            rates, errors, latencies = asyncio.run(crowd(app, args.clients, 60 * args.minutes / minutes))
            p95 = statistics.quantiles(latencies, n=20)[-1]
            print(
                f"minute {minute}: {min(rates):.0f} to {max(rates):.0f} images a second each (bar: 20), "
                f"{errors} errors, answer p95 {1000 * p95:.0f} ms, {memory(app):.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
