"""Ways through the code plane: straight lines, geodesics, walks through several pins. Torch in, numpy out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from explorer.vocabulary import WALKS
from training.geometry.geodesics import LEGS, checked, resample, shortest
from training.geometry.metric import Decode, as_codes, length

MIN_SAVING = 1e-3  # share of the straight line's length that a detour must save


@dataclass(frozen=True)
class Walk:
    """A walk through pins: codes z (k, 2), and the row of z at which each pin stands, in their order.

    A loop ends where it began: its last row is its first.
    """

    z: np.ndarray
    pins: tuple[int, ...]


def straight(a: ArrayLike, b: ArrayLike, steps: int) -> np.ndarray:
    """Codes (steps, 2) at equal distances from code a to code b, both included.

    Raises ValueError for codes that are not two finite numbers, or fewer than 2 steps.
    """
    start, end = ends(a, b)
    share = np.linspace(0, 1, checked(steps))[:, None]
    line = start + share * (end - start)
    line[-1] = end
    result: np.ndarray = line
    return result


def geodesic(decode: Decode, a: ArrayLike, b: ArrayLike, steps: int = LEGS + 1) -> np.ndarray:
    """The shortest way from code a to code b as the pictures measure it: (steps, 2), at equal picture length.

    Never longer than the straight line, which is the answer unless a detour saves a share MIN_SAVING of it:
    then it is the best found, which need not be the best there is. Decodes about 8000 codes.
    Raises ValueError as `straight` does.
    """
    start, end = ends(a, b)
    return resampled_or_straight(decode, shortest(decode, start, end), checked(steps))


def walk(decode: Decode, corners: Sequence[ArrayLike], kind: str, steps: int, loop: bool = False) -> Walk:
    """A walk of `steps` codes through all corners, codes of two numbers each, in order; a loop also returns.

    The steps are shared among the legs by their length: in pictures for geodesics, in z for straight lines.
    Raises ValueError for an unknown kind, fewer than two corners, a corner that is not two finite numbers,
    or too few steps to stand on every corner.
    """
    if kind not in WALKS:
        raise ValueError(f"kind is {kind!r}; allowed are {', '.join(WALKS)}")
    if len(corners) < 2:
        raise ValueError(f"a walk needs at least two corners; it has {len(corners)}")
    stops = np.stack([one(corner, f"corner {i + 1}") for i, corner in enumerate(corners)])
    stops = np.concatenate([stops, stops[:1]]) if loop else stops
    legs = list(pairwise(stops))
    if steps < len(legs) + 1:
        raise ValueError(f"steps is {steps}; a walk of {len(legs)} legs needs at least {len(legs) + 1}")
    if kind == "straight":
        counts = shared(steps - 1, [float(np.linalg.norm(b - a)) for a, b in legs])
        parts = [straight(a, b, count + 1) for (a, b), count in zip(legs, counts, strict=True)]
    else:
        curves = [shortest(decode, a, b) for a, b in legs]
        counts = shared(steps - 1, [length(decode, curve) for curve in curves])
        parts = [
            resampled_or_straight(decode, curve, count + 1)
            for curve, count in zip(curves, counts, strict=True)
        ]
    z = np.concatenate([stops[:1], *(part[1:] for part in parts)])
    rows = np.concatenate([[0], np.cumsum(counts)])
    return Walk(z, tuple(rows[: len(corners)].tolist()))


def nearest(codes: ArrayLike, path: ArrayLike) -> np.ndarray:
    """For each point of a path (k, 2) the row of the nearest of the codes (n, 2): (k,), int."""
    result: np.ndarray = cKDTree(as_codes(codes, "a set of codes")).query(as_codes(path, "a path"))[1]
    return result


def departure(codes: ArrayLike, path: ArrayLike) -> np.ndarray:
    """How far each point of a path (k, 2) is from the codes (n, 2): (k,), in their own spacing.

    The distance to the nearest code, over the median distance from a code to its nearest neighbour (codes
    that coincide count once). Raises ValueError for fewer than two different codes.
    """
    distinct = np.unique(as_codes(codes, "a set of codes"), axis=0)
    if len(distinct) < 2:
        raise ValueError("the spacing of codes needs at least two that differ")
    tree = cKDTree(distinct)
    spacing = np.median(tree.query(distinct, k=2)[0][:, 1])
    result: np.ndarray = tree.query(as_codes(path, "a path"))[0] / spacing
    return result


def one(code: ArrayLike, what: str) -> np.ndarray:
    """A code (2,), float64. Raises ValueError for anything but two finite numbers."""
    z = np.asarray(code, dtype=np.float64)
    if z.shape != (2,) or not np.isfinite(z).all():
        raise ValueError(f"{what} needs two finite numbers; it is {z.tolist()}")
    return z


def ends(a: ArrayLike, b: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    return one(a, "the start"), one(b, "the end")


def shared(total: int, lengths: Sequence[float]) -> np.ndarray:
    """Whole numbers (n,), one at least, of the given sum, in proportion to lengths as nearly as may be."""
    weights = np.array(lengths) if sum(lengths) > 0 else np.ones(len(lengths))
    ideal = weights / weights.sum() * total
    counts = np.maximum(np.floor(ideal).astype(int), 1)
    while counts.sum() > total:  # each leg that needed its one step took it from the longest
        counts[np.argmax(np.where(counts > 1, counts - ideal, -np.inf))] -= 1
    while counts.sum() < total:
        counts[np.argmax(ideal - counts)] += 1
    result: np.ndarray = counts
    return result


def resampled_or_straight(decode: Decode, curve: np.ndarray, steps: int) -> np.ndarray:
    """A curve as (steps, 2) at equal picture length, or the straight line if that polyline is longer."""
    line = curve[[0, -1]]
    path = resample(decode, curve, steps)
    shorter = length(decode, path) < (1 - MIN_SAVING) * length(decode, line)
    return path if shorter else resample(decode, line, steps)
