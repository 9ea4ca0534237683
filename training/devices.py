"""Which device to compute on, and the processes of a distributed training (torchrun)."""

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist


@dataclass(frozen=True)
class Process:
    """One of `world` processes that train together; `rank` 0 writes and prints."""

    rank: int
    world: int
    device: torch.device


def choose(name: str, index: int = 0) -> torch.device:
    """The device called `name`; "auto" is cuda, mps or cpu, the first there is.

    Raises ValueError for a device that this machine lacks.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(device for device, available in there.items() if available)
    if not there.get(name, False):
        have = ", ".join(device for device, available in there.items() if available)
        raise ValueError(f"device {name!r} is not there; this machine has {have}")
    return torch.device(name, index) if name == "cuda" else torch.device(name)


def join(name: str) -> Process:
    """This process's place, as torchrun describes it; a process alone where torchrun did not start it."""
    if "RANK" not in os.environ:
        return Process(0, 1, choose(name))
    device = choose(name, int(os.environ.get("LOCAL_RANK", "0")))
    if device.type == "cuda":
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return Process(dist.get_rank(), dist.get_world_size(), device)


def leave() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()
