"""The values of all metrics, from a model and images. metrics.py describes them, evaluate.py prints them."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from training.datasets import Split
from training.families.models import PIXELS, Autoencoder, Classifier
from training.families.objectives import bernoulli_log_likelihood, cross_entropy, kl_to_standard_normal
from training.integrals.aggregate import rate
from training.integrals.bounds import importance_weighted_bound, log_importance_weights, posterior_samples
from training.integrals.expectation import expected_log_likelihood
from training.integrals.grid import exact_log_likelihood
from training.kit.threads import Report, silent
from training.measures import codes
from training.measures.gaps import Gaps

SEEDS = (0, 1, 2, 3, 4)  # of the binarisations
ELBO_SAMPLES, IW_SAMPLES = 16, 500
GRID, EXTENT = 512, 6.0
BINS = 15  # of the probability of an answer

Values = dict[str, Any]  # key of METRICS -> number, or a list of one per dimension
Part = Callable[[str], Report]  # begins a part of the work; returns where it reports its progress


@torch.no_grad()
def code_values(model: Autoencoder, train: Split, test: Split, report: Report = silent) -> Values:
    """What AE and VAE have in common: codes (means) and reconstructions of grey images."""
    x = pixels(test)
    z, reference = encode(model, x)[0], encode(model, pixels(train))[0]
    logits = torch.cat([model.decode(part) for part in z.split(2000)])
    report(0.1)
    values: Values = {
        "cross_entropy": -bernoulli_log_likelihood(x, logits).double().mean().item(),
        "entropy_floor": -(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)).sum(1).double().mean().item(),
        "mse": ((x - logits.sigmoid()) ** 2).mean(1).double().mean().item(),
    }
    values |= codes.neighbour_accuracies(reference.numpy(), train.labels, z.numpy(), test.labels)
    report(0.2)
    values["trustworthiness"] = codes.trust(x.numpy(), z.numpy())
    report(0.7)
    values["code_mean"], values["code_sd"] = z.mean(0).tolist(), z.std(0, correction=0).tolist()
    values["code_kl_to_prior"] = codes.gaussian_kl_to_prior(z)
    if z.shape[1] == 2:
        values["code_energy_distance"] = codes.energy_distance_to_prior(z)
        values["prior_holes"] = codes.holes(z.numpy())
    return values


def pixels(split: Split) -> Tensor:
    """The images as (n, 784) in [0, 1]."""
    return torch.from_numpy(split.images).reshape(-1, PIXELS).float() / 255


def encode(model: Autoencoder, x: Tensor) -> tuple[Tensor, Tensor | None]:
    """model.encode, in parts: x (n, 784) to mean and log-variance, (n, d)."""
    means, logvars = zip(*(model.encode(part) for part in x.split(5000)), strict=True)
    return torch.cat(means), None if logvars[0] is None else torch.cat(logvars)


@dataclass(frozen=True)
class Draw:
    """The test images as one protocol wants them, x (n, 784), and q(z|x) of just these, (n, d) each."""

    protocol: str
    seed: int
    x: Tensor
    mean: Tensor
    logvar: Tensor
    chance: torch.Generator


def draws(model: Autoencoder, test: Split) -> list[Draw]:
    """Five binarisations and the grey images; for a Gaussian likelihood, a density, the grey ones alone."""
    if model.config.likelihood == "gaussian":
        return [draw(model, pixels(test), "density", 0)]
    binarised = [draw(model, pixels(test), "binarised", seed) for seed in SEEDS]
    return [*binarised, draw(model, pixels(test), "grey", 0)]


@torch.no_grad()
def draw(model: Autoencoder, grey: Tensor, protocol: str, seed: int) -> Draw:
    chance = torch.Generator().manual_seed(seed)
    x = (torch.rand(grey.shape, generator=chance) < grey).float() if protocol == "binarised" else grey
    mean, logvar = encode(model, x)
    assert logvar is not None, "only a variational autoencoder has a likelihood to measure"
    return Draw(protocol, seed, x, mean, logvar, chance)


def likelihood_values(
    model: Autoencoder, drawn: list[Draw], log_p: Tensor | None, iw_seeds: int, part: Part
) -> Values:
    """ELBO and its terms, exact log p(x) (draws, n) if it is known, and on `iw_seeds` draws IW-500."""
    found = bounds_of(model, drawn, part("ELBO"))
    if log_p is not None:
        for values, mean in zip(found, log_p.mean(1).tolist(), strict=True):
            values |= {"nll": -mean, "gap": mean - values["elbo"]}
    report = part("importance weights") if iw_seeds else silent
    for values, d in zip(found[:iw_seeds], drawn, strict=False):
        values["iw500"] = weighted_nll(model, d, lambda share: report(share / iw_seeds))
    return averaged([d.protocol for d in drawn], found)


def averaged(protocols: list[str], found: list[Values]) -> Values:
    """Means over the draws of each protocol, and the binarised protocol's standard deviations."""
    groups: dict[str, list[Any]] = {}
    for protocol, values in zip(protocols, found, strict=True):
        for key, value in values.items():
            groups.setdefault(f"{key}_{protocol}", []).append(value)
    axes = [statistics.fmean(axis) for axis in zip(*groups[f"axes_{protocols[0]}"], strict=True)]
    means = {key: statistics.fmean(group) for key, group in groups.items() if not key.startswith("axes")}
    spreads = {
        f"{key}_sd_of_seeds": statistics.stdev(groups[key])
        for key in ("elbo_binarised", "nll_binarised")
        if key in groups
    }
    return means | spreads | {"kl_per_dimension": axes}


