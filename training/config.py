"""The configuration of a run: a frozen dataclass, its checks, and the command line made from its fields."""

import argparse
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

from training.datasets import DATASETS
from training.families.objectives import LIKELIHOODS

# For every model its own defaults, where they differ from Config's, and the fields that mean nothing to it.
DEFAULTS: dict[str, dict[str, Any]] = {
    "ae": {},
    "vae": {},
    "exact": {"batch_size": 256, "epochs": 90, "lr": 3e-3, "snapshots": 5},
    "classifier": {"binarize": False, "width": 128, "epochs": 4, "snapshots": 2},
}
UNUSED: dict[str, tuple[str, ...]] = {
    "ae": ("beta", "lattice"),
    "vae": ("lattice",),
    "exact": ("latent_dim", "beta", "encoder_blocks"),
    "classifier": ("latent_dim", "likelihood", "beta", "lattice", "encoder_blocks", "decoder_blocks"),
}

CHOICES = {
    "model": tuple(DEFAULTS),
    "dataset": tuple(DATASETS),
    "likelihood": tuple(LIKELIHOODS),
    "device": ("auto", "cpu", "cuda", "mps"),
}


ENDLESS = 1e30  # as good as no upper limit, and keeps infinity out


def option(default: Any, text: str, low: float = 0, high: float = ENDLESS) -> Any:
    """A field with its help text and, for a number, the smallest and the largest allowed value."""
    return field(default=default, metadata={"help": text, "low": low, "high": high})


@dataclass(frozen=True)
class Config:
    """Everything that decides what a run becomes; its defaults are the autoencoders', see `configured`.

    Raises ValueError, naming the field and what it allows, for a value of another type or range.
    """

    model: str
    dataset: str = option("mnist", "data set to learn")
    latent_dim: int = option(2, "dimensions of the code z", 1, 784)
    likelihood: str = option("bernoulli", "p(x|z): Bernoulli cross-entropy, or Gaussian (squared error)")
    beta: float = option(1.0, "weight of the KL term (vae); 1 is the ELBO")
    lattice: int = option(987, "codes that stand for the prior; best a Fibonacci number", 1, 1_000_000)
    binarize: bool = option(True, "draw every pixel as Bernoulli(grey value), anew in every epoch")
    width: int = option(416, "units of a hidden layer", 1, 10_000)
    encoder_blocks: int = option(3, "residual layers of the encoder", 0, 100)
    decoder_blocks: int = option(3, "residual layers of the decoder", 0, 100)
    epochs: int = option(84, "passes over the training images", 1, 100_000)
    batch_size: int = option(128, "images a step, over all processes together", 1)
    lr: float = option(2e-3, "peak learning rate of Adam; half a cosine takes it to zero", 1e-9)
    clip: float = option(100.0, "largest norm of a gradient", 1e-9)
    seed: int = option(0, "seed of weights, order and noise", 0, 2**32 - 1)
    holdout: int = option(0, "training images kept back to choose settings on, in place of the test set")
    limit: int = option(0, "use only this many training images and as many test images; 0: all")
    snapshots: int = option(
        8, "epochs whose weights are kept for replay, the first and the last among them", 2
    )
    device: str = option("auto", "where to train; auto: cuda, mps or cpu, the first there is")

    def __post_init__(self) -> None:
        if self.model not in CHOICES["model"]:
            raise ValueError(f"model is {self.model!r}; allowed are {', '.join(CHOICES['model'])}")
        for f in fields(self)[1:]:
            value = getattr(self, f.name)
            check(f.name, value, type(f.default), f.metadata["low"], f.metadata["high"])
            if f.name in UNUSED[self.model] and value != f.default:
                raise ValueError(
                    f"{f.name} is {value!r}; model {self.model!r} has no use for it: leave it out"
                )


def configured(model: str, **given: Any) -> Config:
    """The model's own defaults, changed by what is given. Raises ValueError as Config does."""
    return Config(model, **DEFAULTS.get(model, {}) | given)


def saved(config: Config) -> dict[str, Any]:
    """The fields that mean something to the model: what is kept with a run."""
    return {k: v for k, v in asdict(config).items() if k not in UNUSED[config.model]}


def check(name: str, value: Any, kind: type, low: float, high: float) -> None:
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise ValueError(f"{name} is {value!r}; allowed are {', '.join(CHOICES[name])}")
    elif kind is bool:
        if not isinstance(value, bool):
            raise ValueError(f"{name} is {value!r}; allowed are true and false")
    elif isinstance(value, bool) or not isinstance(value, int if kind is int else (int, float)):
        raise ValueError(f"{name} is {value!r}; it must be {'a whole' if kind is int else 'a'} number")
    elif not low <= value <= high:
        limits = f"at least {low:,}" if high == ENDLESS else f"from {low:,} to {high:,}"
        raise ValueError(f"{name} is {value!r}; it must be {limits}")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give the parser the positional model and a flag for every other field of Config.

    A flag that is not given leaves no trace: the model's default holds, and a resumed run's own value.
    """
    parser.argument_default = argparse.SUPPRESS
    parser.add_argument("model", choices=CHOICES["model"], help="what to train")
    for f in fields(Config)[1:]:
        flag, text = "--" + f.name.replace("_", "-"), f"{f.metadata['help']} ({defaults(f)})"
        if isinstance(f.default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, help=text)
        else:
            parser.add_argument(flag, type=type(f.default), choices=CHOICES.get(f.name), help=text)


def defaults(f: Field) -> str:
    """A field's default, those of models that have another, and the models that have no use for it."""
    own = [f"{model}: {values[f.name]}" for model, values in DEFAULTS.items() if f.name in values]
    without = [model for model, names in UNUSED.items() if f.name in names]
    return "; ".join([f"default: {f.default}", *own, *([f"not for {', '.join(without)}"] if without else [])])
