"""Answers of the live routes, taken apart as the page does it."""

import json
import struct
from typing import Any

import numpy as np

Packed = dict[str, Any]


def unpacked(content: bytes) -> Packed:
    size = struct.unpack("<I", content[:4])[0]
    packet, at = json.loads(content[4 : 4 + size]), 4 + size
    assert at % 4 == 0
    for name, kind, shape in packet["arrays"]:
        array = np.frombuffer(content, kind, int(np.prod(shape)), at).reshape(shape)
        packet[name], at = array, at + array.nbytes + -array.nbytes % 4
    assert at == len(content)
    return packet