def bounds_of(model: Autoencoder, drawn: list[Draw], report: Report) -> list[Values]:
    """ELBO and its terms, for each draw the mean over its images."""
    found = []
    for d in drawn:
        _, log_likelihood = sample(model, d, ELBO_SAMPLES, lambda share: report(share / len(drawn)))
        reconstruction = -log_likelihood.double().mean().item()
        kl = kl_to_standard_normal(d.mean, d.logvar).double().mean(0)
        total = kl.sum().item()
        values = {"elbo": -reconstruction - total, "reconstruction": reconstruction, "kl": total}
        found.append(values | {"axes": kl.tolist()})
    return found


def weighted_nll(model: Autoencoder, d: Draw, report: Report) -> float:
    """The importance-weighted bound of -log p(x) from IW_SAMPLES codes an image, mean over the images."""
    z, log_likelihood = sample(model, d, IW_SAMPLES, report)
    weights = log_importance_weights(z, log_likelihood, d.mean, d.logvar)
    return -importance_weighted_bound(weights).mean().item()


def sample(model: Autoencoder, d: Draw, samples: int, report: Report) -> tuple[Tensor, Tensor]:
    family = model.config.likelihood
    return posterior_samples(model.decode, d.x, d.mean, d.logvar, samples, d.chance, family, report)


def exact_log_p(model: Autoencoder, drawn: list[Draw], report: Report) -> Tensor:
    """log p(x) by quadrature, of each image of each draw: (draws, n). One decoding serves all draws."""
    x = torch.cat([d.x for d in drawn])
    values = exact_log_likelihood(model.decode, x, model.config.likelihood, GRID, EXTENT, report)
    return values.view(len(drawn), -1)


def gaps_of(model: Autoencoder, d: Draw, log_p: Tensor, report: Report) -> Gaps:
    """log p(x), which is known, and the ELBO of each image of a draw, in nats, without chance."""
    kl = kl_to_standard_normal(d.mean, d.logvar).double().sum(1)
    expected = expected_log_likelihood(model.decode, d.x, d.mean, d.logvar, model.config.likelihood, report)
    return Gaps(log_p.numpy(), (expected - kl).numpy())


def rate_values(d: Draw, report: Report) -> Values:
    """The rate of a draw's codes, and what it is made of: nats."""
    found = rate(d.mean, d.logvar, report=report)
    return {
        "rate": found.rate,
        "mutual_information": found.information,
        "aggregate_kl": found.divergence,
        "aggregate_kl_error": found.lost,
        "aggregate_kl_change": found.divergence - found.coarser,
    }


@torch.no_grad()
def answer_values(model: Classifier, test: Split, report: Report = silent) -> Values:
    """How good a classifier's answers to grey images are, and how well it knows that."""
    labels, x = torch.from_numpy(test.labels), pixels(test)
    logits = torch.cat([model.logits(part) for part in x.split(2000)]).double()
    report(1.0)
    return {
        "accuracy": (logits.argmax(1) == labels).double().mean().item(),
        "label_cross_entropy": cross_entropy(logits, labels).mean().item(),
        "calibration_error": calibration_error(logits.softmax(1), labels),
    }


def calibration_error(probabilities: Tensor, labels: Tensor) -> float:
    """Sum over BINS of |right answers - expected right answers|, by image (Guo et al. 2017, equation 3).

    probabilities: (n, classes), labels: (n,). Bins of equal width, each with its upper end.
    """
    confidence, answer = probabilities.max(1)
    surplus = (answer == labels).to(confidence) - confidence
    bins = (confidence * BINS).ceil().long().clamp(max=BINS) - 1
    return surplus.new_zeros(BINS).index_add_(0, bins, surplus).abs().sum().item() / len(labels)
