"""The training loop: a generator of events. Whoever iterates over it trains, and may stop at any of them."""

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from training import runs
from training.config import Settings
from training.families import Batch, Family, build
from training.fit import devices, resume
from training.fit.batches import Labelled, batch
from training.fit.devices import Process
from training.fit.events import Epoch, Event, Failed, Finished, Started, Step, Terms, written
from training.fit.film import Camera
from training.fit.resume import Optimisers
from training.fit.schedule import film_time, learning_rate, seed_of, snapshot_steps
from training.kit.precision import full_precision, training_precision
from training.runs import RunError

PERIOD = 0.1  # seconds between the events of two steps, unless a listener wants each
TEST_BATCH_SIZE = 2000  # images


class NonFiniteLossError(Exception):
    """A loss or gradient that is no number. The message says at which step; the last good state is kept."""


def fit(name: str, config: Settings, process: Process, images: Labelled, test: Labelled) -> Iterator[Event]:
    """Train until config.epochs, from the folder's saved state if there is one; writes the finished run.

    The events are left in the run's folder, too. Raises RunError, NonFiniteLossError, after Failed.
    """
    folder = runs.folder_of(name)
    events = with_failure_event(begun(folder, config, process, images, test))
    return written(events, folder) if process.rank == 0 else events


def begun(
    folder: Path, config: Settings, process: Process, images: Labelled, test: Labelled
) -> Iterator[Event]:
    """The events of a training from what its folder holds; nothing happens before the first is asked for."""
    yield from train_epochs(prepare(folder, config, process), images, test)


def with_failure_event(events: Iterator[Event]) -> Iterator[Event]:
    """The same events; and Failed, before an error that people are told of is raised."""
    try:
        yield from events
    except (RunError, NonFiniteLossError) as error:
        yield Failed(str(error))
        raise


@dataclass
class Preparation:
    """A model, and where its training stands: the epochs that are done, and their history."""

    folder: Path
    process: Process
    model: Family
    optimisers: Optimisers
    done: int
    history: list[dict[str, Any]]


def prepare(folder: Path, config: Settings, process: Process) -> Preparation:
    """A model as its folder has it, or as its seed makes it. Raises RunError."""
    torch.manual_seed(config.seed)
    model = build(config).to(process.device)
    optimisers = {
        step: torch.optim.Adam(trainable(model, step), lr=config.lr, fused=True) for step in model.steps
    }
    done, history = resume.restore(folder, model, optimisers)
    if devices.all_sum(process, torch.tensor(float(done))).item() != done * process.world:
        raise RunError(f"The processes found different states in {folder}: let all machines share it.")
    return Preparation(folder, process, model, optimisers, done, history)


def train_epochs(
    prepared: Preparation, images: Labelled, test: Labelled, period: float = PERIOD
) -> Iterator[Event]:
    """From Started to Finished: all epochs after those that are done, each kept when it is.

    `period`: seconds between the events of two steps; 0 for each step. Whoever iterates may change the
    settings of prepared.model that are live; epochs, steps and what is kept are as they were at the start.
    """
    folder, process, model, history = prepared.folder, prepared.process, prepared.model, prepared.history
    config, done = model.config, prepared.done
    steps = len(images) // config.batch_size
    yield Started(config.model, done, config.epochs, steps, config.batch_size)
    trainer = Trainer(wrap(model, process), model, prepared.optimisers, process, period)
    camera = Camera(folder, model, test, done if history else -1, steps) if process.rank == 0 else None
    kept = snapshot_steps(config.epochs, steps, config.snapshots)

    def record(epoch: int, train: dict[str, Any]) -> None:
        terms = mean_test_terms(model, test, epoch)
        history.append({"epoch": epoch, "test": terms} | train)
        if camera and camera.is_due(epoch, steps):
            camera.take(epoch, steps, terms if camera.whole else mean_test_terms(model, camera.test, epoch))
            camera.save()
        if epoch * steps in kept:
            runs.save_snapshot(folder, epoch, model)
        resume.save(folder, model, prepared.optimisers, epoch, history)

    def after_step(epoch: int, step: int) -> None:
        if not camera or step == steps:  # with the last step the epoch is recorded
            return
        if camera.is_due(epoch, step):
            camera.take(epoch, step, mean_test_terms(model, camera.test, epoch))
        if (epoch - 1) * steps + step in kept:
            runs.save_snapshot(folder, film_time(epoch, step, steps), model)

    if not history:
        devices.on_rank_zero(process, lambda: record(0, {"train": None}))
        yield from epoch_event(history, config, process)
    for epoch in range(done + 1, config.epochs + 1):
        train = yield from train_epoch(trainer, images, epoch, after_step)
        devices.on_rank_zero(process, partial(record, epoch, train))
        yield from epoch_event(history, config, process)
    devices.on_rank_zero(process, lambda: runs.finish(folder, model, history))
    yield Finished(config.epochs, str(folder))


