"""What a map shows: codes, images, the decoded lattice, layers and the values that colour the points."""

import json
import struct
from dataclasses import astuple
from typing import Any

import numpy as np
from starlette.requests import Request

from explorer import cache
from explorer.latent import coding, frame
from explorer.latent.values import AbsentError
from explorer.live.wire import get, number, packed, whole


def names(request: Request) -> bytes:
    """The runs that maps can show now, as JSON: name to stamp, which changes when the run does."""
    return json.dumps({name: cache.stamp(name) for name in cache.maps()}).encode()


def codes(request: Request) -> bytes:
    """z of every test image, float32 (n, 2), then the labels, uint8 (n,)."""
    name = request.path_params["run"]
    labels = cache.images(cache.run(name).config.dataset).labels
    return cache.codes(name).mean.astype("<f4").tobytes() + labels.astype(np.uint8).tobytes()


def spread(request: Request) -> bytes:
    """The standard deviations of q(z|x) of every test image, packed "sd" float32 (n, 2)."""
    return packed({}, sd=cache.spread(request.path_params["run"]))


def thumbnails(request: Request) -> bytes:
    """Every test image of a data set, uint8 (n, 784)."""
    return cache.images(request.path_params["dataset"]).images.tobytes()


def window_of(query: Any) -> frame.Window:
    """The window of a query. Raises ValueError for a long one, which would hold no end of tiles."""
    edges = (number(query, edge) for edge in ("left", "right", "bottom", "top"))
    window = frame.Window(*edges)
    if not 0.5 < (window.right - window.left) / (window.top - window.bottom) < 2:
        raise ValueError(f"a window is a square, or nearly; this one is {window}")
    return window


def lattice(request: Request) -> bytes:
    """The manifold in a window: uint32 n, float32 z (n, 2), float32 size (n,), uint8 images (n, 784).

    Query: left, right, bottom, top, count, spacing (frame.lattice).
    """
    name, query = request.path_params["run"], request.query_params
    found, window = cache.codes(name), window_of(query)
    count, spacing = round(number(query, "count")), query.get("spacing", "linear")
    tiles = frame.lattice(window, count, spacing, found.location, found.scale)
    images = coding.decode(cache.model(name), tiles.z)
    return b"".join([struct.pack("<I", len(tiles.z)), tiles.z.astype("<f4").tobytes(),
                     tiles.size.astype("<f4").tobytes(), images.tobytes()])  # fmt: skip


def field(request: Request) -> bytes:
    """A layer over a window, packed "values" float32 (count, count), row 0 at the top; "classes" uint8.

    Query: layer (latent.fields.FIELDS), left, right, bottom, top, count.
    """
    query = request.query_params
    count = whole(query, "count", 8, 128)
    found = cache.field(request.path_params["run"], query.get("layer", ""), astuple(window_of(query)), count)
    arrays = {"values": found.values} | ({} if found.classes is None else {"classes": found.classes})
    return packed({"low": found.low, "high": found.high}, **arrays)


def values(request: Request) -> bytes:
    """A value for every test image, packed "values" float32 (n,); or the "reason" why there are none.

    Query: by, other (cache.point_values).
    """
    query = request.query_params
    try:
        found = cache.point_values(request.path_params["run"], query.get("by", ""), query.get("other", ""))
    except AbsentError as absent:
        return packed({"reason": str(absent)})
    low, high = np.nanquantile(found, [0.01, 0.99])
    return packed({"low": float(low), "high": float(high)}, values=found)


routes = [
    get("/runs", names, "application/json"),
    get("/codes/{run}", codes),
    get("/spread/{run}", spread),
    get("/images/{dataset}", thumbnails),
    get("/lattice/{run}", lattice),
    get("/field/{run}", field, heavy=True),
    get("/values/{run}", values, heavy=True),
]
