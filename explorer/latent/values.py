"""Values that colour the points: one number for every test image. Torch in, numpy out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.latent import selection
from training.families import LatentModel
from training.integrals.grid import exact_log_likelihood
from training.kit.checkpoints import checkpoint
from training.likelihoods import kl_to_standard_normal

QUADRATURE_POINTS = 256  # quadrature points along an axis: 0.01 nats or so, and finer than any colour
COMPARED_NEIGHBOURS = 10
IMAGES_AT_ONCE = 2000  # images a call of the network


class AbsentError(ValueError):
    """A run has no such values, and need not: the message says why."""


@dataclass(frozen=True)
class EncodedImages:
    """A run's test images and their codes: images (n, c, h, w) uint8, labels (n,), mean and sd (n, d)."""

    name: str
    model: LatentModel
    images: np.ndarray
    labels: np.ndarray
    mean: np.ndarray
    sd: np.ndarray | None


def batches(images: np.ndarray) -> list[Tensor]:
    x = torch.tensor(images.reshape(len(images), -1), dtype=torch.float32) / 255
    return list(x.split(IMAGES_AT_ONCE))


@torch.no_grad()
def error(coded: EncodedImages, other: EncodedImages) -> np.ndarray:
    """-log p(x|z) of each image at its own code z = mean, in nats, grey pixels: float32 (n,)."""
    codes = torch.tensor(coded.mean).split(IMAGES_AT_ONCE)
    parts = []
    for x, z in zip(batches(coded.images), codes, strict=True):
        checkpoint()
        parts.append(-coded.model.log_likelihood(x, coded.model.decode(z)))
    return torch.cat(parts).numpy()


@torch.no_grad()
def likelihood(coded: EncodedImages, other: EncodedImages) -> np.ndarray:
    """log p(x) of each image, in nats, grey pixels, by quadrature over the plane: float32 (n,)."""
    sd_of(coded)
    x = torch.cat(batches(coded.images))
    log_p = exact_log_likelihood(coded.model.decode, x, coded.model.config.likelihood, QUADRATURE_POINTS)
    return log_p.float().numpy()


def kl(coded: EncodedImages, other: EncodedImages) -> np.ndarray:
    """KL(q(z|x) || N(0, I)) of each image, in nats: float32 (n,)."""
    sd = sd_of(coded)
    mean = torch.tensor(coded.mean)
    logvar = torch.tensor(2 * np.log(sd))
    return kl_to_standard_normal(mean, logvar).sum(-1).numpy()


def sd_of(coded: EncodedImages) -> np.ndarray:
    if coded.sd is None:
        raise AbsentError(f"{coded.name} has no q(z|x)")
    return coded.sd


def neighbours(coded: EncodedImages, other: EncodedImages) -> np.ndarray:
    """Share of an image's nearest neighbours in this map that are none in the other: float32 (n,)."""
    if len(coded.mean) != len(other.mean) or not np.array_equal(coded.images, other.images):
        raise AbsentError(f"{coded.name} and {other.name} show different data sets")
    return selection.changed_neighbours(coded.mean, other.mean, COMPARED_NEIGHBOURS)


def misplaced(coded: EncodedImages, other: EncodedImages) -> np.ndarray:
    """Share of an image's nearest neighbours that carry another label: float32 (n,)."""
    return selection.misplaced(coded.mean, coded.labels, COMPARED_NEIGHBOURS)


COLOURINGS: dict[str, Callable[[EncodedImages, EncodedImages], np.ndarray]] = {  # by their keys
    "error": error,
    "likelihood": likelihood,
    "kl": kl,
    "neighbours": neighbours,
    "misplaced": misplaced,
}
