"""The contract of a family: what a model of it is trained by, what it can do, and what it says it can't.

A family is one file with a dataclass of settings and one final class, entered in FAMILIES (registry.py).
Nobody else knows its name: menus, pages, measures and tools ask `abilities`, and show `lacks`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from training.config import Settings
from training.datasets import Dataset

# What a model may be able to do; a family declares those it has, and a reason for each that it lacks.
ABILITIES = {
    "encode": "give an image its code z, a vector of d numbers",
    "decode": "give a code its image, the mean of p(x|z)",
    "encoder": "encode by a network of its own, rather than by the decoder's exact posterior",
    "prior": "say how its codes are spread: p(z) = N(0, I)",
    "posterior": "give an image a distribution over codes, q(z|x), with a spread",
    "evidence": "have a likelihood of an image, log p(x), the integral of p(x|z) p(z)",
    "classify": "give an image the probabilities of its classes",
}


@dataclass(frozen=True)
class Term:
    """A number that training reports of each image, averaged: its title, unit, and which way is better.

    Terms of one `scale` are read side by side, on one axis; `short` is the title where space is short.
    """

    title: str
    unit: str  # "nats", or "%" for a share between 0 and 1
    better: str = "lower"
    scale: str = ""
    short: str = ""

    @property
    def label(self) -> str:
        """Its short title, or else the whole one."""
        return self.short or self.title

    def words(self) -> dict[str, str]:
        """What a page needs to name it."""
        return {"label": self.label, "title": self.title, "unit": self.unit}


@dataclass(frozen=True)
class Batch:
    """The images of one step. Rows belong together; n images, d dimensions of a code, k of a condition.

    x: (n, pixels) in [0, 1], the target; epsilon: (n, d) from N(0, I); labels: (n,) int64; corrupted: a copy
    of x from Family.corrupt that the network gets in its place, or None; condition: (n, k), what encoder and
    decoder get besides, or None.
    """

    x: Tensor
    epsilon: Tensor
    labels: Tensor | None = None
    corrupted: Tensor | None = None
    condition: Tensor | None = None

    @property
    def seen(self) -> Tensor:
        """The network's input, (n, pixels): the corrupted copy if there is one, else the target itself."""
        return self.x if self.corrupted is None else self.corrupted


class Family(nn.Module, ABC):
    """A model: built from settings and the data set's shape, trained by the loop in fit/, frozen after it."""

    name: ClassVar[str]  # in commands, folders and addresses: "vae"
    title: ClassVar[str]  # "Variational autoencoder"
    short: ClassVar[str]  # in tables and legends: "VAE"
    settings: ClassVar[type[Settings]]
    terms: ClassVar[dict[str, Term]]  # what forward reports, "loss" among them
    steps: ClassVar[tuple[str, ...]] = ("",)  # optimiser steps for a batch, one after the other, by name
    abilities: ClassVar[frozenset[str]]
    lacks: ClassVar[dict[str, str]]  # ability -> a clause that says why it is not there

    def __init__(self, config: Settings, dataset: Dataset):
        super().__init__()
        self.config = config
        self.dataset = dataset

    @abstractmethod
    def forward(self, batch: Batch, step: str = "") -> dict[str, Tensor]:
        """The terms of each image in a step, (n,) each; "loss" is what the step minimises."""

    def optimised(self, step: str) -> Iterable[nn.Parameter]:
        """The parameters that a step changes."""
        return self.parameters()

    def corrupt(self, x: Tensor, chance: torch.Generator) -> Tensor | None:
        """What the network sees in place of x, (n, pixels) in [0, 1]; None: x itself."""
        return None

    def condition(self, labels: Tensor) -> Tensor | None:
        """What encoder and decoder get beside image and code, (n, k), as `forward` finds it in the batch.

        None: nothing. Whoever measures or shows a model gives no condition: `encode` and `decode` must then
        have an answer of their own.
        """
        return None


class LabelModel(Family):
    """A model that gives an image the probabilities of its classes. x: (n, pixels) in [0, 1]."""

    @abstractmethod
    def logits(self, x: Tensor) -> Tensor:
        """(n, classes), log p(class|x) up to a constant of each image."""

    def probabilities(self, x: Tensor) -> Tensor:
        """p(class|x): (n, classes), rows that add up to 1."""
        return self.logits(x).softmax(-1)


def declared(family: type[Family]) -> type[Family]:
    """The family, if it says of every ability whether it has it. Raises TypeError."""
    said = family.abilities | family.lacks.keys()
    twice = family.abilities & family.lacks.keys()
    if said != ABILITIES.keys() or twice:
        every = ", ".join(ABILITIES)
        raise TypeError(f"{family.name}: each of {every} must be in `abilities`, or with a reason in `lacks`")
    if len(family.steps) > 1 and family.optimised is Family.optimised:
        raise TypeError(f"{family.name}: with several steps, `optimised` must say what each of them changes")
    if "loss" not in family.terms:
        raise TypeError(f"{family.name}: `terms` must name what is minimised, 'loss'")
    return family
