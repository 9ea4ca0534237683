"""Layers: values against closed forms, the right way up."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.latent import layers
from explorer.latent.frame import Window
from explorer.latent.layers import LAYERS, LayerInputs, map_layer
from training.families import build, configured
from training.geometry import metric

WINDOW = Window(-2.0, 2.0, -1.0, 3.0)
ACROSS = np.linspace(-1.9, 1.9, 20)
DOWN = np.linspace(2.9, -0.9, 20)


def classify(x: Tensor) -> Tensor:
    """Three classes by the mean ink of a picture."""
    ink = x.mean(-1, keepdim=True)
    return torch.cat([8 * ink, 2 + 0 * ink, 3 - 6 * ink], -1).softmax(-1)


@pytest.fixture
def inputs() -> LayerInputs:
    torch.manual_seed(1)
    model = build(configured("vae", width=16, encoder_blocks=0, decoder_blocks=1)).eval()
    model.requires_grad_(False)
    codes = np.random.default_rng(0).normal([0.5, 1.0], 0.3, (4000, 2)).astype(np.float32)
    return LayerInputs(model, codes, WINDOW, classify)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_finite_and_within_its_range(name: str, inputs: LayerInputs) -> None:
    layer = map_layer(name, inputs, WINDOW, 20)
    assert layer.values.shape == (20, 20) and layer.values.dtype == np.float32
    assert np.isfinite(layer.values).all() and layer.low < layer.high
    inside = (layer.values >= layer.low - 1e-6) & (layer.values <= layer.high + 1e-6)
    assert inside.mean() > 0.9


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_read_at_the_centres_of_its_cells(name: str, inputs: LayerInputs) -> None:
    """The value of a cell is that of a window which is this cell alone: right runs right, up runs up."""
    whole = map_layer(name, inputs, WINDOW, 20)
    row, column = 3, 16
    left, top = -2 + 0.2 * column, 3 - 0.2 * row
    cell = map_layer(name, inputs, Window(left, left + 0.2, top - 0.2, top), 1)
    assert cell.values[0, 0] == pytest.approx(whole.values[row, column], rel=1e-4)


def test_the_density_is_that_of_the_codes_smoothed(inputs: LayerInputs) -> None:
    layer = map_layer("density", inputs, WINDOW, 64)
    cell = (4 / 64) ** 2
    assert layer.values.sum() * cell == pytest.approx(1, abs=0.01)
    row, column = np.unravel_index(layer.values.argmax(), layer.values.shape)
    assert -2 + (column + 0.5) / 16 == pytest.approx(0.5, abs=0.2)
    assert 3 - (row + 0.5) / 16 == pytest.approx(1.0, abs=0.2)
    width = math.hypot(0.3, layers.KERNEL_WIDTH * 4)
    assert layer.values.max() == pytest.approx(1 / (2 * math.pi * width**2), rel=0.15)


def test_magnification_is_geometry_s(inputs: LayerInputs) -> None:
    layer = map_layer("magnification", inputs, WINDOW, 8)
    z = layers.grid(-2 + (np.arange(8) + 0.5) / 2, 3 - (np.arange(8) + 0.5) / 2)
    expected = metric.magnification(layers.pictures(inputs.model), z).reshape(8, 8)
    np.testing.assert_allclose(layer.values, expected, rtol=1e-5)
    assert layer.low > 0  # its colours are spaced by ratios


def test_regions_and_entropy_are_the_judge_s(inputs: LayerInputs) -> None:
    z = torch.from_numpy(layers.grid(ACROSS, DOWN))
    p = classify(torch.sigmoid(inputs.model.decode(z))).reshape(20, 20, 3)
    regions, entropy = map_layer("regions", inputs, WINDOW, 20), map_layer("entropy", inputs, WINDOW, 20)
    assert regions.classes is not None
    assert np.array_equal(regions.classes, p.argmax(-1).numpy())
    np.testing.assert_allclose(regions.values, p.amax(-1).numpy(), atol=1e-5)
    expected = torch.distributions.Categorical(probs=p).entropy().numpy()
    np.testing.assert_allclose(entropy.values, expected, atol=1e-5)
    assert (regions.low, entropy.high) == (pytest.approx(1 / 3), pytest.approx(math.log(3)))


@pytest.mark.parametrize("name", ["regions", "entropy"])
def test_without_a_classifier_the_layer_says_what_it_needs(name: str, inputs: LayerInputs) -> None:
    with pytest.raises(ValueError, match="needs a classifier"):
        map_layer(name, LayerInputs(inputs.model, inputs.codes, WINDOW), WINDOW, 8)


def test_an_unknown_layer_lists_the_known(inputs: LayerInputs) -> None:
    with pytest.raises(ValueError, match="layer is 'heat'; allowed are density, magnification"):
        map_layer("heat", inputs, WINDOW, 8)
