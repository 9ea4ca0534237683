"""The weights of earlier moments: how small their files are, how near the numbers, and files of before."""

import copy
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from training import runs
from training.runs import RunError
from training.runs.snapshots import LARGEST, SCALE, in_eight_bits, save_snapshot, unpacked


@pytest.mark.parametrize("shape", [(3, 5), (4, 2, 3, 3), (1, 1)])
def test_a_number_comes_back_to_half_a_step_of_its_row(shape: tuple[int, ...]) -> None:
    values = torch.randn(shape, generator=torch.Generator().manual_seed(0)) * 3
    steps, scale = in_eight_bits(values)
    assert steps.dtype == torch.int8 and scale.shape == shape[:1]
    again = unpacked({"w": steps, "w" + SCALE: scale})["w"]
    off = (again - values).flatten(1).abs()
    assert again.shape == values.shape and (off <= scale[:, None] * 0.5001).all()
    assert torch.equal(scale, values.flatten(1).abs().amax(1) / LARGEST)


def test_rows_of_nothing_and_of_the_largest_come_back() -> None:
    values = torch.tensor([[0.0, 0.0], [-3e38, 3e38], [1e-42, 0.0]])
    steps, scale = in_eight_bits(values)
    again = unpacked({"w": steps, "w" + SCALE: scale})["w"]
    torch.testing.assert_close(again, values, rtol=1e-5, atol=1e-38)


@pytest.fixture
def run(checkpoints: Path) -> runs.Run:
    return runs.load("vae")


def test_the_file_takes_a_quarter_of_the_weights_and_decodes_nearly_the_same(run: runs.Run) -> None:
    model = runs.load_model(run)
    save_snapshot(run.folder, 2.5, model)
    size = (run.folder / runs.snapshot_name(2.5)).stat().st_size
    assert size < 0.35 * (run.folder / runs.WEIGHTS).stat().st_size  # a tiny network is mostly rows
    again = runs.load_model(run, 2.5)
    z = torch.randn(200, 2, generator=torch.Generator().manual_seed(0))
    off = (again.decode(z).sigmoid() - model.decode(z).sigmoid()).abs()
    assert off.mean() < 0.005 and off.max() < 0.1


def test_weights_in_half_precision_as_they_were_kept_before_are_still_read(run: runs.Run) -> None:
    model = runs.load_model(run)
    halves = {key: value.half() for key, value in model.state_dict().items()}
    save_file(halves, run.folder / runs.snapshot_name(2.5))
    for key, value in runs.load_model(run, 2.5).state_dict().items():
        torch.testing.assert_close(value, halves[key].float())


def spoiled(tensors: dict[str, torch.Tensor], how: str) -> dict[str, torch.Tensor]:
    tensors = copy.copy(tensors)
    key = next(key for key, value in tensors.items() if value.dtype == torch.int8)
    scale = tensors[key + SCALE]
    match how:
        case "no scale":
            del tensors[key + SCALE]
        case "a scale too short":
            tensors[key + SCALE] = scale[:-1].clone()
        case "a scale that is no number":
            tensors[key + SCALE] = scale * torch.nan
        case "a scale beyond numbers":
            tensors[key + SCALE] = torch.full_like(scale, 3e38)
        case "no matrix":
            del tensors[key]
    return tensors


@pytest.mark.parametrize(
    "how",
    ["no scale", "a scale too short", "a scale that is no number", "a scale beyond numbers", "no matrix"],
)
def test_a_spoiled_file_is_refused_by_name(run: runs.Run, how: str) -> None:
    path = run.folder / runs.snapshot_name(0)
    save_file(spoiled(load_file(path), how), path)
    with pytest.raises(RunError, match=runs.snapshot_name(0)):
        runs.load_model(run, 0)
