"""Models with codes: an image has a code, and a code an image. Abstract: families are final classes of it."""

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from training.config import Settings, choice, option
from training.datasets import Dataset
from training.families.family import Family, Term
from training.integrals.moments import Scan, posterior_moments, scan
from training.likelihoods import LIKELIHOODS
from training.networks import activations, mlp

LOGVAR_CENTRE = -4.0
LOGVAR_RADIUS = 8.0  # posterior sd between 0.0025 and 7.4
LOWEST_VARIANCE = math.exp(LOGVAR_CENTRE - LOGVAR_RADIUS)

LOSS = Term("loss: reconstruction (+ KL of a VAE)", "nats", scale="image", short="loss")
RECONSTRUCTION = Term("reconstruction, \u2212log p(x|z)", "nats", scale="image", short="reconstruction")
KL = Term("KL(q(z|x) || p(z))", "nats", short="KL to the prior")


@dataclass(frozen=True)
class LatentSettings(Settings):
    """The settings that all models with codes have."""

    likelihood: str = choice(
        "bernoulli", "p(x|z): Bernoulli cross-entropy, or Gaussian (squared error)", LIKELIHOODS
    )
    width: int = option(416, "units of a hidden layer", 1, 10_000)
    decoder_blocks: int = option(3, "residual layers of the decoder", 0, 100)
    film: int = option(
        10_000, "test images whose codes are kept at some 60 moments of the training, its film; 0: no film"
    )


@dataclass(frozen=True)
class AutoencoderSettings(LatentSettings):
    """The settings of models whose encoder is a network."""

    latent_dim: int = option(2, "dimensions of the code z", 1, 1_000)  # type: ignore[misc]
    encoder_blocks: int = option(3, "residual layers of the encoder", 0, 100)


class LatentModel(Family):
    """A decoder and a likelihood. x: (n, pixels) in [0, 1]; z: (n, d); logits: (n, pixels)."""

    config: LatentSettings

    def __init__(self, config: LatentSettings, dataset: Dataset):
        super().__init__(config, dataset)
        self.likelihood = LIKELIHOODS[config.likelihood]
        self.scanned: tuple[list[tuple[int, int]], Scan] | None = None

    @abstractmethod
    def encode(self, x: Tensor, condition: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Mean (n, d) and log-variance (n, d) of q(z|x); the latter is None where a code has no spread."""

    @abstractmethod
    def decode(self, z: Tensor, condition: Tensor | None = None) -> Tensor:
        """Logits (n, pixels): their sigmoid is the mean of p(x|z) under both likelihoods."""

    def log_likelihood(self, x: Tensor, logits: Tensor) -> Tensor:
        """log p(x|z), in nats: (..., pixels) twice to (...)."""
        return self.likelihood.log_p(x, logits)

    def linear_form(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """a (m, pixels) and b (m,) of log p(x|z) = x . a + b + c(x), see likelihoods.py."""
        return self.likelihood.linear_form(self.decode(z))

    def activations(self, z: Tensor) -> list[tuple[str, Tensor]]:
        """What comes out of each stage of the decoder: titles and (n, width), the last one the images."""
        return [("image", torch.sigmoid(self.decode(z)))]

    @torch.no_grad()
    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the decoder's exact posterior p(z|x), (n, 2) each; no gradient."""
        mean, variance = posterior_moments(self.scan(x), x)
        return mean.to(x), variance.clamp(min=LOWEST_VARIANCE).log().to(x)

    @torch.no_grad()
    def scan(self, like: Tensor) -> Scan:
        """The decoder all over the plane, see integrals/moments.py; made once for the weights of now."""
        if self.scanned is None or self.scanned[0] != self.versions():
            self.keep_scan(scan(self.linear_form, like))
        assert self.scanned
        return self.scanned[1]

    def keep_scan(self, scanned: Scan) -> None:
        """From now on, as long as the weights are those of now, this is the scan."""
        self.scanned = (self.versions(), scanned)

    def versions(self) -> list[tuple[int, int]]:
        """What changes whenever a weight does."""
        return [(p.data_ptr(), p._version) for p in self.parameters()]


class ResidualModel(LatentModel):
    """A model whose decoder is a network of residual layers, networks.mlp; its class makes it."""

    decoder: nn.Sequential

    def decode(self, z: Tensor, condition: Tensor | None = None) -> Tensor:
        result: Tensor = self.decoder(z)
        return result

    @torch.no_grad()
    def activations(self, z: Tensor) -> list[tuple[str, Tensor]]:
        return activations(self.decoder, z)


class Autoencoder(ResidualModel):
    """Encoder and decoder of residual layers. Final classes say what the code is, and what is minimised."""

    config: AutoencoderSettings
    numbers_a_dimension: ClassVar[int]  # that the encoder says of each dimension of the code

    def __init__(self, config: AutoencoderSettings, dataset: Dataset):
        super().__init__(config, dataset)
        d = config.latent_dim
        outputs = self.numbers_a_dimension * d
        self.encoder = mlp(dataset.pixels, config.width, config.encoder_blocks, outputs)
        self.decoder = mlp(d, config.width, config.decoder_blocks, dataset.pixels)
