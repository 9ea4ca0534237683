"""A simple prior is enough: a Gaussian cloud on its way through functions (Doersch 2016, figure 2)."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial import cKDTree

from training.families import LatentModel

CLOUD_POINTS = 2000  # codes of the cloud
MIN_NORM = 1e-12  # least |z| that is divided by


@dataclass(frozen=True)
class Stage:
    """The cloud at one stage of a decoder: its title, units wide, as (n, 2), and the share of the variance
    that these two directions hold, 0 to 1."""

    title: str
    width: int
    points: np.ndarray
    share: float


@dataclass(frozen=True)
class Unfolded:
    """A cloud's stages in a decoder, its ring g(z) (n, 2), and each z's label, of the nearest code, (n,)."""

    stages: list[Stage]
    ring: np.ndarray
    labels: np.ndarray


def unfolded(model: LatentModel, codes: np.ndarray, labels: np.ndarray) -> Unfolded:
    """A cloud through a model, labelled by the codes (m, 2) of images with labels (m,)."""
    z = cloud()
    return Unfolded(stages(model, z), ring(z), nearest_labels(z, codes, labels))


def cloud(count: int = CLOUD_POINTS, seed: int = 0) -> np.ndarray:
    """z (count, 2) float32 from N(0, I)."""
    return np.random.default_rng(seed).standard_normal((count, 2)).astype(np.float32)


def ring(z: np.ndarray) -> np.ndarray:
    """g(z) = z / 10 + z / |z|, which makes a ring of a Gaussian cloud (Doersch 2016): (n, 2) to (n, 2)."""
    size = np.maximum(np.linalg.norm(z, axis=1, keepdims=True), MIN_NORM)
    result: np.ndarray = z / 10 + z / size
    return result


def stages(model: LatentModel, z: np.ndarray) -> list[Stage]:
    """The cloud z (n, 2) and what each layer of the decoder makes of it, the last one the decoded pictures.

    A stage's points are its two principal components over this cloud, turned and mirrored to lie as
    the stage before: what is left of a change is the layer's, not the projection's.
    """
    stages = [Stage("z", z.shape[1], z, 1.0)]
    for title, h in model.activations(torch.from_numpy(z)):
        points, share = principal(h.double().numpy())
        stages.append(Stage(title, h.shape[1], turned(points, stages[-1].points).astype(np.float32), share))
    return stages


def principal(h: np.ndarray) -> tuple[np.ndarray, float]:
    """Scores on the first two principal components, (n, width) to (n, 2), and their share of the variance."""
    if not np.isfinite(h).all():
        raise ValueError("the decoder's layers give no finite numbers: its weights are spoiled")
    centred = h - h.mean(0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    total = values.sum()
    share = float(values[-2:].sum() / total) if total > 0 else 1.0
    return centred @ vectors[:, :-3:-1], share


def turned(points: np.ndarray, like: np.ndarray) -> np.ndarray:
    """The points after the rotation and reflection that bring them nearest to others (Schoenemann 1966)."""
    u, _, v = np.linalg.svd(points.T @ (like - like.mean(0)))
    result: np.ndarray = points @ u @ v
    return result


def nearest_labels(z: np.ndarray, codes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The label of the code nearest to each z: (n, 2), (m, 2), (m,) to (n,)."""
    result: np.ndarray = labels[cKDTree(codes).query(z)[1]]
    return result
