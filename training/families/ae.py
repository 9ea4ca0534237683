"""The autoencoder: a code is one point, and the loss is the reconstruction's alone."""

from dataclasses import dataclass

from torch import Tensor

from training.families.family import Batch
from training.families.latent import LOSS, RECONSTRUCTION, Autoencoder, AutoencoderSettings

NO_PRIOR = "a plain autoencoder has no prior and no q(z|x), and so no log p(x)"


@dataclass(frozen=True)
class AESettings(AutoencoderSettings):
    model = "ae"


class AE(Autoencoder):
    name = "ae"
    title = "Autoencoder"
    short = "AE"
    settings = AESettings
    terms = {"loss": LOSS, "reconstruction": RECONSTRUCTION}
    abilities = frozenset({"encode", "decode", "encoder"})
    lacks = {
        "prior": NO_PRIOR,
        "posterior": NO_PRIOR,
        "evidence": NO_PRIOR,
        "classify": "an autoencoder learns no labels",
    }
    numbers_a_dimension = 1

    def encode(self, x: Tensor, condition: Tensor | None = None) -> tuple[Tensor, None]:
        return self.encoder(x), None

    def forward(self, batch: Batch, step: str = "") -> dict[str, Tensor]:
        """-log p(x|z) at the code of each image, in nats."""
        code, _ = self.encode(batch.seen)
        reconstruction = -self.log_likelihood(batch.x, self.decode(code))
        return {"loss": reconstruction, "reconstruction": reconstruction}
