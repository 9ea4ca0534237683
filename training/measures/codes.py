"""What a cloud of codes is like: neighbours, trustworthiness, distance from N(0, I), holes in it."""

import math

import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.special import chndtr, ndtri
from torch import Tensor

from training.protocol import HOLE_LEVEL, NEIGHBOURS, TRUSTED_NEIGHBOURS

PRIOR_POINTS = 141  # on each axis of the lattice that stands for N(0, I): 19,881 points in all


def neighbour_accuracies(
    train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray
) -> dict[str, float]:
    """Share of the test codes whose label the vote of their k nearest training codes gives. (n, d), (n,)."""
    from sklearn.neighbors import KNeighborsClassifier  # half a second to import: the app never measures this

    accuracies = {}
    for k in NEIGHBOURS:
        classifier = KNeighborsClassifier(n_neighbors=k).fit(train, train_labels)
        accuracies[f"knn_{k}"] = float(classifier.score(test, test_labels))
    return accuracies


def trust(pixels: np.ndarray, codes: np.ndarray) -> float:
    """Whether neighbours in the plane are neighbours as images (Venna & Kaski 2001): 1 if all are.

    pixels: (n, pixels), codes: (n, d); more than ten codes. Needs 30 n^2 bytes.
    """
    from sklearn.manifold import trustworthiness  # as above

    return float(trustworthiness(pixels, codes, n_neighbors=TRUSTED_NEIGHBOURS))


def gaussian_kl_to_prior(codes: Tensor) -> float:
    """KL(N(m, S) || N(0, I)) in nats, m and S being the codes' mean and covariance; (n, d), d >= 1.

    (tr S + |m|^2 - d - log det S) / 2; infinite if the codes lie on a line.
    """
    codes = codes.double()
    covariance = torch.cov(codes.T, correction=0).reshape(codes.shape[1], codes.shape[1])
    spread = covariance.trace() - codes.shape[1] - torch.logdet(covariance)
    return 0.5 * (spread + (codes.mean(0) ** 2).sum()).item()


def energy_distance_to_prior(codes: Tensor) -> float:
    """2 E|z - p| - E|z - z'| - E|p - p'| for codes z in the plane, (n, 2), and p from N(0, I).

    Zero only if the codes are spread as N(0, I) (Szekely & Rizzo 2013), in units of z. Nothing is drawn:
    E|z - p| is the mean of a Rice distribution, E|p - p'| is sqrt(pi). Raises ValueError for other planes.
    """
    if codes.shape[1] != 2:
        raise ValueError(f"codes have {codes.shape[1]} dimensions; this distance is for 2")
    codes = codes.double()
    y = (codes**2).sum(1) / 4
    to_prior = math.sqrt(math.pi / 2) * ((1 + 2 * y) * torch.special.i0e(y) + 2 * y * torch.special.i1e(y))
    within = 0.0
    for part in codes.split(1000):
        within += torch.cdist(part, codes, compute_mode="donot_use_mm_for_euclid_dist").sum().item()
    result: float = 2 * to_prior.mean().item() - within / len(codes) ** 2 - math.sqrt(math.pi)
    return result


def holes(codes: np.ndarray, level: float = HOLE_LEVEL) -> float:
    """The share of N(0, I) that lies in holes of the codes (n, 2): such clouds of its own codes have 1 %.

    A point p lies in a hole if its nearest code is farther off than it would be in 99 % of all clouds of n
    codes drawn from N(0, I) itself (level: the other 1 %). A disc around p that holds the mass m of N(0, I)
    is free of such n codes with probability (1 - m)^n, and m is known: |z - p|^2 has the
    non-central chi-squared distribution; p steps by equal probabilities on both axes. More codes show finer
    holes: compare equal n. Raises ValueError for no codes, or a level that is not between 0 and 1.
    """
    check(codes, 1)
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must lie between 0 and 1")
    axis = ndtri((np.arange(PRIOR_POINTS) + 0.5) / PRIOR_POINTS)
    p = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    distance = cKDTree(codes).query(p)[0]
    mass = chndtr(distance**2, 2, (p**2).sum(1))
    return float(np.mean(mass > 1 - level ** (1 / len(codes))))


def check(rows: np.ndarray, fewest: int) -> None:
    """Raises ValueError for fewer rows than a function needs."""
    if len(rows) < fewest:
        raise ValueError(f"there are {len(rows)} rows; at least {fewest} are needed")
