"""Codes that take seconds: kept on disk beside the run, or in the user's cache, and used where they fit.

`python -m explorer.library RUN` computes those of a run, and keeps them beside it.
"""

from contextlib import suppress
from pathlib import Path

import numpy as np

from explorer.latent import coding
from explorer.library import stored
from training import runs
from training.datasets import Split
from training.families import LatentModel
from training.runs import Run, RunError

VERSION = "1"  # of the computation (training/integrals/moments.py): another whenever codes come out otherwise
CHECKED_IMAGES = 100
FOLDER = "codes"  # of the user's cache
MOST_BYTES = 1 << 25  # of a file of codes
MOST_KEPT = 2 * MOST_BYTES  # bytes of all files

Codes = tuple[np.ndarray, np.ndarray]  # mean and log-variance of p(z|x), (n, d) float32 each


def digest_of(run: Run, test: Split) -> str:
    """SHA-256 of the weights, of the images and of the version of the computation. Raises RunError."""
    return stored.digest_of(run, VERSION, test.images)


def places(run: Run, digest: str) -> tuple[Path, Path]:
    """Where the codes of a run may be: beside it, and in the user's cache."""
    return run.folder / runs.CODES, stored.in_cache(digest, FOLDER)


def posterior_codes(run: Run, model: LatentModel, test: Split) -> Codes:
    """Mean and variance of p(z|x) of the test images: those that are kept, if they fit, else computed now.

    Those that fit are of the same digest, and a hundred images at random have them under this very model.
    """
    digest = digest_of(run, test)
    for path in places(run, digest):
        codes = read(path, digest, len(test.images))
        if codes is not None and fits(model, test, codes):
            if path != run.folder / runs.CODES:
                stored.mark_used(path)
            return codes
    codes = computed(model, test)
    with suppress(RunError):  # what can't be kept is computed again next time
        write(places(run, digest)[1], digest, codes)
    stored.remove_oldest(places(run, digest)[1].parent, MOST_KEPT)
    return codes


def computed(model: LatentModel, test: Split) -> Codes:
    mean, logvar = coding.encode(model, test.images)
    assert logvar is not None
    return mean, logvar


def read(path: Path, digest: str, count: int) -> Codes | None:
    """The codes in a file; None where there is none, or not of these images under these weights."""
    arrays = stored.read(path, digest, {"mean", "logvar"}, MOST_BYTES)
    if arrays is None:
        return None
    mean, logvar = arrays["mean"], arrays["logvar"]
    good = mean.ndim == 2 and len(mean) == count and mean.shape == logvar.shape
    return (mean, logvar) if good else None


def write(path: Path, digest: str, codes: Codes) -> None:
    """Keep codes in a file. Raises RunError."""
    stored.write(path, digest, mean=codes[0], logvar=codes[1])


def fits(model: LatentModel, test: Split, codes: Codes) -> bool:
    """Whether a hundred of the images, at random, have these codes under the model."""
    count = min(CHECKED_IMAGES, len(test.images))
    rows = np.random.default_rng().choice(len(test.images), count, replace=False)
    return coding.codes_fit(model, test.images[rows], codes[0][rows], codes[1][rows])


def keep_beside(run: Run, model: LatentModel, test: Split) -> Path:
    """Compute the codes of a run, and keep them beside it. Returns where. Raises RunError."""
    digest = digest_of(run, test)
    path = places(run, digest)[0]
    write(path, digest, computed(model, test))
    return path
