"""Where runs lie: the folder that is written to and, in an installed package, the shipped runs beside it."""

import os
from pathlib import Path

import platformdirs

from training.kit.files import reason
from training.kit.names import RULE, is_plain
from training.runs.records import RunError

CONFIG = "config.json"  # the file that makes a folder a run
STUDY = "seeds"  # the folder of the runs of several seeds (training.study.store), unless it is a run itself
CHECKOUT = Path(__file__).parents[2]
SHIPPED = Path(__file__).parents[1] / "shipped"  # where a wheel has checkpoints/; not there in a checkout


def root() -> Path:
    """Where runs are written: $CHECKPOINTS; else checkpoints/ of the checkout, or the user's data folder."""
    if given := os.environ.get("CHECKPOINTS"):
        return Path(given)
    made = platformdirs.user_data_path("latent-explorer", appauthor=False) if SHIPPED.is_dir() else CHECKOUT
    return made / "checkpoints"


def shipped() -> Path | None:
    """Where an installed package keeps the runs that came with it, to be read only; else None."""
    return SHIPPED if SHIPPED.is_dir() and not os.environ.get("CHECKPOINTS") else None


def folder_of(name: str) -> Path:
    """The folder of a run, one's own before a shipped one. Raises RunError as own_folder_of does."""
    own = own_folder_of(name)
    ready = shipped()
    if ready and exists(ready / name / CONFIG) and not exists(own / CONFIG):
        return ready / name
    return own


def own_folder_of(name: str) -> Path:
    """The folder where a run is written. Raises RunError for a name that is no plain file name."""
    if not is_plain(name):
        raise RunError(f"{name!r} can't name a run: {RULE}.")
    return root() / name


def names() -> list[str]:
    """Names of all folders with a configuration, under the root or shipped; sorted. Raises RunError."""
    ready = shipped()
    return sorted({*names_in(root()), *(names_in(ready) if ready else ())})


def names_in(folder: Path) -> list[str]:
    """Names of the runs in a folder, in no order. Raises RunError."""
    if absent(folder):
        return []
    try:
        return [n for n in os.listdir(folder) if is_plain(n) and not absent(folder / n / CONFIG)]
    except OSError as error:
        raise RunError(f"{folder} can't be read ({reason(error)}).") from error


def unusable() -> dict[str, str]:
    """The folders under the root that are no runs, by name, and why. Raises RunError."""
    place = root()
    try:
        folders = [] if absent(place) else [n for n in os.listdir(place) if os.path.isdir(place / n)]
    except OSError as error:
        raise RunError(f"{place} can't be read ({reason(error)}).") from error
    reasons = {
        name: f"it has no {CONFIG}" if is_plain(name) else f"rename it: {RULE}"
        for name in sorted(folders)
        if not name.startswith(".") and not (is_plain(name) and not absent(place / name / CONFIG))
    }
    reasons.pop(STUDY, None)
    return {name.encode(errors="replace").decode(): why for name, why in reasons.items()}


def exists(path: Path) -> bool:
    return os.path.isfile(path)  # unlike Path.is_file, no error where a folder may not be entered


def absent(path: Path) -> bool:
    """Whether nothing has this name; what only can't be read is there."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False
