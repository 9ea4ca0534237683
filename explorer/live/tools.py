"""The tools: selections, walks and samples, and their files."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.latent import selection
from explorer.latent.planes import plane_of
from explorer.library import Corners, Opened
from explorer.live.packets import choice, indices, rows, whole
from explorer.live.questions import run_of
from explorer.live.serving import post
from explorer.packing import packed
from explorer.vocabulary import SELECTIONS, SOURCES, WALKS
from training.datasets import Split

MOST_SELECTED = 200  # points that a criterion selects at most
MOST_RUNS = 2  # of one file: one a map
WALK_CORNERS = (2, 8)  # of a walk
WALK_STEPS = (2, 60)  # pictures of a walk
FILM_PAUSE = (20, 2000)  # milliseconds a picture of an animation is seen
FILM_FORMATS = ("png", "gif")
MOST_DRAWN = 1000  # codes of a sample
LARGEST_SEED = 2**32 - 1


def select(values: Mapping[str, Any]) -> bytes:
    """Numbers of the test images in a polygon of the plane, or the first by a criterion; packed "index".

    In: run, and either polygon, a list of points of the plane, or by (vocabulary.SELECTIONS) and count.
    """
    run = run_of(values)
    if "by" not in values:
        points = plane_of(run.dimensions).to_plane(run.codes.mean)
        inside = selection.inside(rows(values, "polygon", *selection.LASSO_CORNERS, 2), points)
        return packed({}, index=np.flatnonzero(inside).astype(np.uint32))
    point_values = run.point_values(choice(values, "by", SELECTIONS))
    index = selection.largest(point_values, whole(values, "count", 1, MOST_SELECTED))
    return packed({}, index=index.astype(np.uint32), values=point_values[index].astype(np.float32))


def table(values: Mapping[str, Any]) -> bytes:
    """The selection as CSV. In: runs (one or two of one data set), index."""
    runs, split, index = selected(values)
    codes = {run.name: run.codes.mean for run in runs}
    return selection.table(index, split.labels, codes, split.classes).encode()


def sheet(values: Mapping[str, Any]) -> bytes:
    """The selected images as one PNG. In: runs, index."""
    _, split, index = selected(values)
    return selection.sheet(split.images[index])


def selected(values: Mapping[str, Any]) -> tuple[list[Opened], Split, np.ndarray]:
    """The runs that are asked, their test images, and the numbers of the selected ones."""
    names = values.get("runs")
    if not isinstance(names, list) or not 1 <= len(names) <= MOST_RUNS:
        raise ValueError("runs must be a list of one or two names")
    if not all(isinstance(name, str) for name in names):
        raise ValueError("runs must be a list of one or two names")
    runs = [run_of({"run": name}) for name in dict.fromkeys(names)]
    datasets = {run.dataset.name for run in runs}
    if len(datasets) > 1:
        raise ValueError(f"the runs show different data sets: {', '.join(sorted(datasets))}")
    split = runs[0].test
    return runs, split, indices(values, "index", len(split.labels), len(split.labels))


def walk(values: Mapping[str, Any]) -> bytes:
    """The straight and the shortest way through corners, packed: for each kind `z`, `images` and more.

    In: run, corners, a list of codes, steps, loop. The header has for each kind its length in picture
    space; "nearest" is the number of the nearest test image, "departure" how far it is (paths.departure).
    """
    run = run_of(values)
    corners, steps, loop = walk_arguments(values, run)
    arrays: dict[str, np.ndarray] = {}
    lengths = {}
    for kind in WALKS:
        film = run.walk(kind, corners, steps, loop)
        lengths[kind] = film.length
        arrays |= {f"{kind}_line": film.line, f"{kind}_z": film.z, f"{kind}_images": film.images}
        arrays |= {f"{kind}_nearest": film.nearest, f"{kind}_departure": film.departure}
    return packed({"lengths": lengths}, **arrays)


def walk_arguments(values: Mapping[str, Any], run: Opened) -> tuple[Corners, int, bool]:
    """Corners, codes of the run; steps; and whether it is a loop. Raises ValueError."""
    corners = rows(values, "corners", *WALK_CORNERS, run.dimensions)
    steps = whole(values, "steps", *WALK_STEPS)
    loop = values.get("loop", False)
    if not isinstance(loop, bool):
        raise ValueError(f"loop must be true or false, got {loop!r}")
    return tuple(tuple(map(float, corner)) for corner in corners), steps, loop


def film(values: Mapping[str, Any]) -> bytes:
    """Walks as files: PNG, a film strip under another; GIF, the walks side by side.

    In: films (one or two, each as `walk`), format ("png", "gif"), milliseconds a picture.
    """
    walks = values.get("films")
    if not isinstance(walks, list) or not 1 <= len(walks) <= MOST_RUNS:
        raise ValueError("films must be a list of one or two walks")
    if not all(isinstance(one, dict) for one in walks):
        raise ValueError("films must be a list of one or two walks")
    kind = choice(values, "format", FILM_FORMATS)
    pause = whole(values, "milliseconds", *FILM_PAUSE)
    films = []
    for one in walks:
        run = run_of(one)
        corners, steps, loop = walk_arguments(one, run)
        for how in WALKS:
            films.append((f"{run.name}, {how}", run.walk(how, corners, steps, loop).images))
    if len({len(images) for _, images in films}) > 1:
        raise ValueError("the walks must have one number of pictures")
    return selection.strips(films) if kind == "png" else selection.animation(films, pause)


def sample(values: Mapping[str, Any]) -> bytes:
    """Codes drawn from a distribution, their decoded images, and numbers of them; packed "z", "images".

    In: run, source (vocabulary.SOURCES), count, seed. The header has the numbers of latent.answers.Sample,
    and the reason for those that are not there.
    """
    run = run_of(values)
    source = choice(values, "source", tuple(SOURCES))
    count = whole(values, "count", 1, MOST_DRAWN)
    samples = run.sample(source, count, whole(values, "seed", 0, LARGEST_SEED))
    return packed({"numbers": samples.numbers, "reason": samples.reason}, z=samples.z, images=samples.images)


routes = [
    post("/select", select),
    post("/table", table, "text/csv"),
    post("/sheet", sheet, "image/png"),
    post("/walk", walk),
    post("/film", film),
    post("/sample", sample),
]
