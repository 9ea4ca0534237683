"""What a training does when: learning rates, streams of chance, and the epochs whose weights are kept."""

import math

import numpy as np

from training.config import Settings

WARM_UP = 100  # the share of all steps, one in so many, over which the rate rises


def learning_rate(config: Settings, step: int, steps: int) -> float:
    """Half a cosine from config.lr to 0 (Loshchilov & Hutter 2017), after a linear start of 1 %."""
    start = max(1, steps // WARM_UP)
    if step < start:
        return config.lr * (step + 1) / start
    return config.lr * 0.5 * (1 + math.cos(math.pi * (step - start) / (steps - start)))


def seed_of(seed: int, epoch: int, stream: int) -> int:
    """One seed of a stream of chance numbers; streams of neighbouring epochs have nothing in common."""
    return int(np.random.SeedSequence([seed, epoch, stream]).generate_state(1)[0])


def snapshot_epochs(epochs: int, count: int) -> list[int]:
    """Epochs to keep beside the last: 0, then spaced by equal ratios; all with the last are `count`."""
    return sorted({0} | {int(e) for e in np.geomspace(1, epochs, count - 1).round()[:-1]} - {epochs})
