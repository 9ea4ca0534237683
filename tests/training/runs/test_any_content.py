"""Whatever the files of a run hold, reading them ends with the run or in words (property-based)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from explorer.library import gaps
from training import runs
from training.fit import events
from training.runs import CONFIG, EVENTS, HISTORY, METRICS, STATE, WEIGHTS, RunError
from training.runs.records import is_number
from training.study import store

QUICK = settings(
    derandomize=True,
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SCALARS = some.one_of(
    some.none(),
    some.booleans(),
    some.floats(),
    some.integers(),
    some.just(10**400),
    some.text(max_size=5),
    some.just("\ud800"),  # half of a character, which JSON can write and UTF-8 can't
)
KEYS = some.sampled_from(
    [
        "epoch",
        "train",
        "test",
        "values",
        "left_out",
        "images",
        "gap",
        "mse",
        "format",
        "model",
        "pairs",
        "runs",
    ]
)
VALUES = some.recursive(
    SCALARS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def read(folder: Path) -> runs.Run | None:
    """The run and its model, or None where an error says why there is none."""
    try:
        run = runs.load(folder.name)
        runs.load_model(run)
    except RunError as error:
        assert str(folder) in str(error) or CONFIG in str(error)
        return None
    return run


@QUICK
@given(value=VALUES, file=some.sampled_from([CONFIG, HISTORY, METRICS]))
def test_any_json(checkpoints: Path, value: Any, file: str) -> None:
    folder = checkpoints / "vae"
    before = (folder / file).read_bytes() if (folder / file).exists() else b"{}"
    (folder / file).write_text(json.dumps(value))
    run = read(folder)
    (folder / file).write_bytes(before)
    if run:
        values = run.metrics.get("values", {}).values()
        assert all(is_number(entry) for v in values for entry in (v if isinstance(v, list) else [v]))
        assert all(isinstance(text, str) for text in run.metrics.get("left_out", {}).values())


@QUICK
@given(content=some.binary(max_size=200), file=some.sampled_from([CONFIG, HISTORY, METRICS, WEIGHTS, STATE]))
def test_any_bytes(checkpoints: Path, content: bytes, file: str) -> None:
    folder = checkpoints / "vae"
    before = (folder / file).read_bytes() if (folder / file).exists() else None
    (folder / file).write_bytes(content)
    if file == STATE:
        with pytest.raises(RunError):
            runs.load_state(folder)
    else:
        assert read(folder) is None
    (folder / file).unlink() if before is None else (folder / file).write_bytes(before)


@QUICK
@given(places=some.lists(some.tuples(some.integers(0, 2**16), some.integers(0, 255)), min_size=1, max_size=4))
def test_any_change_of_a_file_of_weights(checkpoints: Path, places: list[tuple[int, int]]) -> None:
    path = checkpoints / "vae" / WEIGHTS
    before = path.read_bytes()
    content = np.frombuffer(before, np.uint8).copy()
    for place, byte in places:
        content[place % len(content)] = byte
    path.write_bytes(content.tobytes())
    run = read(path.parent)
    assert run is None or content.tobytes() == before
    path.write_bytes(before)


@QUICK
@given(lines=some.lists(VALUES | some.text(max_size=20), max_size=4))
def test_any_events(tmp_path: Path, lines: list[Any]) -> None:
    (tmp_path / EVENTS).write_text("\n".join(map(json.dumps, lines)))
    assert isinstance(events.summary(events.read(tmp_path)), str)


@QUICK
@given(value=VALUES)
def test_any_comparisons(tmp_path: Path, value: Any) -> None:
    (tmp_path / store.COMPARISONS).write_text(json.dumps({"format": store.FORMAT, "pairs": value}))
    try:
        assert store.load_comparisons(tmp_path, []) == {}
    except RunError as error:
        assert store.COMPARISONS in str(error)


@QUICK
@given(
    shape=some.lists(some.integers(0, 4), max_size=3), dtype=some.sampled_from([torch.float32, torch.int64])
)
def test_codes_of_any_shape(shape: list[int], dtype: torch.dtype) -> None:
    tensors = dict.fromkeys(("mean", "landmarks", "geodesic", "picture"), torch.zeros(shape, dtype=dtype))
    assert store.why_wrong(tensors)


@QUICK
@given(value=VALUES)
def test_any_gaps(value: Any) -> None:
    assert gaps.checked(value) == {}
