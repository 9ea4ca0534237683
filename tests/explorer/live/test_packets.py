"""Packets and the values of a question: what is sent is what is read, and what is wrong is said."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from explorer import packing
from explorer.live import packets
from tests.explorer.packets import unpacked as as_the_page_does

ARRAYS = {
    "z": np.linspace(-1, 1, 6, dtype=np.float32).reshape(3, 2),
    "image": np.arange(5, dtype=np.uint8),  # not a whole number of four bytes
    "labels": np.arange(3, dtype=np.uint16),
    "index": np.array([2**32 - 1], np.uint32),
    "none": np.zeros((0, 4), np.float32),
}


@pytest.mark.parametrize("read", [packing.unpacked, as_the_page_does])
def test_what_is_packed_is_read_again(read: Callable[[bytes], dict[str, Any]]) -> None:
    packet = read(packing.packed({"low": 0.5, "words": "\u2212log p"}, **ARRAYS))
    assert packet["low"] == 0.5 and packet["words"] == "\u2212log p"
    for name, array in ARRAYS.items():
        assert packet[name].shape == array.shape and np.array_equal(packet[name], array)


def test_an_array_of_another_type_is_not_sent() -> None:
    with pytest.raises(KeyError, match="float64"):
        packing.packed({}, z=np.zeros(3))


@pytest.mark.parametrize(
    ("call", "value", "reason"),
    [
        (packets.number, "x", "value must be a number, got 'x'"),
        (packets.number, None, "must be a number"),
        (packets.number, math.inf, "must be a finite number below 1e10"),
        (packets.number, 10**400, "must be a number"),
        (lambda q, n: packets.whole(q, n, 1, 9), 2.5, "must be a whole number from 1 to 9, got 2.5"),
        (lambda q, n: packets.whole(q, n, 1, 9), 10, "from 1 to 9"),
        (lambda q, n: packets.rows(q, n, 1, 3, 2), [], "must be a list of 1 to 3 lists of 2"),
        (lambda q, n: packets.rows(q, n, 1, 3, 2), [[1, 2, 3]], "lists of 2 finite numbers"),
        (lambda q, n: packets.rows(q, n, 1, 3, 2), [[1, True]], "lists of 2 finite numbers"),
        (lambda q, n: packets.indices(q, n, 5, 2), [1, 2, 3], "a list of 1 to 2 numbers of test images"),
        (lambda q, n: packets.indices(q, n, 5, 2), [5], "whole numbers from 0 to 4"),
        (lambda q, n: packets.octets(q, n, (1, 2, 2)), [0, 0, 0], "a list of 4 whole numbers from 0 to 255"),
        (lambda q, n: packets.octets(q, n, (1, 1, 1)), [256], "whole numbers from 0 to 255"),
        (lambda q, n: packets.choice(q, n, ("a", "b")), "c", "value is 'c'; allowed are a, b"),
        (lambda q, n: packets.choice(q, n, ("a", "b")), ["a"], "allowed are a, b"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(call: Any, value: object, reason: str) -> None:
    with pytest.raises(ValueError) as refused:
        call({"value": value}, "value")
    assert "value" in str(refused.value) and reason in str(refused.value)


@pytest.mark.parametrize("text", ["{", "[" * 9000, b"\xff", "[1]", "3"])
def test_what_is_no_json_object_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="expected"):
        packets.json_object(text)
