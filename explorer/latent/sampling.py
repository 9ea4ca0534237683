"""Codes drawn from a distribution, and how their images fare as samples. Numpy in, numpy out."""

from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import entr

from training.measures.codes import check

MOST_DRAWN = 1000
SEED_COUNT = 2**32  # seeds that there are
KERNEL_NEIGHBOUR = 10  # whose distance is the kernel's width
IMAGES_AT_ONCE = 2000  # reference images a matrix product

Sampler = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]


def prior(codes: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """z (count, d) from N(0, I), whatever the codes (n, d)."""
    return generator.standard_normal((count, codes.shape[1])).astype(np.float32)


def gaussian(codes: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """z (count, d) from N(m, S), the mean and full covariance of the codes (n, d). ValueError for n < 2."""
    check(codes, 2)
    codes = codes.astype(float)
    z = generator.multivariate_normal(codes.mean(0), np.cov(codes.T, bias=True), count)
    return z.astype(np.float32)


def density(codes: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """z (count, d) from a kernel density of the codes (n, d): one of them, and a Gaussian step from it.

    The step's deviation is the distance to the code's 10th neighbour (Breiman, Meisel & Purcell 1977): short
    in a dense cluster, long in a sparse arm. One width for all would follow the far codes of an autoencoder
    and blur its clusters; held-out codes were likelier so than under any one width. ValueError for n < 2.
    """
    check(codes, 2)
    codes = codes.astype(float)
    chosen = codes[generator.integers(len(codes), size=count)]
    width = cKDTree(codes).query(chosen, [min(KERNEL_NEIGHBOUR, len(codes) - 1) + 1])[0]  # + 1: itself
    result: np.ndarray = (chosen + width * generator.standard_normal(chosen.shape)).astype(np.float32)
    return result


SOURCES: dict[str, Sampler] = {"prior": prior, "gaussian": gaussian, "density": density}


def draw(source: str, codes: np.ndarray, count: int, seed: int) -> np.ndarray:
    """z (count, d) float32 from one of SOURCES, given the codes (n, d). Raises ValueError."""
    if source not in SOURCES:
        raise ValueError(f"source is {source!r}; allowed are {', '.join(SOURCES)}")
    if not 1 <= count <= MOST_DRAWN:
        raise ValueError(f"count is {count}; allowed are 1 to {MOST_DRAWN}")
    if not 0 <= seed < SEED_COUNT:
        raise ValueError(f"seed is {seed}; allowed are 0 to {SEED_COUNT - 1}")
    return SOURCES[source](codes, count, np.random.default_rng(seed))


def effective_classes(probabilities: np.ndarray) -> float:
    """exp(H), H the entropy of the mean of the predictions (n, c): 1, all of one class, to c, all alike.

    The Hill number of order 1 (Hill 1973). Raises ValueError for no predictions.
    """
    check(probabilities, 1)
    mean = probabilities.mean(0, dtype=float)
    return float(np.exp(entr(mean / mean.sum()).sum()))


def confident(probabilities: np.ndarray, level: float = 0.9) -> float:
    """The share of predictions (n, c) whose likeliest class has more than `level`. ValueError for none."""
    check(probabilities, 1)
    return float(np.mean(probabilities.max(1) > level))


def nearest_distance(images: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Euclidean distance of images (m, pixels) uint8 to the nearest of reference (n, pixels), in [0, 1].

    |a - b|^2 = |a|^2 - 2 a b + |b|^2 finds the nearest, in single precision (at near ties, one of them);
    its distance is then exact. float32 (m,). Raises ValueError for an empty reference.
    """
    check(reference, 1)
    a = images.astype(np.float32)
    least = np.full(len(a), np.inf, dtype=np.float32)
    nearest = np.zeros(len(a), dtype=int)
    for first in range(0, len(reference), IMAGES_AT_ONCE):
        b = reference[first : first + IMAGES_AT_ONCE].astype(np.float32)
        score = np.einsum("ij,ij->i", b, b) - 2 * a @ b.T  # |a|^2 is the same for all b
        place = score.argmin(1)
        value = score[np.arange(len(a)), place]
        nearest = np.where(value < least, first + place, nearest)
        least = np.minimum(value, least)
    result: np.ndarray = np.linalg.norm(a - reference[nearest], axis=1) / np.float32(255)
    return result
