"""Every model of the registry: shapes, finite terms, a gradient for every parameter, save and load."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from training import runs
from training.config import Config, configured
from training.data import DATASETS
from training.models import LOGVAR_CENTRE, LOGVAR_RADIUS, MODELS, PIXELS, Autoencoder, Classifier, Model
from training.objectives import LIKELIHOODS, OBJECTIVES

N = 5
SIZES = [{"latent_dim": 2}, {"latent_dim": 1, "encoder_blocks": 0, "decoder_blocks": 0}, {"latent_dim": 7}]
AUTOENCODERS = [
    Config(model, likelihood=likelihood, width=12, **sizes)
    for model, likelihood, sizes in product(OBJECTIVES, LIKELIHOODS, SIZES)
]
OTHERS = [configured(model, width=12) for model in MODELS if model not in OBJECTIVES]


def title(config: Config) -> str:
    return f"{config.model}-{config.likelihood}-{config.latent_dim}"


@pytest.fixture(params=AUTOENCODERS + OTHERS, ids=title)
def config(request: pytest.FixtureRequest) -> Config:
    return request.param


@pytest.fixture
def model(config: Config) -> Model:
    return build(config)


@pytest.fixture(params=AUTOENCODERS, ids=title)
def autoencoder(request: pytest.FixtureRequest) -> Autoencoder:
    model = build(request.param)
    assert isinstance(model, Autoencoder)
    return model


def build(config: Config) -> Model:
    torch.manual_seed(0)
    return MODELS[config.model](config)


def batch(config: Config) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(1)
    x, epsilon = torch.rand(N, PIXELS, generator=chance), torch.randn(N, config.latent_dim, generator=chance)
    return x, epsilon, torch.arange(N)


def test_every_model_has_finite_terms_for_each_image(config: Config, model: Model) -> None:
    terms = model(*batch(config))
    assert "loss" in terms
    assert all(v.shape == (N,) and v.isfinite().all() for v in terms.values())


def test_shapes_of_an_autoencoder(autoencoder: Autoencoder) -> None:
    config = autoencoder.config
    x, epsilon, _ = batch(config)
    mean, logvar = autoencoder.encode(x)
    assert mean.shape == (N, config.latent_dim)
    assert (logvar is not None) == OBJECTIVES[config.model].variational
    assert logvar is None or logvar.shape == mean.shape
    assert autoencoder.decode(epsilon).shape == (N, PIXELS)
    assert {"loss", "reconstruction"} <= autoencoder(x, epsilon).keys()


def test_every_parameter_gets_a_gradient(config: Config, model: Model) -> None:
    model(*batch(config))["loss"].mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().sum() > 0, name


def test_save_and_load(config: Config, model: Model, no_runs: Path) -> None:
    folder = runs.create("it", config, overwrite=False)
    runs.save_snapshot(folder, 0, model)
    runs.finish(folder, model, [])
    run, inputs = runs.load("it"), batch(config)
    again, half = runs.load_model(run), runs.load_model(run, 0)
    assert run.config == config and type(again) is type(half) is MODELS[config.model]
    with torch.no_grad():
        want = model(*inputs)
        assert all(torch.equal(v, want[k]) for k, v in again(*inputs).items())
        assert torch.allclose(half(*inputs)["loss"], want["loss"], rtol=5e-3)
    assert {v.dtype for v in load_file(folder / runs.snapshot_name(0)).values()} == {torch.float16}


def test_a_classifier_answers_with_the_classes_of_its_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DATASETS, "kmnist", replace(DATASETS["kmnist"], classes=47))
    for dataset, classes in (("mnist", 10), ("kmnist", 47)):
        model = build(configured("classifier", width=12, dataset=dataset))
        assert isinstance(model, Classifier)
        x, epsilon, labels = batch(model.config)
        logits, p = model.logits(x), model.probabilities(x)
        assert logits.shape == p.shape == (N, classes)
        torch.testing.assert_close(p.sum(1), torch.ones(N))
        torch.testing.assert_close(p.log(), logits.log_softmax(1))
        terms = model(x, epsilon, labels)
        torch.testing.assert_close(terms["loss"], -p.log()[torch.arange(N), labels])
        assert torch.equal(terms["error"], (p.argmax(1) != labels).float())


def test_the_loss_is_made_of_its_terms(autoencoder: Autoencoder) -> None:
    with torch.no_grad():
        terms = autoencoder(*batch(autoencoder.config))
    kl = terms.get("kl", torch.zeros(N))
    assert torch.allclose(terms["loss"], terms["reconstruction"] + autoencoder.config.beta * kl)


def test_only_a_variational_model_listens_to_the_noise(config: Config, model: Model) -> None:
    x, epsilon, labels = batch(config)
    with torch.no_grad():
        same = torch.equal(model(x, epsilon, labels)["loss"], model(x, -epsilon, labels)["loss"])
    assert same == (config.model not in OBJECTIVES or not OBJECTIVES[config.model].variational)


def test_the_models_differ_in_the_objective_only() -> None:
    shapes = {}
    for name in OBJECTIVES:
        weights = Autoencoder(Config(name, width=12)).state_dict()
        *_, last = (key for key in weights if key.startswith("encoder"))  # one code, or mean and log-variance
        shapes[name] = {k: v.shape for k, v in weights.items() if not k.startswith(last.rsplit(".", 1)[0])}
    assert shapes["ae"] == shapes["vae"]


def test_the_log_variance_is_bounded() -> None:
    model = Autoencoder(Config("vae", width=12))
    with torch.no_grad():
        model.encoder[-1].weight.mul_(1e6)
        _, logvar = model.encode(torch.rand(100, PIXELS))
    assert logvar is not None and logvar.isfinite().all()
    assert (logvar - LOGVAR_CENTRE).abs().max() <= LOGVAR_RADIUS


def test_beta_weighs_the_kl_term() -> None:
    losses = []
    for beta in (0.0, 1.0, 4.0):
        torch.manual_seed(0)
        model = Autoencoder(Config("vae", width=12, beta=beta))
        with torch.no_grad():
            terms = model(*batch(model.config))
        losses.append(terms["loss"] - terms["reconstruction"])
    assert (losses[0] == 0).all() and torch.allclose(losses[2], 4 * losses[1], rtol=1e-4)
