"""Encoding and decoding: in numpy's types, whatever the batch."""

from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.latent import coding
from training import datasets, runs


@pytest.mark.parametrize("name", ["ae", "vae"])
def test_codes_and_images_do_not_depend_on_the_batch(checkpoints: Path, name: str) -> None:
    model = runs.load_model(runs.load(name))
    images = datasets.load("mnist", train=False).images[:2300]
    mean, logvar = coding.encode(model, images)
    assert mean.shape == (2300, 2) and mean.dtype == np.float32
    assert (logvar is None) == (name == "ae")
    assert np.allclose(coding.encode(model, images[2100:2105])[0], mean[2100:2105], atol=1e-4)
    decoded = coding.decode(model, mean)
    assert decoded.shape == (2300, 1, 28, 28) and decoded.dtype == np.uint8
    alone = coding.decode(model, mean[2200:2201]).astype(int)
    assert np.abs(alone - decoded[2200:2201]).max() <= 1
    expected = torch.sigmoid(model.decode(torch.from_numpy(mean[:5]))).view(5, 1, 28, 28).numpy() * 255
    assert np.abs(decoded[:5] - expected).max() <= 0.51
