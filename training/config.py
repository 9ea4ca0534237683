"""The configuration of a run: a frozen dataclass, its checks, and the command line made from its fields."""

import argparse
from dataclasses import dataclass, field, fields
from typing import Any

from training.data import DATASETS
from training.objectives import LIKELIHOODS, OBJECTIVES

CHOICES = {
    "model": tuple(OBJECTIVES),
    "dataset": tuple(DATASETS),
    "likelihood": tuple(LIKELIHOODS),
    "device": ("auto", "cpu", "cuda", "mps"),
}


def option(default: Any, text: str, low: float | None = None) -> Any:
    """A field with its help text and its smallest allowed value."""
    return field(default=default, metadata={"help": text, "low": low})


@dataclass(frozen=True)
class Config:
    """Everything that decides what a run becomes. Saved verbatim with the run.

    Raises ValueError, naming the field and what it allows, for a value outside its range.
    """

    model: str
    dataset: str = option("mnist", "data set to learn")
    latent_dim: int = option(2, "dimensions of the code z", 1)
    likelihood: str = option("bernoulli", "p(x|z): Bernoulli cross-entropy, or Gaussian (squared error)")
    beta: float = option(1.0, "weight of the KL term (vae); 1 is the ELBO", 0)
    binarize: bool = option(True, "draw every pixel as Bernoulli(grey value), anew in every epoch")
    width: int = option(480, "units of a hidden layer", 1)
    encoder_blocks: int = option(1, "residual layers of the encoder", 0)
    decoder_blocks: int = option(3, "residual layers of the decoder", 0)
    epochs: int = option(60, "passes over the training images", 1)
    batch_size: int = option(128, "images a step, over all processes together", 1)
    lr: float = option(2e-3, "peak learning rate of Adam; half a cosine takes it to zero", 0)
    clip: float = option(100.0, "largest norm of a gradient", 0)
    seed: int = option(0, "seed of weights, order and noise", 0)
    holdout: int = option(0, "training images kept back to choose settings on, in place of the test set", 0)
    limit: int = option(0, "use only this many training images; 0: all", 0)
    snapshots: int = option(8, "epochs whose weights are kept for replay, the first and the last among them", 2)
    device: str = option("auto", "where to train; auto: cuda, mps or cpu, the first there is")

    def __post_init__(self) -> None:
        for f in fields(self):
            check(f.name, getattr(self, f.name), f.metadata.get("low"))


def check(name: str, value: Any, low: float | None) -> None:
    allowed = CHOICES.get(name)
    if allowed and value not in allowed:
        raise ValueError(f"{name} is {value!r}; allowed are {', '.join(allowed)}")
    if low is not None and not (isinstance(value, int | float) and low <= value < float("inf")):
        raise ValueError(f"{name} is {value!r}; it must be a number, at least {low:g}")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give the parser the positional model and a flag for every other field of Config.

    A flag that is not given leaves no trace: Config's default holds, and a resumed run's own value.
    """
    parser.argument_default = argparse.SUPPRESS
    parser.add_argument("model", choices=CHOICES["model"], help="what to train")
    for f in fields(Config)[1:]:
        flag, text = "--" + f.name.replace("_", "-"), f"{f.metadata['help']} (default: {f.default})"
        if isinstance(f.default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, help=text)
        else:
            parser.add_argument(flag, type=type(f.default), choices=CHOICES.get(f.name), help=text)
