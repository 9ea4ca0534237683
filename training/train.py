"""Train a model: python -m training.train vae --field value ... (torchrun trains on several devices)."""

import argparse
import math
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import TensorDataset
from tqdm import tqdm

from training import datasets, runs
from training.config import Config, add_options, configured
from training.families.models import MODELS, PIXELS, Model
from training.fit import devices, resume
from training.fit.devices import Process
from training.kit import interrupts
from training.kit.precision import full_precision, training_precision
from training.measures.metrics import TERMS, shown
from training.runs.records import RunError

Terms = dict[str, float]
Labelled = TensorDataset  # images (n, 784) uint8 and labels (n,) int64, on the device


class NonFiniteLossError(Exception):
    """A loss or gradient that is no number. The message says at which step; the last good state is kept."""


def main() -> None:
    flags = vars(parser().parse_args())
    name, root = flags.pop("run", None) or flags["model"], flags.pop("data_root", None)
    resuming, overwrite = flags.pop("resume", False), flags.pop("overwrite", False)

    def again() -> str:
        """What to do after Ctrl-C, said by one process of this machine."""
        command = resume.command(flags["model"], name, root)
        silent = devices.local_rank() > 0
        return "" if silent else f"Interrupted. `{command}` continues at the last whole epoch."

    try:
        with interrupts.told(again):
            try:
                config = resume.resumed_config(name, flags) if resuming else configured(**flags)
                process = devices.join(config.device)
                images, test = load_images(config, process, root)
                if not resuming:  # only now: settings that can't work leave an older run of this name alone
                    devices.chief_does(process, lambda: runs.create(name, config, overwrite))
                train(name, config, process, images, test)
            except (RunError, NonFiniteLossError, datasets.DataError, ValueError) as error:
                raise SystemExit(f"error: {error}" if devices.local_rank() == 0 else 1) from None
    finally:
        devices.leave()


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.train", description="Train a model.", allow_abbrev=False
    )
    add_options(parser)
    text = "name of the run's folder under checkpoints/ (default: the model's); torchrun knows --name only"
    parser.add_argument("--run", "--name", help=text)
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run")
    parser.add_argument("--overwrite", action="store_true", help="train a run of this name anew")
    parser.add_argument("--data-root", type=Path, help="folder of the data sets (default: the user's cache)")
    return parser


@training_precision()
def train(name: str, config: Config, process: Process, images: Labelled, test: Labelled) -> None:
    """Train until config.epochs, from the folder's saved state if there is one; writes the finished run.

    Raises RunError, NonFiniteLossError.
    """
    torch.manual_seed(config.seed)
    folder = runs.folder_of(name)
    model = MODELS[config.model](config).to(process.device)
    optimiser = torch.optim.Adam(model.parameters(), lr=config.lr, fused=True)
    done, history = resume.restore(folder, model, optimiser)
    if devices.agree(process, torch.tensor(float(done))).item() != done * process.world:
        raise RunError(f"The processes found different states in {folder}: let all machines share it.")
    parallel = DistributedDataParallel(model) if process.world > 1 else model
    kept = snapshot_epochs(config.epochs, config.snapshots)

    def record(epoch: int, trained: dict[str, Any]) -> None:
        tested = test_terms(model, test, config)
        if not all(math.isfinite(v) for v in tested.values()):
            raise NonFiniteLossError(f"epoch {epoch} ends with test terms {tested}. {advice(config, epoch)}")
        history.append({"epoch": epoch, "test": tested} | trained)
        if epoch in kept:
            runs.save_snapshot(folder, epoch, model)
        resume.save(folder, model, optimiser, epoch, history)
        terms = ", ".join(f"{k} {shown(v, TERMS[k])}" for k, v in tested.items())
        speed = f"  {trained['images_per_second']:,} images/s" if epoch else ""
        tqdm.write(f"epoch {epoch}/{config.epochs}  test: {terms}{speed}")

    if not history:
        devices.chief_does(process, lambda: record(0, {"train": None}))
    for epoch in range(done + 1, config.epochs + 1):
        trained = train_epoch(parallel, model, optimiser, images, epoch, config, process)
        devices.chief_does(process, partial(record, epoch, trained))
    devices.chief_does(process, lambda: runs.finish(folder, model, history))
    if process.rank == 0:
        print(f"Run {name!r} is in {folder}. `python -m training.evaluate {name}` measures it.")


def load_images(config: Config, process: Process, root: Path | None) -> tuple[Labelled, Labelled]:
    """Training images and the images to test on, with their labels.

    Raises DataError, and ValueError for settings that the images or the processes can't meet.
    """
    if config.batch_size % process.world:
        raise ValueError(
            f"batch_size is {config.batch_size}; it must be a multiple of {process.world} processes"
        )

    def read(train: bool) -> Labelled:
        split = datasets.load(config.dataset, train, root, download=True)
        return Labelled(torch.from_numpy(split.images).reshape(-1, PIXELS), torch.from_numpy(split.labels))

    def part(whole: Labelled, start: int, end: int) -> Labelled:
        return Labelled(*(t.to(process.device) for t in whole[start:end]))

    if process.world > 1:  # one process downloads and unpacks, then the others read
        devices.chief_does(process, lambda: read(train=True))
    images = read(train=True)
    if config.holdout >= len(images):
        raise ValueError(f"holdout is {config.holdout}; it must leave some of {len(images)} images")
    kept = len(images) - config.holdout
    test = part(images, kept, len(images)) if config.holdout else read(train=False)
    images = part(images, 0, min(kept, config.limit or kept))
    test = part(test, 0, config.limit or len(test))
    if len(images) < config.batch_size:
        raise ValueError(
            f"batch_size is {config.batch_size}, and there are only {len(images)} images: "
            f"take a smaller --batch-size, or a larger --limit or smaller --holdout"
        )
    return images, test


