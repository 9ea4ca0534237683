"""The page Train together: two training processes, whoever watches them, and who steers."""

import asyncio
import json
import os
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from explorer import library
from explorer.address.page_fields import SIDES
from explorer.live.packets import are_numbers, choice, number, octets, whole
from explorer.live.serving import FAILURES, bounded, text_object
from explorer.live.training_process import TrainingProcess
from explorer.live.turns import Person
from explorer.live.work import in_turn, person_of
from explorer.packing import header_of

LEFT_SECONDS = 60.0  # that a training goes on without whoever steers it
DONE_SECONDS = 3.0  # the same of one that is finished: as long as a page takes to load again
MOST_WAITING_PACKETS = 40  # of a slow watcher; then it misses some
MOST_WAITING = 200  # packets and texts
IDLE_SECONDS = 300.0  # that processes stay ready for a start that doesn't come
EPOCHS = 8  # of a training: a map worth showing within a minute
WIDTHS = (16, 1024)
SPEEDS = (1, 10_000)  # steps a second
FOLDER = "latent-explorer-"  # begins the names of the folders of trainings that are not kept
LONGEST_KEY = 40  # characters
PRESET = {"film": 1_000, "snapshots": 8, "epochs": EPOCHS, "device": "cpu"}


class Watcher:
    """A page that watches: what waits to be sent to it."""

    def __init__(self, name: str):
        self.name = name
        self.queue: asyncio.Queue[bytes | str] = asyncio.Queue()

    def tell(self, message: bytes | str) -> None:
        """Send it a message; of packets a slow page misses some."""
        room = MOST_WAITING if isinstance(message, str) else MOST_WAITING_PACKETS
        if self.queue.qsize() < room:
            self.queue.put_nowait(message)


