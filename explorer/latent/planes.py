"""Planes of the code space: what a map shows of codes of d numbers, and what a place on it stands for."""

from dataclasses import dataclass
from typing import Any

import numpy as np

DIMENSIONS = (2,)  # of a code, where a map is offered


@dataclass(frozen=True)
class Plane:
    """A chart of R^d: the point (u, v) stands for the code origin + u axes[0] + v axes[1].

    origin (d,) and axes (2, d) float32; the axes are orthonormal, so that lengths on a map are lengths in z.
    Raises ValueError for others.
    """

    origin: np.ndarray
    axes: np.ndarray

    def __post_init__(self) -> None:
        if self.origin.ndim != 1 or self.axes.shape != (2, len(self.origin)):
            raise ValueError(f"a plane has an origin (d,) and axes (2, d), not {self.shapes}")
        if not np.allclose(self.axes @ self.axes.T, np.eye(2), atol=1e-5):
            raise ValueError("the axes of a plane must be orthonormal")

    @property
    def shapes(self) -> str:
        return f"{self.origin.shape} and {self.axes.shape}"

    @property
    def dimensions(self) -> int:
        """d, the numbers of a code."""
        return len(self.origin)

    def to_codes(self, points: np.ndarray) -> np.ndarray:
        """The codes (n, d) of points of the plane (n, 2)."""
        result: np.ndarray = self.origin + points @ self.axes
        return result

    def to_plane(self, codes: np.ndarray) -> np.ndarray:
        """The points (n, 2) of the plane that lie nearest to codes (n, d)."""
        result: np.ndarray = (codes - self.origin) @ self.axes.T
        return result

    def described(self) -> dict[str, list[Any]]:
        """The plane as plain lists, for a page."""
        return {"origin": self.origin.tolist(), "axes": self.axes.tolist()}


def plane_of(dimensions: int) -> Plane:
    """The plane that maps show of codes with so many dimensions: for two, all of them as they are.

    Raises ValueError for dimensions that no map is offered for.
    """
    if dimensions not in DIMENSIONS:
        raise ValueError(f"codes have {dimensions} dimensions; maps show {', '.join(map(str, DIMENSIONS))}")
    return Plane(np.zeros(2, np.float32), np.eye(2, dtype=np.float32))