def train_epoch(
    parallel: nn.Module,
    model: Model,
    optimiser: torch.optim.Optimizer,
    images: Labelled,
    epoch: int,
    config: Config,
    process: Process,
) -> dict[str, Any]:
    """One pass over the images. Returns the mean of each term and the speed, as the history has them.

    All chance comes from (seed, epoch, rank), so a resumed run repeats an uninterrupted one bit for bit.
    Raises NonFiniteLossError before a step would spoil the weights.
    """
    steps = len(images) // config.batch_size
    order_source = torch.Generator().manual_seed(seed_of(config.seed, epoch, 0))
    order = torch.randperm(len(images), generator=order_source).to(process.device)
    share, parameters = config.batch_size // process.world, list(model.parameters())
    noise = torch.Generator(process.device).manual_seed(seed_of(config.seed, epoch, 1 + process.rank))
    sums: dict[str, Tensor] = {}
    start, title = time.perf_counter(), f"epoch {epoch}/{config.epochs}"
    size = steps * config.batch_size  # of an epoch; the bar is of the whole training, and so is its time left
    with tqdm(total=config.epochs * size, initial=(epoch - 1) * size, desc=title, unit=" images",
              leave=False, mininterval=0.5, disable=process.rank > 0) as bar:  # fmt: skip
        for step in range(steps):
            first = step * config.batch_size + process.rank * share
            grey, labels = images[order[first : first + share]]
            x = to_input(grey, config.binarize, noise)
            epsilon = torch.randn(len(x), config.latent_dim, generator=noise, device=x.device)
            rate = learning_rate(config, (epoch - 1) * steps + step, config.epochs * steps)
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad(set_to_none=True)
            terms = {k: v.mean() for k, v in parallel(x, epsilon, labels).items()}
            terms["loss"].backward()
            norm = nn.utils.get_total_norm(p.grad for p in parameters if p.grad is not None)
            loss = devices.agree(process, terms["loss"].detach())
            if not math.isfinite((loss + norm).item()):
                raise NonFiniteLossError(
                    f"the loss is {loss.item():.4g} nats and the norm of its gradient {norm.item():.4g} at "
                    f"step {step + 1} of {steps} in epoch {epoch}. {advice(config, epoch)}"
                )
            if norm > config.clip:  # else spare the pass over all gradients that multiplies them by 1
                nn.utils.clip_grads_with_norm_(parameters, config.clip, norm)
            optimiser.step()
            for k, v in terms.items():
                sums[k] = sums.get(k, torch.zeros((), device=v.device)) + v.detach()
            bar.update(config.batch_size)
            if step % 50 == 0:
                bar.set_postfix({k: shown(v.item(), TERMS[k]) for k, v in terms.items()})
    speed = size / (time.perf_counter() - start)
    means = devices.agree(process, torch.stack(list(sums.values()))) / (process.world * steps)
    return {
        "train": {k: round(v, 4) for k, v in zip(sums, means.tolist(), strict=True)},
        "images_per_second": round(speed),
    }


def advice(config: Config, epoch: int) -> str:
    return (
        f"The state of epoch {epoch - 1} is kept. Train anew, --overwrite, with a smaller --lr "
        f"(now {config.lr:g}) or --clip (now {config.clip:g})."
    )


def to_input(x: Tensor, binarize: bool, generator: torch.Generator) -> Tensor:
    """Bytes (n, 784) to network input in [0, 1]: grey, or every pixel drawn as Bernoulli(grey)."""
    grey = x.float() / 255
    if not binarize:
        return grey
    return (torch.rand(x.shape, generator=generator, device=x.device) < grey).float()


def learning_rate(config: Config, step: int, steps: int) -> float:
    """Half a cosine from config.lr to 0 (Loshchilov & Hutter 2017), after a linear start of 1 %."""
    start = max(1, steps // 100)
    if step < start:
        return config.lr * (step + 1) / start
    return config.lr * 0.5 * (1 + math.cos(math.pi * (step - start) / (steps - start)))


@full_precision()
@torch.no_grad()
def test_terms(model: Model, images: Labelled, config: Config) -> Terms:
    """Mean of each term over the test images; the noise is the same in every epoch."""
    noise = torch.Generator(images.tensors[0].device).manual_seed(seed_of(config.seed, 0, 0))
    sums: Terms = {}
    for grey, labels in zip(*(t.split(2000) for t in images.tensors), strict=True):
        x = to_input(grey, config.binarize, noise)
        epsilon = torch.randn(len(x), config.latent_dim, generator=noise, device=x.device)
        for k, v in model(x, epsilon, labels).items():
            sums[k] = sums.get(k, 0.0) + v.sum().item()
    return {k: round(v / len(images), 4) for k, v in sums.items()}


def seed_of(seed: int, epoch: int, stream: int) -> int:
    """One seed of a stream of chance numbers; streams of neighbouring epochs have nothing in common."""
    return int(np.random.SeedSequence([seed, epoch, stream]).generate_state(1)[0])


def snapshot_epochs(epochs: int, count: int) -> list[int]:
    """Epochs to keep beside the last: 0, then spaced by equal ratios; all with the last are `count`."""
    return sorted({0} | {int(e) for e in np.geomspace(1, epochs, count - 1).round()[:-1]} - {epochs})


if __name__ == "__main__":
    main()