class Together:
    """The one training of this server."""

    def __init__(self) -> None:
        self.processes = {side: self.process(side) for side in SIDES}
        self.watchers: set[Watcher] = set()
        self.steering = ""  # the name of the page that steers; "" while nothing is trained
        self.folder: Path | None = None
        self.number = 0  # of the training: what comes late of the one before is passed over
        self.latest: dict[tuple[str, str], bytes] = {}  # packets, by side and kind, that a newcomer needs
        self.finished: set[str] = set()
        self.names: dict[str, str] = {}  # by which the runs are to be kept, once they are finished
        self.leaving: asyncio.Task[None] | None = None
        self.idling: asyncio.Task[None] | None = None
        self.runs: dict[str, str] = {}  # by side, the name of the run that it has become
        self.dataset = ""
        self.keeping: asyncio.Task[None] | None = None
        self.changing = asyncio.Lock()  # one start or end of processes at a time

    def process(self, side: str) -> TrainingProcess:
        return TrainingProcess(side, self.take, self.fail)

    # ---- pages

    async def meet(self, watcher: Watcher) -> None:
        """A page has come."""
        self.watchers.add(watcher)
        self.tell_state(watcher)
        for packet in self.latest.values():
            watcher.tell(packet)
        if watcher.name == self.steering and self.leaving:
            self.leaving.cancel()
        await self.prepare()

    def leave(self, watcher: Watcher) -> None:
        """A page has left: after a while its training ends, unless it comes back."""
        self.watchers.discard(watcher)
        here = {other.name for other in self.watchers}
        if (self.steering and self.steering not in here) or not here:
            if self.leaving:
                self.leaving.cancel()
            self.leaving = asyncio.create_task(self.end_soon())

    async def end_soon(self) -> None:
        await asyncio.sleep(DONE_SECONDS if self.finished == set(SIDES) else LEFT_SECONDS)
        if self.steering not in {other.name for other in self.watchers}:
            self.leaving = None
            await self.discard()
            if not self.watchers:
                await self.end()

    def tell(self, message: bytes | str) -> None:
        for watcher in self.watchers:
            watcher.tell(message)

    def tell_state(self, *watchers: Watcher, **news: Any) -> None:
        """Tell these, or all, who steers, and what else is new."""
        for watcher in watchers or tuple(self.watchers):
            state = {"training": bool(self.steering), "steers": watcher.name == self.steering}
            watcher.tell(json.dumps(state | news))

    # ---- processes

    async def prepare(self) -> None:
        """Have both processes ready for a start. Raises ValueError where the machine refuses them."""
        dataset = next(iter(library.trainable_datasets()))
        async with self.changing:
            for side, process in self.processes.items():
                if process.running:
                    continue
                self.processes[side] = process = self.process(side)
                try:
                    await process.start()
                except OSError as error:
                    raise ValueError(f"No training process can be started ({error.strerror}).") from error
                process.say({"do": "prepare", "model": library.proposals()[side], "dataset": dataset})
        if self.idling:
            self.idling.cancel()
        self.idling = asyncio.create_task(self.end_idle())

    async def end_idle(self) -> None:
        """End processes that nothing was started in: they hold memory."""
        await asyncio.sleep(IDLE_SECONDS)
        if not self.steering:
            self.idling = None
            await self.end()

    def take(self, side: str, packet: bytes) -> None:
        """A packet of a process, on its way to all who watch."""
        header = header_of(packet)
        kind = header["kind"]
        if kind != "ready" and header.get("number") != self.number:
            return  # of a training before
        if kind == "failed":
            self.fail(side, self.without_folders(header["reason"]))
            return
        if kind in ("began", "finished") or is_whole(header):
            self.latest[side, kind] = packet
        self.tell(packet)
        if kind == "finished":
            self.finished.add(side)
            self.keep_finished()

    def fail(self, side: str, reason: str) -> None:
        """A training is over before its end; so is the other."""
        if self.steering:
            self.tell_state(error=reason, side=side)
            self.forget()

    def without_folders(self, reason: str) -> str:
        """A reason for people, who need no folder of this server."""
        for side in SIDES:
            reason = reason.replace(f"{self.folder}{os.sep}{side}{os.sep}", "")
        return library.told(ValueError(reason))

    async def end(self) -> None:
        """End both processes."""
        async with self.changing:
            await asyncio.gather(*(process.end() for process in self.processes.values()))
        self.forget()

    async def discard(self) -> None:
        if self.steering:
            self.forget()
            self.tell_state(ended="The training was discarded.")

    def forget(self) -> None:
        """Nothing is trained any more, and nothing of it is left."""
        for process in self.processes.values():
            process.say({"do": "stop"})
        self.number += 1
        self.steering = ""
        self.latest = {}
        self.finished = set()
        self.names = {}
        self.runs = {}
        if self.folder:
            threading.Thread(
                target=shutil.rmtree, args=(self.folder, True)
            ).start()  # no pointer waits for it
            self.folder = None
        self.tell_state()

    # ---- what a page asks

    async def obey(self, watcher: Watcher, person: Person, message: dict[str, Any]) -> None:
        """Raises ValueError, RunError."""
        doing = choice(message, "do", ("start", "keep", "discard", *STEERING))
        self.check_steers(watcher)
        if doing == "start":
            await self.start(watcher, message)
        elif not self.steering:
            raise ValueError("Nothing is being trained: start first.")
        elif doing == "keep":
            await self.keep(message)
        elif doing == "discard":
            await self.discard()
        else:
            sides = [message["side"]] if message.get("side") in SIDES else SIDES
            command = await in_turn(person, STEERING[doing], message | {"dataset": self.dataset}, quick=True)
            for side in sides:
                self.processes[side].say({"do": doing} | command)
                await self.processes[side].heard()

    def check_steers(self, watcher: Watcher) -> None:
        """Raises ValueError where somebody else trains."""
        if self.steering and watcher.name != self.steering:
            raise ValueError("Somebody else is training here: you can watch, and train when they are done.")

    async def start(self, watcher: Watcher, message: dict[str, Any]) -> None:
        """Begin a training, or begin it anew."""
        if os.environ.get("TRAIN_TOGETHER") == "off":
            raise ValueError("Nothing is trained on this server: TRAIN_TOGETHER is off there.")
        settings: dict[str, Any] = {
            "seed": whole(message, "seed", 0, 2**32 - 1),
            "width": whole(message, "width", *WIDTHS),
            "dataset": choice(message, "dataset", tuple(library.trainable_datasets())),
        }
        models = {side: choice(message, side, tuple(library.watchable())) for side in SIDES}
        await self.prepare()
        self.check_steers(watcher)  # another page may have come before
        self.forget()
        self.steering = watcher.name
        self.dataset = settings["dataset"]
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        for side in SIDES:
            (self.folder / side).mkdir()
            chosen = PRESET | settings | live_values(message, side, models[side])
            folder = str(self.folder / side)
            command = {"model": models[side], "settings": chosen, "folder": folder, "number": self.number}
            self.processes[side].say({"do": "start"} | command)
        self.tell_state()

    async def keep(self, message: dict[str, Any]) -> None:
        """Keep both as runs, at the end of this epoch. Raises RunError for names that can't be."""
        names = {side: self.runs.get(side) or str(message.get(side, "")) for side in SIDES}
        if len(set(names.values())) < len(SIDES):
            raise ValueError("Two runs need two names.")
        for side, name in names.items():
            if side not in self.runs:
                await asyncio.to_thread(library.check_free, name)
        self.names = names
        for process in self.processes.values():
            process.say({"do": "finish"})
        self.tell_state(keeping=True)
        self.keep_finished()

    def keep_finished(self) -> None:
        """Once both are finished: keep them, if they are to be."""
        if self.names and self.finished == set(SIDES) and self.folder:
            names, self.names = self.names, {}
            self.keeping = asyncio.create_task(self.keep_both(self.folder, names))

    async def keep_both(self, folder: Path, names: dict[str, str]) -> None:
        """What could be kept stays so where the other could not: that one may get another name."""
        for side, name in names.items():
            if side in self.runs:
                continue
            try:
                await asyncio.to_thread(library.keep, folder / side, name)
            except FAILURES as error:
                self.tell_state(error=self.without_folders(str(error)))
                return
            self.runs[side] = name
        self.tell_state(kept=names)


