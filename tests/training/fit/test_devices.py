"""Choosing a device, alone and among processes, and what a step needs of it."""

import math

import numpy as np
import pytest
import torch

from training.families import configured
from training.fit import devices
from training.fit.batches import load_images, to_input
from training.fit.devices import Process
from training.fit.schedule import film_steps, film_time, learning_rate, seed_of, snapshot_steps

CPU = torch.device("cpu")


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


@pytest.fixture
def only_mps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)


def test_auto_takes_the_first_there_is(two_gpus: None) -> None:
    assert devices.choose("auto", 1, 2) == torch.device("cuda", 1)
    assert devices.choose("cpu") == CPU


def test_a_process_without_a_gpu_of_its_own_is_an_error(two_gpus: None) -> None:
    with pytest.raises(ValueError, match="'cuda' is not there for each of 3 processes; this machine has cpu"):
        devices.choose("cuda", 2, 3)


def test_processes_do_not_share_mps(only_mps: None) -> None:
    assert devices.choose("auto") == torch.device("mps")
    assert devices.choose("auto", 0, 2) == CPU


def test_an_unknown_device_is_answered_with_those_that_are_there(only_mps: None) -> None:
    with pytest.raises(ValueError, match="'cuda' is not there; this machine has mps, cpu"):
        devices.choose("cuda")


def test_alone_there_is_nothing_to_agree_on() -> None:
    alone = devices.join("cpu")
    assert alone == Process(0, 1, CPU)
    assert devices.all_sum(alone, torch.tensor(3.0)) == 3.0
    with pytest.raises(KeyError):
        devices.on_rank_zero(alone, lambda: {}["missing"])


def test_a_batch_that_the_processes_can_not_share_is_an_error() -> None:
    with pytest.raises(ValueError, match="batch_size is 128; it must be a multiple of 3 processes"):
        load_images(configured("vae"), Process(0, 3, CPU), None)


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    config, steps = configured("vae", lr=0.1), 1000
    rates = [learning_rate(config, step, steps) for step in range(steps)]
    top = rates.index(max(rates))
    assert math.isclose(rates[top], 0.1) and top < 20
    assert rates[:top] == sorted(rates[:top]) and rates[top:] == sorted(rates[top:], reverse=True)
    assert 0 < rates[-1] < 1e-4 and learning_rate(config, 0, 1) > 0


@pytest.mark.parametrize("epochs", [1, 2, 3, 10, 60, 1000])
@pytest.mark.parametrize("count", [2, 9, 12])
def test_kept_weights_are_those_of_moments_of_the_film_denser_at_the_start(epochs: int, count: int) -> None:
    for steps in (1, 12, 469, 60_000):
        kept = snapshot_steps(epochs, steps, count)
        assert kept[0] == 0 and kept == sorted(set(kept)) and kept[-1] < epochs * steps
        assert len(kept) < count and set(kept) <= set(film_steps(epochs, steps))
    assert (epochs < 60) or len(kept) == count - 1
    ratios = np.array([*kept, epochs * steps])[2:] / np.array(kept)[1:]
    assert len(ratios) < 3 or ratios.max() < 3.5 * ratios.min()


def test_of_a_long_training_some_weights_are_of_its_first_epoch() -> None:
    assert [step / 469 < 1 for step in snapshot_steps(84, 469, 12)].count(True) >= 4


def test_binarised_pixels_have_the_grey_mean() -> None:
    x = torch.tensor([[0, 51, 128, 255]], dtype=torch.uint8).repeat(20_000, 1)
    drawn = to_input(x, True, torch.Generator().manual_seed(0))
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    assert torch.allclose(drawn.mean(0), x[0] / 255, atol=0.02)
    assert (drawn[:, 0] == 0).all() and (drawn[:, 3] == 1).all()
    assert torch.equal(to_input(x[:1], False, torch.Generator()), x[:1] / 255)


def test_every_stream_of_chance_has_its_own_seed() -> None:
    seeds = {seed_of(seed, epoch, stream) for seed in range(5) for epoch in range(20) for stream in range(5)}
    assert len(seeds) == 500


@pytest.mark.parametrize("steps", [1, 469, 20_000, 60_000])
def test_of_however_many_steps_no_two_moments_have_one_time(steps: int) -> None:
    times = [film_time(1, step, steps) for step in film_steps(3, steps)]
    assert times == sorted(set(times)) and times[0] == 0 and times[-1] == 3


def test_an_ended_decay_leaves_the_rate_at_nothing_and_a_longer_one_above_it() -> None:
    steps = 1000
    shorter = configured("vae", lr=0.1, epochs=4, decay=2)
    assert learning_rate(shorter, 499, steps) < 1e-3 and learning_rate(shorter, 900, steps) == 0
    longer = configured("vae", lr=0.1, epochs=2, decay=4)
    whole = configured("vae", lr=0.1, epochs=4)
    for step in (0, 10, 500, 999):
        assert learning_rate(longer, step, steps) == learning_rate(whole, step, 2 * steps)
