"""Train, measure and compare models over several seeds: python -m training.seeds [--jobs 2]. Resumable."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tqdm import tqdm

from training import runs
from training.config import Settings
from training.datasets import DataError
from training.families import add_options, configured, fields_of, saved
from training.fit import events
from training.kit import interrupts
from training.kit.files import read_file, reason, write_whole
from training.kit.processes import Processes, together
from training.runs import CONFIG, HISTORY, STATE, WEIGHTS, exists
from training.runs.records import RunError
from training.study import agreement, store, verdicts
from training.study.measure import compare_all

HARMLESS = ("device", "snapshots", "film")  # Settings that do not change what a run becomes.


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: no child is left behind
    args, rest = parser().parse_known_args()
    with interrupts.exit_on_interrupt(lambda: "Interrupted. The same command continues where it was."):
        try:
            everything(args, rest)
        except (RunError, DataError, ValueError) as error:
            raise SystemExit(f"error: {error}") from None


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.seeds",
        allow_abbrev=False,
        description="Train, measure and compare models over several seeds, in checkpoints/seeds. Options of "
        "training.train hold for all of them. What is done already is not done again.",
        epilog="`python -m training.train --help` lists the options of a training.",
    )
    parser.add_argument("--models", nargs="+", choices=store.models(), default=list(store.models()))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(agreement.SEEDS))
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time, one core each (default: 1)")
    text = "take over finished runs MODEL-SEED of this folder, in place of training them"
    parser.add_argument("--from", dest="source", type=Path, metavar="FOLDER", help=text)
    text = "train anew what is measured, but has no weights here"
    parser.add_argument("--retrain", action="store_true", help=text)
    parser.add_argument("--data-root", type=Path, help="folder of the data sets (default: the user's cache)")
    return parser


def everything(args: argparse.Namespace, rest: list[str]) -> None:
    """All runs, then all comparisons. Raises RunError, DataError, ValueError."""
    if args.jobs < 1:
        raise ValueError(f"jobs is {args.jobs}; it must be at least 1")
    store.take_over_shipped()
    place = store.root().absolute()
    configs = {store.name_of(m, s): settings_of(m, s, rest) for m in args.models for s in args.seeds}
    if args.source:
        for name, config in configs.items():
            take_over(args.source / name, place / name, config)
    todo = {name: plan(place / name, config, args.retrain) for name, config in configs.items()}
    failed = work_off({name: step for name, step in todo.items() if step != "done"}, configs, place, args)
    summary = compare_all(place, args.data_root)
    if summary:
        print(verdicts.table(summary))
    if failed:
        raise RunError("; ".join(f"{name}: {text}" for name, text in failed.items()))


def settings_of(model: str, seed: int, rest: list[str]) -> Settings:
    """The settings of a run; options that mean nothing to its model are left out. Raises ValueError."""
    usage = parser().format_usage().removeprefix("usage: ").rstrip() + " [options of training.train]"
    options = argparse.ArgumentParser(prog="python -m training.seeds", usage=usage, allow_abbrev=False)
    add_options(options)
    flags = vars(options.parse_args([model, *rest]))
    if "seed" in flags:
        raise ValueError("--seed is one run's: say --seeds")
    own = {field: value for field, value in flags.items() if field in fields_of(model)}
    config = configured(model, **{"snapshots": 2, "film": 0} | own | {"seed": seed})
    if config.latent_dim != 2:
        raise ValueError(f"latent_dim is {config.latent_dim}; maps are compared in two dimensions")
    return config


def plan(folder: Path, config: Settings, retrain: bool) -> str:
    """What a run needs next: "train", "resume", "measure", or it is "done". Raises RunError."""
    if not exists(folder / CONFIG):
        return "train"
    check_same_settings(folder, config)
    if exists(folder / WEIGHTS) and not exists(folder / STATE):
        return "done" if store.fresh(folder) else "measure"
    if store.done(folder):
        return "train" if retrain else "done"
    return "resume"


def check_same_settings(folder: Path, config: Settings) -> None:
    """Raises RunError if the run that is there was trained with other settings."""
    have = saved(runs.load_config(folder))
    want = saved(config)
    for field in want:
        if field not in HARMLESS and have[field] != want[field]:
            raise RunError(
                f"{folder} has {field} {have[field]!r}, not {want[field]!r}: say so with "
                f"--{field.replace('_', '-')}, or move that folder away."
            )


def take_over(source: Path, folder: Path, config: Settings) -> None:
    """Copy a finished run, if it is one and none is here; its configuration last. Raises RunError."""
    finished = exists(source / CONFIG) and exists(source / WEIGHTS) and not exists(source / STATE)
    if not finished or exists(folder / CONFIG):
        return
    check_same_settings(source, config)
    try:
        for file in (WEIGHTS, HISTORY, CONFIG):
            write_whole(folder / file, read_file(source / file, runs.most_bytes(file, config)))
    except OSError as error:
        raise RunError(f"{source} can't be copied to {folder} ({reason(error)}).") from error


def work_off(
    todo: dict[str, str], configs: dict[str, Settings], place: Path, args: argparse.Namespace
) -> dict[str, str]:
    """The errors of the runs that failed, by name, after all that is to be done was trained and measured."""
    crew = Processes({"CHECKPOINTS": str(place)})
    doing: dict[str, str] = {}
    with tqdm(total=len(configs), initial=len(configs) - len(todo), unit=" runs", desc="done") as bar:

        def one(name: str) -> None:
            for arguments, what in steps(name, todo[name], configs[name], place, args.data_root):
                doing[name] = what
                crew.run(arguments)
            del doing[name]
            bar.update()
            tqdm.write(f"{name}: trained and measured")

        def show() -> None:
            stages = {
                name: events.summary(events.read(place / name, events.RECENT_BYTES)) for name in list(doing)
            }
            text = ", ".join(f"{name} {stages[name] or what}" for name, what in list(doing.items()))
            changed = text != (bar.postfix or "")
            bar.set_postfix_str(text, refresh=changed or sys.stderr.isatty())

        works: dict[str, Callable[[], None]] = {name: partial(one, name) for name in todo}
        return together(crew, works, args.jobs, show)


def steps(
    name: str, step: str, config: Settings, place: Path, data_root: Path | None
) -> Iterator[tuple[list[str], str]]:
    """The commands that a run needs, each with a word for it."""
    root = ["--data-root", str(data_root)] if data_root else []
    start = ["training.train", config.model, "--run", name, *root]
    if step == "train":
        runs.remove(place / name, [store.CODES])  # they are not those of the weights to come
        yield [*start, "--overwrite", *options(config)], "training"
    if step == "resume":
        yield [*start, "--resume", "--device", config.device], "training"
    yield ["training.study.measure", name, *root], "measuring"


def options(config: Settings) -> list[str]:
    """A configuration as arguments of training.train."""
    given = {
        f"--{field.replace('_', '-')}": value for field, value in saved(config).items() if field != "model"
    }
    arguments = []
    for flag, value in given.items():
        if isinstance(value, bool):
            arguments.append(flag if value else flag.replace("--", "--no-", 1))
        else:
            arguments += [flag, str(value)]
    return arguments


if __name__ == "__main__":
    main()
