"""What is kept of the runs of several seeds, what they have in common, and what is said of it."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.study.test_comparison import clusters, rotation
from training import runs
from training.families import configured, saved
from training.runs.records import RunError, write_json, write_tensors
from training.study import agreement, store, verdicts
from training.study.store import SeedRun

LABELS = np.repeat(np.arange(10), 12)
PLACES = np.random.default_rng(5).normal(size=(10, 2))


def seed_run(
    model: str, seed: int, mean: np.ndarray, geodesic: np.ndarray | None = None, **values: float
) -> SeedRun:
    """A measured run that lies nowhere."""
    rows = np.arange(0, 120, 12)
    plain = np.arange(1.0, 46)
    lengths, z = plain if geodesic is None else geodesic, mean.astype(np.float32)
    name, config = store.name_of(model, seed), configured(model, seed=seed)
    return SeedRun(name, config, values, {}, z, None, rows, lengths, plain, name)


def stored(place: Path, run: SeedRun) -> Path:
    """The same in a folder, as training.seeds keeps it."""
    folder = place / run.name
    write_json(folder / runs.CONFIG, {"format": runs.FORMAT} | saved(run.config))
    write_json(folder / runs.METRICS, {"values": run.values})
    arrays = {key: torch.tensor(getattr(run, key)) for key in ("mean", "landmarks", "geodesic", "picture")}
    store.save(folder, arrays)
    return folder


def summed(group: list[SeedRun]) -> agreement.Summary:
    pairs = {(a.name, b.name): agreement.compared(a, b, LABELS) for a, b in agreement.pairs_to_compare(group)}
    return agreement.summary(group, pairs)


def said(group: list[SeedRun]) -> str:
    return " ".join(" ".join(verdict) for verdict in verdicts.sentences(summed(group)))


def same_maps(model: str) -> list[SeedRun]:
    """Five seeds of one map, turned."""
    base = clusters(PLACES, LABELS, 1)
    return [seed_run(model, s, base @ rotation(s), knn_5=0.9 + 0.001 * s) for s in range(5)]


def chance_maps(model: str) -> list[SeedRun]:
    """Five seeds whose classes lie anywhere, in a cloud of one size; geodesic lengths that agree."""
    runs_of_seeds = []
    for s in range(5):
        z = clusters(np.random.default_rng(50 + s).normal(size=(10, 2)), LABELS, s)
        cloud = (z - z.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T, ddof=0))).T
        runs_of_seeds.append(seed_run(model, s, cloud, np.arange(1.0, 46) * (1 + 0.01 * s), knn_5=0.8))
    return runs_of_seeds


def test_what_is_kept_comes_back(no_runs: Path) -> None:
    run = seed_run("vae", 3, clusters(PLACES, LABELS, 0), knn_5=0.5)
    loaded = store.load(stored(no_runs, run))
    assert loaded.name == "vae-3" and loaded.config == run.config and loaded.values == {"knn_5": 0.5}
    assert np.array_equal(loaded.mean, run.mean) and loaded.sd is None
    between = [np.linalg.norm(a - b) for a, b in combinations(run.mean[run.landmarks].astype(float), 2)]
    assert np.allclose(loaded.distances["code"], between)
    assert len(loaded.distances["code"]) == 45 and loaded.distances["geodesic"].dtype == np.float64


def test_runs_are_listed_by_model_and_seed_once_they_are_measured(no_runs: Path) -> None:
    place = store.root()
    assert store.names(place) == [] and store.load_all(place) == []
    for model, seed in (("exact", 0), ("vae", 10), ("vae", 2), ("ae", 1)):
        stored(place, seed_run(model, seed, clusters(PLACES, LABELS, seed)))
    (place / "exact-0" / runs.METRICS).unlink()
    (place / "notes").mkdir()
    assert store.names(place) == ["ae-1", "vae-2", "vae-10"]
    assert runs.names() == []  # the folder of seeds is no run of the menus
    before = store.stamp()
    (place / "ae-1" / store.CODES).touch()
    assert store.stamp() != before
    with pytest.raises(RunError, match="no run of a seed: they are called MODEL-SEED"):
        store.model_and_seed("classifier-0")


def test_codes_are_fresh_while_the_weights_are_theirs(no_runs: Path) -> None:
    folder = stored(no_runs, seed_run("ae", 0, clusters(PLACES, LABELS, 0)))
    assert store.fresh(folder)  # without weights there is nothing to doubt
    (folder / runs.WEIGHTS).write_bytes(b"others")
    assert not store.fresh(folder)
    tensors = {
        k: torch.from_numpy(v) for k, v in vars(store.load(folder)).items() if isinstance(v, np.ndarray)
    }
    store.save(folder, tensors)
    assert store.fresh(folder)


@pytest.mark.parametrize(
    "key, value, says",
    [
        ("mean", torch.full((120, 2), torch.nan), "mean holds values that are no numbers"),
        ("mean", torch.zeros(120, 3), "mean has the shape"),
        ("sd", torch.ones(5, 2), "sd has the shape"),
        ("geodesic", torch.ones(44), "geodesic has the shape"),
        ("landmarks", torch.full((10,), 500), "landmarks are no rows"),
        ("landmarks", torch.zeros(10), "landmarks is of the type torch.float32"),
        ("others", torch.zeros(10), "it holds geodesic, landmarks, mean, others, picture"),
    ],
)
def test_a_damaged_file_of_codes_is_an_error(no_runs: Path, key: str, value: torch.Tensor, says: str) -> None:
    folder = stored(no_runs, seed_run("ae", 0, clusters(PLACES, LABELS, 0)))
    tensors = store.read_tensors(folder / store.CODES, 1 << 20)[0] | {key: value}
    write_tensors(folder / store.CODES, tensors)
    with pytest.raises(RunError, match=says):
        store.load(folder)


def test_comparisons_hold_until_the_codes_change(no_runs: Path) -> None:
    for seed in (0, 1, 2):
        stored(no_runs, seed_run("ae", seed, clusters(PLACES, LABELS, seed)))
    group = store.load_all(no_runs)
    pairs = {("ae-0", "ae-1"): {"disparity": 0.5}, ("ae-1", "ae-2"): {"disparity": 0.25}}
    assert store.load_comparisons(no_runs, group) == {}
    store.save_comparisons(no_runs, group, pairs)
    assert store.load_comparisons(no_runs, group) == pairs
    stored(no_runs, seed_run("ae", 0, clusters(PLACES, LABELS, 9)))
    assert list(store.load_comparisons(no_runs, store.load_all(no_runs))) == [("ae-1", "ae-2")]
    for broken in ({"format": 1, "pairs": [{"runs": 3}]}, {"format": 1}):
        (no_runs / store.COMPARISONS).write_text(json.dumps(broken))
        with pytest.raises(RunError, match="no comparisons of runs"):
            store.load_comparisons(no_runs, group)


def test_spread_and_place_of_a_cloud_do_not_depend_on_its_angle() -> None:
    z = np.random.default_rng(0).normal(size=(120, 2)) * [4, 0.5]
    z = z - z.mean(0)
    longer, shorter = np.linalg.svd(z, compute_uv=False) / 120**0.5
    for angle in (0, 1, 2):
        values = agreement.cloud(seed_run("ae", 0, z @ rotation(angle) + [3, 4], knn_5=0.5, unknown=1.0))
        assert values["centre"] == pytest.approx(5, rel=1e-5) and values["knn_5"] == 0.5
        assert values["longer"] == pytest.approx(longer, rel=1e-5)
        assert values["shorter"] == pytest.approx(shorter, rel=1e-5) and "unknown" not in values


def test_variation_is_sd_over_mean() -> None:
    z = clusters(PLACES, LABELS, 0)
    pair = [seed_run("ae", s, f * z, f * np.arange(1.0, 46)) for s, f in ((0, 1), (1, 3))]
    assert agreement.variation(pair, "geodesic") == pytest.approx(2**0.5 / 2)
    assert agreement.variation(pair, "code") == pytest.approx(2**0.5 / 2, rel=1e-4)
    assert agreement.variation(pair, "picture") == 0


def test_pairs_are_seeds_of_a_model_and_models_at_a_seed() -> None:
    group = [*same_maps("ae")[:2], *chance_maps("vae")[:2]]
    names = [(a.name, b.name) for a, b in agreement.pairs_to_compare(group)]
    assert names == [("ae-0", "ae-1"), ("ae-0", "vae-0"), ("ae-1", "vae-1"), ("vae-0", "vae-1")]
    summary = summed(group)
    assert set(summary) == {"ae", "vae", "ae vae"} and len(summary["ae vae"]["disparity"].values) == 2
    assert summary["ae"]["disparity"].mean == pytest.approx(0, abs=1e-6)
    assert summary["ae"]["longer"].low <= summary["ae"]["longer"].mean <= summary["ae"]["longer"].high
    other = seed_run("ae", 7, clusters(PLACES, LABELS, 1))
    other.landmarks[0] = 5
    with pytest.raises(ValueError, match="measured on other images"):
        agreement.compared(group[0], other, LABELS)


def test_the_sentences_follow_the_numbers() -> None:
    alike, chance = said(same_maps("vae")), said(chance_maps("vae"))
    assert "The prior fixes the cloud." in alike and "The prior fixes the cloud." in chance
    assert "The arrangement is partly the model\u2019s (VAE)." in alike
    assert "such deals: 10 of 10 pairs" in alike
    assert "The arrangement is mostly chance." in chance
    assert "Most neighbours stay neighbours." in alike and "Neighbours: the class, if anything." in chance
    assert "Geodesic distances are steadier than distances on the map." in chance
    assert "Rank correlation of two seeds: 1.00; on the map: " in chance
    wide = [seed_run("vae", s, (s + 1) * run.mean, knn_5=0.7) for s, run in enumerate(same_maps("vae"))]
    assert "The prior does not fix the cloud." in said(wide)
    both = said([*wide_ae(), *chance_maps("vae")])
    assert "The prior fixes the cloud." in both and "It does not fix the arrangement." in both
    assert "AE and VAE: 5-NN tells them apart. AE 90.0 to 90.4\u00a0%, VAE 80.0 to 80.0\u00a0%." in both


def wide_ae() -> list[SeedRun]:
    runs = zip(chance_maps("ae"), same_maps("ae"), strict=True)
    return [
        seed_run("ae", s, (s + 1) * run.mean, knn_5=same.values["knn_5"])
        for s, (run, same) in enumerate(runs)
    ]


def test_where_nothing_can_be_compared_nothing_is_said_and_the_table_has_dashes() -> None:
    one = same_maps("vae")[:1]
    assert verdicts.sentences(summed(one)) == [] and verdicts.sentences({}) == []
    lines = verdicts.table(summed(one)).splitlines()
    assert lines[0].split()[-1] == "VAE"
    assert next(line for line in lines if line.startswith("Procrustes")).split()[-1] == "\u2013"
    assert next(line for line in lines if line.startswith("5-NN")).split()[-2:] == ["90.0", "%"]
