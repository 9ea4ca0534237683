"""Networks of rows: images are (n, pixels), whatever their shape."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.datasets import Shape


class Residual(nn.Module):
    """h + W silu(norm(h)): one pre-activation residual layer (He et al. 2016). (n, width) to (n, width)."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(width, width)

    def forward(self, h: Tensor) -> Tensor:
        result: Tensor = h + self.linear(F.silu(self.norm(h)))
        return result


def mlp(inputs: int, width: int, blocks: int, outputs: int) -> nn.Sequential:
    """(n, inputs) to (n, outputs), through `blocks` residual layers of `width` units."""
    layers: list[nn.Module] = [nn.Linear(inputs, width)]
    layers += [Residual(width) for _ in range(blocks)]
    layers += [nn.LayerNorm(width), nn.SiLU(), nn.Linear(width, outputs)]
    return nn.Sequential(*layers)


def activations(decoder: nn.Sequential, z: Tensor) -> list[tuple[str, Tensor]]:
    """What comes out of each stage of a network of `mlp`: titles and (n, width)."""
    first, *blocks, norm, activation, last = decoder
    h = first(z)
    stages = [("linear", h)]
    for number, block in enumerate(blocks, 1):
        h = block(h)
        stages.append((f"residual {number}", h))
    h = activation(norm(h))
    return [*stages, ("norm, SiLU", h), ("pictures", torch.sigmoid(last(h)))]


def convolutions(shape: Shape, width: int, outputs: int) -> nn.Sequential:
    """(n, pixels) to (n, outputs): convolutions with pooling (LeNet-5: LeCun et al. 1998), `width` units.

    Two of them, or fewer where an image is too small for a kernel of 5 x 5 pixels.
    """
    channels, *sides = shape
    layers: list[nn.Module] = [nn.Unflatten(1, shape)]
    for features in (16, 32):
        if min(sides) < 6:
            break
        layers += [nn.Conv2d(channels, features, kernel_size=5), nn.MaxPool2d(2), nn.SiLU()]
        channels, sides = features, [(side - 4) // 2 for side in sides]
    layers += [nn.Flatten(), nn.Linear(channels * sides[0] * sides[1], width), nn.SiLU()]
    return nn.Sequential(*layers, nn.Linear(width, outputs))
