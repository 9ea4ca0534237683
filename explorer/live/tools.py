"""The tools: selections, walks and samples, and their files."""

from typing import Any

import numpy as np

from explorer import cache
from explorer.latent import sampling, selection
from explorer.latent.paths import KINDS
from explorer.latent.planes import plane_of
from explorer.live.wire import indices, packed, post, rows, whole

CRITERIA = ("misplaced", "error")  # how points can be selected without a lasso
MOST = 200  # points that a criterion selects at most
CORNERS = (2, 8)  # of a walk
STEPS = (2, 60)  # pictures of a walk
FORMATS = ("png", "gif")


def name_of(question: Any) -> str:
    """The run that is asked. Raises RunError, ValueError."""
    name = question.get("run")
    if not isinstance(name, str):
        raise ValueError(f"run must be a name, got {name!r}")
    return cache.run(name).name


def select(question: Any) -> bytes:
    """Numbers of the test images in a polygon of the plane, or the first by a criterion; packed "index".

    In: run, and either polygon, a list of points of the plane, or by (CRITERIA) and count.
    """
    name = name_of(question)
    if "by" not in question:
        codes = cache.codes(name).mean
        points = plane_of(codes.shape[1]).to_plane(codes)
        chosen = selection.inside(rows(question, "polygon", *selection.CORNERS, 2), points)
        return packed({}, index=np.flatnonzero(chosen).astype(np.uint32))
    if question["by"] not in CRITERIA:
        raise ValueError(f"by is {question['by']!r}; allowed are {', '.join(CRITERIA)}")
    values = cache.point_values(name, question["by"])
    index = selection.largest(values, whole(question, "count", 1, MOST))
    return packed({}, index=index.astype(np.uint32), values=values[index].astype(np.float32))


def table(question: Any) -> bytes:
    """The selection as CSV. In: runs (one or two of one data set), index."""
    names, split, index = chosen(question)
    codes = {name: cache.codes(name).mean for name in names}
    return selection.table(index, split.labels, codes, split.classes).encode()


def sheet(question: Any) -> bytes:
    """The selected images as one PNG. In: runs, index."""
    _, split, index = chosen(question)
    return selection.sheet(split.images[index])


def chosen(question: Any) -> tuple[list[str], Any, np.ndarray]:
    asked = question.get("runs")
    if not isinstance(asked, list) or not 1 <= len(asked) <= 2 or not all(isinstance(n, str) for n in asked):
        raise ValueError("runs must be a list of one or two names")
    names = [name_of({"run": name}) for name in dict.fromkeys(asked)]
    datasets = {cache.run(name).config.dataset for name in names}
    if len(datasets) > 1:
        raise ValueError(f"the runs show different data sets: {', '.join(sorted(datasets))}")
    split = cache.images(datasets.pop())
    return names, split, indices(question, "index", len(split.labels), len(split.labels))


def walk(question: Any) -> bytes:
    """The straight and the shortest way through corners, packed: for each kind `z`, `images` and more.

    In: run, corners, a list of codes, steps, loop. The header has for each kind its length in picture
    space; "nearest" is the number of the nearest test image, "departure" how far it is (paths.departure).
    """
    name = name_of(question)
    key = corners_of(question, name)
    arrays: dict[str, np.ndarray] = {}
    lengths = {}
    for kind in KINDS:
        way = cache.walk(name, kind, *key)
        lengths[kind] = way.length
        arrays |= {f"{kind}_line": way.line, f"{kind}_z": way.z, f"{kind}_images": way.images}
        arrays |= {f"{kind}_nearest": way.nearest, f"{kind}_departure": way.departure}
    return packed({"lengths": lengths}, **arrays)


def corners_of(question: Any, name: str) -> tuple[tuple[tuple[float, ...], ...], int, bool]:
    """Corners, codes of the run; steps; and whether it is a loop. Raises RunError, ValueError."""
    corners = rows(question, "corners", *CORNERS, cache.run(name).config.latent_dim)
    steps, loop = whole(question, "steps", *STEPS), question.get("loop", False)
    if not isinstance(loop, bool):
        raise ValueError(f"loop must be true or false, got {loop!r}")
    return tuple(tuple(map(float, corner)) for corner in corners), steps, loop


def film(question: Any) -> bytes:
    """Walks as files: PNG, a film strip under another; GIF, the walks side by side.

    In: films (one or two, each as `walk`), format ("png", "gif"), milliseconds a picture.
    """
    films = question.get("films")
    if not isinstance(films, list) or not 1 <= len(films) <= 2 or not all(isinstance(f, dict) for f in films):
        raise ValueError("films must be a list of one or two walks")
    kind = question.get("format")
    if kind not in FORMATS:
        raise ValueError(f"format is {kind!r}; allowed are {', '.join(FORMATS)}")
    pause = whole(question, "milliseconds", 20, 2000)
    asked = [(name, corners_of(f, name)) for f in films for name in [name_of(f)]]
    ways = [(f"{name}, {way}", cache.walk(name, way, *key).images) for name, key in asked for way in KINDS]
    if len({len(images) for _, images in ways}) > 1:
        raise ValueError("the walks must have one number of pictures")
    return selection.strips(ways) if kind == "png" else selection.animation(ways, pause)


def sample(question: Any) -> bytes:
    """Codes drawn from a distribution, their images, and what those are; packed "z", "images".

    In: run, source (sampling.SOURCES), count, seed. The header has the numbers of cache.sample, and the
    reason for those that are not there.
    """
    name, source = name_of(question), question.get("source")
    if not isinstance(source, str) or source not in sampling.SOURCES:
        raise ValueError(f"source is {source!r}; allowed are {', '.join(sampling.SOURCES)}")
    count, seed = whole(question, "count", 1, 1000), whole(question, "seed", 0, 2**32 - 1)
    found = cache.sample(name, source, count, seed)
    return packed({"numbers": found.numbers, "reason": found.reason}, z=found.z, images=found.images)


routes = [
    post("/select", select),
    post("/table", table, "text/csv"),
    post("/sheet", sheet, "image/png"),
    post("/walk", walk),
    post("/film", film),
    post("/sample", sample),
]
