"""Every model of the registry: shapes, finite terms, a gradient for every parameter, save and load."""

import math
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.training.integrals.test_grid import images
from training import runs
from training.config import Settings
from training.datasets import DATASETS, of_name
from training.families import (
    FAMILIES,
    Batch,
    Family,
    LabelModel,
    LatentModel,
    able,
    build,
    configured,
    fields_of,
)
from training.families.exact import Exact
from training.families.latent import LOGVAR_CENTRE, LOGVAR_RADIUS
from training.families.vae import VAE
from training.integrals.grid import exact_log_likelihood
from training.integrals.points import lattice, normal_quantiles, shifted
from training.likelihoods import LIKELIHOODS

N = 5
SIZES = [{"latent_dim": 2}, {"latent_dim": 1, "encoder_blocks": 0, "decoder_blocks": 0}, {"latent_dim": 7}]
AUTOENCODERS = [
    configured(model, likelihood=likelihood, width=12, **sizes)
    for model, likelihood, sizes in product(able("encode", "decode"), LIKELIHOODS, SIZES)
    if "latent_dim" in fields_of(model) or sizes["latent_dim"] == 2
]
OTHERS = [configured(model, width=12) for model in FAMILIES if model not in able("encode", "decode")]


def title(config: Settings) -> str:
    return f"{config.model}-{getattr(config, 'likelihood', '')}-{config.latent_dim}"


@pytest.fixture(params=AUTOENCODERS + OTHERS, ids=title)
def config(request: pytest.FixtureRequest) -> Settings:
    return request.param


@pytest.fixture
def model(config: Settings) -> Family:
    return seeded(config)


@pytest.fixture(params=AUTOENCODERS, ids=title)
def autoencoder(request: pytest.FixtureRequest) -> LatentModel:
    model = seeded(request.param)
    assert isinstance(model, LatentModel)
    return model


def seeded(config: Settings) -> Family:
    torch.manual_seed(0)
    return build(config)


def batch(config: Settings) -> Batch:
    chance = torch.Generator().manual_seed(1)
    x = torch.rand(N, of_name(config.dataset).pixels, generator=chance)
    return Batch(x, torch.randn(N, config.latent_dim, generator=chance), torch.arange(N))


def test_every_model_has_finite_terms_for_each_image(config: Settings, model: Family) -> None:
    terms = model(batch(config))
    assert "loss" in terms
    assert all(v.shape == (N,) and v.isfinite().all() for v in terms.values())


def test_shapes_of_an_autoencoder(autoencoder: LatentModel) -> None:
    config = autoencoder.config
    inputs = batch(config)
    x, epsilon = inputs.x, inputs.epsilon
    mean, logvar = autoencoder.encode(x)
    assert mean.shape == (N, config.latent_dim)
    assert (logvar is not None) == ("posterior" in autoencoder.abilities)
    assert logvar is None or logvar.shape == mean.shape
    assert autoencoder.decode(epsilon).shape == (N, autoencoder.dataset.pixels)
    assert {"loss", "reconstruction"} <= autoencoder(inputs).keys()


def test_every_parameter_gets_a_gradient(config: Settings, model: Family) -> None:
    model(batch(config))["loss"].mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().sum() > 0, name


def test_save_and_load(config: Settings, model: Family, no_runs: Path) -> None:
    folder = runs.create("it", config, overwrite=False)
    runs.save_snapshot(folder, 0, model)
    runs.finish(folder, model, [])
    run, inputs = runs.load("it"), batch(config)
    again, half = runs.load_model(run), runs.load_model(run, 0)
    assert run.config == config and type(again) is type(half) is FAMILIES[config.model]
    with torch.no_grad():
        want = model(inputs)
        assert all(torch.equal(v, want[k]) for k, v in again(inputs).items())
        assert torch.allclose(half(inputs)["loss"], want["loss"], rtol=5e-3)
    kept = load_file(folder / runs.snapshot_name(0))
    assert {v.dtype for v in kept.values() if v.ndim > 1} == {torch.int8}


def test_a_classifier_answers_with_the_classes_of_its_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DATASETS, "kmnist", replace(DATASETS["kmnist"], classes=tuple(map(str, range(47)))))
    for dataset, classes in (("mnist", 10), ("kmnist", 47)):
        model = seeded(configured("classifier", width=12, dataset=dataset))
        assert isinstance(model, LabelModel)
        inputs = batch(model.config)
        x, labels = inputs.x, inputs.labels
        logits, p = model.logits(x), model.probabilities(x)
        assert logits.shape == p.shape == (N, classes)
        torch.testing.assert_close(p.sum(1), torch.ones(N))
        torch.testing.assert_close(p.log(), logits.log_softmax(1))
        terms = model(inputs)
        torch.testing.assert_close(terms["loss"], -p.log()[torch.arange(N), labels])
        assert torch.equal(terms["error"], (p.argmax(1) != labels).float())


