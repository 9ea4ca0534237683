"""Ways and samples: their pictures are those of their codes, their numbers those of their pictures."""

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.latent import answers, coding, sampling
from explorer.latent.layers import pictures
from training import datasets
from training.families import Autoencoder, build, configured
from training.geometry import metric

CORNERS = np.array([[-1.0, -0.5], [0.8, 0.2], [0.1, 1.3]], np.float32)


@pytest.fixture(scope="module")
def model() -> Autoencoder:
    torch.manual_seed(5)
    return build(configured("vae", width=24, encoder_blocks=0, decoder_blocks=1)).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((500, 2)).astype(np.float32)


def classify(x: Tensor) -> Tensor:
    return torch.stack([x.mean(-1), 1 - x.mean(-1)], -1)


@pytest.mark.parametrize("kind", ["straight", "geodesic"])
@pytest.mark.parametrize("loop", [False, True])
def test_a_way_is_a_fine_line_and_a_film_of_it(
    model: Autoencoder, codes: np.ndarray, kind: str, loop: bool
) -> None:
    film = answers.film(model, codes, kind, CORNERS, 10, loop)
    assert film.z.shape == (10, 2) and len(film.line) == answers.WALK_PLACES
    for corner in CORNERS:
        assert np.abs(film.line - corner).max(1).min() < 1e-6
        assert np.abs(film.z - corner).max(1).min() < 1e-6
    assert np.array_equal(film.images, coding.decode(model, film.z))
    assert film.length == pytest.approx(metric.length(pictures(model), film.line), rel=1e-3)
    assert np.array_equal(film.line[0], film.line[-1]) == loop


def test_the_geodesic_is_not_longer(model: Autoencoder, codes: np.ndarray) -> None:
    lengths = [answers.film(model, codes, k, CORNERS, 10, False).length for k in ("straight", "geodesic")]
    assert lengths[1] <= lengths[0] * (1 + 1e-3)


def test_a_film_shows_every_pin_and_both_ends() -> None:
    rows = answers.frames(121, 7, (0, 13, 58, 120))
    assert {0, 13, 58, 120} <= set(rows.tolist()) and len(rows) == 7
    assert np.all(np.diff(rows) > 0)
    for pins in ((0, 1, 2, 120), (0, 2, 4, 120), (0, 116, 118, 120)):  # crowded
        assert set(pins) <= set(answers.frames(121, 4, pins).tolist())
        assert set(pins) <= set(answers.frames(121, 14, pins).tolist())
    assert len(answers.frames(121, 4, (0, 10, 20, 30, 40, 120))) == 4  # more pins than pictures


def test_the_numbers_of_a_sample_are_those_of_its_pictures(model: Autoencoder, codes: np.ndarray) -> None:
    real = datasets.load("mnist", train=False).images[:300]
    sample = answers.sample(model, codes, classify, real, "density", 40, seed=3)
    assert np.array_equal(sample.z, sampling.draw("density", codes, 40, 3))
    assert np.array_equal(sample.images, coding.decode(model, sample.z))
    x, y = sample.images.reshape(40, -1) / 255, real.reshape(300, -1) / 255
    nearest = np.sqrt(((x[:, None] - y[None]) ** 2).sum(-1)).min(1)
    assert sample.numbers["distance"] == pytest.approx(nearest.mean(), rel=1e-4)
    mean = x.mean()
    entropy = -(mean * np.log(mean) + (1 - mean) * np.log(1 - mean))
    assert sample.numbers["classes"] == pytest.approx(np.exp(entropy), rel=1e-3)
    assert sample.numbers["confident"] == np.mean(np.maximum(x.mean(1), 1 - x.mean(1)) > 0.9)


def test_without_a_judge_its_numbers_are_left_out(model: Autoencoder, codes: np.ndarray) -> None:
    real = datasets.load("mnist", train=False).images[:20]
    sample = answers.sample(model, codes, None, real, "prior", 5, seed=0)
    assert sample.numbers.keys() == {"distance", "holes"}
