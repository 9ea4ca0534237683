"""The gap of every test image, log p(x) - ELBO, in nats: its distribution by class, and the worst cases."""

from dataclasses import dataclass
from typing import Any

import numpy as np

EDGES = np.geomspace(0.01, 1000, 51)  # of the histogram: ten bins a decade
QUANTILES = {"median": 0.5, "p90": 0.9, "p99": 0.99}
WORST = 24  # images that are kept by number


@dataclass(frozen=True)
class Gaps:
    """log p(x) and ELBO of n images, (n,) each, in nats."""

    log_p: np.ndarray
    elbo: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """KL(q(z|x) || p(z|x)), (n,); below 0 only by the error of the quadrature."""
        result: np.ndarray = self.log_p - self.elbo
        return result


def described(
    gaps: Gaps, labels: np.ndarray, numbers: np.ndarray, classes: tuple[str, ...]
) -> dict[str, Any]:
    """What is kept of n gaps, for JSON. labels: (n,), numbers: (n,) of the images in their data set.

    Each of "classes" and "all" has "counts" in the bins between "edges", and its "mean", "median" and so on.
    What lies beyond the edges counts in the outer bins.
    """
    gap = gaps.gap
    groups = {name: gap[labels == label] for label, name in enumerate(classes)}
    worst = np.argsort(-gap, kind="stable")[:WORST]
    return {
        "edges": [float(f"{edge:.4g}") for edge in EDGES],
        "all": summary(gap),
        "classes": {name: summary(group) for name, group in groups.items() if len(group)},
        "worst": [
            {
                "image": int(numbers[i]),
                "label": int(labels[i]),
                "gap": float(gap[i]),
                "log_p": float(gaps.log_p[i]),
                "elbo": float(gaps.elbo[i]),
            }
            for i in worst
        ],
    }


def gap_values(gaps: Gaps) -> dict[str, float]:
    """The gap's median and the quantile that 99 % of the images lie below, by their keys in METRICS."""
    return {f"gap_{name}": float(np.quantile(gaps.gap, QUANTILES[name])) for name in ("median", "p99")}


def summary(gap: np.ndarray) -> dict[str, Any]:
    """Number, mean, quantiles (nats) and histogram of some gaps (n,), n >= 1."""
    counts, _ = np.histogram(gap.clip(EDGES[0], EDGES[-1]), EDGES)
    quantiles = {name: float(np.quantile(gap, level)) for name, level in QUANTILES.items()}
    return {"images": len(gap), "mean": float(gap.mean()), **quantiles, "counts": counts.tolist()}
