"""python -m tests.benchmarks.throughput: images a second of our epoch and of a plain DataLoader loop.

The plain loop is the one of pytorch/examples (vae/main.py): MNIST with ToTensor for every image, a
DataLoader with shuffle, Adam, float32 and torch's loss as they come; with and without a worker process,
the better counts. Same network, same batch of 128, in turns. The bar, 2.5, holds on idle cores.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset
from torchvision import transforms
from torchvision.datasets import MNIST

from training import datasets
from training.config import Settings
from training.datasets.mnist import PIXELS
from training.families import build, configured
from training.fit import devices
from training.fit.loop import Trainer, train_epoch
from training.likelihoods import kl_to_standard_normal

BAR = 2.5


def ours(config: Settings, images: Tensor) -> Callable[[], float]:
    """A turn of our training, over `images`; returns its images a second."""
    model, epochs = build(config), iter(range(1, 1000))
    optimiser = torch.optim.Adam(model.parameters(), lr=config.lr, fused=True)
    trainer = Trainer(model, model, {"": optimiser}, devices.join("cpu"))
    pairs = TensorDataset(images, torch.zeros(len(images), dtype=torch.int64))  # labels are not used

    def turn() -> float:
        start = time.perf_counter()
        for _ in train_epoch(trainer, pairs, next(epochs)):
            pass
        return len(images) / (time.perf_counter() - start)

    return turn


def plain(config: Settings, batches: int, workers: int) -> Callable[[], float]:
    """A turn of the plain loop, over as many images; returns its images a second."""
    mnist = MNIST(str(datasets.cache_folder()), transform=transforms.ToTensor())
    loader = DataLoader(mnist, batch_size=config.batch_size, shuffle=True, num_workers=workers)
    model = build(config)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)

    def endless() -> Iterator[Tensor]:
        while True:
            yield from (x for x, _ in loader if len(x) == config.batch_size)

    source = endless()
    next(source)  # a worker that starts is not counted against the plain loop

    def turn() -> float:
        start, total = time.perf_counter(), 0.0
        for _ in range(batches):
            x = next(source).view(-1, PIXELS)
            optimiser.zero_grad()
            mean, logvar = model.encode(x)
            z = mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
            error = F.binary_cross_entropy_with_logits(model.decode(z), x, reduction="sum")
            loss = (error + kl_to_standard_normal(mean, logvar).sum()) / len(x)
            loss.backward()
            total += loss.item()
            optimiser.step()
        return batches * config.batch_size / (time.perf_counter() - start)

    return turn


def compare(config: Settings, images: Tensor, batches: int, turns: int) -> None:
    """Print the speeds, measured in turns, and their ratio."""
    loops = {
        "ours": ours(config, images[: batches * config.batch_size]),
        "plain": plain(config, batches, workers=0),
        "plain, a worker": plain(config, batches, workers=1),
    }
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(turns + 1):
        for name, turn in loops.items():
            rate = turn()
            if number:  # the first turn warms up
                rates[name].append(rate)
    speed = {name: statistics.median(values) for name, values in rates.items()}
    size = f"width {config.width}, residual layers {config.encoder_blocks} and {config.decoder_blocks}"
    print(f"{size}, {torch.get_num_threads()} threads")
    for name, rate in speed.items():
        low, high = min(rates[name]), max(rates[name])
        print(f"  {name:16} {rate:8,.0f} images/s  ({low:,.0f} to {high:,.0f})")
    best = max(rate for name, rate in speed.items() if name != "ours")
    print(f"  ours is {speed['ours'] / best:.2f} times as fast; the bar is {BAR}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=60, help="of a turn")
    parser.add_argument("--turns", type=int, default=9)
    args = parser.parse_args()
    images = torch.from_numpy(datasets.load("mnist", train=True).images).reshape(-1, PIXELS)
    example = {"width": 400, "encoder_blocks": 0, "decoder_blocks": 0}  # the network of pytorch/examples
    for sizes in (example, {}):
        config = configured(
            "vae", epochs=1000, device="cpu", binarize=False, **sizes
        )  # grey, like the plain loop
        compare(config, images, args.batches, args.turns)


if __name__ == "__main__":
    main()
