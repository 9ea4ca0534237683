"""python -m training.evaluate: values against independent ones, what is left out, errors."""

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.manifold import trustworthiness
from sklearn.metrics import accuracy_score, log_loss
from sklearn.neighbors import KNeighborsClassifier

from training import datasets, evaluate, runs
from training.datasets import DataError, Split
from training.families import Batch, Family, LabelModel, LatentModel, build, configured
from training.integrals.grid import exact_log_likelihood
from training.kit.numbers import with_unit
from training.kit.threads import Report, silent
from training.measures import answers, likelihood
from training.measures.measured_model import Draw, draws, pixels
from training.measures.metrics import METRICS, NEEDS_ANSWERS, table
from training.protocol import CONFIDENCE_BINS

LOAD = datasets.load
ANSWERS = tuple(key for key, metric in METRICS.items() if metric.needs == NEEDS_ANSWERS)
OF_PLANE = [key for key, metric in METRICS.items() if metric.plane and not metric.likelihood]
Measured = tuple[LatentModel, dict[str, Any]]
Command = Callable[..., tuple[str, str, str]]  # arguments -> stdout, stderr, what it ended with


def few(name: str, train: bool, root: Path | None = None) -> Split:
    """The first images of a split."""
    split, count = LOAD(name, train, root), 600 if train else 100
    return Split(split.images[:count], split.labels[:count], split.classes)


def measure(model: Family, iw_seeds: int = 1) -> dict[str, Any]:
    return evaluate.measure(model, few("mnist", True), few("mnist", False), iw_seeds)


def untrained(model: str, **fields: Any) -> LatentModel:
    torch.manual_seed(0)
    config = configured(model, width=8, encoder_blocks=0, decoder_blocks=0, **fields)
    return build(config).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def measured(trained: Path, trained_exact: Path) -> dict[str, Measured]:
    models = {}
    with pytest.MonkeyPatch.context() as patch:
        for folder in (trained / "ae", trained / "vae", trained_exact):
            patch.setenv("CHECKPOINTS", str(folder.parent))
            models[folder.name] = runs.load_as(LatentModel, runs.load(folder.name))
    return {name: (model, measure(model)) for name, model in models.items()}


