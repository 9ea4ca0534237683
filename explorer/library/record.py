"""A run at one stamp: what it is, what it can do, and what was measured of it."""

from dataclasses import dataclass
from typing import Any

from explorer.latent.values import AbsentError
from explorer.library import families, gaps
from explorer.library.data import images
from training import runs
from training.datasets import Dataset, Drawing, Split
from training.families import Term
from training.runs import Run


@dataclass(frozen=True)
class Record:
    """A finished run as it was when its files had this stamp; nothing of it is computed."""

    name: str
    stamp: str
    run: Run
    dataset: Dataset
    epoch: float | None = None  # of a moment of the training; None: the finished run

    @property
    def cache_key(self) -> tuple[str, str]:
        """What stands for the handle where results are kept."""
        return self.name, self.stamp

    @property
    def dimensions(self) -> int:
        """d, the numbers of a code."""
        return self.run.config.latent_dim

    @property
    def family(self) -> str:
        """The name of the family of the run's model."""
        return families.family_of_config(self.run.config)

    @property
    def terms(self) -> dict[str, Term]:
        """What training reported of the run, as its history calls it."""
        return families.terms(self.run.config.model)

    @property
    def title(self) -> str:
        """What the family of the run's model is called; of an unfinished run, how far it is."""
        title = families.title(self.family)
        if self.run.done is None:
            return title
        going = "training" if runs.is_trained_now(self.run.folder) else "stopped"
        return f"{title}: {going}, epoch {self.run.done} of {self.run.config.epochs}"

    def can(self, ability: str) -> bool:
        """Whether the run's model can do this (library.families)."""
        return ability in families.abilities(self.family)

    def lack(self, ability: str) -> str:
        """Why it can't, as a sentence for people."""
        return families.lack(self.family, ability)

    def require(self, ability: str) -> None:
        """Raises AbsentError, with the reason, where the run's model can't do this."""
        if not self.can(ability):
            raise AbsentError(f"{self.name}: {self.lack(ability)}")

    @property
    def measured(self) -> dict[str, Any]:
        """What was measured, by the keys of training.measures.metrics.METRICS; empty if nothing was."""
        return mapping(self.run.metrics.get("values"))

    @property
    def left_out(self) -> dict[str, str]:
        """Why a metric was not measured, by its key."""
        return mapping(self.run.metrics.get("left_out"))

    @property
    def gaps(self) -> dict[str, Any]:
        """What training.measures.gaps.described kept of the gap of every test image; empty if nothing."""
        return gaps.checked(mapping(self.run.metrics.get("images")).get("gap"))

    @property
    def test(self) -> Split:
        """The test images, their labels and the names of the classes."""
        return images(self.dataset.name)

    @property
    def drawing(self) -> Drawing:
        """How a drawing comes into the form of the run's images."""
        if self.dataset.drawing is None:
            raise ValueError(f"a drawing can't be brought to the form of {self.dataset.title}'s images")
        return self.dataset.drawing


def mapping(value: Any) -> dict[str, Any]:
    """The value, if it is a dictionary, else an empty one: what was measured before may have another form."""
    return value if isinstance(value, dict) else {}
