"""A classifier of images: it judges what the others decode."""

from dataclasses import dataclass

from torch import Tensor

from training.config import Settings, changed, option
from training.datasets import Dataset
from training.families.family import Batch, LabelModel, Term
from training.likelihoods import cross_entropy
from training.networks import convolutions

NO_CODE = "a classifier has no code and decodes no image"


@dataclass(frozen=True)
class ClassifierSettings(Settings):
    model = "classifier"
    latent_dim = 0
    width: int = option(128, "units of a hidden layer", 1, 10_000)
    binarize: bool = changed(Settings, "binarize", False)
    epochs: int = changed(Settings, "epochs", 4)
    snapshots: int = changed(Settings, "snapshots", 2)


class Classifier(LabelModel):
    """A network and its objective, the cross-entropy. x: (n, pixels) in [0, 1]; labels: (n,) int64."""

    config: ClassifierSettings
    name = "classifier"
    title = "Classifier"
    short = "classifier"
    settings = ClassifierSettings
    terms = {"loss": Term("classifier: \u2212log p(label|x)", "nats"), "error": Term("error", "%")}
    abilities = frozenset({"classify"})
    lacks = dict.fromkeys(("encode", "decode", "encoder", "prior", "posterior", "evidence"), NO_CODE)

    def __init__(self, config: ClassifierSettings, dataset: Dataset):
        super().__init__(config, dataset)
        if not dataset.labelled:
            raise ValueError(f"{dataset.title} has no labels: a classifier has nothing to learn from it")
        self.network = convolutions(dataset.shape, config.width, len(dataset.classes))

    def logits(self, x: Tensor) -> Tensor:
        result: Tensor = self.network(x)
        return result

    def forward(self, batch: Batch, step: str = "") -> dict[str, Tensor]:
        """The loss in nats, and the error, 1 where the likeliest class is wrong: (n,)."""
        assert batch.labels is not None, "a classifier learns labels"
        logits = self.logits(batch.seen)
        wrong = (logits.argmax(-1) != batch.labels).float()
        return {"loss": cross_entropy(logits, batch.labels), "error": wrong}
