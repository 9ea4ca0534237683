"""The three images, and every measure beside its formula."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import norm

from explorer.latent.copies import copies, inputs, measures_of, piece_with_most_ink
from explorer.latent.pixels import binarising_noise
from training import datasets, runs
from training.families import Autoencoder, LatentModel

IMAGE = datasets.load("mnist", train=False).images[0]


def loaded(name: str) -> Autoencoder:
    return runs.load_as(LatentModel, runs.load(name))


def test_copies_are_what_was_asked_for() -> None:
    images = copies(IMAGE, (10, 12, 4), (2.0, -1.0))
    assert images.dtype == np.uint8 and images.shape == (3, 1, 28, 28)
    assert np.array_equal(images[0], IMAGE)
    expected = IMAGE.copy()
    expected[:, 10:14, 12:16] = 0
    assert np.array_equal(images[1], expected)
    assert np.array_equal(images[2][:, :-1, 2:], IMAGE[:, 1:, :-2])


def test_a_piece_beyond_the_image_is_refused() -> None:
    with pytest.raises(ValueError, match="doesn't lie in 28 x 28"):
        copies(IMAGE, (26, 0, 4), (0.0, 0.0))


def test_the_piece_has_the_most_ink() -> None:
    row, column = piece_with_most_ink(IMAGE, 4)
    ink = [IMAGE[0, r : r + 4, c : c + 4].sum() for r in range(25) for c in range(25)]
    assert IMAGE[0, row : row + 4, column : column + 4].sum() == max(ink)


def test_equal_pixels_are_asked_about_as_equal() -> None:
    images = copies(IMAGE, (10, 12, 4), (0.5, 0.5))
    x = inputs(images, "binarised", binarising_noise(0, 784))
    outside = images[0].ravel() == images[1].ravel()
    assert set(np.unique(x)) == {0, 1} and np.array_equal(x[0][outside], x[1][outside])
    assert np.array_equal(
        inputs(images, "grey", binarising_noise(0, 784))[2], images[2].ravel().astype(np.float32) / 255
    )
    with pytest.raises(ValueError, match="allowed are binarised, grey"):
        inputs(images, "blue", binarising_noise(0, 784))


@pytest.mark.parametrize("kind", ["binarised", "grey"])
def test_measures_are_their_formulas(checkpoints: Path, kind: str) -> None:
    model = loaded("vae")
    images = copies(IMAGE, (10, 12, 4), (0.5, 0.5))
    x = inputs(images, kind, binarising_noise(0, 784))
    measures = measures_of(model, images, x)
    grey = images.reshape(3, -1) / 255
    assert measures.squared == pytest.approx([((g - grey[0]) ** 2).sum() for g in grey], rel=1e-5)
    with torch.no_grad():
        mean, logvar = model.encode(torch.from_numpy(x))
        p = torch.sigmoid(model.decode(mean[:1])).double().numpy()
    assert logvar is not None
    expected = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(1)
    assert measures.given_code == pytest.approx(expected.tolist(), rel=1e-4)
    steps = (mean - mean[0]).numpy()
    assert measures.distance == pytest.approx(np.hypot(*steps.T).tolist(), abs=1e-5)
    densities = norm(mean[0].numpy(), np.exp(0.5 * logvar[0].numpy())).logpdf(mean.numpy()).sum(1)
    assert measures.deviations == pytest.approx(np.sqrt(2 * (densities[0] - densities)).tolist(), abs=1e-2)


def test_an_autoencoder_has_no_deviations(checkpoints: Path) -> None:
    images = copies(IMAGE, (10, 12, 4), (0.5, 0.5))
    measures = measures_of(loaded("ae"), images, inputs(images, "grey", binarising_noise(0, 784)))
    assert measures.deviations is None and measures.distance[0] == 0 < measures.distance[1]
