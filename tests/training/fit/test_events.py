"""What a training tells while it lasts, and the file that it leaves for those in other processes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tiny import tiny
from training import runs
from training.families import configured
from training.fit import devices, events
from training.fit.batches import load_images
from training.fit.events import Epoch, Event, Failed, Finished, Started, Step
from training.fit.loop import NonFiniteLossError, fit


def begun(name: str = "it", **fields: object) -> tuple[Path, Iterator[Event]]:
    config = configured("vae", **tiny("vae") | fields)
    process = devices.join("cpu")
    images = load_images(config, process, None)
    return runs.create(name, config, True), fit(name, config, process, *images)


def test_a_training_tells_its_start_its_steps_its_epochs_and_its_end(no_runs: Path) -> None:
    folder, happening = begun()
    first, *middle, last = happening
    assert first == Started("vae", 0, 3, 12, 50) and last == Finished(3, str(folder))
    epochs = [event for event in middle if isinstance(event, Epoch)]
    steps = [event for event in middle if isinstance(event, Step)]
    assert [event.epoch for event in epochs] == [0, 1, 2, 3] and epochs[0].train is None
    assert {(event.epoch, event.step) for event in steps} >= {(e, s) for e in (1, 2, 3) for s in (1, 12)}
    assert all(event.terms.keys() == {"loss", "reconstruction", "kl"} for event in steps)
    history = runs.load("it").history
    assert [event.test for event in epochs] == [entry["test"] for entry in history]
    assert not (folder / runs.EVENTS).exists(), "a finished run needs no events"


def test_another_process_reads_how_far_a_training_is(no_runs: Path) -> None:
    folder, happening = begun()
    assert events.summary(events.read(folder)) == ""
    for event in happening:
        seen = events.read(folder)
        if isinstance(event, Finished):
            assert events.summary(seen) == "finished"
        elif not isinstance(event, Step):
            assert seen[-1] == event and events.summary(seen) == f"epoch {event.epoch}/{event.epochs}"


def test_the_end_of_a_long_file_is_enough(tmp_path: Path) -> None:
    steps = [Step(1, 3, step, 2000, {"loss": 1.0}) for step in range(2000)]
    (tmp_path / runs.EVENTS).write_text("".join(events.as_json(step) + "\n" for step in steps))
    end = events.read(tmp_path, events.RECENT_BYTES)
    assert 10 < len(end) < 500 and end == steps[-len(end) :] and events.read(tmp_path) == steps


def test_a_listener_may_stop_and_the_training_goes_on_from_the_last_epoch(no_runs: Path) -> None:
    _, happening = begun()
    for event in happening:
        if isinstance(event, Epoch) and event.epoch == 1:
            break
    config = runs.load_config(runs.folder_of("it"))
    process = devices.join("cpu")
    rest = list(fit("it", config, process, *load_images(config, process, None)))
    assert rest[0] == Started("vae", 1, 3, 12, 50) and isinstance(rest[-1], Finished)
    begun_again = list(begun("other")[1])
    assert (runs.folder_of("other") / runs.WEIGHTS).read_bytes() == (
        runs.folder_of("it") / runs.WEIGHTS
    ).read_bytes()
    assert isinstance(begun_again[-1], Finished)


def test_a_failure_is_told_before_it_is_raised_and_stays_for_those_who_watch(no_runs: Path) -> None:
    folder, happening = begun(lr=1e30)
    seen: list[Event] = []
    with pytest.raises(NonFiniteLossError):
        for event in happening:
            seen.append(event)
    assert isinstance(seen[-1], Failed)
    last = events.read(folder)[-1]
    assert isinstance(last, Failed) and "the loss is" in last.reason
    assert events.summary([last]) == "failed"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '{"event": "party"}',
        '{"event": ["step"]}',
        '{"event": "step"}',
        '{"event": "epoch", "surprise": 1}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_event_is_passed_over(tmp_path: Path, line: str) -> None:
    good = Started("vae", 0, 3, 12, 50)
    (tmp_path / runs.EVENTS).write_text(f"{line}\n{events.as_json(good)}\n{line}")
    assert events.read(tmp_path) == [good]
    assert json.loads(events.as_json(good))["event"] == "started"


def test_a_disk_that_refuses_the_events_ends_no_training(
    no_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, event: Event) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(events, "append", full)
    folder, happening = begun()
    assert isinstance(list(happening)[-1], Finished) and (folder / runs.WEIGHTS).exists()
    assert not (folder / runs.EVENTS).exists()
