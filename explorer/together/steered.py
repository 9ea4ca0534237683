"""A training that can be paused, stepped, slowed, changed and kept, and what is seen of it meanwhile.

Packets, by the "kind" in their header:

ready: a data set is read, the next start waits for nothing.
began: "model", "title", "short", "prior" (whether it has one); "terms" {key: {label, title, unit}}; "live"
    {field: {symbol, value, most, help}}; "dataset", "drawing" (what may be drawn, or null), "classes",
    "shape"; "steps" of an epoch, "epochs"; arrays "labels" uint16 (n,) of the images whose codes are on the
    map, "digits" uint8 (k, c, h, w), those that are reconstructed.
frame: "step" and "epoch", how many are done; "terms", the mean of each since the last frame, or null; "live"
    {field: value}; "paused"; array "codes" uint16 (n, d), bits of half floats. A few times a second also
    "tiles" (m, c, h, w), "points" (m, 2) and "size" (m,): the manifold, as on any map; "reconstructions"
    (k, c, h, w); "samples" (20, c, h, w), of codes of the prior; and of a drawing "drawing" (c, h, w),
    "drawing_reconstruction" (c, h, w), and "drawing_z" in the header.
epoch: "epoch"; "test", the mean of each term over all test images.
finished: "epochs", how many there were; the run lies in the folder that the command named.
failed: "reason"; the training is over. refused: "reason"; a command was, and nothing else has changed.
"""

import time
from dataclasses import asdict, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np
import torch

from explorer.latent import watched
from explorer.latent.frame import Window
from explorer.together.commands import Command, Commands, Stopped
from training import datasets, runs
from training.config import live_fields
from training.datasets import DataError, Split
from training.families import LatentModel, configured
from training.fit.batches import Labelled
from training.fit.devices import Process
from training.fit.events import Epoch, Event, Step, Terms
from training.fit.loop import NonFiniteLossError, prepare, train_epochs
from training.runs import RunError

FRAME_SECONDS = 0.065  # between two frames
IMAGES_SECONDS = 0.5  # between two frames with decoded images
FIRST_WINDOW = Window(-3.0, 3.0, -3.0, 3.0)  # of the manifold, until somebody looks elsewhere
ALONE = Process(0, 1, torch.device("cpu"))
FAILURES = (RunError, DataError, NonFiniteLossError, ValueError, MemoryError)  # the message is for people


class Send(Protocol):
    """Sends a packet."""

    def __call__(self, kind: str, header: dict[str, Any], **arrays: np.ndarray) -> None: ...


class Data:
    """The data sets that were read: training images, test images, and these as a split."""

    def __init__(self) -> None:
        self.sets: dict[str, tuple[Labelled, Labelled, Split]] = {}

    def load(self, name: str) -> tuple[Labelled, Labelled, Split]:
        """Raises DataError."""
        if name not in self.sets:
            train, test = (datasets.load(name, part, datasets.given_root()) for part in (True, False))
            self.sets = {name: (labelled(train), labelled(test), test)}  # one: memory is short
        return self.sets[name]


def is_before_step(event: Event) -> bool:
    """Whether a step is trained next: after the last of an epoch that epoch's event comes first."""
    return isinstance(event, Epoch) or (isinstance(event, Step) and event.step < event.steps)


def rehearse(command: Command, data: Data) -> None:
    """Read a data set and take one small step, so that the next start waits for nothing. Raises FAILURES."""
    with TemporaryDirectory() as folder:
        settings = {"dataset": command["dataset"], "width": 8, "epochs": 1, "film": 0, "device": "cpu"}
        images, test, _ = data.load(command["dataset"])
        prepared = prepare(Path(folder), configured(command["model"], **settings), ALONE)
        for event in train_epochs(prepared, images, test, period=0):
            if isinstance(event, Step):
                break


def labelled(split: Split) -> Labelled:
    return Labelled(torch.from_numpy(split.pixels), torch.from_numpy(split.labels))