@pytest.fixture(scope="module")
def judged(trained_classifier: Path) -> tuple[LabelModel, dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHECKPOINTS", str(trained_classifier.parent))
        model = runs.load_as(LabelModel, runs.load("classifier"))
    return model, measure(model)


@pytest.fixture(params=["ae", "vae", "exact"])
def either(request: pytest.FixtureRequest, measured: dict[str, Measured]) -> Measured:
    return measured[request.param]


@pytest.fixture
def vae(measured: dict[str, Measured]) -> Measured:
    return measured["vae"]


def test_every_metric_is_a_finite_value_or_left_out_with_a_reason(either: Measured) -> None:
    model, metrics = either
    values, left_out = metrics["values"], metrics["left_out"]
    assert set(metrics) == {"protocol", "values", "left_out", "images"}
    assert values.keys() | left_out.keys() == METRICS.keys() and not values.keys() & left_out.keys()
    assert all(np.isfinite(value).all() for value in values.values()) and all(left_out.values())
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics
    assert ("nll_binarised" in values) == ("posterior" in model.abilities)
    assert {left_out[key] for key in ANSWERS} == {model.lacks["classify"]}
    assert metrics["protocol"]["test_images"] == 100 and metrics["protocol"]["training_images"] == 600


def test_a_classifier_has_answers_and_no_code(judged: tuple[LabelModel, dict[str, Any]]) -> None:
    values, left_out = judged[1]["values"], judged[1]["left_out"]
    assert tuple(values) == ANSWERS and left_out.keys() == METRICS.keys() - set(ANSWERS)
    assert set(left_out.values()) == {"a classifier has no code and decodes no image"}
    assert judged[1]["protocol"]["test_images"] == 100 and "neighbours" not in judged[1]["protocol"]


def test_a_classifier_s_values_are_scikit_learn_s(judged: tuple[LabelModel, dict[str, Any]]) -> None:
    model, metrics = judged
    values, test = metrics["values"], few("mnist", False)
    p = model.logits(pixels(test)).double().softmax(1).numpy()
    assert values["accuracy"] == accuracy_score(test.labels, p.argmax(1)) > 0.3
    assert values["label_cross_entropy"] == pytest.approx(
        log_loss(test.labels, p, labels=range(10)), rel=1e-5
    )


def test_calibration_error_against_its_definition() -> None:
    chance = np.random.default_rng(0)
    p, labels = chance.dirichlet(np.full(4, 0.5), 1000), chance.integers(0, 4, 1000)
    confidence, right, expected = p.max(1), p.argmax(1) == labels, 0.0
    for low in np.arange(CONFIDENCE_BINS) / CONFIDENCE_BINS:
        inside = (confidence > low) & (confidence <= low + 1 / CONFIDENCE_BINS)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    error = answers.calibration_error(torch.from_numpy(p), torch.from_numpy(labels))
    assert error == pytest.approx(expected)
    sure = torch.eye(4)[torch.arange(4)]
    assert answers.calibration_error(sure, torch.arange(4)) == 0
    assert answers.calibration_error(sure, torch.tensor([0, 1, 2, 0])) == 0.25


def test_measures_of_codes_are_scikit_learn_s(either: Measured) -> None:
    model, metrics = either
    train, test, values = few("mnist", True), few("mnist", False), metrics["values"]
    x = pixels(test)
    known, codes = (model.encode(pixels(split))[0].numpy() for split in (train, test))
    for k in (1, 5, 20):
        classifier = KNeighborsClassifier(k).fit(known, train.labels)
        assert values[f"knn_{k}"] == classifier.score(codes, test.labels)
    assert values["trustworthiness"] == trustworthiness(x.numpy(), codes, n_neighbors=5)
    np.testing.assert_allclose(values["code_mean"], codes.mean(0), rtol=1e-4)
    np.testing.assert_allclose(values["code_sd"], codes.std(0), rtol=1e-4)


def test_reconstructions_are_of_the_mean_code_and_grey_pixels(either: Measured) -> None:
    model, metrics = either
    values, x = metrics["values"], pixels(few("mnist", False))
    y = torch.sigmoid(model.decode(model.encode(x)[0]))
    assert values["mse"] == pytest.approx(F.mse_loss(y, x).item(), rel=1e-5)
    cross_entropy = F.binary_cross_entropy(y, x, reduction="sum").item() / len(x)
    assert values["cross_entropy"] == pytest.approx(cross_entropy, rel=1e-5)
    floor = F.binary_cross_entropy(x, x, reduction="sum").item() / len(x)
    assert values["entropy_floor"] == pytest.approx(floor, rel=1e-5)
    assert values["entropy_floor"] < values["cross_entropy"]


@pytest.mark.parametrize("name", ["vae", "exact"])
def test_bounds_stand_in_their_order(measured: dict[str, Measured], name: str) -> None:
    values = measured[name][1]["values"]
    for protocol in ("binarised", "grey"):
        elbo, nll = values[f"elbo_{protocol}"], values[f"nll_{protocol}"]
        terms = values[f"reconstruction_{protocol}"] + values[f"kl_{protocol}"]
        assert elbo == pytest.approx(-terms)
        assert values[f"gap_{protocol}"] == pytest.approx(-nll - elbo)
        assert values[f"gap_{protocol}"] > -0.02, "16 codes an image: chance"
    assert sum(values["kl_per_dimension"]) == pytest.approx(values["kl_binarised"])
    assert values["nll_grey"] > values["entropy_floor"]
    assert 0 < values["nll_binarised_sd_of_seeds"] < 3 and 0 < values["elbo_binarised_sd_of_seeds"] < 3


def test_likelihoods_are_those_of_the_pixels_that_the_encoder_saw(vae: Measured) -> None:
    model, metrics = vae
    values, drawn = metrics["values"], draws(model, few("mnist", False))
    assert [d.protocol for d in drawn] == ["binarised"] * 5 + ["grey"]
    torch.manual_seed(0)
    elbos = []
    for d in drawn[:5]:
        assert set(d.x.unique().tolist()) == {0.0, 1.0}
        assert (d.x.mean() - drawn[5].x.mean()).abs() < 0.005
        losses = [model(Batch(d.x, torch.randn(len(d.x), 2)))["loss"].mean().item() for _ in range(20)]
        elbos.append(-np.mean(losses))
    assert values["elbo_binarised"] == pytest.approx(np.mean(elbos), abs=0.1)
    assert values["elbo_binarised_sd_of_seeds"] == pytest.approx(np.std(elbos, ddof=1), abs=0.1)
    exact = [-exact_log_likelihood(model.decode, d.x).mean().item() for d in drawn]
    assert values["nll_binarised"] == pytest.approx(np.mean(exact[:5]), abs=1e-4)
    assert values["nll_grey"] == pytest.approx(exact[5], abs=1e-4)
    assert exact[0] - 0.05 < values["iw500_binarised"] < -elbos[0], "of the first seed"


def test_a_model_without_an_encoder_is_judged_by_its_posterior(measured: dict[str, Measured]) -> None:
    """Its loss, on a lattice, is near the exact value; a tiny decoder's posteriors are nearly normal."""
    model, metrics = measured["exact"]
    values, x = metrics["values"], draws(model, few("mnist", False))[0].x
    loss = model(Batch(x, torch.zeros(1, 2)))["loss"].mean().item()
    assert values["nll_binarised"] == pytest.approx(loss, abs=2)
    assert values["iw500_binarised"] == pytest.approx(values["nll_binarised"], abs=1)
    assert values["gap_binarised"] < 0.5


def test_a_gaussian_likelihood_is_a_density_over_grey_pixels() -> None:
    metrics = measure(untrained("vae", likelihood="gaussian"), iw_seeds=5)
    values, left_out = metrics["values"], metrics["left_out"]
    assert values["nll_density"] - 0.05 < values["iw500_density"] < -values["elbo_density"]
    assert left_out["nll_binarised"] == left_out["elbo_grey"] == "the likelihood of this run is gaussian"
    assert metrics["protocol"]["binarisation_seeds"] == [] and metrics["protocol"]["iw_seeds"] == [0]


def test_the_gap_of_each_image_agrees_with_the_mean_gap(either: Measured) -> None:
    model, metrics = either
    if "posterior" not in model.abilities:
        assert metrics["images"] == {} and "gap_median" in metrics["left_out"]
        return
    gap, values, d = (
        metrics["images"]["gap"],
        metrics["values"],
        draws(model, few("mnist", False))[0],
    )
    elbos = [-model.log_likelihood(d.x, model.decode(z)) for z in normals(d, 400)]
    kl = 0.5 * (d.mean**2 + d.logvar.exp() - 1 - d.logvar).sum(1)
    elbo = -(torch.stack(elbos).mean(0) + kl).numpy()
    log_p = exact_log_likelihood(model.decode, d.x).numpy()
    assert gap["all"]["images"] == sum(c["images"] for c in gap["classes"].values()) == 100
    assert gap["all"]["mean"] == pytest.approx((log_p - elbo).mean(), abs=0.05)
    assert gap["all"]["median"] == values["gap_median"] < gap["all"]["p99"] == values["gap_p99"]
    worst = gap["worst"][0]
    assert worst["gap"] == pytest.approx(worst["log_p"] - worst["elbo"])
    assert worst["log_p"] == pytest.approx(log_p[worst["image"]], abs=1e-3)
    assert worst["elbo"] == pytest.approx(elbo[worst["image"]], abs=0.5)
    assert worst["label"] == few("mnist", False).labels[worst["image"]]


def normals(d: Draw, count: int) -> list[torch.Tensor]:
    """`count` codes of each image, drawn from its q(z|x)."""
    chance = torch.Generator().manual_seed(8)
    return [
        d.mean + (0.5 * d.logvar).exp() * torch.randn(d.mean.shape, generator=chance) for _ in range(count)
    ]


def test_the_rate_is_the_kl_of_grey_images_and_splits_in_two(either: Measured) -> None:
    model, metrics = either
    values = metrics["values"]
    assert 0 < values["prior_holes"] <= 1
    if "posterior" in model.abilities:
        assert values["rate"] == pytest.approx(values["kl_grey"], rel=1e-5)
        parts = values["mutual_information"], values["aggregate_kl"]
        assert sum(parts) == pytest.approx(values["rate"]) and min(parts) > 0
        assert parts[0] < math.log(100) and values["aggregate_kl_error"] < 0.01


def test_importance_weights_can_be_left_out() -> None:
    metrics = measure(untrained("vae", latent_dim=3), iw_seeds=0)
    assert metrics["left_out"]["iw500_binarised"] == "it takes longest, and --iw-seeds 0 asked for none"
    assert metrics["protocol"]["iw_seeds"] == [] and "seeds none" in " ".join(table("a", metrics).split())
    assert "elbo_binarised" in metrics["values"]


def test_of_a_large_test_set_the_worst_images_keep_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.datasets.dataset.MEASURED", 40)
    model, test = untrained("vae"), few("mnist", False)
    gap = evaluate.measure(model, test, test, 0)["images"]["gap"]
    numbers = [case["image"] for case in gap["worst"]]
    assert set(numbers) <= set(datasets.measured_numbers(100)) and max(numbers) >= 40
    assert all(case["label"] == test.labels[case["image"]] for case in gap["worst"])


def test_without_a_plane_the_exact_part_is_left_out() -> None:
    model = untrained("vae", latent_dim=3)
    metrics = measure(model, iw_seeds=2)
    values, reason = metrics["values"], "it is for a latent plane, and latent_dim is 3"
    missing = {key for key, why in metrics["left_out"].items() if why == reason}
    assert missing >= {"nll_binarised", "gap_binarised", "nll_grey", "gap_grey", *OF_PLANE}
    assert values["iw500_binarised"] < -values["elbo_binarised"] and len(values["kl_per_dimension"]) == 3
    assert metrics["protocol"]["iw_seeds"] == [0, 1]
    assert measure(model, iw_seeds=2) == metrics, "the same again"


def test_a_line_of_codes_and_a_value_that_is_no_number() -> None:
    model = untrained("ae", latent_dim=1)
    assert len(measure(model)["values"]["code_sd"]) == 1
    assert model.encoder is not None
    torch.nn.init.zeros_(model.encoder[-1].weight)
    metrics = measure(model)
    assert metrics["left_out"]["code_kl_to_prior"] == "it came out as inf"
    assert json.dumps(metrics, allow_nan=False)


def test_of_a_large_test_set_ten_thousand_images_are_measured() -> None:
    images = np.zeros((12_000, 28, 28), np.uint8)
    labels = np.arange(12_000)
    images[:, 0, 0] = labels % 251
    chosen = datasets.measured_split(Split(images, labels, ()))
    assert len(np.unique(chosen.labels)) == 10_000 and chosen.labels.max() > 11_900
    assert (chosen.images[:, 0, 0] == chosen.labels % 251).all()
    whole = Split(images[:10_000], labels[:10_000], ())
    assert datasets.measured_split(whole) is whole


@pytest.fixture
def command(checkpoints: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Command:
    """`python -m training.evaluate ...` in this process, on few images."""
    monkeypatch.setattr(datasets, "load", few)

    def run(*arguments: str) -> tuple[str, str, str]:
        monkeypatch.setattr("sys.argv", ["evaluate", *arguments])
        end = ""
        try:
            evaluate.main()
        except SystemExit as stop:
            end = str(stop.code)
        return *capsys.readouterr(), end

    return run


def test_json_is_one_object_and_is_saved_with_the_run(command: Command) -> None:
    out, err, end = command("vae", "--json")
    assert end == "" and "importance weights" in err, "progress goes to stderr"
    assert json.loads(out) == runs.load("vae").metrics
    assert runs.load("vae").metrics["values"].keys() >= {"nll_binarised", "iw500_binarised"}


def test_the_table_shows_every_value(command: Command) -> None:
    out, _, end = command("ae")
    assert end == "" and out == table("ae", runs.load("ae").metrics) + "\n"
    for key, value in runs.load("ae").metrics["values"].items():
        line = next(line for line in out.splitlines() if line.startswith(METRICS[key].title + "  "))
        assert with_unit(value, METRICS[key].unit) in line
    assert "100 test images" in out and "Left out, because a plain autoencoder" in out
    assert max(map(len, out.splitlines())) <= 100


def test_the_command_measures_a_classifier(classifier: Path, command: Command) -> None:
    out, _, end = command("classifier", "--json")
    metrics = runs.load("classifier").metrics
    assert end == "" and json.loads(out) == metrics and tuple(metrics["values"]) == ANSWERS
    out, _, end = command("classifier")
    assert end == "" and "classifier: classifier on mnist" in out and "trained on 600 training images" in out
    assert "Left out, because a classifier has no code" in out and "neighbours" not in out
    assert f"Accuracy {100 * metrics['values']['accuracy']:.2f} %" in " ".join(out.split())


def test_the_run_s_own_data_set_is_measured(
    checkpoints: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = json.loads((checkpoints / "ae" / "config.json").read_text())
    (checkpoints / "ae" / "config.json").write_text(
        json.dumps(config | {"dataset": "kmnist", "holdout": 100})
    )
    asked = []

    def load(name: str, train: bool, root: Path | None) -> Split:
        asked.append((name, train, root))
        return few("mnist", train)

    monkeypatch.setattr(datasets, "load", load)
    assert command("ae", "--data-root", "/some/folder")[2] == ""
    assert asked == [("kmnist", True, Path("/some/folder")), ("kmnist", False, Path("/some/folder"))]
    assert runs.load("ae").metrics["protocol"]["held_out_in_training"] == 100


def test_errors_are_one_line(checkpoints: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("nobody")[2].startswith("error: There is no run 'nobody'")
    assert command("../ae")[2].startswith("error: '../ae' can't name a run")

    def missing(name: str, train: bool, root: Path | None) -> Split:
        raise DataError("mnist is missing.")

    monkeypatch.setattr(datasets, "load", missing)
    assert command("ae") == ("", "", "error: mnist is missing.")
    (checkpoints / "ae" / runs.WEIGHTS).write_bytes(b"no weights")
    assert command("ae")[2].startswith(f"error: {checkpoints / 'ae' / runs.WEIGHTS} is damaged")
    assert command("vae", "--iw-seeds", "6")[2] == command("vae", "--iw-seeds", "-1")[2] == "2"


def test_ctrl_c_leaves_the_old_metrics(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.save_metrics(runs.load("vae"), {"values": {"mse": 1.0}})

    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(likelihood, "weighted_nll", interrupted)
    out, err, end = command("vae", "--json")
    assert (out, end) == ("", "130") and "Interrupted" in err and "Traceback" not in err
    assert runs.load("vae").metrics == {"values": {"mse": 1.0}}


def test_what_can_t_be_saved_is_still_printed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(run: runs.Run, metrics: dict[str, Any]) -> None:
        raise runs.RunError("No space left on device")

    monkeypatch.setattr(runs, "save_metrics", full)
    out, _, end = command("ae", "--json")
    assert json.loads(out)["values"]["mse"] > 0 and end == "error: No space left on device"


def test_progress_adds_up_over_all_parts() -> None:
    done: dict[str, float] = {}

    def part(name: str) -> Report:
        def report(share: float) -> None:
            done[name] = done.get(name, 0.0) + share

        return report

    model, split = untrained("vae", latent_dim=3), few("mnist", False)
    evaluate.measure(model, split, split, 2, part)
    assert done == pytest.approx({"codes": 1.0, "ELBO": 1.0, "importance weights": 1.0})
    done.clear()
    evaluate.measure(untrained("vae"), split, split, 0, part)
    assert done == pytest.approx({"codes": 1.0, "ELBO": 1.0, "exact log p(x)": 1.0, "gaps": 1.0, "rate": 1.0})
    assert silent(1.0) is None


def test_metrics_explain_themselves_without_torch() -> None:
    for key, metric in METRICS.items():
        assert metric.title and len(metric.help) > 20, key
        assert metric.unit in ("nats", "%", "") and metric.better in ("higher", "lower", None)
    assert len({metric.title for metric in METRICS.values()}) == len(METRICS)
    heavy = "{'torch', 'sklearn', 'numpy'}"
    check = f"import sys, training.measures.metrics; sys.exit(bool({heavy} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_values_are_shown_with_their_units() -> None:
    assert with_unit(133.4567, "nats") == "133.457 nats" and with_unit(0.86123, "%") == "86.12 %"
    assert with_unit(0.03456, "") == "0.0346" and with_unit([3.0, -math.pi], "") == "3.000, -3.142"