def trainable(model: Family, step: str) -> list[nn.Parameter]:
    return [parameter for parameter in model.optimised(step) if parameter.requires_grad]


def epoch_event(history: list[dict[str, Any]], config: Settings, process: Process) -> Iterator[Event]:
    """The event of the last epoch in the history; only process 0 has measured it, the others have none."""
    if process.rank == 0:
        entry = history[-1]
        speed = entry.get("images_per_second")
        yield Epoch(entry["epoch"], config.epochs, entry["train"], entry["test"], speed)


def wrap(model: Family, process: Process) -> nn.Module:
    if process.world == 1:
        return model
    return DistributedDataParallel(LossOnly(model), find_unused_parameters=len(model.steps) > 1)


class LossOnly(nn.Module):
    """The model, whose loss alone has a gradient: for parameters of other terms the processes don't wait."""

    def __init__(self, model: Family):
        super().__init__()
        self.model = model

    def forward(self, drawn: Batch, step: str) -> dict[str, Tensor]:
        terms = self.model(drawn, step)
        return {key: value if key == "loss" else value.detach() for key, value in terms.items()}


def train_epoch(
    trainer: "Trainer", images: Labelled, epoch: int, after_step: Callable[[int, int], None]
) -> Generator[Event, None, dict[str, Any]]:
    """One pass over the images. Returns the mean of each term and the speed, as the history has them.

    `after_step` is called with the epoch and the steps of it that are done; what it takes is no training.

    All chance comes from (seed, epoch, rank), so a resumed run repeats an uninterrupted one bit for bit.
    Raises NonFiniteLossError before a step would spoil the weights.
    """
    config, process = trainer.model.config, trainer.process
    steps = len(images) // config.batch_size
    order_source = torch.Generator().manual_seed(seed_of(config.seed, epoch, 0))
    order = torch.randperm(len(images), generator=order_source).to(process.device)
    noise = torch.Generator(process.device).manual_seed(seed_of(config.seed, epoch, 1 + process.rank))
    share = config.batch_size // process.world
    sums: dict[str, Tensor] = {}
    start = reported = time.perf_counter()
    for step in range(steps):
        first = step * config.batch_size + process.rank * share
        rate = learning_rate(config, (epoch - 1) * steps + step, config.epochs * steps)
        with training_precision():  # for this step only: listeners compute as they please
            terms = trainer.train(
                images[order[first : first + share]], noise, rate, StepPosition(epoch, step, steps)
            )
        for key, value in terms.items():
            sums[key] = sums.get(key, torch.zeros((), device=value.device)) + value
        before = time.perf_counter()
        after_step(epoch, step + 1)
        start += time.perf_counter() - before
        if step == 0 or step == steps - 1 or time.perf_counter() - reported > trainer.period:
            before = time.perf_counter()
            numbers = {key: value.item() for key, value in terms.items()}
            yield Step(epoch, config.epochs, step + 1, steps, numbers)
            reported = time.perf_counter()
            start += reported - before  # what listeners take is no training
    speed = steps * config.batch_size / (time.perf_counter() - start)
    means = devices.all_sum(process, torch.stack(list(sums.values()))) / (process.world * steps)
    train = {key: round(value, 4) for key, value in zip(sums, means.tolist(), strict=True)}
    if not all(map(math.isfinite, train.values())):  # else what is kept of the epoch could not be read
        raise NonFiniteLossError(
            f"epoch {epoch} ends with training terms {train}. {advice(trainer.model.config, epoch)}"
        )
    return {
        "train": train,
        "images_per_second": round(speed),
    }


