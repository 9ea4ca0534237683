"""Every model of the registry: shapes, finite terms, a gradient for every parameter, save and load."""

from itertools import product
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from training import runs
from training.config import Config
from training.models import LOGVAR_CENTRE, LOGVAR_RADIUS, PIXELS, Autoencoder
from training.objectives import LIKELIHOODS, OBJECTIVES

N = 5
SIZES = [{"latent_dim": 2}, {"latent_dim": 1, "encoder_blocks": 0, "decoder_blocks": 0}, {"latent_dim": 7}]


@pytest.fixture(
    params=product(OBJECTIVES, LIKELIHOODS, SIZES), ids=lambda p: f"{p[0]}-{p[1]}-{p[2]['latent_dim']}"
)
def config(request: pytest.FixtureRequest) -> Config:
    model, likelihood, sizes = request.param
    return Config(model, likelihood=likelihood, width=12, **sizes)


@pytest.fixture
def model(config: Config) -> Autoencoder:
    torch.manual_seed(0)
    return Autoencoder(config)


def batch(config: Config) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(1)
    return torch.rand(N, PIXELS, generator=chance), torch.randn(N, config.latent_dim, generator=chance)


def test_shapes_and_finite_terms(config: Config, model: Autoencoder) -> None:
    x, epsilon = batch(config)
    mean, logvar = model.encode(x)
    assert mean.shape == (N, config.latent_dim)
    assert (logvar is not None) == OBJECTIVES[config.model].variational
    assert logvar is None or logvar.shape == mean.shape
    assert model.decode(epsilon).shape == (N, PIXELS)
    terms = model(x, epsilon)
    assert {"loss", "reconstruction"} <= terms.keys()
    assert all(v.shape == (N,) and v.isfinite().all() for v in terms.values())


def test_every_parameter_gets_a_gradient(config: Config, model: Autoencoder) -> None:
    model(*batch(config))["loss"].mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().sum() > 0, name


def test_save_and_load(config: Config, model: Autoencoder, no_runs: Path) -> None:
    folder = runs.create("it", config, overwrite=False)
    runs.save_snapshot(folder, 0, model)
    runs.finish(folder, model, [])
    run, (x, epsilon) = runs.load("it"), batch(config)
    again, half = runs.load_model(run), runs.load_model(run, 0)
    assert run.config == config
    with torch.no_grad():
        want = model(x, epsilon)
        assert all(torch.equal(v, want[k]) for k, v in again(x, epsilon).items())
        assert torch.allclose(half(x, epsilon)["loss"], want["loss"], rtol=5e-3)
    assert {v.dtype for v in load_file(folder / runs.snapshot_name(0)).values()} == {torch.float16}


def test_the_loss_is_made_of_its_terms(config: Config, model: Autoencoder) -> None:
    with torch.no_grad():
        terms = model(*batch(config))
    assert torch.allclose(
        terms["loss"], terms["reconstruction"] + config.beta * terms.get("kl", torch.zeros(N))
    )


def test_only_a_variational_model_listens_to_the_noise(config: Config, model: Autoencoder) -> None:
    x, epsilon = batch(config)
    with torch.no_grad():
        same = torch.equal(model(x, epsilon)["loss"], model(x, -epsilon)["loss"])
    assert same != OBJECTIVES[config.model].variational


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
