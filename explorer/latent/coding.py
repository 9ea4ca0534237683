"""Images to codes and codes to images: the only calls of a model in the explorer. Torch in, numpy out."""

import math
from collections.abc import Mapping

import numpy as np
import torch

from training import datasets
from training.datasets import Shape
from training.families import LatentModel
from training.integrals.moments import SCAN_SIDE, Scan, scan_fits
from training.kit.checkpoints import checkpoint

CHECKED_SDS = 3.0  # a kept code is checked on a lattice that reaches so many standard deviations
CHECKED_STEPS = 7  # along each axis
CHECKED_CODES = 100  # of a kept scan
FITTING = 0.6  # share of the checked codes that must fit
LARGEST_HALF = float(np.finfo(np.float16).max)
IMAGES_AT_ONCE = 1000  # images or codes a call of the network


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
        checkpoint(first / len(images))
        x = torch.tensor(images[first : first + IMAGES_AT_ONCE], dtype=torch.float32).flatten(1) / 255
        mean, logvar = model.encode(x)
        means.append(mean)
        if logvar is not None:
            logvars.append(logvar)
    return torch.cat(means).numpy(), torch.cat(logvars).numpy() if logvars else None


def half(codes: np.ndarray) -> np.ndarray:
    """Codes as films and frames have them: float16, those beyond its range at its edge."""
    halves: np.ndarray = np.nan_to_num(codes).clip(-LARGEST_HALF, LARGEST_HALF).astype(np.float16)
    return halves


def tensors(arrays: Mapping[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """Arrays as torch has them, by their names."""
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


@torch.no_grad()
def codes_fit(model: LatentModel, images: np.ndarray, mean: np.ndarray, logvar: np.ndarray) -> bool:
    """Whether these are means and log-variances (n, 2) of p(z|x) of images (n, c, h, w) uint8, all but a few.

    Each posterior is summed on a lattice about its mean, as wide as its variance says: there its mean must
    come out again, to half a standard deviation. It does for nine of ten images, the others have posteriors
    of several modes; under another model, or of other images, for fewer than one of a hundred.
    """
    x = torch.tensor(images, dtype=torch.float32).flatten(1) / 255
    centre = torch.tensor(mean)
    sd = (0.5 * torch.tensor(logvar)).exp()
    steps = torch.linspace(-CHECKED_SDS, CHECKED_SDS, CHECKED_STEPS)
    epsilon = torch.cartesian_prod(steps, steps)
    moved = torch.stack([shift_of(model, *each, epsilon) for each in zip(x, centre, sd, strict=True)])
    return bool((moved.norm(dim=1) < 0.5).float().mean() >= FITTING)


def shift_of(
    model: LatentModel, x: torch.Tensor, centre: torch.Tensor, sd: torch.Tensor, epsilon: torch.Tensor
) -> torch.Tensor:
    """The mean of p(z|x) over codes centre + sd * epsilon, (k, 2), in standard deviations off the centre."""
    checkpoint()
    z = centre + sd * epsilon
    a, b = model.linear_form(z)
    log_joint = a @ x + b - 0.5 * (z**2).sum(1)
    mean: torch.Tensor = log_joint.double().softmax(0) @ epsilon.double()
    return mean


def shape_of(model: LatentModel) -> Shape:
    """Channels, height and width of the images of the model's data set."""
    return datasets.of_name(model.config.dataset).shape


def decode(model: LatentModel, z: np.ndarray) -> np.ndarray:
    """The mean image of p(x|z) at each code: (n, d) to (n, c, h, w) uint8."""
    codes = torch.tensor(z, dtype=torch.float32)
    parts = []
    for part in codes.split(IMAGES_AT_ONCE):
        checkpoint()
        parts.append((torch.sigmoid(model.decode(part)) * 255).round().to(torch.uint8))
    return torch.cat(parts).view(-1, *shape_of(model)).numpy()


@torch.no_grad()
def is_finite(model: LatentModel) -> bool:
    """Whether two codes near 0 and, if there is an encoder, a black and a white image give finite numbers."""
    d = model.config.latent_dim
    answers: list[torch.Tensor | None] = [model.decode(torch.stack([torch.zeros(d), torch.ones(d)]))]
    if "encoder" in model.abilities:
        pixels = math.prod(shape_of(model))
        answers += model.encode(torch.stack([torch.zeros(pixels), torch.ones(pixels)]))
    return all(bool(answer.isfinite().all()) for answer in answers if answer is not None)


def scan(model: LatentModel) -> Scan:
    """Decode the whole plane once, for what asks about posteriors."""
    return model.scan(torch.zeros(1, math.prod(shape_of(model))))


def take_scan(model: LatentModel, **arrays: np.ndarray) -> bool:
    """Give a model a scan that was kept, by the fields of moments.Scan, float32. Returns whether it fits.

    It does if a hundred of its codes, at random, come out again under this very model.
    """
    kept = Scan(**tensors(arrays))
    rows = np.random.default_rng().choice(SCAN_SIDE**2, CHECKED_CODES, replace=False)
    fits = scan_fits(model.linear_form, kept, torch.from_numpy(rows))
    if fits:
        model.keep_scan(kept)
    return fits
