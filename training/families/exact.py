"""A decoder trained on log p(x) itself, by its sum over a lattice of codes: no encoder, no bound."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from training.config import changed, option
from training.datasets import Dataset
from training.families.family import Batch
from training.families.latent import KL, LOSS, RECONSTRUCTION, LatentSettings, ResidualModel
from training.integrals.points import lattice, normal_quantiles, shifted
from training.networks import mlp


@dataclass(frozen=True)
class ExactSettings(LatentSettings):
    model = "exact"
    latent_dim = 2  # the plane that the lattice fills
    lattice: int = option(987, "codes that stand for the prior; best a Fibonacci number", 1, 1_000_000)
    batch_size: int = changed(LatentSettings, "batch_size", 256)
    epochs: int = changed(LatentSettings, "epochs", 90)
    lr: float = changed(LatentSettings, "lr", 3e-3)


class Exact(ResidualModel):
    """The code of an image is its exact posterior p(z|x); with it the ELBO is log p(x)."""

    config: ExactSettings
    name = "exact"
    title = "Exact-likelihood decoder"
    short = "exact"
    settings = ExactSettings
    terms = {"loss": LOSS, "reconstruction": RECONSTRUCTION, "kl": KL}
    abilities = frozenset({"encode", "decode", "prior", "posterior", "evidence"})
    lacks = {
        "encoder": "it has no encoder: the code is the decoder's exact posterior",
        "classify": "a decoder learns no labels",
    }

    def __init__(self, config: ExactSettings, dataset: Dataset):
        super().__init__(config, dataset)
        self.decoder = mlp(config.latent_dim, config.width, config.decoder_blocks, dataset.pixels)

    def encode(self, x: Tensor, condition: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return self.posterior(x)

    def forward(self, batch: Batch, step: str = "") -> dict[str, Tensor]:
        """-log p(x) of each image, (n,), as E_p(z|x)[-log p(x|z)] + KL(p(z|x) || N(0, I)), over one lattice.

        Their sum is -log of the mean of p(x|z) over the lattice, in value and gradient: the posterior's
        weights w maximise it, so they count as constants (d log sum p = sum w d log p). The first row of
        epsilon shifts the lattice.
        """
        points = shifted(lattice(self.config.lattice, batch.epsilon), batch.epsilon[0])
        a, b = self.linear_form(normal_quantiles(points))
        log_likelihood = torch.addmm(b, batch.x, a.T)  # (n, m), but for c(x)
        log_w = log_likelihood.detach().log_softmax(1)
        w = log_w.exp()
        kl = (w * (log_w + math.log(len(points)))).sum(1)
        reconstruction = -((w * log_likelihood).sum(1) + self.likelihood.base(batch.x))
        return {"loss": kl + reconstruction, "reconstruction": reconstruction, "kl": kl}
