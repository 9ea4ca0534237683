"""The noise that binarises one image: the same numbers as when all rows are drawn at once."""

import numpy as np
import pytest
import torch

from explorer.latent import pixels
from explorer.latent.pixels import binarising_noise


@pytest.mark.parametrize("row", [0, 1, 1337, 1338, 9999])  # MNIST's row 1337 lies across two pieces
def test_the_noise_of_a_row_is_that_of_the_evaluation(row: int) -> None:
    rows = torch.rand(row + 1, 784, generator=torch.Generator().manual_seed(0))
    assert np.array_equal(binarising_noise(row, 784), rows[-1].numpy())


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_pieces_that_are_passed_over_change_no_number(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    expected = binarising_noise(13, 15)
    monkeypatch.setattr(pixels, "NUMBERS_AT_ONCE", size)
    assert np.array_equal(binarising_noise(13, 15), expected)
