"""Metric, magnification and length: against reverse mode in float64, and maps whose geometry is known."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from training.geometry.metric import Decode, length, magnification, pictures, pullback


def net(seed: int, pixels: int = 30) -> Decode:
    """A random decoder, computed in float64."""
    generator = torch.Generator().manual_seed(seed)
    first, last = (torch.randn(*shape, generator=generator).double() for shape in ((2, 20), (20, pixels)))
    return lambda z: torch.sigmoid(torch.tanh(z.double() @ first) @ last)


def polar(z: Tensor) -> Tensor:
    """(radius, angle) to the plane: areas grow by the radius."""
    return torch.stack([z[:, 0] * torch.cos(z[:, 1]), z[:, 0] * torch.sin(z[:, 1])], 1)


def codes(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 2)).astype(np.float32)


def test_the_metric_is_that_of_reverse_mode_whatever_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    decode, z = net(0), codes(11)
    wanted = []
    for code in torch.from_numpy(z).double():
        j = torch.autograd.functional.jacobian(lambda c: decode(c[None])[0], code)
        wanted.append(j.T @ j)
    for batch in (512, 4, 1):
        monkeypatch.setattr("training.geometry.metric.DECODED_AT_ONCE", batch)
        assert np.allclose(pullback(decode, z), torch.stack(wanted).numpy(), rtol=1e-5)
        assert pictures(decode, z) == pytest.approx(decode(torch.from_numpy(z)).numpy(), abs=1e-9)


def test_a_linear_decoder_has_one_metric_everywhere() -> None:
    a = torch.tensor([[3.0, 1, 0], [0, 2, 2]])
    metric = pullback(lambda z: z @ a, codes(5))
    assert metric.shape == (5, 2, 2)
    assert np.allclose(metric, [[10, 2], [2, 8]])
    assert np.allclose(magnification(lambda z: z @ a, codes(5)), 76**0.5)


def test_magnification_of_polar_coordinates_is_the_radius() -> None:
    z = np.random.default_rng(0).uniform([0, -3], [5, 3], (600, 2))
    area = magnification(polar, z)
    assert area.shape == (600,) and area.dtype == np.float32
    assert np.allclose(area, z[:, 0], atol=1e-5)


def test_magnification_is_never_nan_where_the_decoder_folds_or_breaks() -> None:
    along, across = torch.tensor([[1.0], [0.3]]), torch.linspace(-5, 5, 50)[None]
    folded = magnification(lambda z: torch.sigmoid(z @ along @ across), codes(50))
    assert (folded >= 0).all() and folded.max() < 1e-2
    assert np.isfinite(magnification(torch.sqrt, codes(50))).all()


def test_the_metric_of_a_module_is_what_differences_say() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.LayerNorm(8), nn.SiLU(), nn.Linear(8, 9)).requires_grad_(False)
    z, h = codes(6), 2**-6
    steps = [pictures(model, z + h * d) - pictures(model, z - h * d) for d in np.eye(2)]
    j = np.stack(steps, 2) / (2 * h)
    assert np.allclose(pullback(model, z), j.transpose(0, 2, 1) @ j, atol=2e-3)


def test_threads_do_not_disturb_each_other() -> None:
    decode, z = net(3, pixels=300), codes(200)
    wanted = pullback(decode, z)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: pullback(decode, z), range(24)))
    assert all(np.array_equal(result, wanted) for result in results)


def test_length_of_a_line_and_of_an_arc() -> None:
    assert length(lambda z: z * torch.tensor([3.0, 4.0]), [[0, 0], [1, 1], [0, 0]]) == pytest.approx(10, 1e-5)
    for turn in (0.01, 1, 2 * math.pi, 40):  # 40: six times round, from one picture to another nearby
        assert length(polar, [[2, 0], [2, turn]]) == pytest.approx(2 * turn, rel=4e-4)


def test_length_converges_from_a_coarse_cut_too_and_in_any_number_of_legs() -> None:
    decode = net(1)
    exact = length(decode, [[-3, -2], [3, 2]], 4096)
    many = np.linspace([-3, -2], [3, 2], 101)
    assert length(decode, [[-3, -2], [3, 2]], 16) == pytest.approx(exact, rel=1e-3)
    assert length(decode, many) == pytest.approx(exact, rel=4e-4)
    assert length(decode, many[::-1]) == pytest.approx(exact, rel=4e-4)


def test_a_path_that_stays_has_no_length() -> None:
    assert length(net(1), [[1, 1], [1, 1]]) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ([[0, 0]], "at least 2"),
        ([0, 0], "shape"),
        ([[0, 0, 0], [1, 1, 1]], "shape"),
        ([[0, 0], [math.nan, 1]], "finite"),
        ([[0, 0], [math.inf, 1]], "finite"),
    ],
)
def test_paths_that_are_none_are_refused(path: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        length(polar, path)


def test_other_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        pullback(polar, [[math.nan, 0]])
    with pytest.raises(ValueError, match="shape"):
        magnification(polar, [1.0, 2.0])
    with pytest.raises(ValueError, match="pieces is 0"):
        length(polar, [[0, 0], [1, 1]], 0)
    with pytest.raises(ValueError, match="too far out"):
        length(torch.sqrt, [[-1, 0], [1, 1]])
