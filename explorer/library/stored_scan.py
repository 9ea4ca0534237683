"""A decoder all over the plane, which takes seconds: kept in the user's cache, and used where it fits."""

from contextlib import suppress

from explorer.latent import coding
from explorer.library import stored
from training.families import LatentModel
from training.integrals.moments import Scan
from training.runs import Run, RunError

VERSION = "1"  # of the computation (training/integrals/moments.py): another whenever scans come out otherwise
FOLDER = "scans"  # of the user's cache
MOST_BYTES = 1 << 26  # of a file: one has 49 MB
MOST_KEPT = 10 * MOST_BYTES  # bytes of all files


def scan(run: Run, model: LatentModel) -> Scan:
    """The scan of a run's model: the one that is kept, if it fits, else computed now. Raises RunError.

    One that fits is of the same weights, and a hundred of its codes at random are decoded to it anew.
    """
    digest = stored.digest_of(run, VERSION)
    path = stored.in_cache(digest, FOLDER)
    arrays = stored.read(path, digest, {"basis", "a", "b"}, MOST_BYTES)
    if arrays is not None and coding.take_scan(model, **arrays):
        stored.mark_used(path)
        return coding.scan(model)
    scanned = coding.scan(model)
    with suppress(RunError):  # what can't be kept is computed again next time
        stored.write(path, digest, basis=scanned.basis.numpy(), a=scanned.a.numpy(), b=scanned.b.numpy())
    stored.remove_oldest(path.parent, MOST_KEPT)
    return scanned
