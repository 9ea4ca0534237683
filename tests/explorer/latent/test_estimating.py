"""Pools that grow: seeded, bounded, in steps of a pleasant length, and summed up as JSON can say."""

import json
import math

import pytest
import torch

from explorer.latent import estimating
from explorer.latent.estimating import FIRST_STEP, Growth, summary
from training.likelihoods import gaussian_log_density

EXACT = -math.log(4 * math.pi)


def growth(seed: int = 0) -> Growth:
    """x = z + noise of variance 1, and x = 0: p(x) is N(0; 0, 2 I). q is narrower than the prior."""
    q = torch.zeros(2), torch.full((2,), -0.5)
    return Growth(lambda z: gaussian_log_density(torch.zeros(2), z, 0.0), *q, EXACT, seed)


def test_a_pool_grows_by_doubling_steps_until_they_take_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "LARGEST_STEP", 4 * FIRST_STEP)
    monkeypatch.setattr(estimating, "MOST_SAMPLES", 20 * FIRST_STEP)
    monkeypatch.setattr(estimating, "FAST_STEP", math.inf)
    estimates, sizes = growth(), []
    while not estimates.done:
        estimates.grow()
        sizes.append(estimates.samples // FIRST_STEP)
    assert sizes == [1, 3, 7, 11, 15, 19, 20]
    estimates.grow()
    assert estimates.samples == 20 * FIRST_STEP, "no more than MOST_SAMPLES"


def test_slow_steps_become_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "FAST_STEP", 0.0)
    monkeypatch.setattr(estimating, "SLOW_STEP", 0.0)
    estimates = growth()
    estimates.step = 8 * FIRST_STEP
    for expected in (4, 2, 1, 1):
        estimates.grow()
        assert estimates.step == expected * FIRST_STEP


def test_the_same_seed_draws_the_same_samples() -> None:
    first, second, other = growth(), growth(), growth(7)
    for estimates in (first, second, other):
        for _ in range(3):
            estimates.grow()
    n = min(first.samples, second.samples)
    for name in ("prior", "q"):
        assert (
            torch.equal(first.pools[name][:FIRST_STEP], second.pools[name][:FIRST_STEP]) and n >= FIRST_STEP
        )
        assert not torch.equal(first.pools[name][:FIRST_STEP], other.pools[name][:FIRST_STEP])


def test_the_summary_is_json_and_comes_to_the_exact_value() -> None:
    estimates = growth()
    while estimates.samples < 5000:
        estimates.grow()
    report = json.loads(json.dumps(estimates.summary()))
    assert report["samples"] == estimates.samples and report["rate"] > 0 and not report["done"]
    for name in ("prior", "q"):
        k, estimate = report[name]["path"][-1]
        assert k == estimates.samples and estimate == pytest.approx(EXACT, abs=0.1)
        assert [k for k, _ in report[name]["path"][:4]] == [1, 2, 4, 8]
        assert report[name]["needed"] is not None
    assert report["prior"]["needed"] >= report["q"]["needed"], "q lies nearer"


def test_the_path_is_of_the_first_samples() -> None:
    pool = torch.arange(11.0).double()
    path = summary(pool, 0.0)["path"]
    assert [k for k, _ in path] == [1, 2, 4, 8, 11]
    for k, estimate in path:
        assert estimate == pytest.approx(pool[:k].exp().mean().log().item())
    assert summary(pool[:8], 0.0)["path"][-1][0] == 8, "a power of two is told once"


def test_nothing_drawn_is_nothing_told() -> None:
    report = growth().summary()
    assert report["prior"] == {"path": [], "orders": [], "needed": None, "needed_of_bound": None}
    assert report["samples"] == 0 and report["rate"] is None
