"""What is kept of the gaps of all images: quantiles, counts, worst cases."""

import json

import numpy as np
import pytest

from training.measures.gaps import EDGES, WORST, Gaps, described, gap_values


@pytest.fixture
def gaps() -> Gaps:
    chance = np.random.default_rng(0)
    log_p = chance.normal(-120, 20, 500)
    return Gaps(log_p, log_p - chance.lognormal(0, 2, 500))


def test_what_is_kept_is_plain_counting(gaps: Gaps) -> None:
    labels, numbers = np.arange(500) % 3, np.arange(500) * 7
    kept = described(gaps, labels, numbers, ("zero", "one", "two", "never"))
    assert json.loads(json.dumps(kept)) == kept and list(kept["classes"]) == ["zero", "one", "two"]
    one, gap = kept["classes"]["one"], gaps.gap[1::3]
    assert one["images"] == len(gap) and one["mean"] == pytest.approx(gap.mean())
    assert one["p90"] == pytest.approx(np.percentile(gap, 90))
    low, high = kept["edges"][20:22]
    assert one["counts"][20] == ((gap >= low) & (gap < high)).sum() > 0
    assert (
        sum(kept["all"]["counts"]) == 500
        and np.sum([c["counts"] for c in kept["classes"].values()], axis=0).tolist() == kept["all"]["counts"]
    )
    worst = kept["worst"]
    assert len(worst) == WORST and [w["gap"] for w in worst] == sorted(gaps.gap, reverse=True)[:WORST]
    for case in worst:
        i = case["image"] // 7
        assert (case["label"], case["log_p"], case["elbo"]) == (labels[i], gaps.log_p[i], gaps.elbo[i])


def test_gaps_beyond_the_edges_count_in_the_outer_bins() -> None:
    log_p = np.array([-100.0, -100.0, -100.0])
    kept = described(Gaps(log_p, log_p - [-0.3, 1.0, 5000.0]), np.zeros(3, int), np.arange(3), ("a",))
    counts = kept["all"]["counts"]
    assert counts[0] == counts[-1] == 1 and sum(counts) == 3 and len(counts) == len(EDGES) - 1


def test_scalars_are_quantiles(gaps: Gaps) -> None:
    assert gap_values(gaps) == {
        "gap_median": pytest.approx(np.median(gaps.gap)),
        "gap_p99": pytest.approx(np.percentile(gaps.gap, 99)),
    }
