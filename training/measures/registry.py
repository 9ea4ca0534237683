"""MEASURES: everything that training.evaluate measures, in its order.

A measure is a line here; what its values mean stands in metrics.py. Gaps need the exact log p(x) before them.
"""

from training.measures.answers import ANSWERS
from training.measures.likelihood import ELBO, EXACT, GAPS, RATE, WEIGHTED
from training.measures.measure import Measure
from training.measures.reconstructions import CODES

MEASURES: list[Measure] = [ANSWERS, CODES, EXACT, GAPS, RATE, ELBO, WEIGHTED]
