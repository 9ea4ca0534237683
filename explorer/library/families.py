"""What the runs of each family can do: the one file of the explorer that knows the families by name.

The abilities: "encode" and "decode", between images and codes; "prior", a distribution p(z) that it was
trained with; "posterior", a q(z|x) with a spread; "evidence", a log p(x) by an integral over the plane;
"encoder", a network that encodes; "classify", the probabilities of the classes of an image.
"""

from explorer.latent.model import CodingModel
from training import runs
from training.config import Config
from training.families.models import MODELS, Autoencoder, Classifier
from training.families.objectives import OBJECTIVES
from training.runs import Run

NO_CODE = "A classifier has no code that a map could show."
NO_PRIOR = "A plain autoencoder has no prior and no q(z|x), and so no log p(x)."
NO_ENCODER = "This model has no encoder: the code of an image is its exact posterior."
NO_CLASSES = "It is trained without labels, and can't tell classes apart."


def family_of(config: Config) -> str:
    """The name of the family of a run with this configuration."""
    return config.model


def abilities(family: str) -> frozenset[str]:
    """What the models of a family can do; nothing where the family is not known."""
    if family not in MODELS:
        return frozenset()
    if family not in OBJECTIVES:
        return frozenset({"classify"})
    names = {"encode", "decode"}
    if OBJECTIVES[family].variational:
        names |= {"prior", "posterior", "evidence"}
    if OBJECTIVES[family].encoder:
        names |= {"encoder"}
    return frozenset(names)


def lack(family: str, ability: str) -> str:
    """Why the models of a family can't do this, as a sentence for people; "" where they can."""
    if ability in abilities(family):
        return ""
    if ability == "classify":
        return NO_CLASSES
    if family not in OBJECTIVES:
        return NO_CODE
    return NO_ENCODER if ability == "encoder" else NO_PRIOR


def title(family: str) -> str:
    """What the family is called."""
    return OBJECTIVES[family].title if family in OBJECTIVES else family.capitalize()


def with_ability(ability: str) -> list[str]:
    """The families that can do this: the names by which they are trained."""
    return [family for family in MODELS if ability in abilities(family)]


def load_coding_model(run: Run) -> CodingModel:
    """The network of a run's last epoch. Raises RunError."""
    return runs.load_as(Autoencoder, run)


def load_classifying_model(run: Run) -> Classifier:
    """The same for a run that can classify. Raises RunError."""
    return runs.load_as(Classifier, run)
