"""Autoencoder = encoder + decoder + objective; Classifier = network + objective; MODELS names them."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.config import Config
from training.datasets import DATASETS
from training.families.objectives import (
    LIKELIHOODS,
    OBJECTIVES,
    cross_entropy,
    kl_to_standard_normal,
    reparameterise,
)
from training.integrals.grid import FAMILIES
from training.integrals.moments import Scan, posterior_moments, scan
from training.integrals.points import lattice, normal_quantiles, shifted

SIDE = 28
PIXELS = SIDE * SIDE
LOGVAR_CENTRE, LOGVAR_RADIUS = -4.0, 8.0  # posterior sd between 0.0025 and 7.4


class Residual(nn.Module):
    """h + W silu(norm(h)): one pre-activation residual layer (He et al. 2016). (n, width) to (n, width)."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(width, width)

    def forward(self, h: Tensor) -> Tensor:
        return h + self.linear(F.silu(self.norm(h)))


def network(inputs: int, width: int, blocks: int, outputs: int) -> nn.Sequential:
    """(n, inputs) to (n, outputs), through `blocks` residual layers of `width` units."""
    layers: list[nn.Module] = [nn.Linear(inputs, width)]
    layers += [Residual(width) for _ in range(blocks)]
    layers += [nn.LayerNorm(width), nn.SiLU(), nn.Linear(width, outputs)]
    return nn.Sequential(*layers)


class Autoencoder(nn.Module):
    """A decoder, an objective and an encoder, or none. x: (n, 784) in [0, 1]; z: (n, d); logits: (n, 784).

    Without an encoder the code is the exact posterior of the decoder, for a plane of codes.
    """

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.objective = OBJECTIVES[config.model]
        self.log_likelihood = LIKELIHOODS[config.likelihood]
        d = config.latent_dim
        codes = 2 * d if self.objective.variational else d
        self.encoder = (
            network(PIXELS, config.width, config.encoder_blocks, codes) if self.objective.encoder else None
        )
        self.decoder = network(d, config.width, config.decoder_blocks, PIXELS)
        self.scanned: tuple[list[tuple[int, int]], Scan] | None = None

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """Mean (n, d) and log-variance (n, d) of q(z|x); a plain autoencoder has no variance: None.

        The log-variance is bounded smoothly: unbounded it lets a long training blow up.
        """
        if self.encoder is None:
            return self.posterior(x)
        code = self.encoder(x)
        if not self.objective.variational:
            return code, None
        mean, raw = code.chunk(2, dim=-1)
        return mean, LOGVAR_CENTRE + LOGVAR_RADIUS * torch.tanh(raw / LOGVAR_RADIUS)

    @torch.no_grad()
    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the decoder's exact posterior p(z|x), (n, 2) each; no gradient."""
        mean, variance = posterior_moments(self.scan(x), x)
        lowest = math.exp(LOGVAR_CENTRE - LOGVAR_RADIUS)
        return mean.to(x), variance.clamp(min=lowest).log().to(x)

    @torch.no_grad()
    def scan(self, like: Tensor) -> Scan:
        """The decoder all over the plane, see posterior.py; kept for as long as the weights are the same."""
        weights = [(p.data_ptr(), p._version) for p in self.decoder.parameters()]
        kept = self.scanned
        if kept is None or kept[0] != weights:
            self.scanned = kept = (weights, scan(self.terms, like))
        return kept[1]

    def terms(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """a (m, 784) and b (m,) of log p(x|z) = x . a + b + c(x), see evidence.py."""
        return FAMILIES[self.config.likelihood].terms(self.decode(z))

    def decode(self, z: Tensor) -> Tensor:
        """Logits (n, 784) of the pixels: their sigmoid is the mean of p(x|z) under both likelihoods."""
        return self.decoder(z)

    def forward(self, x: Tensor, epsilon: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
        """The loss and its terms for each image, (n,) in nats. epsilon: (n, d) from N(0, I).

        The labels are what every model of MODELS is given in training; this one has no use for them.
        """
        inferred = self.through_lattice if self.encoder is None else self.through_code
        log_likelihood, kl = inferred(x, epsilon)
        terms = {
            "loss": self.objective.loss(log_likelihood, kl, self.config.beta),
            "reconstruction": -log_likelihood,
        }
        return terms if kl is None else terms | {"kl": kl.sum(-1)}

    def through_code(self, x: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor | None]:
        """log p(x|z) of a code z of each image, (n,), and KL(q(z|x) || N(0, I)), (n, d), if there is a q."""
        mean, logvar = self.encode(x)
        z = mean if logvar is None else reparameterise(mean, logvar, epsilon)
        kl = None if logvar is None else kl_to_standard_normal(mean, logvar)
        return self.log_likelihood(x, self.decode(z)), kl

    def through_lattice(self, x: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor]:
        """E_p(z|x) log p(x|z), (n,), and KL(p(z|x) || N(0, I)), (n, 1), over one lattice for all images.

        Their difference is log p(x) = log of the mean of p(x|z) over the lattice, in value and gradient: the
        posterior's weights w maximise it, so they count as constants (d log sum p = sum w d log p).
        epsilon's first row shifts the lattice.
        """
        points = shifted(lattice(self.config.lattice, epsilon), epsilon[0])
        a, b = self.terms(normal_quantiles(points))
        log_likelihood = torch.addmm(b, x, a.T)  # (n, m), but for c(x)
        log_w = log_likelihood.detach().log_softmax(1)
        w = log_w.exp()
        kl = (w * (log_w + math.log(len(points)))).sum(1, keepdim=True)
        return (w * log_likelihood).sum(1) + FAMILIES[self.config.likelihood].base(x), kl


def convolutions(width: int, classes: int) -> nn.Sequential:
    """(n, 784) to (n, classes): two convolutions with pooling (LeNet-5: LeCun et al. 1998), `width` units."""
    return nn.Sequential(
        nn.Unflatten(1, (1, SIDE, SIDE)),
        nn.Conv2d(1, 16, kernel_size=5),  # (n, 16, 24, 24)
        nn.MaxPool2d(2),
        nn.SiLU(),
        nn.Conv2d(16, 32, kernel_size=5),  # (n, 32, 8, 8)
        nn.MaxPool2d(2),
        nn.SiLU(),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, width),
        nn.SiLU(),
        nn.Linear(width, classes),
    )


class Classifier(nn.Module):
    """A network and its objective, the cross-entropy. x: (n, 784) in [0, 1]; labels: (n,) int64."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.network = convolutions(config.width, len(DATASETS[config.dataset].classes))

    def logits(self, x: Tensor) -> Tensor:
        """(n, classes), log p(class|x) up to a constant of each image."""
        return self.network(x)

    def probabilities(self, x: Tensor) -> Tensor:
        """p(class|x): (n, classes), rows that add up to 1."""
        return self.logits(x).softmax(-1)

    def forward(self, x: Tensor, epsilon: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """The loss in nats, and the error, 1 where the likeliest class is wrong: (n,). epsilon: not used."""
        logits = self.logits(x)
        return {"loss": cross_entropy(logits, labels), "error": (logits.argmax(-1) != labels).float()}


Model = Autoencoder | Classifier

MODELS: dict[str, type[Model]] = {
    "ae": Autoencoder,
    "vae": Autoencoder,
    "exact": Autoencoder,
    "classifier": Classifier,
}
