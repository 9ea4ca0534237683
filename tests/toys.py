"""A family and two data sets that come from outside: the places that an extension touches are in this file.

The family is a conditional linear autoencoder whose encoder and decoder are trained by an optimiser each.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training import datasets, families
from training.config import option
from training.datasets import Dataset, Shape, Split
from training.families import Batch, LatentModel, Term
from training.families.latent import LatentSettings

COUNT = {True: 640, False: 120}  # images of a toy data set, to train and to test on


def toy(name: str, shape: Shape, classes: tuple[str, ...]) -> Dataset:
    """Squares of any shade somewhere on noise, a class for each number in turn."""

    def read(train: bool, root: Path | None, download: bool) -> Split:
        chance = np.random.default_rng(train)
        images = chance.integers(40, size=(COUNT[train], *shape), dtype=np.uint8)
        for image, (row, column) in zip(images, chance.integers(0, 8, (COUNT[train], 2)), strict=True):
            image[:, row : row + 4, column : column + 4] += 200
        return Split(images, np.arange(COUNT[train]) * 7 % len(classes), classes)

    return Dataset(name, name.title(), shape, classes, read, labelled=len(classes) > 1)


SLIPS = toy("slips", (1, 16, 12), ("all",))
TINTS = toy("tints", (3, 32, 32), tuple(f"hue {k}" for k in range(300)))


@dataclass(frozen=True)
class LinearSettings(LatentSettings):
    model = "linear"
    latent_dim = 2
    noise: float = option(0.1, "standard deviation of the noise that the network sees", 0, 1)


class Linear(LatentModel):
    """z = W (x, y) and logits = V (z, y), y a one-hot label; without a label, the mean of all labels."""

    config: LinearSettings
    name = "linear"
    title = "Conditional linear autoencoder"
    short = "linear"
    settings = LinearSettings
    terms = {"loss": Term("loss", "nats"), "error": Term("squared error", "")}  # noqa: RUF012
    steps = ("encoder", "decoder")
    abilities = frozenset({"encode", "decode", "encoder"})
    lacks = dict.fromkeys(
        ("prior", "posterior", "evidence", "classify"), "a linear autoencoder is no probabilistic model"
    )

    def __init__(self, config: LinearSettings, dataset: Dataset):
        super().__init__(config, dataset)
        self.labels = len(dataset.classes)
        self.encoder = nn.Linear(dataset.pixels + self.labels, config.latent_dim)
        self.decoder = nn.Linear(config.latent_dim + self.labels, dataset.pixels)

    def condition(self, labels: Tensor) -> Tensor:
        return nn.functional.one_hot(labels, self.labels).float()

    def corrupt(self, x: Tensor, chance: torch.Generator) -> Tensor:
        noise = torch.randn(x.shape, generator=chance, device=x.device)
        return (x + self.config.noise * noise).clamp(0, 1)

    def optimised(self, step: str) -> Iterable[nn.Parameter]:
        return getattr(self, step).parameters()

    def encode(self, x: Tensor, condition: Tensor | None = None) -> tuple[Tensor, None]:
        return self.encoder(torch.cat([x, self.known(x, condition)], 1)), None

    def decode(self, z: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.decoder(torch.cat([z, self.known(z, condition)], 1))

    def known(self, like: Tensor, condition: Tensor | None) -> Tensor:
        return like.new_full((len(like), self.labels), 1 / self.labels) if condition is None else condition

    def forward(self, batch: Batch, step: str = "") -> dict[str, Tensor]:
        z, _ = self.encode(batch.seen, batch.condition)
        logits = self.decode(z, batch.condition)
        error = ((torch.sigmoid(logits) - batch.x) ** 2).mean(1)
        return {"loss": -self.log_likelihood(batch.x, logits), "error": error}


@contextmanager
def registered() -> Iterator[None]:
    """While it lasts, the toys are there like everything else."""
    families.register(Linear)
    datasets.DATASETS.update({"slips": SLIPS, "tints": TINTS})
    try:
        yield
    finally:
        del families.FAMILIES["linear"]
        del datasets.DATASETS["slips"], datasets.DATASETS["tints"]
