"""The measures of log p(x): exact over a plane, ELBO, importance-weighted bound, gap and rate. In nats."""

import statistics
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.families import LatentModel
from training.integrals.aggregate import rate
from training.integrals.bounds import importance_weighted_bound, log_importance_weights, posterior_samples
from training.integrals.expectation import expected_log_likelihood
from training.integrals.grid import exact_log_likelihood
from training.kit.threads import Report
from training.likelihoods import kl_to_standard_normal
from training.measures.gaps import Gaps, described, gap_values
from training.measures.measure import Measure
from training.measures.measured_model import Draw, MeasuredModel, Values, draws
from training.measures.metrics import NEEDS_EVIDENCE
from training.protocol import CELLS, ELBO_SAMPLES, EXTENT, GRID, IW_SAMPLES


def exact(measured: MeasuredModel, report: Report) -> Values:
    """-log p(x) by quadrature, of each image of each draw. One decoding serves all draws."""
    model = model_with_draws(measured)
    x = torch.cat([d.x for d in measured.draws])
    log_p = exact_log_likelihood(model.decode, x, model.config.likelihood, GRID, EXTENT, report)
    measured.log_p = log_p.view(len(measured.draws), -1)
    means = measured.log_p.mean(1).tolist()
    return averaged([d.protocol for d in measured.draws], [{"nll": -mean} for mean in means])


def model_with_draws(measured: MeasuredModel) -> LatentModel:
    """The model, with the draws of its test images made."""
    model = measured.as_a(LatentModel)
    measured.draws = measured.draws or draws(model, measured.test)
    return model


def gaps(measured: MeasuredModel, report: Report) -> Values:
    """The quantiles of log p(x) - ELBO of the first draw, and what is kept of each image."""
    model = model_with_draws(measured)
    assert measured.log_p is not None
    first = gaps_of(model, measured.draws[0], measured.log_p[0], report)
    if np.isfinite(first.gap).all():
        measured.images["gap"] = described(
            first, measured.test.labels, measured.numbers, measured.test.classes
        )
    return gap_values(first)


def gaps_of(model: LatentModel, d: Draw, log_p: Tensor, report: Report) -> Gaps:
    """log p(x), which is known, and the ELBO of each image of a draw, in nats, without chance."""
    kl = kl_to_standard_normal(d.mean, d.logvar).double().sum(1)
    expected = expected_log_likelihood(model.decode, d.x, d.mean, d.logvar, model.config.likelihood, report)
    return Gaps(log_p.numpy(), (expected - kl).numpy())


def rates(measured: MeasuredModel, report: Report) -> Values:
    """The rate of the grey images' codes, and what it is made of: nats."""
    model_with_draws(measured)
    grey = measured.draws[-1]
    parts = rate(grey.mean, grey.logvar, report=report)
    return {
        "rate": parts.rate,
        "mutual_information": parts.information,
        "aggregate_kl": parts.divergence,
        "aggregate_kl_error": parts.lost,
        "aggregate_kl_change": parts.divergence - parts.coarser,
    }


def elbo(measured: MeasuredModel, report: Report) -> Values:
    """ELBO and its terms; and the mean gap, where log p(x) is known."""
    model = model_with_draws(measured)
    per_draw = bounds_of(model, measured.draws, report)
    if measured.log_p is not None:
        for values, mean in zip(per_draw, measured.log_p.mean(1).tolist(), strict=True):
            values |= {"gap": mean - values["elbo"]}
    return averaged([d.protocol for d in measured.draws], per_draw)


def weighted(measured: MeasuredModel, report: Report) -> Values:
    """The importance-weighted bound of -log p(x), on the first binarisations."""
    model = model_with_draws(measured)
    some = measured.weighted_draws
    share = 1 / max(1, len(some))
    per_draw = [{"iw500": weighted_nll(model, d, lambda part: report(part * share))} for d in some]
    return averaged([d.protocol for d in some], per_draw)


def bounds_of(model: LatentModel, several: list[Draw], report: Report) -> list[Values]:
    """ELBO and its terms, for each draw the mean over its images."""
    bounds = []
    for d in several:
        _, log_likelihood = sample(model, d, ELBO_SAMPLES, lambda share: report(share / len(several)))
        reconstruction = -log_likelihood.double().mean().item()
        kl = kl_to_standard_normal(d.mean, d.logvar).double().mean(0)
        total = kl.sum().item()
        values = {"elbo": -reconstruction - total, "reconstruction": reconstruction, "kl": total}
        bounds.append(values | {"axes": kl.tolist()})
    return bounds


def weighted_nll(model: LatentModel, d: Draw, report: Report) -> float:
    """The importance-weighted bound of -log p(x) from IW_SAMPLES codes an image, mean over the images."""
    z, log_likelihood = sample(model, d, IW_SAMPLES, report)
    weights = log_importance_weights(z, log_likelihood, d.mean, d.logvar)
    return -importance_weighted_bound(weights).mean().item()


def sample(model: LatentModel, d: Draw, samples: int, report: Report) -> tuple[Tensor, Tensor]:
    likelihood = model.config.likelihood
    return posterior_samples(model.decode, d.x, d.mean, d.logvar, samples, d.chance, likelihood, report)


def averaged(protocols: list[str], per_draw: list[Values]) -> Values:
    """Means over the draws of each protocol, and the binarised protocol's standard deviations."""
    groups: dict[str, list[Any]] = {}
    for protocol, values in zip(protocols, per_draw, strict=True):
        for key, value in values.items():
            groups.setdefault(f"{key}_{protocol}", []).append(value)
    means = {key: statistics.fmean(group) for key, group in groups.items() if not key.startswith("axes")}
    spreads = {
        f"{key}_sd_of_seeds": statistics.stdev(groups[key])
        for key in ("elbo_binarised", "nll_binarised")
        if key in groups
    }
    axes = groups.get(f"axes_{protocols[0]}") if protocols else None
    if axes is None:
        return means | spreads
    return (
        means | spreads | {"kl_per_dimension": [statistics.fmean(axis) for axis in zip(*axes, strict=True)]}
    )


def nothing(measured: MeasuredModel) -> dict[str, Any]:
    return {}


def elbo_protocol(measured: MeasuredModel) -> dict[str, Any]:
    return {
        "binarisation_seeds": [d.seed for d in measured.draws if d.protocol == "binarised"],
        "elbo_samples": ELBO_SAMPLES,
        "iw_samples": IW_SAMPLES,
        "iw_seeds": [d.seed for d in measured.weighted_draws],
        "grid": [GRID, GRID],
        "extent": EXTENT,
    }


EXACT = Measure("exact log p(x)", 18.0, NEEDS_EVIDENCE, exact, nothing, plane=True)
GAPS = Measure(
    "gaps", 25.0, NEEDS_EVIDENCE, gaps, lambda measured: {"gap_seed": measured.draws[0].seed}, plane=True
)
RATE = Measure(
    "rate", 7.0, NEEDS_EVIDENCE, rates, lambda measured: {"rate_cells": [CELLS, CELLS]}, plane=True
)
ELBO = Measure("ELBO", 13.0, NEEDS_EVIDENCE, elbo, elbo_protocol)
WEIGHTED = Measure("importance weights", 70.0, NEEDS_EVIDENCE, weighted, nothing, by_iw_seeds=True)
