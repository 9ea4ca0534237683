"""Codes spread over the plane as N(0, I) is: a lattice, shifted at random, through the normal quantiles."""

import math

import torch
from torch import Tensor

GOLDEN = (1 + math.sqrt(5)) / 2
EDGE = 1 - 1e-6  # of (-1, 1): keeps codes finite, within 4.9 of the origin


def lattice(count: int, like: Tensor) -> Tensor:
    """The rank-one lattice i (1, g) / count modulo 1, i < count, g nearest count / 1.618: (count, 2).

    For a Fibonacci number count that is the Fibonacci lattice, the best of the plane (Niederreiter 1992,
    chapter 5).
    """
    i = torch.arange(count, device=like.device)
    return torch.stack([i, i * round(count / GOLDEN) % count], 1).to(like.dtype) / count


def shifted(points: Tensor, noise: Tensor) -> Tensor:
    """The points of [0, 1)^2 moved together round the torus by Phi(noise): (m, 2), (2,) to (m, 2).

    For noise from N(0, I) every point is spread evenly, so that a mean over the points is an unbiased
    estimate of the integral (Cranley & Patterson 1976).
    """
    return (points + 0.5 * (1 + torch.erf(noise / math.sqrt(2)))) % 1


def normal_quantiles(points: Tensor) -> Tensor:
    """Phi^-1 of each coordinate: points spread evenly over [0, 1)^2 become codes from N(0, I). (m, 2)."""
    return math.sqrt(2) * torch.erfinv((2 * points - 1).clamp(-EDGE, EDGE))
