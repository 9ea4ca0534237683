"""Which device to compute on, and the processes of a distributed training (torchrun)."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.distributed as dist


@dataclass(frozen=True)
class Process:
    """One of `world` processes that train together; `rank` 0 writes and prints."""

    rank: int
    world: int
    device: torch.device


def choose(name: str, index: int = 0, neighbours: int = 1) -> torch.device:
    """The device called `name` for process `index` of `neighbours` on this machine.

    "auto" is cuda, mps or cpu, the first there is. Raises ValueError for a device that is not there.
    """
    there = {
        "cuda": torch.cuda.device_count() >= neighbours,
        "mps": torch.backends.mps.is_available() and neighbours == 1,  # no engine joins several processes
        "cpu": True,
    }
    if name == "auto":
        name = next(device for device, available in there.items() if available)
    if not there.get(name, False):
        have = ", ".join(device for device, available in there.items() if available)
        each = f" for each of {neighbours} processes" if neighbours > 1 else ""
        raise ValueError(f"device {name!r} is not there{each}; this machine has {have}")
    return torch.device(name, index) if name == "cuda" else torch.device(name)


def join(name: str) -> Process:
    """This process's place, as torchrun describes it; a process alone where torchrun did not start it.

    Raises ValueError for a device that is not there.
    """
    if "RANK" not in os.environ:
        return Process(0, 1, choose(name))
    device = choose(name, local_rank(), int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
    if device.type == "cuda":
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return Process(dist.get_rank(), dist.get_world_size(), device)


def local_rank() -> int:
    """Which of this machine's processes this is. An error that all of them meet is printed by 0 alone."""
    return int(os.environ.get("LOCAL_RANK", "0"))


def on_rank_zero(process: Process, action: Callable[[], object]) -> None:
    """Do something in process 0 while the others wait. If it fails there, they stop without a word."""
    failure = None
    if process.rank == 0:
        try:
            action()
        except Exception as error:  # raised again below, once the others know
            failure = error
    failed = all_sum(process, torch.tensor(float(failure is not None))).item()
    if failure:
        raise failure
    if failed:
        raise SystemExit(1)


def all_sum(process: Process, value: torch.Tensor) -> torch.Tensor:
    """The sum of a value over all processes; they wait for each other."""
    if process.world > 1:
        value = value.detach().to(process.device, copy=True)
        dist.all_reduce(value)
    return value


def leave() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()