def live_values(message: dict[str, Any], side: str, family: str) -> dict[str, Any]:
    """What the page's sliders of a side say, as far as the family has such settings."""
    values: Any = message.get("live", {})
    own: Any = values.get(side, {}) if isinstance(values, dict) else {}
    names = library.live_settings(family)
    return {name: own[name] for name in names if isinstance(own, dict) and name in own}


def is_whole(header: dict[str, Any]) -> bool:
    """Whether a packet is a frame with decoded images."""
    return header["kind"] == "frame" and any(name == "tiles" for name, *_ in header["arrays"])


def switched(message: dict[str, Any]) -> dict[str, Any]:
    return {"value": message.get("value") is True}


def setting(message: dict[str, Any]) -> dict[str, Any]:
    return {"field": str(message.get("field")), "value": number(message, "value")}


def speed(message: dict[str, Any]) -> dict[str, Any]:
    """Steps a second; none: as many as there can be."""
    return {"value": None if message.get("value") is None else whole(message, "value", *SPEEDS)}


def window(message: dict[str, Any]) -> dict[str, Any]:
    """Left, right, bottom, top of the manifold."""
    value: Any = message.get("value")
    if not are_numbers(value, 4) or not (value[0] < value[1] and value[2] < value[3]):
        raise ValueError("a window is [left, right, bottom, top], left < right and bottom < top")
    return {"value": value}


def drawing(message: dict[str, Any]) -> dict[str, Any]:
    """The ink on the pad, in the form of the data set's images; none takes it away."""
    if message.get("value") is None:
        return {"value": None}
    shape = (whole(message, "height", 4, 512), whole(message, "width", 4, 512))
    ink = octets(message, "value", shape)
    return {"value": library.drawing_of(str(message.get("dataset"))).normalise(ink).ravel().tolist()}


STEERING = {
    "pause": switched,
    "step": lambda message: {},
    "speed": speed,
    "set": setting,
    "look": window,
    "draw": drawing,
}
TOGETHER = Together()


def clear_left_behind() -> None:
    """Remove the folders of servers that are gone, and could not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        number = folder.name.removeprefix(FOLDER).partition("-")[0]
        if number.isdecimal() and not is_running(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


async def train(socket: WebSocket) -> None:
    """Watch, and steer, the training of two models.

    In: text, JSON {"do", ...}: start {left, right, dataset, seed, width, live: {left, right}}, pause {value},
    step, speed {value}, set {side, field, value}, look {side, value}, draw {value, height, width}, keep
    {left, right}, discard. Out: bytes, packets (together/steered.py); text, JSON {"training", "steers"}
    whenever that changes, with "error", "ended", "keeping" or "kept".
    """
    await socket.accept()
    person = person_of(socket)
    # A tab keeps its key when it is loaded anew, which its page's name changes with.
    watcher = Watcher(socket.query_params.get("key", "")[:LONGEST_KEY] or str(person.group))
    sending = asyncio.create_task(send_all(socket, watcher))
    try:
        try:
            await TOGETHER.meet(watcher)
        except ValueError as error:
            TOGETHER.tell_state(watcher, error=str(error))
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            try:
                await TOGETHER.obey(watcher, person, await text_object(socket, bounded(message)))
            except FAILURES as error:
                TOGETHER.tell_state(watcher, error=library.told(error))
    except WebSocketDisconnect:
        pass
    finally:
        sending.cancel()
        TOGETHER.leave(watcher)


async def send_all(socket: WebSocket, watcher: Watcher) -> None:
    """Send what waits, until the page leaves."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            message = await watcher.queue.get()
            if isinstance(message, bytes):
                await socket.send_bytes(message)
            else:
                await socket.send_text(message)


routes = [WebSocketRoute("/train", train)]