class StepPosition(NamedTuple):
    """A step of an epoch, counted from 0, of so many."""

    epoch: int
    step: int
    steps: int


@dataclass(frozen=True)
class Trainer:
    """A model with the optimisers of its steps; `wrapped` is the model, or what joins several processes."""

    wrapped: nn.Module
    model: Family
    optimisers: Optimisers
    process: Process
    period: float  # seconds between the events of two steps

    def train(
        self, images: tuple[Tensor, ...], noise: torch.Generator, rate: float, position: StepPosition
    ) -> dict[str, Tensor]:
        """All optimiser steps for some images. Returns the mean of each term, (); a later step's replace an
        earlier one's of the same name. Raises NonFiniteLossError."""
        terms: dict[str, Tensor] = {}
        drawn = batch(self.model, images, noise)
        for name, optimiser in self.optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = rate
            parameters = optimiser.param_groups[0]["params"]
            self.model.zero_grad(set_to_none=True)  # all gradients: a step may reach parameters of another
            means = {key: value.mean() for key, value in self.wrapped(drawn, name).items()}
            means["loss"].backward()
            norm = nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None])
            self.check(means["loss"], norm, position)
            clip = self.model.config.clip
            if norm > clip:  # else spare the pass over all gradients that multiplies them by 1
                nn.utils.clip_grads_with_norm_(parameters, clip, norm)
            optimiser.step()
            terms |= {key: value.detach() for key, value in means.items()}
        return terms

    def check(self, loss: Tensor, norm: Tensor, position: StepPosition) -> None:
        """Raises NonFiniteLossError unless loss and norm are numbers, in every process."""
        total = devices.all_sum(self.process, loss.detach())
        if not math.isfinite((total + norm).item()):
            raise NonFiniteLossError(
                f"the loss is {total.item():.4g} nats and the norm of its gradient {norm.item():.4g} at step "
                f"{position.step + 1} of {position.steps} in epoch {position.epoch}. "
                f"{advice(self.model.config, position.epoch)}"
            )


def advice(config: Settings, epoch: int) -> str:
    return (
        f"The state of epoch {epoch - 1} is kept. Train anew, --overwrite, with a smaller --lr "
        f"(now {config.lr:g}) or --clip (now {config.clip:g})."
    )


@full_precision()
@torch.no_grad()
def mean_test_terms(model: Family, images: Labelled, epoch: int) -> Terms:
    """Mean of each term over the test images; the noise is the same in every epoch.

    Raises NonFiniteLossError.
    """
    config = model.config
    noise = torch.Generator(images.tensors[0].device).manual_seed(seed_of(config.seed, 0, 0))
    sums: Terms = {}
    model.eval()
    for part in zip(*(t.split(TEST_BATCH_SIZE) for t in images.tensors), strict=True):
        drawn = batch(model, part, noise)
        values: dict[str, Tensor] = {}
        for step in model.steps:
            values |= model(drawn, step)  # as in training, a later step's replace an earlier one's
        for key, value in values.items():
            sums[key] = sums.get(key, 0.0) + value.sum().item()
    model.train()
    terms = {key: round(value / len(images), 4) for key, value in sums.items()}
    if not all(math.isfinite(value) for value in terms.values()):
        raise NonFiniteLossError(f"epoch {epoch} ends with test terms {terms}. {advice(config, epoch)}")
    return terms
