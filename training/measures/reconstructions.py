"""The measure of all models with codes: codes (means) and reconstructions of grey images."""

from typing import Any

import torch

from training.families import LatentModel
from training.kit.threads import Report, silent
from training.likelihoods import bernoulli_log_likelihood
from training.measures import codes
from training.measures.measure import Measure
from training.measures.measured_model import MeasuredModel, Values, encode, pixels
from training.protocol import NEIGHBOURS, TRUSTED_NEIGHBOURS

DECODE_BATCH_SIZE = 2000  # codes


@torch.no_grad()
def values(measured: MeasuredModel, report: Report = silent) -> Values:
    model, train, test = measured.as_a(LatentModel), measured.train, measured.test
    x = pixels(test)
    z, reference = encode(model, x)[0], encode(model, pixels(train))[0]
    logits = torch.cat([model.decode(part) for part in z.split(DECODE_BATCH_SIZE)])
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


def protocol(measured: MeasuredModel) -> dict[str, Any]:
    model = measured.as_a(LatentModel)
    return {
        "likelihood": model.config.likelihood,
        "latent_dim": model.config.latent_dim,
        "neighbours": list(NEIGHBOURS),
        "trustworthiness_neighbours": TRUSTED_NEIGHBOURS,
    }


CODES = Measure("codes", 10.0, ("encode", "decode"), values, protocol)
