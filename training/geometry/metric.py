"""The code plane as its pictures measure it: metric, magnification, length of a path. Torch in, numpy out.

A decoder here is any function of codes (n, 2), float32, to pictures (n, pixels) in [0, 1]. Distances between
pictures are Euclidean, over pixels; Arvanitidis et al. 2018, "Latent space oddity", has the background.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from training.kit.checkpoints import checkpoint

Decode = Callable[[Tensor], Tensor]

DECODED_AT_ONCE = 512  # Codes go to the decoder in batches of this size: with more, memory grows, not speed.
PIECES = 64  # A path is first cut into so many pieces.
MAX_PIECES = 4096  # Beyond these no piece is halved any more: that would measure float32's rounding.
CONVERGED = 1e-3  # A piece is fine enough if halving it adds no more than this share to its length.


def as_codes(values: ArrayLike, what: str, least: int = 1) -> np.ndarray:
    """Codes (n, 2), float64, of anything like them. Raises ValueError for another shape, n < least, nan, inf.

    `what` names them in the message: "a path".
    """
    z = np.asarray(values, dtype=np.float64)
    if z.ndim != 2 or z.shape[1] != 2 or len(z) < least:
        raise ValueError(f"{what} needs codes (n, 2), n at least {least}; its shape is {z.shape}")
    if not np.isfinite(z).all():
        raise ValueError(f"{what} needs finite numbers; some are nan or infinite")
    return z


def pictures(decode: Decode, z: np.ndarray) -> np.ndarray:
    """The pictures (n, pixels) of codes (n, 2). Raises ValueError where the decoder's numbers overflow."""
    codes = torch.from_numpy(np.ascontiguousarray(z, dtype=np.float32))
    parts = []
    with torch.no_grad():
        for part in codes.split(DECODED_AT_ONCE):
            checkpoint()
            parts.append(decode(part))
    x = torch.cat(parts).numpy()
    if not np.isfinite(x).all():
        raise ValueError("some of these codes have no picture: they are too far out for the decoder")
    return x


def jacobian(decode: Decode, z: np.ndarray) -> np.ndarray:
    """dx/dz1 and dx/dz2 at codes (n, 2), all in one batch: (2, n, pixels).

    J^T v is linear in v, and so dx/dz_k is its derivative by v, whatever v is: two passes backwards in place
    of one for each pixel (Townsend 2017, "A new trick for calculating Jacobian vector products"). As quick
    as torch's forward mode, which loads for seconds at its first use, and is one state for all threads.
    """
    codes = torch.from_numpy(np.ascontiguousarray(z, dtype=np.float32)).requires_grad_()
    with torch.enable_grad():
        x = decode(codes)
        v = torch.zeros_like(x, requires_grad=True)
        if not x.requires_grad:  # it does not depend on the codes
            return np.zeros((codes.shape[1], *x.shape), np.float32)
        (back,) = torch.autograd.grad(x, codes, v, create_graph=True, materialize_grads=True)
        columns = [
            torch.autograd.grad(back[:, k].sum(), v, retain_graph=True, materialize_grads=True)[0]
            for k in range(codes.shape[1])
        ]
    return torch.stack(columns).numpy()


def pullback(decode: Decode, z: ArrayLike) -> np.ndarray:
    """The pull-back metric J^T J at codes (n, 2), J = dx/dz: (n, 2, 2), float64.

    In squared change of the picture per squared unit of z: a step dz changes it by sqrt(dz^T J^T J dz).
    Raises ValueError for codes of another shape or not finite.
    """
    codes = as_codes(z, "the metric")
    metric = np.empty((len(codes), 2, 2))
    for first in range(0, len(codes), DECODED_AT_ONCE):
        checkpoint()
        j = jacobian(decode, codes[first : first + DECODED_AT_ONCE]).astype(np.float64)
        metric[first : first + DECODED_AT_ONCE] = np.einsum("inp,jnp->nij", j, j)
    return metric


def magnification(decode: Decode, z: ArrayLike) -> np.ndarray:
    """sqrt det J^T J at codes (n, 2): area of pictures per area of codes, (n,), float32, at least 0, no nan.

    The magnification factor of Bishop, Svensen & Williams 1997. Raises ValueError as `pullback` does.
    """
    g = pullback(decode, z)
    determinant = g[:, 0, 0] * g[:, 1, 1] - g[:, 0, 1] ** 2
    result: np.ndarray = np.sqrt(np.maximum(np.nan_to_num(determinant), 0)).astype(np.float32)
    return result


def cut(path: np.ndarray, pieces: int) -> np.ndarray:
    """The corners of a path (k, 2) and points between, equally many on each leg: `pieces` or a few more."""
    each = math.ceil(pieces / (len(path) - 1))
    between = path[:-1, None] + (np.arange(each) / each)[:, None] * np.diff(path, axis=0)[:, None]
    return np.concatenate([between.reshape(-1, 2), path[-1:]])


def distances(x: np.ndarray) -> np.ndarray:
    """Between consecutive pictures (n, pixels): (n - 1,), float64."""
    result: np.ndarray = np.linalg.norm(np.diff(x, axis=0), axis=1).astype(np.float64)
    return result


def measure(decode: Decode, path: np.ndarray, pieces: int = PIECES) -> tuple[np.ndarray, np.ndarray]:
    """A path cut finely enough to measure it, (m, 2), and the picture length up to each of its points, (m,).

    Each piece is halved, and its halves again, until that lengthens a piece by less than CONVERGED of it or
    of the mean piece. Chords fall short of an arc by the square of their size, so at the end each is about a
    third of that short: the whole is right to 0.04 %.
    """
    z = cut(path, pieces)
    x = pictures(decode, z)
    halve = np.arange(len(z) - 1)
    while len(halve) and len(z) < MAX_PIECES:
        between = (z[halve] + z[halve + 1]) / 2
        before = distances(x)
        z = np.insert(z, halve + 1, between, axis=0)
        x = np.insert(x, halve + 1, pictures(decode, between), axis=0)
        halves = halve + np.arange(len(halve))  # where the first half of each piece now stands
        after = distances(x)
        both = after[halves] + after[halves + 1]
        bent = halves[both - before[halve] > CONVERGED * np.maximum(both, after.mean())]
        halve = np.sort(np.concatenate([bent, bent + 1]))
    return z, np.concatenate([[0.0], np.cumsum(distances(x))])


def length(decode: Decode, path: ArrayLike, pieces: int = PIECES) -> float:
    """The length of the pictures along a polyline of codes (k, 2), to 0.04 % (see `measure`).

    It is first cut into `pieces`: too few could step over a change and back. In picture space's Euclidean
    distance. Raises ValueError for fewer than 2 codes, another shape, numbers not finite, or pieces < 1.
    """
    if pieces < 1:
        raise ValueError(f"pieces is {pieces}; at least 1 is needed")
    return float(measure(decode, as_codes(path, "a path", 2), pieces)[1][-1])
