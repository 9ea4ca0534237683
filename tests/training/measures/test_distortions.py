"""Copies with a piece cut out or shifted: against scipy, and the claim of Doersch's figure 3."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from training import datasets
from training.measures.distortions import code_distance, cut, inkiest, shift, squared_error


@pytest.fixture(scope="module")
def digits() -> torch.Tensor:
    return torch.from_numpy(datasets.load("mnist", train=False).images[:100]).float() / 255


@pytest.mark.parametrize(("right", "down"), [(0.5, 0), (-1.25, 0), (0.5, 0.5), (0, -3), (2.7, -0.1), (40, 0)])
def test_a_shift_is_scipy_s(digits: torch.Tensor, right: float, down: float) -> None:
    for image in digits[:5, 0] + 0.2:  # ink at the edges, too
        expected = ndimage.shift(image.numpy(), (down, right), order=1, mode="grid-constant", cval=0)
        np.testing.assert_allclose(shift(image[None], right, down)[0].numpy(), expected.clip(0, 1), atol=1e-5)


def test_no_shift_is_the_image_and_one_pixel_moves_it_whole(digits: torch.Tensor) -> None:
    torch.testing.assert_close(shift(digits[0], 0, 0), digits[0])
    torch.testing.assert_close(shift(digits[0], 1, 0)[..., 1:], digits[0][..., :-1])
    torch.testing.assert_close(shift(digits[0], 0, 1)[:, 1:], digits[0][:, :-1])


def test_a_cut_takes_a_square_and_nothing_else(digits: torch.Tensor) -> None:
    image = digits[0] + 0.1
    before, copy = image.clone(), cut(image, 3, 20, 6)[0]
    inside = torch.zeros(28, 28, dtype=torch.bool)
    inside[3:9, 20:26] = True
    assert (copy[inside] == 0).all() and torch.equal(copy[~inside], image[0, ~inside])
    assert torch.equal(image, before), "the original is left alone"


@pytest.mark.parametrize(
    ("row", "column", "side"), [(-1, 0, 5), (26, 0, 3), (0, 24, 5), (0, 0, 0), (0, 0, 29)]
)
def test_a_piece_outside_the_image_is_refused(digits: torch.Tensor, row: int, column: int, side: int) -> None:
    with pytest.raises(ValueError, match=r"doesn't lie in 28 x 28"):
        cut(digits[0], row, column, side)


def test_a_shift_that_is_no_number_is_refused(digits: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        shift(digits[0], float("nan"))


def test_the_inkiest_square_has_the_most_ink(digits: torch.Tensor) -> None:
    for image in digits[:10]:
        row, column = inkiest(image)
        ink = {(r, c): image[0, r : r + 3, c : c + 3].sum() for r in range(26) for c in range(26)}
        assert ink[row, column] == pytest.approx(max(ink.values()))


def test_pixel_distance_takes_the_shift_for_the_worse_copy(digits: torch.Tensor) -> None:
    """For most digits, not for all: some strokes are thin where most ink is, some edges sharp."""
    wrong = 0
    for image in digits:
        copies = torch.stack([cut(image, *inkiest(image)), shift(image)])
        cut_error, shift_error = squared_error(copies.flatten(1), image.flatten())
        wrong += bool(shift_error > cut_error)
    assert wrong > 85


def test_squared_error_is_the_sum_over_pixels(digits: torch.Tensor) -> None:
    errors = squared_error(digits[1:4].flatten(1), digits[0].flatten())
    expected = [np.square(digits[i].numpy() - digits[0].numpy()).sum() for i in (1, 2, 3)]
    assert errors.tolist() == pytest.approx(expected, rel=1e-5)


def test_distances_of_codes() -> None:
    means, mean, logvar = (
        torch.tensor([[3.0, 4.0], [0.0, 1.0]]),
        torch.zeros(2),
        torch.tensor([9.0, 16.0]).log(),
    )
    plain, scaled = code_distance(means, mean, logvar)
    assert plain.tolist() == [5, 1] and scaled is not None
    assert scaled.tolist() == pytest.approx([2**0.5, 0.25])
    assert code_distance(means, mean, None)[1] is None
