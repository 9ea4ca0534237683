"""What a training does when: learning rates, streams of chance, and the epochs whose weights are kept."""

import math

import numpy as np

from training.config import Settings
from training.runs.film import EPOCH_DIGITS

FIRST_MOMENTS = 20  # of a film, within the first epoch
LATER_MOMENTS = 40  # after it
WARM_UP = 100  # the share of all steps, one in so many, over which the rate rises


def learning_rate(config: Settings, step: int, steps: int) -> float:
    """Half a cosine from config.lr to 0 (Loshchilov & Hutter 2017), after a linear start of 1 %.

    `steps`: those of the whole training; where config.decay says so, the rate falls over more or fewer.
    """
    if config.decay:
        steps = steps * config.decay // config.epochs
    start = max(1, steps // WARM_UP)
    if step < start:
        return config.lr * (step + 1) / start
    return config.lr * 0.5 * (1 + math.cos(math.pi * min(1.0, (step - start) / max(1, steps - start))))


def seed_of(seed: int, epoch: int, stream: int) -> int:
    """One seed of a stream of chance numbers; streams of neighbouring epochs have nothing in common."""
    return int(np.random.SeedSequence([seed, epoch, stream]).generate_state(1)[0])


def snapshot_steps(epochs: int, steps: int, count: int) -> list[int]:
    """After which steps weights are kept, beside those of the end; with the end at most `count`.

    Before the first step; then moments of the film, from a sixteenth of the first epoch on spaced by ratios
    as equal as they have them.
    """
    moments = np.array(film_steps(epochs, steps)[1:])
    wanted = np.geomspace(max(1, steps // 16), epochs * steps, count - 1)[:-1]
    nearest = abs(np.log(moments)[:, None] - np.log(wanted)).argmin(0)
    return sorted({0} | {int(step) for step in moments[nearest]} - {epochs * steps})


def film_steps(epochs: int, steps: int) -> list[int]:
    """Of a training of so many epochs of so many steps, after which steps its film has a moment.

    Before the first step; some twenty in the first epoch, spaced by equal ratios from the second step on;
    then some forty whole epochs, spaced likewise: all, if there are no more.
    """
    first = {int(step) for step in np.geomspace(min(2, steps), steps, FIRST_MOMENTS).round()}
    moments = sorted({0} | first | {epoch * steps for epoch in spread_epochs(epochs)})
    by_time = {film_time(1, step, steps): step for step in reversed(moments)}  # of one time, the first
    return sorted(by_time.values())


def spread_epochs(epochs: int) -> set[int]:
    """About LATER_MOMENTS epochs from 1 to the last, spaced by equal ratios where there are more of them."""
    if epochs <= LATER_MOMENTS:
        return set(range(1, epochs + 1))
    count = LATER_MOMENTS
    while len(spread := {int(epoch) for epoch in np.geomspace(1, epochs, count).round()}) < LATER_MOMENTS:
        count += 1
    return spread


def film_time(epoch: int, step: int, steps: int) -> float:
    """How many epochs are done after `step` of `steps` in `epoch`, counted from 1, as a film says it."""
    return round(epoch - 1 + step / steps, EPOCH_DIGITS)
