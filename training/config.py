"""The settings of a run: a frozen dataclass a family, whose fields are its flags, its checks and its JSON."""

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from training.datasets import DATASETS

ENDLESS = 1e30  # as good as no upper limit, and keeps infinity out
DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class Live:
    """A setting that may change while a model is trained: its symbol, and the largest value of its slider."""

    symbol: str
    most: float


def option(default: Any, text: str, low: float = 0, high: float = ENDLESS, live: Live | None = None) -> Any:
    """A field with its help text and, for a number, the smallest and the largest allowed value."""
    return field(default=default, metadata={"help": text, "low": low, "high": high, "live": live})


def changed(parent: type[Any], name: str, default: Any) -> Any:
    """The parent's field of this name, with another default."""
    own = next(f for f in fields(parent) if f.name == name)
    return field(default=default, metadata=own.metadata)


def choice(default: str, text: str, among: Collection[str]) -> Any:
    """A field with its help text and the allowed values, looked up when a value is checked."""
    return field(default=default, metadata={"help": text, "choices": among})


@dataclass(frozen=True)
class Settings:
    """What decides what a run becomes: the fields that every family has. A family adds and changes its own.

    Raises ValueError, naming the field and what it allows, for a value of another type or range.
    """

    model: ClassVar[str]  # the family's name
    latent_dim: ClassVar[int]  # dimensions of its code; 0: it has none

    dataset: str = choice("mnist", "data set to learn", DATASETS)
    binarize: bool = option(True, "draw every pixel as Bernoulli(grey value), anew in every epoch")
    epochs: int = option(84, "passes over the training images", 1, 100_000)
    batch_size: int = option(128, "images a step, over all processes together", 1)
    lr: float = option(2e-3, "peak learning rate of Adam; half a cosine takes it to zero", 1e-9)
    decay: int = option(0, "epochs in which it gets to zero, if not in all: with more, training ends before")
    clip: float = option(100.0, "largest norm of a gradient", 1e-9)
    seed: int = option(0, "seed of weights, order and noise", 0, 2**32 - 1)
    holdout: int = option(0, "training images kept back to choose settings on, in place of the test set")
    limit: int = option(0, "use only this many training images and as many test images; 0: all")
    snapshots: int = option(
        12, "moments whose weights are kept for the film, the first and the last among them", 2
    )
    device: str = choice("auto", "where to train; auto: cuda, mps or cpu, the first there is", DEVICES)

    def __post_init__(self) -> None:
        for f in fields(self):
            check(f.name, getattr(self, f.name), f)


def live_fields(settings: type[Settings]) -> dict[str, Live]:
    """The fields that may change while a model is trained."""
    live = {f.name: f.metadata.get("live") for f in fields(settings)}
    return {name: value for name, value in live.items() if value is not None}


def check(name: str, value: Any, f: Any) -> None:
    """Raises ValueError, with what is allowed, unless the value is one of the field's."""
    kind, limits = type(f.default), f.metadata
    if "choices" in limits:
        if not isinstance(value, str) or value not in limits["choices"]:
            raise ValueError(f"{name} is {value!r}; allowed are {', '.join(limits['choices'])}")
    elif kind is bool:
        if not isinstance(value, bool):
            raise ValueError(f"{name} is {value!r}; allowed are true and false")
    elif isinstance(value, bool) or not isinstance(value, int if kind is int else (int, float)):
        raise ValueError(f"{name} is {value!r}; it must be {'a whole' if kind is int else 'a'} number")
    elif not limits["low"] <= value <= limits["high"]:
        low, high = limits["low"], limits["high"]
        text = f"at least {low:,}" if high == ENDLESS else f"from {low:,} to {high:,}"
        raise ValueError(f"{name} is {value!r}; it must be {text}")
