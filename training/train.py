"""Train a model: python -m training.train vae --field value ... (torchrun trains on several devices)."""

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path

import torch
from tqdm import tqdm

from training import families, runs
from training.config import Settings
from training.datasets import DataError
from training.families import FAMILIES, Term
from training.fit import devices, memory, resume
from training.fit.batches import load_images
from training.fit.devices import Process
from training.fit.events import Epoch, Event, Finished, Started, Step, Terms
from training.fit.loop import NonFiniteLossError, fit
from training.kit import interrupts
from training.kit.numbers import with_unit
from training.kit.precision import denormals_flushed
from training.runs import RunError

POSTFIX = 0.5  # seconds between two updates of the bar


def main() -> None:
    flags = vars(parser().parse_args())
    name, root = flags.pop("run", None) or flags["model"], flags.pop("data_root", None)
    resuming, overwrite = flags.pop("resume", False), flags.pop("overwrite", False)

    def advice() -> str:
        """What to do after Ctrl-C or SIGTERM, said by one process of this machine."""
        command = resume.command(flags["model"], name, root)
        silent = devices.local_rank() > 0
        return "" if silent else f"Interrupted. `{command}` continues at the last whole epoch."

    try:
        with denormals_flushed(), interrupts.exit_on_interrupt(advice):
            try:
                config = resume.resumed_config(name, flags) if resuming else families.configured(**flags)
                process = devices.join(config.device)
                images, test = load_images(config, process, root)
                with torch.device("meta"):
                    memory.check(families.build(config))
                families.build(config)  # fit builds its own, after the seed is set: this one is a trial
                if not resuming:  # only now: settings that can't work leave an older run of this name alone
                    devices.on_rank_zero(process, lambda: runs.create(name, config, overwrite))
                follow(fit(name, config, process, images, test), config, process)
            except (RunError, NonFiniteLossError, DataError, ValueError) as error:
                raise SystemExit(f"error: {error}" if devices.local_rank() == 0 else 1) from None
            except (MemoryError, RuntimeError) as error:
                if not memory.used_up(error):
                    raise
                raise SystemExit(f"error: memory is used up. {memory.ADVICE}") from None
    finally:
        devices.leave()


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.train", description="Train a model.", allow_abbrev=False
    )
    families.add_options(parser)
    text = "name of the run's folder under checkpoints/ (default: the model's); torchrun knows --name only"
    parser.add_argument("--run", "--name", help=text)
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument("--resume", action="store_true", help="continue an interrupted run")
    existing.add_argument("--overwrite", action="store_true", help="train a run of this name anew")
    parser.add_argument("--data-root", type=Path, help="folder of the data sets (default: the user's cache)")
    return parser


def follow(events: Iterator[Event], config: Settings, process: Process) -> None:
    """Train to the end, and show it: a bar of the whole training, a line an epoch. Raises what `fit` does."""
    units = FAMILIES[config.model].terms
    with tqdm(unit=" images", leave=False, mininterval=POSTFIX, disable=process.rank > 0) as bar:
        for event in events:
            match event:
                case Started():
                    bar.total = event.epochs * event.steps * event.batch
                    bar.update(event.epoch * event.steps * event.batch - bar.n)
                    bar.unpause()
                case Step():
                    bar.set_description(f"epoch {event.epoch}/{event.epochs}", refresh=False)
                    bar.set_postfix_str(in_words(event.terms, units), refresh=False)
                    bar.update(((event.epoch - 1) * event.steps + event.step) * config.batch_size - bar.n)
                case Epoch():
                    tqdm.write(line(event, units))
                case Finished() if process.rank == 0:
                    name = Path(event.folder).name
                    advice = f"`python -m training.evaluate {shlex.quote(name)}` measures it."
                    tqdm.write(f"Run {name!r} is in {event.folder}. {advice}")


def line(event: Epoch, units: dict[str, Term]) -> str:
    speed = f"  {event.images_per_second:,} images/s" if event.images_per_second else ""
    return f"epoch {event.epoch}/{event.epochs}  test: {in_words(event.test, units)}{speed}"


def in_words(terms: Terms, units: dict[str, Term]) -> str:
    return ", ".join(f"{key} {with_unit(value, units[key].unit)}" for key, value in terms.items())


if __name__ == "__main__":
    main()
