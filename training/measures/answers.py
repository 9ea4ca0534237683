"""The measure of a classifier: how good its answers are, and how well it knows that."""

from typing import Any

import torch
from torch import Tensor

from training.families import LabelModel
from training.kit.threads import Report, silent
from training.likelihoods import cross_entropy
from training.measures.measure import Measure
from training.measures.measured_model import MeasuredModel, Values, pixels
from training.measures.metrics import NEEDS_ANSWERS
from training.protocol import CONFIDENCE_BINS

LOGITS_BATCH_SIZE = 2000  # images


@torch.no_grad()
def values(measured: MeasuredModel, report: Report = silent) -> Values:
    model = measured.as_a(LabelModel)
    labels, x = torch.from_numpy(measured.test.labels), pixels(measured.test)
    logits = torch.cat([model.logits(part) for part in x.split(LOGITS_BATCH_SIZE)]).double()
    report(1.0)
    return {
        "accuracy": (logits.argmax(1) == labels).double().mean().item(),
        "label_cross_entropy": cross_entropy(logits, labels).mean().item(),
        "calibration_error": calibration_error(logits.softmax(1), labels),
    }


def calibration_error(probabilities: Tensor, labels: Tensor) -> float:
    """Sum over the bins of |right answers - expected right answers|, by image (Guo et al. 2017, eq. 3).

    probabilities: (n, classes), labels: (n,). Bins of equal width, each with its upper end.
    """
    confidence, answer = probabilities.max(1)
    surplus = (answer == labels).to(confidence) - confidence
    bins = (confidence * CONFIDENCE_BINS).ceil().long().clamp(max=CONFIDENCE_BINS) - 1
    return surplus.new_zeros(CONFIDENCE_BINS).index_add_(0, bins, surplus).abs().sum().item() / len(labels)


def protocol(measured: MeasuredModel) -> dict[str, Any]:
    """What differs from a model with codes: the training images are those that it learned from."""
    config = measured.model.config
    count = len(measured.train.images) - config.holdout
    return {"bins": CONFIDENCE_BINS, "training_images": min(config.limit or count, count)}


ANSWERS = Measure("answers", 3.0, NEEDS_ANSWERS, values, protocol)
