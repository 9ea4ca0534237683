"""log p(x) of one image, estimated by more and more samples: two pools that grow while one watches."""

import math
import time
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.latent import evidence
from training.families import LatentModel
from training.integrals.estimates import ladder, log_weights, needed, needed_of_bound, orders

MOST_SAMPLES = 2**17  # of each pool
FIRST_STEP = 16  # samples of the first step
LARGEST_STEP = 2048  # samples of a step, at most
FAST_STEP = 0.05  # seconds: after a step that takes less, the next one has twice as many samples
SLOW_STEP = 0.15  # seconds: after a step that takes more, the next one has half as many


class Growth:
    """Weights of one image, drawn from the prior and from q(z|x) = N(mean, exp(logvar)), (d,) each.

    exact: log p(x) in nats, what the estimates are measured by. The same seed draws the same codes.
    """

    def __init__(
        self,
        log_likelihood: Callable[[Tensor], Tensor],
        mean: Tensor,
        logvar: Tensor,
        exact: float,
        seed: int = 0,
    ):
        self.log_likelihood = log_likelihood
        self.exact = exact
        prior = torch.zeros_like(mean)
        self.sources = {"prior": (prior, prior), "q": (mean, logvar)}
        self.chances = {name: torch.Generator().manual_seed(seed + i) for i, name in enumerate(self.sources)}
        self.pools: dict[str, Tensor] = {name: torch.zeros(0).double() for name in self.sources}
        self.step = FIRST_STEP
        self.seconds = 0.0

    @property
    def samples(self) -> int:
        """Samples of each pool."""
        return len(self.pools["q"])

    @property
    def done(self) -> bool:
        return self.samples >= MOST_SAMPLES

    def grow(self) -> None:
        """One step: some more samples for either pool, as many as a person likes to wait for."""
        count = min(self.step, MOST_SAMPLES - self.samples)
        began = time.perf_counter()
        for name, source in self.sources.items():
            more = log_weights(self.log_likelihood, *source, count, self.chances[name])
            self.pools[name] = torch.cat([self.pools[name], more])
        took = time.perf_counter() - began
        self.seconds += took
        if took < FAST_STEP:
            self.step = min(2 * self.step, LARGEST_STEP)
        elif took > SLOW_STEP:
            self.step = max(self.step // 2, FIRST_STEP)

    def summary(self) -> dict[str, Any]:
        """All that the page shows, as JSON has it: nats, and numbers of samples."""
        pools = {name: summary(pool, self.exact) for name, pool in self.pools.items()}
        rate = 2 * self.samples / self.seconds if self.seconds else None
        return {
            "exact": self.exact,
            "samples": self.samples,
            "most": MOST_SAMPLES,
            "done": self.done,
            "rate": rate,
        } | pools


def begun(model: LatentModel, x: np.ndarray, exact: float, seed: int) -> Growth:
    """The growth of an image x (c * h * w,) float32. Raises ValueError where there is no q(z|x)."""
    q = evidence.encoded(model, x)
    return Growth(evidence.likelihood(model, x), q.mean, 2 * q.tril.diagonal().log(), exact, seed)


def summary(pool: Tensor, exact: float) -> dict[str, Any]:
    """One pool: "path", the estimate with its first 1, 2, 4, ... and with all its samples, [k, nats] each;
    "orders", the fields of training.estimates.Order each; the samples that estimate and bound need."""
    rungs = ladder(pool)
    statistics = orders(rungs, exact)
    path = [[2**i, rung[0].item()] for i, rung in enumerate(rungs) if len(rung)]
    if path and path[-1][0] < len(pool):
        path.append([len(pool), torch.logsumexp(pool, 0).item() - math.log(len(pool))])
    return {
        "path": path,
        "orders": [astuple(order) for order in statistics],
        "needed": needed(statistics),
        "needed_of_bound": needed_of_bound(statistics, exact),
    }
