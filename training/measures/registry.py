"""MEASURES: everything that training.evaluate measures, in its order, each registered in one line."""

from training.measures.answers import ANSWERS
from training.measures.likelihood import ELBO, EXACT, GAPS, RATE, WEIGHTED
from training.measures.measure import Measure
from training.measures.metrics import METRICS
from training.measures.reconstructions import CODES

MEASURES: list[Measure] = []


def register(measure: Measure) -> Measure:
    """Add a measure, with its metrics, after the others. Raises ValueError for a key that is taken."""
    taken = METRICS.keys() & measure.metrics.keys()
    if taken:
        raise ValueError(f"there are metrics already of the name {', '.join(sorted(taken))}: choose others")
    METRICS.update(measure.metrics)
    MEASURES.append(measure)
    return measure


for entry in (ANSWERS, CODES, EXACT, GAPS, RATE, ELBO, WEIGHTED):  # gaps need the exact log p(x) before them
    register(entry)
