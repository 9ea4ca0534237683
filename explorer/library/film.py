"""The film of a run's training: where the codes of the test images lay at each moment of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.latent.coding import half
from explorer.latent.frame import Window, robust_window
from explorer.latent.values import AbsentError
from explorer.library import moments
from training import runs
from training.families import Term
from training.runs import Run


@dataclass(frozen=True)
class Film:
    """m moments of a training, in their order.

    epochs: (m,) float64, how many were done; images: (n,) int64, numbers of test images; codes: (m, n, d)
    float16, their means of q(z|x); windows: for each moment the square that holds its codes, (m, 4)
    float64, left, right, bottom, top; kept: the epochs whose weights are there, the last among them; terms:
    by key, the mean over the test images, (m,) float64, and NaN where it is not known.
    """

    epochs: np.ndarray
    images: np.ndarray
    codes: np.ndarray
    windows: np.ndarray
    kept: list[float]
    terms: dict[str, np.ndarray]


def film_of(
    run: Run, terms: dict[str, Term], test_images: int, codes_at: Callable[[float], np.ndarray], quick: bool
) -> Film:
    """The film that a run has kept; else, if that is `quick`, one of the epochs whose weights it has kept.

    `codes_at` gives the codes of all test images at one of these, (n, d). Raises RunError, and AbsentError
    where there is no film.
    """
    own = runs.load_film(run.folder, run.config.latent_dim)
    kept = moments.kept(run)
    if own is not None and (not len(own.images) or int(own.images[-1]) < test_images):
        codes = own.codes.numpy()
        values = {key: own.terms[key].double().numpy() for key in terms if key in own.terms}
        return film(own.epochs.numpy(), own.images.numpy(), codes, kept, values)
    if len(kept) < 2 or not quick:
        raise AbsentError(
            f"{run.name} has no film of its training. "
            f"`python -m training.train {run.config.model} --run NAME` trains a run that has one."
        )
    codes = np.stack([half(codes_at(epoch)) for epoch in kept])
    return film(np.array(kept), np.arange(test_images), codes, kept, history_terms(run, terms, kept))


def film(
    epochs: np.ndarray, images: np.ndarray, codes: np.ndarray, kept: list[float], terms: dict[str, np.ndarray]
) -> Film:
    windows = [edges(robust_window(each[:, :2].astype(np.float64))) for each in codes]
    return Film(epochs, images, codes, np.array(windows), kept, terms)


def edges(window: Window) -> tuple[float, ...]:
    return window.left, window.right, window.bottom, window.top


def history_terms(run: Run, terms: dict[str, Term], epochs: list[float]) -> dict[str, np.ndarray]:
    """The terms on the test images that a run's history has of these epochs, by key."""
    by_epoch = {entry["epoch"]: entry["test"] for entry in run.history}
    return {key: np.array([by_epoch.get(e, {}).get(key, np.nan) for e in epochs]) for key in terms}
