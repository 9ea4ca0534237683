"""What the runs of each family can do, in the family's own words (training.families)."""

from explorer.latent import coding
from training import runs
from training.config import Settings
from training.families import FAMILIES, LabelModel, LatentModel, Term
from training.runs import Run, RunError


def family_of_config(config: Settings) -> str:
    """The name of the family of a run with this configuration."""
    return config.model


def abilities(family: str) -> frozenset[str]:
    """What the models of a family can do; nothing where the family is not known."""
    return FAMILIES[family].abilities if family in FAMILIES else frozenset()


def lack(family: str, ability: str) -> str:
    """Why the models of a family can't do this, as a sentence for people; "" where they can."""
    clause = FAMILIES[family].lacks.get(ability, "")
    return clause and f"{clause[0].upper()}{clause[1:]}."


def title(family: str) -> str:
    """What the family is called."""
    return FAMILIES[family].title


def terms(family: str) -> dict[str, Term]:
    """What training reports of the models of a family."""
    return FAMILIES[family].terms


def load_latent_model(run: Run, epoch: float | None = None) -> LatentModel:
    """The network of a run's last epoch, or of an earlier one.

    Raises RunError, also for weights that give no finite numbers.
    """
    model = runs.load_as(LatentModel, run, epoch)
    if not coding.is_finite(model):
        raise RunError(f"Run {run.name!r} gives no finite numbers: its weights are spoiled. Train it again.")
    return model


def load_label_model(run: Run) -> LabelModel:
    """The same for a run that can classify. Raises RunError."""
    return runs.load_as(LabelModel, run)
