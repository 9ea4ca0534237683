"""What a map shows: codes, images, the decoded lattice, layers and the values that colour the points."""

import json
import math
from dataclasses import astuple
from typing import Any

import numpy as np
from starlette.requests import Request

from explorer import cache
from explorer.latent import coding, frame
from explorer.latent.planes import plane_of
from explorer.latent.thumbnails import thumbnails
from explorer.latent.values import AbsentError
from explorer.live.wire import get, number, packed, whole

MAX_TILES = 16_000_000  # bytes of the images of a lattice; so many of MNIST are more than are ever asked for
FEWEST = 4  # images along each axis of a lattice, however large they are


def names(request: Request) -> bytes:
    """The runs that maps can show now, as JSON: name to stamp, which changes when the run does."""
    return json.dumps({name: cache.stamp(name) for name in cache.maps()}).encode()


def codes(request: Request) -> bytes:
    """The codes of every test image, packed "z" float32 (n, d) and "labels" uint16 (n,)."""
    name = request.path_params["run"]
    labels = cache.images(cache.run(name).config.dataset).labels
    return packed({}, z=cache.codes(name).mean, labels=labels.astype(np.uint16))


def spread(request: Request) -> bytes:
    """The standard deviations of q(z|x) of every test image, packed "sd" float32 (n, d)."""
    return packed({}, sd=cache.spread(request.path_params["run"]))


def images(request: Request) -> bytes:
    """Every test image of a data set, packed "images" uint8 (n, c, h, w); of large ones thumbnails."""
    return packed({}, images=thumbnails(cache.images(request.path_params["dataset"]).images))


def window_of(query: Any) -> frame.Window:
    """The window of a query. Raises ValueError for a long one, which would hold no end of tiles."""
    edges = (number(query, edge) for edge in ("left", "right", "bottom", "top"))
    window = frame.Window(*edges)
    if not 0.5 < (window.right - window.left) / (window.top - window.bottom) < 2:
        raise ValueError(f"a window is a square, or nearly; this one is {window}")
    return window


def lattice(request: Request) -> bytes:
    """The manifold in a window, packed: "points" float32 (n, 2) of the plane, "size" float32 (n,) of the
    tiles in its units, "images" uint8 (n, c, h, w).

    Query: left, right, bottom, top, count, spacing (frame.lattice). Of large images there are fewer.
    """
    name, query = request.path_params["run"], request.query_params
    model, codes, window = cache.model(name), cache.codes(name), window_of(query)
    largest = max(FEWEST, math.isqrt(MAX_TILES // math.prod(coding.shape_of(model))))
    count, spacing = min(round(number(query, "count")), largest), query.get("spacing", "linear")
    tiles = frame.lattice(window, count, spacing, codes.location, codes.scale)
    images = coding.decode(model, plane_of(codes.mean.shape[1]).to_codes(tiles.z))
    return packed({}, points=tiles.z, size=tiles.size, images=images)


def field(request: Request) -> bytes:
    """A layer over a window, packed "values" float32 (count, count), row 0 at the top; "classes"
    uint16.

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
    get("/images/{dataset}", images),
    get("/lattice/{run}", lattice),
    get("/field/{run}", field, heavy=True),
    get("/values/{run}", values, heavy=True),
]
