"""The images of a training: read, split, moved to the device, and drawn as batches."""

from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import TensorDataset

from training import datasets
from training.config import Settings
from training.families import Batch, Family
from training.fit import devices
from training.fit.devices import Process

Labelled = TensorDataset  # images (n, pixels) uint8 and labels (n,) int64, on the device


def load_images(config: Settings, process: Process, root: Path | None) -> tuple[Labelled, Labelled]:
    """Training images and the images to test on, with their labels.

    Raises DataError, and ValueError for settings that the images or the processes can't meet.
    """
    if config.batch_size % process.world:
        raise ValueError(
            f"batch_size is {config.batch_size}; it must be a multiple of {process.world} processes"
        )
    if process.world > 1:  # one process downloads and unpacks, then the others read
        devices.on_rank_zero(process, lambda: read(config, True, root))
    images = read(config, True, root)
    if config.holdout >= len(images):
        raise ValueError(f"holdout is {config.holdout}; it must leave some of {len(images)} images")
    count = len(images) - config.holdout
    test = (
        part(images, count, len(images), process)
        if config.holdout
        else part(whole := read(config, False, root), 0, len(whole), process)
    )
    images = part(images, 0, min(count, config.limit or count), process)
    test = part(test, 0, config.limit or len(test), process)
    if len(images) < config.batch_size:
        raise ValueError(
            f"batch_size is {config.batch_size}, and there are only {len(images)} images: "
            f"take a smaller --batch-size, or a larger --limit or smaller --holdout"
        )
    return images, test


def read(config: Settings, train: bool, root: Path | None) -> Labelled:
    split = datasets.load(config.dataset, train, root, download=True)
    return Labelled(torch.from_numpy(split.pixels), torch.from_numpy(split.labels))


def part(whole: Labelled, start: int, end: int, process: Process) -> Labelled:
    return Labelled(*(t.to(process.device) for t in whole[start:end]))


def batch(model: Family, images: tuple[Tensor, ...], chance: torch.Generator) -> Batch:
    """What a model is trained by: images (n, pixels) uint8 and labels (n,), with fresh chance."""
    grey, labels = images
    x = to_input(grey, model.config.binarize, chance)
    epsilon = torch.randn(len(x), model.config.latent_dim, generator=chance, device=x.device)
    return Batch(x, epsilon, labels, model.corrupt(x, chance), model.condition(labels))


def to_input(x: Tensor, binarize: bool, generator: torch.Generator) -> Tensor:
    """Bytes (n, pixels) to network input in [0, 1]: grey, or every pixel drawn as Bernoulli(grey)."""
    grey = x.float() / 255
    if not binarize:
        return grey
    return (torch.rand(x.shape, generator=generator, device=x.device) < grey).float()
