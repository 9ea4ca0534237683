"""A moment of a run's training, by name: "NAME @ epoch 4" is the run NAME with the weights that it had then.

Every question about a run can be asked about a moment of it, by such a name.
"""

import re

from training import runs
from training.kit.names import is_plain
from training.runs import Run, RunError

NAME = re.compile(r"(?P<run>.+) @ epoch (?P<epoch>\d{1,6}(\.\d{1,4})?)\Z")


def name_at(run: str, epoch: float) -> str:
    """The name of a moment."""
    return f"{run} @ epoch {epoch:.4f}".rstrip("0").rstrip(".") if epoch % 1 else f"{run} @ epoch {epoch:.0f}"


def split(name: str) -> tuple[str, float | None]:
    """The run and the epoch that a name means; None: the whole run, as also where a run is called like this.

    Raises RunError for what can't name a run.
    """
    match = NAME.fullmatch(name)
    if match is None or (is_plain(name) and runs.exists(runs.folder_of(name) / runs.CONFIG)):
        return name, None
    epoch = float(match["epoch"])
    return (match["run"], epoch) if name == name_at(match["run"], epoch) else (name, None)


def kept(run: Run) -> list[float]:
    """The epochs whose weights a run has kept, ascending; the last is the run's own. Raises RunError."""
    return [*(epoch for epoch in runs.epochs(run) if epoch < run.last_epoch), float(run.last_epoch)]


def check(run: Run, epoch: float) -> None:
    """Raises RunError where a run has not kept the weights of an epoch, as a moment."""
    if epoch == run.last_epoch:
        raise RunError(f"Epoch {epoch:g} is the last of run {run.name!r}: it is the run itself.")
    if epoch not in runs.epochs(run):
        epochs = ", ".join(f"{each:g}" for each in kept(run))
        raise RunError(f"Run {run.name!r} has kept no weights of epoch {epoch:g}; it has those of {epochs}.")
