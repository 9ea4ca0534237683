"""What travels between processes: a JSON header and arrays, as one packet. Numpy only."""

import json
import math
import struct
from typing import Any

import numpy as np

# Of arrays, as they are sent.
ARRAY_TYPES = {"float32": "<f4", "uint8": "u1", "uint16": "<u2", "uint32": "<u4"}
ALIGNMENT = 4  # bytes: where an array may begin


def packed(header: dict[str, Any], **arrays: np.ndarray) -> bytes:
    """A JSON header and arrays as one answer: uint32 length of the header, header, arrays.

    The header's "arrays" says name, type and shape of each; each starts at a multiple of four bytes.
    """
    listed = [[name, str(array.dtype), list(array.shape)] for name, array in arrays.items()]
    text = json_text(header | {"arrays": listed}).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    parts = [struct.pack("<I", len(text)), text]
    for array in arrays.values():
        raw = np.ascontiguousarray(array).astype(ARRAY_TYPES[str(array.dtype)]).tobytes()
        parts += [raw, bytes(-len(raw) % ALIGNMENT)]
    return b"".join(parts)


def json_text(value: Any) -> str:
    """A value as JSON; a number that is not finite, which JSON has no word for, is null."""
    return json.dumps(with_nulls(value), allow_nan=False)


def with_nulls(value: Any) -> Any:
    """The value with None for every number that is not finite, at any depth."""
    if isinstance(value, dict):
        return {key: with_nulls(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [with_nulls(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def header_of(packet: bytes) -> dict[str, Any]:
    """The header of what `packed` made; "arrays" lists name, type and shape of each."""
    (length,) = struct.unpack_from("<I", packet)
    header: dict[str, Any] = json.loads(packet[4 : 4 + length])
    return header


def unpacked(packet: bytes) -> dict[str, Any]:
    """The header and the arrays, by their names, of what `packed` made."""
    header = header_of(packet)
    start = 4 + struct.unpack_from("<I", packet)[0]
    for name, kind, shape in header.pop("arrays"):
        count = math.prod(shape)
        array = np.frombuffer(packet, ARRAY_TYPES[kind], count, start)
        header[name] = array.reshape(shape)
        start += array.nbytes + -array.nbytes % ALIGNMENT
    return header
