"""A model with the images it is measured on, and what several measures need of both, computed once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from training.datasets import Split, measured_numbers, measured_split
from training.families import Family, LatentModel
from training.kit.threads import Report
from training.protocol import SEEDS

ENCODE_BATCH_SIZE = 5000  # images

Values = dict[str, Any]  # key of METRICS -> number, or a list of one per dimension
Part = Callable[[str], Report]  # begins a part of the work; returns where it reports its progress

M = TypeVar("M", bound=Family)


@dataclass(frozen=True)
class Draw:
    """The test images as one protocol wants them, x (n, pixels), and q(z|x) of just these, (n, d) each."""

    protocol: str
    seed: int
    x: Tensor
    mean: Tensor
    logvar: Tensor
    chance: torch.Generator


@dataclass
class MeasuredModel:
    """A frozen model, the training images and those of the test images that are measured; `numbers` are the
    latter's in their data set. `iw_seeds`: on how many binarisations the importance-weighted bound is taken.

    draws: five binarisations and the grey images, or for a density the grey ones alone; log_p: (draws, n)
    float64 in nats, once it was integrated; images: what is kept image by image.
    """

    model: Family
    train: Split
    test: Split
    numbers: np.ndarray
    iw_seeds: int
    draws: list[Draw] = field(default_factory=list)
    log_p: Tensor | None = None
    images: dict[str, Any] = field(default_factory=dict)

    @property
    def weighted_draws(self) -> list[Draw]:
        """The binarised draws on which the importance-weighted bound is taken; of a density, the one."""
        return [d for d in self.draws if d.protocol != "grey"][: self.iw_seeds]

    def as_a(self, kind: type[M]) -> M:
        assert isinstance(self.model, kind)
        return self.model


def measured_model(model: Family, train: Split, test: Split, iw_seeds: int) -> MeasuredModel:
    return MeasuredModel(model, train, measured_split(test), measured_numbers(len(test.images)), iw_seeds)


def pixels(split: Split) -> Tensor:
    """The images as (n, pixels) in [0, 1]."""
    return torch.from_numpy(split.pixels).float() / 255


def encode(model: LatentModel, x: Tensor) -> tuple[Tensor, Tensor | None]:
    """model.encode, in parts: x (n, pixels) to mean and log-variance, (n, d)."""
    means, logvars = zip(*(model.encode(part) for part in x.split(ENCODE_BATCH_SIZE)), strict=True)
    return torch.cat(means), None if logvars[0] is None else torch.cat(logvars)


def draws(model: LatentModel, test: Split) -> list[Draw]:
    """Five binarisations and the grey images; for a density of pixels, the grey ones alone."""
    if not model.likelihood.binary:
        return [draw(model, pixels(test), "density", 0)]
    binarised = [draw(model, pixels(test), "binarised", seed) for seed in SEEDS]
    return [*binarised, draw(model, pixels(test), "grey", 0)]


@torch.no_grad()
def draw(model: LatentModel, grey: Tensor, protocol: str, seed: int) -> Draw:
    chance = torch.Generator().manual_seed(seed)
    x = (torch.rand(grey.shape, generator=chance) < grey).float() if protocol == "binarised" else grey
    mean, logvar = encode(model, x)
    assert logvar is not None, "a likelihood is measured of models with q(z|x)"
    return Draw(protocol, seed, x, mean, logvar, chance)
