"""The search for geodesics: shortest ways as pictures measure them, over a lattice and then relaxed."""

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solveh_banded
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from training.geometry.metric import Decode, as_codes, jacobian, length, measure, pictures
from training.kit.threads import Report, silent

# The search lattice has so many steps from a to b, past each of the two, and to each side of their line.
SPAN = 48
BEYOND = 19
ASIDE = 38
MOVES = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))  # and back: 16 directions
LEGS = 64  # The polyline that is relaxed has so many straight pieces.
MAX_ROUNDS = 10  # Relaxing takes at most so many steps.
MIN_ENERGY_SAVING = 3e-4  # Another round follows only one that saved at least this share of the energy.
ROUNDING = 1e-4  # A picture length below this is mostly float32's rounding.


def resample(decode: Decode, path: ArrayLike, steps: int) -> np.ndarray:
    """Codes (steps, 2) along a polyline (k, 2), each as far from the last as pictures go; both ends stay.

    Where no picture changes, equal distances of z take over. Raises ValueError as `length` does.
    """
    z, way = measure(decode, as_codes(path, "a path", 2))
    if way[-1] < ROUNDING:
        way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(z, axis=0), axis=1))])
    stops = np.linspace(0, way[-1], checked(steps))
    out = np.stack([np.interp(stops, way, z[:, d]) for d in (0, 1)], 1)
    out[0], out[-1] = z[0], z[-1]  # also where no picture changes near an end
    return out


def shortest(decode: Decode, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The shortest polyline found from code a to code b: (LEGS + 1, 2), or (2, 2) for the straight line.

    Relaxing finds the nearest geodesic, not the shortest: it starts from the straight line and from the
    shortest way over a lattice, and the better of the two counts.
    """
    line = np.stack([a, b])
    if length(decode, line) < ROUNDING:
        return line
    starts = (line, over_lattice(decode, a, b))
    relaxed = [relax(decode, resample(decode, start, LEGS + 1)) for start in starts]
    return min([line, *relaxed], key=lambda path: length(decode, path))


def lengths_between(decode: Decode, codes: np.ndarray, report: Report = silent) -> np.ndarray:
    """Picture lengths of the shortest ways found between all pairs of codes (m, 2): (m (m - 1) / 2,).

    In the order of itertools.combinations. Raises ValueError as `length` does.
    """
    pairs = list(combinations(as_codes(codes, "a set of codes", 2), 2))
    lengths = []
    for a, b in pairs:
        lengths.append(length(decode, shortest(decode, a, b)))
        report(1 / len(pairs))
    return np.array(lengths)


def over_lattice(decode: Decode, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The shortest way from a to b over a square lattice turned so that both are nodes of it: (k, 2).

    An edge, in 16 directions, is as long as its two pictures are distant.
    """
    along = (b - a) / SPAN
    across = np.array([-along[1], along[0]])
    i, j = np.arange(-BEYOND, SPAN + BEYOND + 1), np.arange(-ASIDE, ASIDE + 1)
    z = a + i[:, None, None] * along + j[None, :, None] * across
    x = pictures(decode, z.reshape(-1, 2)).reshape(len(i), len(j), -1)
    node = np.arange(len(i) * len(j)).reshape(len(i), len(j))
    tails, heads, sizes = [], [], []
    for down, right in MOVES:
        tail = np.s_[: len(i) - down, max(-right, 0) : len(j) - max(right, 0)]
        head = np.s_[down:, max(right, 0) : len(j) + min(right, 0)]
        tails.append(node[tail].ravel())
        heads.append(node[head].ravel())
        change = x[head] - x[tail]
        sizes.append(np.sqrt(np.einsum("ijp,ijp->ij", change, change)).ravel())
    weights = np.maximum(np.concatenate(sizes), 1e-12)  # a sparse matrix takes 0 for no edge
    graph = csr_array((weights, (np.concatenate(tails), np.concatenate(heads))), shape=(node.size, node.size))
    source, target = node[BEYOND, ASIDE], node[BEYOND + SPAN, ASIDE]
    before = dijkstra(graph, directed=False, indices=source, return_predecessors=True)[1]
    steps = [target]
    while steps[-1] != source:
        steps.append(before[steps[-1]])
    path = z.reshape(-1, 2)[steps[::-1]]
    path[0], path[-1] = a, b
    result: np.ndarray = path
    return result


def relax(decode: Decode, path: np.ndarray) -> np.ndarray:
    """The polyline (k, 2) with less energy, sum_i |x_(i+1) - x_i|^2 / 2, and the same ends: a geodesic.

    Least energy is least length at equal pace (do Carmo 1992, ch. 9). Gauss-Newton steps, damped after
    Levenberg and Marquardt: with J_i = dx_i/dz_i the gradient is J_i^T (2 x_i - x_(i-1) - x_(i+1)), and the
    Hessian's blocks are 2 J_i^T J_i on the diagonal, -J_i^T J_(i+1) beside it.
    """
    x = pictures(decode, path).astype(np.float64)
    energy, damping, fresh = half_squares(x), 1e-4, True
    for _ in range(MAX_ROUNDS):
        if fresh:
            gradient, bands = normal_equations(x, jacobian(decode, path[1:-1]).astype(np.float64))
        trial = path.copy()
        trial[1:-1] -= damped_step(gradient, bands, damping)
        moved = pictures(decode, trial).astype(np.float64)
        saved = energy - half_squares(moved)
        fresh = bool(saved > 0)
        damping *= 0.1 if fresh else 10
        if fresh:
            path, x, energy = trial, moved, energy - saved
        if saved < MIN_ENERGY_SAVING * energy and (fresh or damping > 1e4):
            break
    return path


def half_squares(x: np.ndarray) -> float:
    return float(np.sum(np.diff(x, axis=0) ** 2)) / 2


def normal_equations(x: np.ndarray, j: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradient (k, 2) and Hessian of the energy for the inner points of pictures x (k + 2, pixels).

    j: (2, k, pixels). The Hessian is (4, 2 k), its lower bands as solveh_banded wants them.
    """
    gradient = np.einsum("inp,np->ni", j, 2 * x[1:-1] - x[:-2] - x[2:])
    own = 2 * np.einsum("inp,jnp->nij", j, j)
    beside = -np.einsum("inp,jnp->nij", j[:, :-1], j[:, 1:])  # rows: point n; columns: point n + 1
    bands = np.zeros((4, 2 * len(own)))
    bands[0, 0::2], bands[0, 1::2] = own[:, 0, 0], own[:, 1, 1]
    bands[1, 0::2], bands[1, 1:-2:2] = own[:, 0, 1], beside[:, 1, 0]
    bands[2, 0:-2:2], bands[2, 1:-2:2] = beside[:, 0, 0], beside[:, 1, 1]
    bands[3, 0:-2:2] = beside[:, 0, 1]
    return gradient, bands


def damped_step(gradient: np.ndarray, bands: np.ndarray, damping: float) -> np.ndarray:
    """The solution (k, 2) of (Hessian + damping) step = gradient; zero where no picture changes."""
    scale = bands[0].mean()
    if not scale > 0:
        return np.zeros_like(gradient)
    stiff = bands.copy()
    stiff[0] += damping * scale
    result: np.ndarray = solveh_banded(stiff, gradient.ravel(), lower=True).reshape(-1, 2)
    return result


def checked(steps: int) -> int:
    if steps < 2:
        raise ValueError(f"steps is {steps}; at least 2 are needed")
    return steps
