"""What happens in a training, told as it happens: frozen events, and the file in which a run leaves them.

A listener is whoever iterates over fit.loop.fit: a command that moves its bar, a study of several seeds, a
page. The file serves those in other processes; it goes when the run is finished.
"""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.kit.files import read_end
from training.runs import EVENTS

SECONDS = 0.5  # between two steps that are written
MAX_BYTES = 64 << 20  # of a longer file only the last so many bytes are read
RECENT_BYTES = 1 << 14  # hold the events of the last seconds

Terms = dict[str, float]


@dataclass(frozen=True)
class Started:
    """Training begins, or goes on after `epoch` epochs; `steps` in each of `epochs`, of `batch` images."""

    model: str
    epoch: int
    epochs: int
    steps: int
    batch: int


@dataclass(frozen=True)
class Step:
    """`step` of `steps` in `epoch` is done; the mean of each term over its batch."""

    epoch: int
    epochs: int
    step: int
    steps: int
    terms: Terms


@dataclass(frozen=True)
class Epoch:
    """An epoch is done and kept: its mean terms in training (None at epoch 0) and on the test images."""

    epoch: int
    epochs: int
    train: Terms | None
    test: Terms
    images_per_second: int | None


@dataclass(frozen=True)
class Finished:
    """The run is whole."""

    epochs: int
    folder: str


@dataclass(frozen=True)
class Failed:
    """Training ends here, with an error that is raised after this event."""

    reason: str


Event = Started | Step | Epoch | Finished | Failed
KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (Started, Step, Epoch, Finished, Failed)
}


def as_json(event: Event) -> str:
    return json.dumps({"event": type(event).__name__.lower(), "at": time.time()} | asdict(event))


def written(events: Iterator[Event], folder: Path) -> Iterator[Event]:
    """The same events; each is left in the folder before it is passed on, of steps one in SECONDS.

    Raises what the events raise. A disk that refuses ends nothing: the file is for those who watch.
    """
    with suppress(OSError):
        (folder / EVENTS).unlink(missing_ok=True)
    last = 0.0
    for event in events:
        if not isinstance(event, Step) or time.monotonic() - last >= SECONDS:
            last = time.monotonic()
            with suppress(OSError):
                append(folder / EVENTS, event)
        yield event
    with suppress(OSError):
        (folder / EVENTS).unlink(missing_ok=True)


def append(path: Path, event: Event) -> None:
    """Add a line to the file. Raises OSError."""
    with path.open("ab", buffering=0) as file:
        file.write(as_json(event).encode() + b"\n")


def read(folder: Path, most: int = MAX_BYTES) -> list[Event]:
    """The events that a training left so far, or those in the last `most` bytes of its file.

    A line that is no event, or only the end of one, is passed over.
    """
    path = folder / EVENTS
    try:
        lines = read_end(path, most).decode(errors="replace").splitlines()
    except OSError:
        return []
    return [event for line in lines if (event := event_of_line(line)) is not None]


def event_of_line(line: str) -> Event | None:
    try:
        values = json.loads(line)
        kind = KINDS[values.pop("event")]
        values.pop("at", None)
        event: Event = kind(**values)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return event


def summary(events: list[Event]) -> str:
    """Where a training stands, in a few words: "epoch 3/8"; "" if it has left no event."""
    for event in reversed(events):
        if isinstance(event, Step | Epoch | Started):
            return f"epoch {event.epoch}/{event.epochs}"
        if isinstance(event, Failed):
            return "failed"
        if isinstance(event, Finished):
            return "finished"
    return ""
