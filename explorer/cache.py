"""For the live routes: the library by the names of the runs."""

from typing import Any

import numpy as np

from explorer import library
from explorer.library import FAILURES, images, noise, stamp  # noqa: F401


def maps() -> list[str]:
    return library.on_maps()


def run(name: str) -> Any:
    return library.open_map(name).run


def model(name: str) -> Any:
    return library.open_map(name).model


def codes(name: str) -> Any:
    return library.open_map(name).codes


def spread(name: str) -> Any:
    return library.open_map(name).spread


def field(name: str, *rest: Any) -> Any:
    return library.open_map(name).field(*rest)


def point_values(name: str, by: str, other: str = "") -> Any:
    return library.open_map(name).point_values(by, library.open_map(other) if by == "neighbours" else None)


def walk(name: str, *rest: Any) -> Any:
    return library.open_map(name).walk(*rest)


def sample(name: str, *rest: Any) -> Any:
    return library.open_map(name).sample(*rest)


def posterior(name: str, x: np.ndarray) -> Any:
    return library.open_map(name).posterior(x)


def scan(name: str) -> None:
    library.open_map(name).scan()


def drawing(name: str) -> Any:
    return library.open_map(name).drawing
