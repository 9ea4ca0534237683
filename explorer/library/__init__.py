"""The library: the runs, opened one at a time, and all that is computed of them once and kept."""

from explorer.library.cached import forget
from explorer.library.data import images, noise
from explorer.library.defaults import beside, default_in_question, default_maps
from explorer.library.listing import family_of_run, folder, names, names_of, on_maps, stamp, told, unusable
from explorer.library.moments import name_at
from explorer.library.opened import Codes, Corners, Opened, is_ready, is_warm, make_ready, open, open_map
from explorer.library.seeds import Seeds, seed_codes, seeds, square
from explorer.library.together import (
    check_free,
    drawing_of,
    keep,
    live_settings,
    proposals,
    trainable_datasets,
    watchable,
)
from training.datasets import DataError
from training.runs import RunError

FAILURES = (RunError, DataError)  # what reading a run or a data set may raise; the message is for people

__all__ = [
    "FAILURES",
    "Codes",
    "Corners",
    "Opened",
    "Seeds",
    "beside",
    "check_free",
    "default_in_question",
    "default_maps",
    "drawing_of",
    "family_of_run",
    "folder",
    "forget",
    "images",
    "is_ready",
    "is_warm",
    "keep",
    "live_settings",
    "make_ready",
    "name_at",
    "names",
    "names_of",
    "noise",
    "on_maps",
    "open",
    "open_map",
    "proposals",
    "seed_codes",
    "seeds",
    "square",
    "stamp",
    "told",
    "trainable_datasets",
    "unusable",
    "watchable",
]
