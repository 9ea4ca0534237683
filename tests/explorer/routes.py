"""Every live route, asked once: what a question of each is, and whether its answer can be read."""

from collections.abc import Iterator
from typing import Any

from explorer.vocabulary import COLOURINGS, LAYERS, SOURCES

WINDOW = {"left": -3, "right": 3, "bottom": -3, "top": 3}


def gets(run: str, window: dict[str, Any], dataset: str = "mnist") -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and query of every GET route."""
    yield "runs", {}
    yield f"images/{dataset}", {}
    yield f"codes/{run}", {}
    yield f"spread/{run}", {}
    yield f"film/{run}", {}
    for spacing in ("linear", "quantile"):
        yield f"lattice/{run}", window | {"count": 5, "spacing": spacing}
    for layer in LAYERS:
        yield f"field/{run}", window | {"count": 8, "layer": layer}
    for by in COLOURINGS:
        yield f"values/{run}", {"by": by, "other": run}


def posts(run: str, window: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and question of every POST route, but for pictures."""
    about = {"run": run, "image": 3, "pixels": "grey"}
    corners = [[-1.0, 0.5], [1.0, 0.5], [0.0, -1.0]]
    walk = {"run": run, "corners": corners, "steps": 5, "loop": True}
    yield "evidence", about
    yield "evidence", about | {"pixels": "binarised"}
    yield "posterior", about | window | {"count": 8}
    copies = about | {"side": 4, "row": -1, "column": -1, "right": 1, "down": 0.5}
    yield "copies", copies
    yield "copies/exact", copies | {"which": "shifted"}
    yield "select", {"run": run, "polygon": [[-1, -1], [1, -1], [0, 1]]}
    for by in ("misplaced", "error"):
        yield "select", {"run": run, "by": by, "count": 5}
    yield "table", {"runs": [run], "index": [1, 2]}
    yield "sheet", {"runs": [run], "index": [1, 2]}
    yield "walk", walk
    for kind in ("png", "gif"):
        yield "film", {"films": [walk], "format": kind, "milliseconds": 100}
    for source in SOURCES:
        yield "sample", {"run": run, "source": source, "count": 10, "seed": 0}