def test_the_loss_is_made_of_its_terms(autoencoder: LatentModel) -> None:
    with torch.no_grad():
        terms = autoencoder(batch(autoencoder.config))
    kl = terms.get("kl", torch.zeros(N))
    assert torch.allclose(terms["loss"], terms["reconstruction"] + kl)


def test_only_a_variational_model_listens_to_the_noise(config: Settings, model: Family) -> None:
    one = batch(config)
    other = replace(one, epsilon=-one.epsilon)
    with torch.no_grad():
        same = torch.equal(model(one)["loss"], model(other)["loss"])
    assert same == ("posterior" not in model.abilities)


def test_the_models_differ_in_the_objective_only() -> None:
    shapes = {}
    for name in ("ae", "vae"):
        weights = seeded(configured(name, width=12)).state_dict()
        *_, last = (key for key in weights if key.startswith("encoder"))  # one code, or mean and log-variance
        shapes[name] = {k: v.shape for k, v in weights.items() if not k.startswith(last.rsplit(".", 1)[0])}
    assert shapes["ae"] == shapes["vae"]
    weights = seeded(configured("exact", width=12)).state_dict()
    assert {k: v.shape for k, v in weights.items()} == {
        k: shape for k, shape in shapes["vae"].items() if k.startswith("decoder")
    }


def test_the_log_variance_is_bounded() -> None:
    model = seeded(configured("vae", width=12))
    assert isinstance(model, VAE)
    with torch.no_grad():
        model.encoder[-1].weight.mul_(1e6)
        _, logvar = model.encode(torch.rand(100, model.dataset.pixels))
    assert logvar is not None and logvar.isfinite().all()
    assert (logvar - LOGVAR_CENTRE).abs().max() <= LOGVAR_RADIUS


def test_beta_weighs_the_kl_term() -> None:
    losses = []
    for beta in (0.0, 1.0, 4.0):
        torch.manual_seed(0)
        model = seeded(configured("vae", width=12, beta=beta))
        with torch.no_grad():
            terms = model(batch(model.config))
        losses.append(terms["loss"] - terms["reconstruction"])
    assert (losses[0] == 0).all() and torch.allclose(losses[2], 4 * losses[1], rtol=1e-4)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_without_an_encoder_the_loss_is_minus_the_log_of_a_mean_over_the_lattice(likelihood: str) -> None:
    model = seeded(configured("exact", likelihood=likelihood, width=12, lattice=55))
    assert isinstance(model, LatentModel)
    inputs = batch(model.config)
    x, epsilon = inputs.x, inputs.epsilon
    z = normal_quantiles(shifted(lattice(55, x), epsilon[0]))
    log_likelihood = LIKELIHOODS[likelihood].log_p(x[:, None], model.decode(z))
    expected = math.log(55) - torch.logsumexp(log_likelihood, 1)
    terms = model(inputs)
    torch.testing.assert_close(terms["loss"], expected, atol=2e-3, rtol=1e-6)
    gradients = [torch.autograd.grad(v.mean(), model.parameters()) for v in (expected, terms["loss"])]
    for wanted, gradient in zip(*gradients, strict=True):
        torch.testing.assert_close(gradient, wanted, atol=1e-3, rtol=1e-3)
    assert (terms["kl"] >= 0).all() and (terms["kl"] <= math.log(55)).all()


def test_a_decoder_that_ignores_its_code_needs_one_point() -> None:
    model = seeded(configured("exact", width=12, lattice=8))
    assert isinstance(model, Exact)
    torch.nn.init.zeros_(model.decoder[0].weight)
    inputs = batch(model.config)
    x, epsilon = inputs.x, inputs.epsilon
    with torch.no_grad():
        terms = model(inputs)
        one = -LIKELIHOODS["bernoulli"].log_p(x, model.decode(epsilon))
        mean, logvar = model.encode(x)
    torch.testing.assert_close(terms["loss"], one)
    torch.testing.assert_close(terms["kl"], torch.zeros(N), atol=1e-5, rtol=0)
    assert logvar is not None  # all that is left is the prior
    torch.testing.assert_close(mean, torch.zeros(N, 2), atol=1e-4, rtol=0)
    torch.testing.assert_close(logvar, torch.zeros(N, 2), atol=1e-3, rtol=0)


def test_the_lattice_s_loss_falls_to_the_exact_one(exact: Path) -> None:
    """log of an unbiased mean: too low on average (Jensen), the less so the more points."""
    run, x, means = runs.load("exact"), images(50), []
    whole = runs.load_as(LatentModel, run)
    shifts = torch.randn(20, 1, 2, generator=torch.Generator().manual_seed(0))
    for count in (13, 144, 4181):
        model = build(replace(run.config, lattice=count))
        model.load_state_dict(whole.state_dict())
        with torch.no_grad():
            means.append(torch.stack([model(Batch(x, shift))["loss"] for shift in shifts]).mean().item())
    wanted = -exact_log_likelihood(whole.decode, x).mean().item()
    assert means[0] > means[1] > means[2] - 1e-3 and means[2] == pytest.approx(wanted, abs=0.02)
