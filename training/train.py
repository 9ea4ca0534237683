"""Train a model: python -m training.train vae --field value ... (torchrun trains on several devices)."""

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

from training import data, devices, runs
from training.config import Config, add_options
from training.devices import Process
from training.models import PIXELS, Autoencoder
from training.runs import RunError

Terms = dict[str, float]


class NonFiniteLossError(Exception):
    """A loss or gradient that is no number. The message says at which step; the last good state is kept."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.train", description="Train a model.")
    add_options(parser)
    parser.add_argument("--run", help="name of the run's folder under checkpoints/ (default: the model's)")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run")
    parser.add_argument("--overwrite", action="store_true", help="train a run of this name anew")
    parser.add_argument("--data-root", type=Path, help="folder of the data sets (default: the user's cache)")
    flags = vars(parser.parse_args())
    name = flags.pop("run", None) or flags["model"]
    resume, overwrite = flags.pop("resume", False), flags.pop("overwrite", False)
    root = flags.pop("data_root", None)
    try:
        if resume:
            config = resumed_config(name, flags)
        else:
            config = Config(**flags)
        process = devices.join(config.device)
        if process.rank == 0 and not resume:
            runs.create(name, config, overwrite)
        train(name, config, process, root)
    except (RunError, NonFiniteLossError, data.DataError, ValueError) as error:
        raise SystemExit(f"error: {error}") from None
    except KeyboardInterrupt:
        print(f"\nInterrupted. `{sys.argv[0]} ... --resume` continues {name} at its last whole epoch.")
        raise SystemExit(130) from None
    finally:
        devices.leave()


def resumed_config(name: str, flags: dict) -> Config:
    """The configuration that the run was started with; only the device may be another one now."""
    config = runs.load_config(runs.folder_of(name))
    for field, value in flags.items():
        if field != "device" and getattr(config, field) != value:
            raise ValueError(
                f"{field} is {getattr(config, field)!r} in run {name!r}, not {value!r}: resume without that "
                f"flag, or train another run with --run"
            )
    return replace(config, device=flags.get("device", config.device))


def train(name: str, config: Config, process: Process, data_root: Path | None = None) -> None:
    """Train until config.epochs, from the folder's saved state if there is one; writes the finished run.

    Raises RunError, DataError, NonFiniteLossError.
    """
    torch.set_flush_denormal(True)  # Adam's vanishing moments are denormals, and slow, on a CPU
    torch.set_float32_matmul_precision("medium")
    torch.manual_seed(config.seed)
    folder, chief = runs.folder_of(name), process.rank == 0
    images, test = load_images(config, process, data_root)
    model = Autoencoder(config).to(process.device)
    optimiser = torch.optim.Adam(model.parameters(), lr=config.lr, fused=True)
    done, history = restore(folder, model, optimiser)
    parallel = DistributedDataParallel(model) if process.world > 1 else model
    kept = snapshot_epochs(config.epochs, config.snapshots)
    if chief and done == 0:
        runs.save_snapshot(folder, 0, model)
        history = [{"epoch": 0, "train": None, "test": test_terms(model, test, config)}]
        save_state(folder, model, optimiser, 0, history)
    for epoch in range(done + 1, config.epochs + 1):
        terms, speed = train_epoch(parallel, model, optimiser, images, epoch, config, process)
        if not chief:
            continue
        tested = test_terms(model, test, config)
        history.append({"epoch": epoch, "train": terms, "test": tested, "images_per_second": round(speed)})
        if epoch in kept:
            runs.save_snapshot(folder, epoch, model)
        save_state(folder, model, optimiser, epoch, history)
        shown = ", ".join(f"{k} {v:.2f}" for k, v in tested.items())
        tqdm.write(f"epoch {epoch}/{config.epochs}  test, nats: {shown}  {speed:,.0f} images/s")
    if chief:
        runs.finish(folder, model, history)
        print(f"Run {name!r} is in {folder}. `python -m training.evaluate {name}` measures it.")


def load_images(config: Config, process: Process, root: Path | None) -> tuple[Tensor, Tensor]:
    """Training images and the images to test on, (n, 784) uint8, each one tensor on the device."""
    split = data.load(config.dataset, train=True, root=root, download=True)
    images = torch.from_numpy(split.images).reshape(-1, PIXELS)
    if config.holdout:
        if config.holdout >= len(images):
            raise ValueError(f"holdout is {config.holdout}; it must leave some of {len(images)} images")
        images, test = images[: -config.holdout], images[-config.holdout :]
    else:
        held = data.load(config.dataset, train=False, root=root, download=True)
        test = torch.from_numpy(held.images).reshape(-1, PIXELS)
    if config.limit:
        images, test = images[: config.limit], test[: config.limit]
    if len(images) < config.batch_size:
        raise ValueError(f"batch_size is {config.batch_size}; there are only {len(images)} images")
    return images.to(process.device), test.to(process.device)


def train_epoch(
    parallel: nn.Module,
    model: Autoencoder,
    optimiser: torch.optim.Optimizer,
    images: Tensor,
    epoch: int,
    config: Config,
    process: Process,
) -> tuple[Terms, float]:
    """One pass over the images. Returns the mean of each term (nats) and the speed (images a second).

    All chance comes from (seed, epoch, rank), so a resumed run repeats an uninterrupted one bit for bit.
    Raises NonFiniteLossError before a step would spoil the weights.
    """
    steps = len(images) // config.batch_size
    order_source = torch.Generator().manual_seed(seed_of(config.seed, epoch, 0))
    order = torch.randperm(len(images), generator=order_source)
    share = config.batch_size // process.world
    noise = torch.Generator(process.device).manual_seed(seed_of(config.seed, epoch, 1 + process.rank))
    sums: dict[str, Tensor] = {}
    title = f"epoch {epoch}/{config.epochs}"
    with tqdm(total=steps * config.batch_size, desc=title, unit=" images", leave=False, mininterval=0.5,
              disable=process.rank > 0) as bar:  # fmt: skip
        for step in range(steps):
            first = step * config.batch_size + process.rank * share
            x = images[order[first : first + share].to(process.device)]
            x = to_input(x, config.binarize, noise)
            epsilon = torch.randn(len(x), config.latent_dim, generator=noise, device=x.device)
            rate = learning_rate(config, (epoch - 1) * steps + step, config.epochs * steps)
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad(set_to_none=True)
            terms = {k: v.mean() for k, v in parallel(x, epsilon).items()}
            terms["loss"].backward()
            norm = nn.utils.clip_grad_norm_(model.parameters(), config.clip)
            if not math.isfinite(norm.item()):
                raise NonFiniteLossError(
                    f"the gradient is {norm.item()} at step {step + 1} of epoch {epoch} (loss "
                    f"{terms['loss'].item():.4g} nats). The state of epoch {epoch - 1} is kept. Train with a "
                    f"smaller --lr (now {config.lr:g}) or --clip (now {config.clip:g})."
                )
            optimiser.step()
            for k, v in terms.items():
                sums[k] = sums.get(k, torch.zeros((), device=v.device)) + v.detach()
            bar.update(config.batch_size)
            if step % 50 == 0:
                bar.set_postfix({k: f"{v.item():.1f} nats" for k, v in terms.items()})
        speed = bar.n / max(bar.format_dict["elapsed"], 1e-9)
    return {k: round(v.item() / steps, 4) for k, v in sums.items()}, speed


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


@torch.no_grad()
def test_terms(model: Autoencoder, images: Tensor, config: Config) -> Terms:
    """Mean of each term over the test images, nats; the noise is the same in every epoch."""
    noise = torch.Generator(images.device).manual_seed(seed_of(config.seed, 0, 0))
    sums: Terms = {}
    for part in images.split(2000):
        x = to_input(part, config.binarize, noise)
        epsilon = torch.randn(len(x), config.latent_dim, generator=noise, device=x.device)
        for k, v in model(x, epsilon).items():
            sums[k] = sums.get(k, 0.0) + v.sum().item()
    return {k: round(v / len(images), 4) for k, v in sums.items()}


def seed_of(seed: int, epoch: int, stream: int) -> int:
    """One seed of a stream of chance numbers; streams of neighbouring epochs have nothing in common."""
    return int(np.random.SeedSequence([seed, epoch, stream]).generate_state(1)[0])


def snapshot_epochs(epochs: int, count: int) -> list[int]:
    """Epochs to keep beside the last: 0, then spaced by equal ratios; all with the last are `count`."""
    return sorted({0} | {int(e) for e in np.geomspace(1, epochs, count - 1).round()[:-1]} - {epochs})


def save_state(
    folder: Path, model: Autoencoder, optimiser: torch.optim.Optimizer, epoch: int, history: list[dict]
) -> None:
    moments = optimiser.state_dict()["state"]
    tensors = {f"model.{k}": v for k, v in model.state_dict().items()}
    tensors |= {f"adam.{i}.{k}": torch.as_tensor(v) for i, state in moments.items() for k, v in state.items()}
    runs.save_state(folder, tensors, epoch, history)


def restore(folder: Path, model: Autoencoder, optimiser: torch.optim.Optimizer) -> tuple[int, list[dict]]:
    """Put the saved state, if any, into model and optimiser. Returns finished epochs and their history."""
    if not (folder / runs.STATE).is_file():
        if (folder / runs.WEIGHTS).is_file():
            raise RunError(f"Run {folder.name!r} is finished: there is nothing to resume.")
        return 0, []
    tensors, epoch, history = runs.load_state(folder)
    weights = {k.removeprefix("model."): v for k, v in tensors.items() if k.startswith("model.")}
    runs.fill(model, weights, folder / runs.STATE)
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("adam."):
            _, index, field = key.split(".")
            moments.setdefault(int(index), {})[field] = value
    optimiser.load_state_dict({"state": moments, "param_groups": optimiser.state_dict()["param_groups"]})
    return epoch, history


if __name__ == "__main__":
    main()
