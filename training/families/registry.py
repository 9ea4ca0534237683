"""FAMILIES: every family by its name, each entered in one line; settings to and from flags and JSON."""

import argparse
from collections.abc import Mapping
from dataclasses import Field, asdict, fields
from typing import Any

from training import datasets
from training.config import Settings
from training.families.ae import AE
from training.families.classifier import Classifier
from training.families.exact import Exact
from training.families.family import Family, declared
from training.families.vae import VAE

FAMILIES: dict[str, type[Family]] = {family.name: declared(family) for family in (AE, VAE, Exact, Classifier)}


def register(family: type[Family]) -> type[Family]:
    """Add a family from outside; returns it, so that it serves as a decorator.

    Raises TypeError where a declaration is missing, or a setting differs in kind from that of another family.
    """
    declared(family)
    for f in fields(family.settings):
        for model, other in all_fields().get(f.name, {}).items():
            if model != family.name and kind_of(f) != kind_of(other):
                raise TypeError(
                    f"{family.name}: setting {f.name!r} differs in type or choices from that of {model!r}, "
                    f"and the command line has one flag for both: name it otherwise"
                )
    FAMILIES[family.name] = family
    return family


def kind_of(f: "Field[Any]") -> tuple[type, object]:
    """What a flag on the command line depends on: the type of a setting, and the values it may have."""
    return type(f.default), f.metadata.get("choices")


def build(config: Settings) -> Family:
    """An untrained model. Raises DataError for a data set that is not there."""
    return FAMILIES[config.model](config, datasets.of_name(config.dataset))


def able(*abilities: str) -> list[str]:
    """The names of the families that have all these abilities."""
    return [name for name, family in FAMILIES.items() if family.abilities.issuperset(abilities)]


def configured(model: str, **values: Any) -> Settings:
    """The family's settings: its defaults, changed by the values.

    Raises ValueError, naming the field and what it allows, also for a setting that the family has no use
    for, unless its value is the default of those that have.
    """
    if not isinstance(model, str) or model not in FAMILIES:
        raise ValueError(f"model is {model!r}; allowed are {', '.join(FAMILIES)}")
    own, others = fields_of(model), all_fields()
    for name, value in values.items():
        if name in own:
            continue
        if name not in others:
            raise TypeError(f"unexpected setting {name!r}; {model!r} has {', '.join(own)}")
        if all(value != f.default for f in others[name].values()):
            raise ValueError(f"{name} is {value!r}; model {model!r} has no use for it: leave it out")
    return FAMILIES[model].settings(**{name: value for name, value in values.items() if name in own})


def saved(config: Settings) -> dict[str, Any]:
    """The settings as they are kept with a run."""
    return {"model": config.model} | asdict(config)


def fields_of(model: str) -> dict[str, "Field[Any]"]:
    """The settings of a family, by name."""
    return {f.name: f for f in fields(FAMILIES[model].settings)}


def all_fields() -> dict[str, dict[str, "Field[Any]"]]:
    """Every setting that there is -> the families that have it -> their field."""
    settings: dict[str, dict[str, Field[Any]]] = {}
    for model in FAMILIES:
        for name, field in fields_of(model).items():
            settings.setdefault(name, {})[model] = field
    return settings


def first(owners: Mapping[str, "Field[Any]"]) -> "Field[Any]":
    return next(iter(owners.values()))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give the parser the positional model and a flag for every setting of every family.

    A flag that is not given leaves no trace: the family's default holds, and a resumed run's own value.
    """
    parser.argument_default = argparse.SUPPRESS
    parser.add_argument("model", choices=tuple(FAMILIES), help="what to train")
    for name, owners in all_fields().items():
        f = first(owners)
        flag, text = "--" + name.replace("_", "-"), f"{f.metadata['help']} ({defaults(owners)})"
        if isinstance(f.default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, help=text)
        else:
            choices = f.metadata.get("choices")
            among = None if choices is None else tuple(choices)
            parser.add_argument(flag, type=type(f.default), choices=among, help=text)


def defaults(owners: Mapping[str, "Field[Any]"]) -> str:
    """A setting's default, those of families that have another, and the families that have no use for it."""
    common = first(owners).default
    own = [f"{model}: {f.default}" for model, f in owners.items() if f.default != common]
    without = [model for model in FAMILIES if model not in owners]
    return "; ".join([f"default: {common}", *own, *([f"not for {', '.join(without)}"] if without else [])])
