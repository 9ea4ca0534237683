"""What a map shows: codes, images, the decoded lattice, layers and the values that colour the points."""

import json
import math
from dataclasses import astuple

import numpy as np
from starlette.requests import Request

from explorer import library
from explorer.latent import coding, frame
from explorer.latent.planes import plane_of
from explorer.latent.thumbnails import thumbnails
from explorer.latent.values import AbsentError
from explorer.library import Opened
from explorer.live.packets import number, whole
from explorer.live.questions import window_of
from explorer.live.serving import get
from explorer.packing import packed

MAX_TILES = 16_000_000  # bytes of the images of a lattice; so many of MNIST are more than are ever asked for
FEWEST_TILES = 4  # along each axis of a lattice, however large the images are
FIELD_CELLS = (8, 128)  # a side of a layer, least and most
COLOUR_QUANTILES = [0.01, 0.99]  # the colours span the points' values between these


def run_on_map(request: Request) -> Opened:
    """The run that the path names. Raises RunError."""
    return library.open_map(request.path_params["run"])


def names(request: Request) -> bytes:
    """The runs that maps can show now, as JSON: name to stamp, which changes when the run does."""
    return json.dumps({name: library.stamp(name) for name in library.on_maps()}).encode()


def codes(request: Request) -> bytes:
    """The codes of every test image, packed "z" float32 (n, d) and "labels" uint16 (n,)."""
    run = run_on_map(request)
    return packed({}, z=run.codes.mean, labels=run.test.labels.astype(np.uint16))


def spread(request: Request) -> bytes:
    """The standard deviations of q(z|x) of every test image, packed "sd" float32 (n, d)."""
    return packed({}, sd=run_on_map(request).spread)


def images(request: Request) -> bytes:
    """Every test image of a data set, packed "images" uint8 (n, c, h, w); of large ones thumbnails."""
    return packed({}, images=thumbnails(library.images(request.path_params["dataset"]).images))


def film(request: Request) -> bytes:
    """The film of a run's training, packed: "epochs" float32 (m,), "images" uint32 (n,), "windows" float32
    (m, 4), "codes" uint16 (m, n, d), the bits of half floats; "kept", the epochs whose weights there are, and
    "names", theirs as runs; "terms", by key "label", "title", "unit" and "values" (m,) on the test images; or
    "reason" why there is none.
    """
    run = run_on_map(request)
    try:
        film = run.film
    except AbsentError as absent:
        return packed({"reason": str(absent)})
    terms = {key: run.terms[key].words() | {"values": values.tolist()} for key, values in film.terms.items()}
    names = [*(library.name_at(run.name, epoch) for epoch in film.kept[:-1]), run.name]
    return packed(
        {"kept": film.kept, "names": names, "terms": terms},
        epochs=film.epochs.astype(np.float32),
        images=film.images.astype(np.uint32),
        windows=film.windows.astype(np.float32),
        codes=film.codes.view(np.uint16),
    )


def lattice(request: Request) -> bytes:
    """The manifold in a window, packed: "points" float32 (n, 2) of the plane, "size" float32 (n,) of the
    tiles in its units, "images" uint8 (n, c, h, w).

    Query: left, right, bottom, top, count, spacing (frame.lattice). Of large images there are fewer.
    """
    run = run_on_map(request)
    query = request.query_params
    most = max(FEWEST_TILES, math.isqrt(MAX_TILES // run.dataset.pixels))
    count = min(round(number(query, "count")), most)
    spacing = query.get("spacing", "linear")
    tiles = frame.lattice(window_of(query), count, spacing, run.codes.location, run.codes.scale)
    images = coding.decode(run.model, plane_of(run.dimensions).to_codes(tiles.z))
    return packed({}, points=tiles.z, size=tiles.size, images=images)


def layer(request: Request) -> bytes:
    """A layer over a window, packed "values" float32 (count, count), row 0 at the top; and "classes"
    uint16.

    Query: layer (vocabulary.LAYERS), left, right, bottom, top, count.
    """
    query = request.query_params
    count = whole(query, "count", *FIELD_CELLS)
    result = run_on_map(request).layer(query.get("layer", ""), astuple(window_of(query)), count)
    arrays = {"values": result.values} | ({} if result.classes is None else {"classes": result.classes})
    return packed({"low": result.low, "high": result.high}, **arrays)


def point_values(request: Request) -> bytes:
    """A value for every test image, packed "values" float32 (n,); or the "reason" why there are none.

    Query: by, other (Opened.point_values).
    """
    query = request.query_params
    try:
        values = run_on_map(request).point_values(query.get("by", ""), query.get("other", ""))
    except AbsentError as absent:
        return packed({"reason": str(absent)})
    finite = values[np.isfinite(values)]
    if not len(finite):
        return packed({"reason": "These values are no finite numbers: the weights of the run are spoiled."})
    low, high = np.quantile(finite, COLOUR_QUANTILES)
    return packed({"low": float(low), "high": float(high)}, values=values)


routes = [
    get("/runs", names, "application/json"),
    get("/codes/{run}", codes),
    get("/spread/{run}", spread),
    get("/images/{dataset}", images),
    get("/film/{run}", film, heavy=True),
    get("/lattice/{run}", lattice),
    get("/field/{run}", layer, heavy=True),
    get("/values/{run}", point_values, heavy=True),
]
