"""How alike two maps of the same images are: arrangement, neighbours, distances; what chance gives. No torch.

Maps are codes (n, 2); row i of both is image i.
"""

import numpy as np
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist, pdist

NEIGHBOURS = 10
DEALS = 200  # The classes' places are dealt at random so many times.
MEDOID_CLASSES = range(4, 21)  # Of a data set with so many classes, the landmarks are their medoids.
RANDOM_LANDMARKS = 10  # Of any other data set, they are so many test images.


def standardised(codes: np.ndarray) -> np.ndarray:
    """Codes moved and scaled to mean 0 and sum of squares 1: (n, 2), float64.

    Raises ValueError for codes that all coincide or are not finite.
    """
    z = np.asarray(codes, dtype=np.float64)
    z = z - z.mean(0)
    size = np.linalg.norm(z)
    if not np.isfinite(size) or size == 0:
        raise ValueError("a map needs finite codes that differ; these are none")
    result: np.ndarray = z / size
    return result


def same_images(a: np.ndarray, b: np.ndarray) -> None:
    if len(a) != len(b):
        raise ValueError(f"two maps of the same points are needed; these have {len(a)} and {len(b)}")


def rotation_onto(codes: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The rotation or reflection R, (2, 2), for which centred codes @ R come nearest the centred target.

    (Schoenemann 1966.) Raises ValueError for maps of unlike numbers of images, and as `standardised` does.
    """
    same_images(codes, target)
    rotation: np.ndarray = orthogonal_procrustes(standardised(codes), standardised(target))[0]
    return rotation


def turned(codes: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Codes turned about their own mean, mirrored if that is nearer, onto a target: (n, 2), float32."""
    mean = codes.mean(0, dtype=np.float64)
    result: np.ndarray = (mean + (codes - mean) @ rotation_onto(codes, target)).astype(np.float32)
    return result


def disparity(a: np.ndarray, b: np.ndarray) -> float:
    """Share of a map's sum of squares that the other, at its best place, angle, mirroring and scale, misses.

    From 0, the same map, to 1; 1 - (s1 + s2)^2 for the singular values s of a^T b of standardised maps (Gower
    1975; as scipy.spatial.procrustes). Raises ValueError as `rotation_onto` does.
    """
    same_images(a, b)
    return disparity_of(standardised(a), standardised(b))


def disparity_of(a: np.ndarray, b: np.ndarray) -> float:
    return float(1 - np.linalg.svd(a.T @ b, compute_uv=False).sum() ** 2)


def disparity_by_chance(a: np.ndarray, b: np.ndarray, labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """The disparity of a and of b with the places of its classes dealt at random, DEALS times: (DEALS,).

    Two maps that both gather the classes are alike to this degree for that reason alone. labels: (n,).
    """
    same_images(a, b)
    chance = np.random.default_rng(seed)
    a = standardised(a)
    return np.array([disparity_of(a, standardised(b[dealt(labels, chance)])) for _ in range(DEALS)])


def dealt(labels: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """For each image the one whose place it takes, (n,): any of a class, one class for all of its own."""
    rows = np.empty(len(labels), dtype=np.int64)
    classes = np.unique(labels)
    for own, other in zip(classes, chance.permutation(classes), strict=True):
        places = np.flatnonzero(labels == other)
        mine = np.flatnonzero(labels == own)
        rows[mine] = chance.choice(places, len(mine), replace=len(mine) > len(places))
    return rows


def shuffled(labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """For each image one of its own class whose place it takes, each place taken once: (n,)."""
    chance = np.random.default_rng(seed)
    rows = np.empty(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        rows[mine] = chance.permutation(mine)
    return rows


def shared_neighbours(a: np.ndarray, b: np.ndarray, k: int = NEIGHBOURS) -> np.ndarray:
    """|N_a and N_b| / k: the share of a point's k nearest others in one map that are so in the other: (n,).

    Raises ValueError for maps of unlike numbers of points, and unless 1 <= k < n.
    """
    same_images(a, b)
    both = np.sort(np.concatenate([neighbours(a, k), neighbours(b, k)], axis=1), axis=1)
    result: np.ndarray = np.sum(both[:, 1:] == both[:, :-1], axis=1) / k
    return result


def neighbours(codes: np.ndarray, k: int) -> np.ndarray:
    """Indices (n, k) of each code's k nearest others, never itself; any of those at equal distances.

    Raises ValueError unless 1 <= k < n.
    """
    n = len(codes)
    if not 1 <= k < n:
        raise ValueError(f"k is {k}; allowed are 1 to {n - 1}, for {n} codes")
    nearest = cKDTree(codes).query(codes, k + 1)[1]
    own = nearest == np.arange(n)[:, None]
    own[:, -1] |= ~own.any(axis=1)  # among more than k duplicates a code may not find itself
    result: np.ndarray = nearest[~own].reshape(n, k)
    return result


def landmarks(pixels: np.ndarray, labels: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Rows of the images between which distances are taken, (m,): medoids of the classes, or random images.

    pixels: (n, pixels); labels: (n,). The same for every run that was measured on these images.
    """
    if by_class(classes):
        return medoids(pixels, labels)
    chance = np.random.default_rng(0)
    return np.sort(chance.choice(len(pixels), min(RANDOM_LANDMARKS, len(pixels)), replace=False))


def by_class(classes: tuple[str, ...]) -> bool:
    """Whether the landmarks are medoids of the classes: not without labels, nor for few or many classes."""
    return len(classes) in MEDOID_CLASSES


def medoids(pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Of each class the image with the least sum of Euclidean distances to the others: rows, (classes,).

    pixels: (n, pixels); labels: (n,). Images alone decide: the same for every run.
    """
    rows = []
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        own = pixels[mine].astype(np.float32)
        rows.append(mine[cdist(own, own).sum(1).argmin()])
    return np.array(rows)


def distances(points: np.ndarray) -> np.ndarray:
    """Euclidean, of all pairs of points (m, d), in the order of itertools.combinations: (m (m - 1) / 2,)."""
    result: np.ndarray = pdist(np.asarray(points, dtype=np.float64))
    return result


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's, of two lists of distances, (p,) each. Raises ValueError where it is not defined."""
    from scipy.stats import spearmanr  # half a second to import: only where seeds are compared

    defined = len(a) > 1 and np.ptp(a) > 0 and np.ptp(b) > 0
    correlation = float(spearmanr(a, b).statistic) if defined else np.nan
    if not np.isfinite(correlation):
        raise ValueError("distances of which all are the same, or not finite, have no rank correlation")
    return correlation


def compare(a: np.ndarray, b: np.ndarray, labels: np.ndarray | None) -> dict[str, float]:
    """Arrangement and neighbours of two maps (n, 2), by the keys of agreement.BETWEEN.

    Without labels, what maps share for their classes alone is left out. Raises ValueError.
    """
    apart = disparity(a, b)
    values = {
        "disparity": apart,
        "shared": float(shared_neighbours(a, b).mean()),
        "shared_by_chance": NEIGHBOURS / (len(a) - 1),
    }
    if labels is None:
        return values
    chance = disparity_by_chance(a, b, labels)
    return values | {
        "disparity_dealt": float(chance.mean()),
        "as_near": float((chance <= apart).mean()),
        "shared_in_class": float(shared_neighbours(a, b[shuffled(labels)]).mean()),
    }
