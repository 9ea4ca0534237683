"""A measure: which models it applies to, how long it takes, and what computes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from training.families import Family
from training.kit.threads import Report
from training.measures.measured_model import MeasuredModel, Values
from training.measures.metrics import METRICS, Metric


@dataclass(frozen=True)
class Measure:
    """An entry of MEASURES. `seconds` on two cores weigh its share of the bar; `compute` returns values by
    the keys of METRICS, and `protocol` what must be known of how it was measured. `metrics` says what the
    values mean; those of the house stand in metrics.py, which pages read without loading torch."""

    title: str
    seconds: float
    needs: tuple[str, ...]
    compute: Callable[[MeasuredModel, Report], Values]
    protocol: Callable[[MeasuredModel], dict[str, Any]]
    plane: bool = False
    by_iw_seeds: bool = False  # takes `seconds` for each binarisation, and none where none is asked for
    metrics: Mapping[str, Metric] = field(default_factory=dict)

    def applies(self, model: Family) -> bool:
        return not missing(model, self.needs) and not (self.plane and model.config.latent_dim != 2)


def missing(model: Family, abilities: tuple[str, ...]) -> str:
    """Why a model lacks one of these abilities, in its family's words; "" if it has all."""
    return next((model.lacks[ability] for ability in abilities if ability not in model.abilities), "")


def why_not(key: str, model: Family, values: Values) -> str:
    """Why a metric is left out."""
    metric = METRICS[key]
    if reason := missing(model, metric.needs) or misfit(metric, model):
        return reason
    if key in values:
        return f"it came out as {values[key]}"
    return "it takes longest, and --iw-seeds 0 asked for none"


def misfit(metric: Metric, model: Family) -> str:
    """Why a metric has no meaning for a model's settings or data; "" if it has."""
    likelihood = getattr(model.config, "likelihood", "")
    if metric.likelihood not in ("", likelihood):
        return f"the likelihood of this run is {likelihood}"
    if metric.plane and model.config.latent_dim != 2:
        return f"it is for a latent plane, and latent_dim is {model.config.latent_dim}"
    if metric.labels and not model.dataset.labelled:
        return f"{model.dataset.title} has no labels"
    return ""
