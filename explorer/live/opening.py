"""A run is made ready for a map: its network is read and its codes are computed, which the page waits for."""

import asyncio
import json
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from explorer import library
from explorer.live.questions import run_of
from explorer.live.serving import FAILURES, MAX_SHORT_MESSAGE, converse, text_object
from explorer.live.work import in_turn, person_of
from training.kit.checkpoints import Progress, reporting

REPORT_SECONDS = 0.1  # between two reports of how far it is


async def opening(socket: WebSocket) -> None:
    """Make a run ready. In: text, JSON {"run"}. Out: text, JSON {"run", "done"}, the share of its images that
    are encoded, again and again; then {"run", "ready": true}, or {"run", "error"}.
    """
    person = person_of(socket)

    async def answer(message: dict[str, Any]) -> None:
        values: Any = {}
        try:
            values = await text_object(socket, message, MAX_SHORT_MESSAGE)
            progress = Progress()
            task = asyncio.create_task(in_turn(person, make_ready, values, progress, quick=True))
            try:
                while not (await asyncio.wait({task}, timeout=REPORT_SECONDS))[0]:
                    await tell(socket, values, done=progress.share)
                task.result()
            finally:
                task.cancel()
            await tell(socket, values, ready=True)
        except FAILURES as error:
            await tell(socket, values, error=library.told(error))

    await converse(socket, answer)


async def tell(socket: WebSocket, values: dict[str, Any], **news: Any) -> None:
    await socket.send_text(json.dumps({"run": values.get("run")} | news))


def make_ready(values: dict[str, Any], progress: Progress) -> None:
    """Compute and keep what a page needs to know of a run. Raises RunError, DataError, ValueError."""
    with reporting(progress):
        library.make_ready(run_of(values))


routes = [WebSocketRoute("/opening", opening)]
