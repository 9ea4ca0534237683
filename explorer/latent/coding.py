"""Images to codes and codes to images: the only calls of a model in the explorer. Torch in, numpy out."""

import math

import numpy as np
import torch

from training import datasets
from training.datasets import Shape
from training.families import LatentModel

IMAGES_AT_ONCE = 2000  # images or codes a call of the network


def single_threaded() -> None:
    """One thread a call: small decodes are many times slower on two, and sessions share the cores anyway."""
    torch.set_num_threads(1)


def encode(model: LatentModel, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Mean and log-variance of q(z|x), float32 (n, d) each, of images (n, c, h, w) uint8.

    The log-variance is None for a model without a q(z|x).
    """
    means = []
    logvars = []
    for first in range(0, len(images), IMAGES_AT_ONCE):
        x = torch.tensor(images[first : first + IMAGES_AT_ONCE], dtype=torch.float32).flatten(1) / 255
        mean, logvar = model.encode(x)
        means.append(mean)
        if logvar is not None:
            logvars.append(logvar)
    return torch.cat(means).numpy(), torch.cat(logvars).numpy() if logvars else None


def shape_of(model: LatentModel) -> Shape:
    """Channels, height and width of the images of the model's data set."""
    return datasets.of_name(model.config.dataset).shape


def decode(model: LatentModel, z: np.ndarray) -> np.ndarray:
    """The mean image of p(x|z) at each code: (n, d) to (n, c, h, w) uint8."""
    codes = torch.tensor(z, dtype=torch.float32)
    parts = [torch.sigmoid(model.decode(part)) for part in codes.split(IMAGES_AT_ONCE)]
    return (torch.cat(parts) * 255).round().to(torch.uint8).view(-1, *shape_of(model)).numpy()


@torch.no_grad()
def is_finite(model: LatentModel) -> bool:
    """Whether two codes near 0 and, if there is an encoder, a black and a white image give finite numbers."""
    d = model.config.latent_dim
    answers: list[torch.Tensor | None] = [model.decode(torch.stack([torch.zeros(d), torch.ones(d)]))]
    if "encoder" in model.abilities:
        pixels = math.prod(shape_of(model))
        answers += model.encode(torch.stack([torch.zeros(pixels), torch.ones(pixels)]))
    return all(bool(answer.isfinite().all()) for answer in answers if answer is not None)


def scan(model: LatentModel) -> None:
    """Decode the whole plane once, for what asks about posteriors."""
    model.scan(torch.zeros(1, math.prod(shape_of(model))))
