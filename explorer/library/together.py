"""What can be trained before everybody's eyes, and how its result becomes a run."""

from pathlib import Path

from explorer.address.page_fields import SIDES
from training import datasets, runs
from training.config import live_fields
from training.datasets import DATASETS, Drawing
from training.families import FAMILIES


def watchable() -> dict[str, str]:
    """The families whose codes can be shown many times a second, by an encoder: names and titles."""
    return {name: family.title for name, family in FAMILIES.items() if "encoder" in family.abilities}


def live_settings(family: str) -> frozenset[str]:
    """The names of a family's settings that may change while a model is trained."""
    return frozenset(live_fields(FAMILIES[family].settings))


def trainable_datasets() -> dict[str, str]:
    """The titles of the data sets, by name."""
    return {name: dataset.title for name, dataset in DATASETS.items()}


def drawing_of(dataset: str) -> Drawing:
    """How a drawing becomes an image of a data set. Raises DataError, and ValueError where it can't."""
    drawing = datasets.of_name(dataset).drawing
    if drawing is None:
        raise ValueError(f"{dataset} has no form that a drawing could be brought to")
    return drawing


def check_free(name: str) -> None:
    """Raises RunError for a name that is taken, or can't be a run's."""
    runs.check_free(name)


def keep(folder: Path, name: str) -> None:
    """Keep a finished training as a run. Raises RunError."""
    runs.keep(folder, name)


def proposals() -> dict[str, str]:
    """The two families that are trained unless others are chosen, by side."""
    return dict(zip(SIDES, [*watchable()] * 2, strict=False))
