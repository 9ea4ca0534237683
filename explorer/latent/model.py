"""What the explorer asks of a model with codes, whatever its family."""

from collections.abc import Callable
from typing import Protocol

from torch import Tensor, nn

from training.config import Config
from training.integrals.moments import Scan


class CodingModel(Protocol):
    """Codes z (n, d) of images x (n, c * h * w) in [0, 1], and images of codes as logits (n, c * h * w)."""

    @property
    def config(self) -> Config: ...

    @property
    def decoder(self) -> nn.Sequential:
        """The network from codes to logits."""

    @property
    def log_likelihood(self) -> Callable[[Tensor, Tensor], Tensor]:
        """log p(x|z) in nats, of x and logits: (n,)."""

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """Mean and log-variance of q(z|x), (n, d) each; None where q has no spread."""

    def decode(self, z: Tensor) -> Tensor:
        """The logits of the images' mean."""

    def terms(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """a (m, c * h * w) and b (m,) of log p(x|z) = x . a + b + c(x)."""

    def scan(self, like: Tensor) -> Scan:
        """The decoder all over the plane, kept for as long as the weights are the same."""