class Steered:
    """One training, from a command {"do": "start", "model", "settings", "folder"} on.

    Raises FAILURES for settings and data sets that can't be, at once.
    """

    def __init__(self, command: Command, commands: Commands, data: Data, send: Send):
        self.commands = commands
        self.number = command.get("number")  # in each packet
        self.to = send
        self.folder = Path(command["folder"])
        config = configured(command["model"], **command["settings"])
        self.images, self.test, split = data.load(config.dataset)
        runs.begin(self.folder, config)
        self.prepared = prepare(self.folder, config, ALONE)
        if not isinstance(self.prepared.model, LatentModel):
            raise ValueError(f"{command['model']} has no codes that could be shown")
        self.model = self.prepared.model
        self.planned = config
        self.on_map = watched.on_map(split)
        self.digits = split.images[watched.examples(split)]
        self.prior = watched.prior_codes(config.seed, config.latent_dim)
        self.window = FIRST_WINDOW
        self.drawing: np.ndarray | None = None
        self.paused = bool(command.get("paused"))
        self.steps_left = 0  # of those asked for one by one
        self.delay = 0.0  # seconds after each step
        self.finishing = False
        self.again: Command | None = None
        self.step = 0
        self.sums: Terms = {}
        self.counted = 0  # steps in the sums
        self.framed = self.pictured = 0.0  # when

    def run(self) -> Command | None:
        """Train to the end, or until told otherwise. Returns the command that begins anew, if one came.

        Raises NonFiniteLossError, RunError, and Stopped.
        """
        self.tell_begin()
        for event in train_epochs(self.prepared, self.images, self.test, period=0):
            if isinstance(event, Step):
                self.count(event)
            elif isinstance(event, Epoch):
                self.tell_epoch(event)
                if self.finishing and event.epoch:
                    self.finish(event.epoch)
                    break
            if is_before_step(event):
                self.wait()
            if self.again:
                return self.again
        else:
            self.finish(self.planned.epochs)
        while not self.again:  # it can still be looked at
            self.commands.each(self.obey, None)
            self.tell_frame(images=True)
        return self.again

    # ---- steering

    def wait(self) -> None:
        """Obey, and return when the next step may be taken; show what there is. Raises Stopped."""
        self.commands.each(self.obey)
        while self.paused and not self.steps_left and not self.again:
            self.tell_frame(images=True)
            self.commands.each(self.obey, None)
        self.steps_left = max(0, self.steps_left - 1)
        end = time.monotonic() + self.delay
        while (left := end - time.monotonic()) > 0 and not self.again:
            self.commands.each(self.obey, left)
        now = time.monotonic()
        if now - self.framed >= FRAME_SECONDS:
            self.tell_frame(images=now - self.pictured >= IMAGES_SECONDS)

    def obey(self, command: Command) -> None:
        """Raises Stopped."""
        value: Any = command.get("value")
        match command["do"]:
            case "start":
                self.again = command
            case "stop":
                raise Stopped
            case "pause":
                self.paused = bool(value)
            case "step":
                self.paused, self.steps_left = True, self.steps_left + 1
            case "speed":
                self.delay = 1 / value if value else 0.0
            case "set":
                self.change(command["field"], value)
            case "draw":
                self.drawing = None if value is None else np.array(value, np.uint8).reshape(self.shape)
            case "look":
                self.window = Window(*value)
            case "finish":
                self.finishing, self.paused = True, False

    @property
    def shape(self) -> datasets.Shape:
        return self.model.dataset.shape

    def change(self, field: str, value: Any) -> None:
        """Give a setting another value, from the next step on; what can't be is told."""
        if field not in live_fields(type(self.planned)):
            return  # the other model has it
        try:
            self.model.config = replace(self.model.config, **{field: value})
        except ValueError as error:
            self.send("refused", {"reason": str(error)})

    def live(self) -> dict[str, Any]:
        """The settings that may change, as they are."""
        return {field: getattr(self.model.config, field) for field in live_fields(type(self.planned))}

    def finish(self, epochs: int) -> None:
        """Leave a finished run in the folder, of so many epochs, with the settings that it has come to."""
        decay = self.planned.epochs if epochs < self.planned.epochs else 0
        if epochs < self.planned.epochs:
            runs.finish(self.folder, self.model, self.prepared.history)
        runs.begin(self.folder, replace(self.model.config, epochs=epochs, decay=decay))
        self.tell_frame(images=True)
        self.send("finished", {"epochs": epochs})

    # ---- telling

    def send(self, kind: str, header: dict[str, Any], **arrays: np.ndarray) -> None:
        self.to(kind, header | {"number": self.number}, **arrays)

    def count(self, event: Step) -> None:
        self.step += 1
        self.counted += 1
        for key, term in event.terms.items():
            self.sums[key] = self.sums.get(key, 0.0) + term

    def tell_begin(self) -> None:
        model, config = self.model, self.planned
        help_texts = {f.name: f.metadata["help"] for f in fields(config)}
        header = {
            "model": model.name,
            "title": model.title,
            "short": model.short,
            "prior": "prior" in model.abilities,
            "terms": {key: term.words() for key, term in model.terms.items()},
            "live": {
                field: asdict(live) | {"value": getattr(config, field), "help": help_texts[field]}
                for field, live in live_fields(type(config)).items()
            },
            "dataset": config.dataset,
            "drawing": model.dataset.drawing.what if model.dataset.drawing else None,
            "classes": list(self.on_map.classes),
            "shape": list(self.shape),
            "steps": len(self.images) // config.batch_size,
            "epochs": config.epochs,
        }
        self.send("began", header, labels=self.on_map.labels.astype(np.uint16), digits=self.digits)
        self.tell_frame(images=True)

    def tell_epoch(self, event: Epoch) -> None:
        """An epoch is done; in the history it has the settings that were changed."""
        changed = {k: v for k, v in self.live().items() if v != getattr(self.planned, k)}
        if changed:
            self.prepared.history[-1]["settings"] = changed
        self.send("epoch", {"epoch": event.epoch, "test": event.test})

    def tell_frame(self, images: bool) -> None:
        steps = len(self.images) // self.planned.batch_size
        terms = {key: value / self.counted for key, value in self.sums.items()} or None
        header: dict[str, Any] = {
            "step": self.step,
            "epoch": self.step / steps,
            "terms": terms,
            "live": self.live(),
            "paused": self.paused,
        }
        arrays = {"codes": watched.codes(self.model, self.on_map.images).view(np.uint16)}
        if images:
            arrays |= self.decoded(header)
        self.send("frame", header, **arrays)
        self.sums, self.counted = {}, 0
        self.framed = time.monotonic()
        if images:
            self.pictured = self.framed

    def decoded(self, header: dict[str, Any]) -> dict[str, np.ndarray]:
        """What a frame has of decoded images; the code of a drawing goes into its header."""
        lattice = watched.tiles(self.window)
        images = watched.decoded(self.model, np.concatenate([lattice.z, self.prior]))
        arrays = {
            "tiles": images[: len(lattice.z)],
            "points": lattice.z,
            "size": lattice.size,
            "samples": images[len(lattice.z) :],
            "reconstructions": watched.reconstructed(self.model, self.digits)[1],
        }
        if self.drawing is not None:
            mean, image = watched.reconstructed(self.model, self.drawing[None])
            header["drawing_z"] = mean[0].tolist()
            arrays |= {"drawing": self.drawing, "drawing_reconstruction": image[0]}
        return arrays
