"""The variational autoencoder (Kingma & Welling 2014); with a weight of its KL, the beta-VAE."""

from dataclasses import dataclass

import torch
from torch import Tensor

from training.config import Live, option
from training.families.family import Batch
from training.families.latent import (
    KL,
    LOGVAR_CENTRE,
    LOGVAR_RADIUS,
    LOSS,
    RECONSTRUCTION,
    Autoencoder,
    AutoencoderSettings,
)
from training.likelihoods import kl_to_standard_normal, reparameterise


@dataclass(frozen=True)
class VAESettings(AutoencoderSettings):
    model = "vae"
    beta: float = option(1.0, "weight of the KL term; 1 is the ELBO", live=Live("\u03b2", 4.0))


class VAE(Autoencoder):
    config: VAESettings
    name = "vae"
    title = "Variational autoencoder"
    short = "VAE"
    settings = VAESettings
    terms = {"loss": LOSS, "reconstruction": RECONSTRUCTION, "kl": KL}
    abilities = frozenset({"encode", "decode", "encoder", "prior", "posterior", "evidence"})
    lacks = {"classify": "an autoencoder learns no labels"}
    numbers_a_dimension = 2

    def encode(self, x: Tensor, condition: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), (n, d) each.

        The log-variance is bounded smoothly: unbounded it lets a long training blow up.
        """
        mean, raw = self.encoder(x).chunk(2, dim=-1)
        return mean, LOGVAR_CENTRE + LOGVAR_RADIUS * torch.tanh(raw / LOGVAR_RADIUS)

    def forward(self, batch: Batch, step: str = "") -> dict[str, Tensor]:
        """-ELBO of each image, by one code of q(z|x): beta KL - log p(x|z), nats (Higgins et al. 2017)."""
        mean, logvar = self.encode(batch.seen)
        code = reparameterise(mean, logvar, batch.epsilon)
        log_likelihood = self.log_likelihood(batch.x, self.decode(code))
        kl = kl_to_standard_normal(mean, logvar).sum(-1)
        loss = self.config.beta * kl - log_likelihood
        return {"loss": loss, "reconstruction": -log_likelihood, "kl": kl}
