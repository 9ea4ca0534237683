"""The film of a training: where the codes of test images lay at some sixty moments of it."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from training.runs.places import absent
from training.runs.records import damaged, read_tensors, write_tensors

FILM = "film.safetensors"  # beside the weights of a run; a training under way writes it with every epoch
EPOCH_DIGITS = 4  # decimals of a moment: how many epochs were done then
MOST_FILM_BYTES = 1 << 26  # of the codes in a film: of many or of wide codes fewer images are kept
MOST_BYTES = MOST_FILM_BYTES + (1 << 24)  # of the file
TERM = "term."  # before the name of a term


@dataclass(frozen=True)
class Film:
    """m moments of a training, in their order.

    epochs: (m,) float64, how many were done, a fraction within an epoch; images: (n,) int64, numbers of
    test images, ascending; codes: (m, n, d) float16, the means of q(z|x) of these; terms: by name (m,)
    float32, the mean of each over these images.
    """

    epochs: Tensor
    images: Tensor
    codes: Tensor
    terms: dict[str, Tensor]

    def until(self, epoch: float) -> "Film":
        """What of it was there when so many epochs were done."""
        known = self.epochs <= epoch
        terms = {key: values[known] for key, values in self.terms.items()}
        return Film(self.epochs[known], self.images, self.codes[known], terms)


def save_film(folder: Path, film: Film) -> None:
    """Write the film of a run, whole or not at all. Raises RunError."""
    terms = {f"{TERM}{key}": values for key, values in film.terms.items()}
    tensors = {"epochs": film.epochs, "images": film.images, "codes": film.codes}
    write_tensors(folder / FILM, tensors | terms)


def load_film(folder: Path, dimensions: int) -> Film | None:
    """The film of a run whose codes have so many dimensions; None where it has none. Raises RunError."""
    path = folder / FILM
    if absent(path):
        return None
    tensors, _ = read_tensors(path, MOST_BYTES)
    terms = {key.removeprefix(TERM): value for key, value in tensors.items() if key.startswith(TERM)}
    try:
        film = Film(tensors["epochs"], tensors["images"], tensors["codes"], terms)
    except KeyError as error:
        raise damaged(path, f"it holds no {error}") from error
    if reason := fault(film, dimensions):
        raise damaged(path, reason)
    return film


def fault(film: Film, dimensions: int) -> str:
    """Why this can't be the film of a training; "" if it can."""
    m, n = len(film.epochs), len(film.images)
    if film.codes.shape != (m, n, dimensions) or film.codes.dtype != torch.float16 or film.epochs.ndim != 1:
        return f"its codes are {list(film.codes.shape)} numbers, of {m} moments and {n} images"
    if any(values.shape != (m,) or not values.isfinite().all() for values in film.terms.values()):
        return "its terms are no number for each moment"
    if not m or not n or film.images.dtype != torch.int64:
        return "it is of no moment, or of no image"
    if not film.codes.isfinite().all() or not film.epochs.isfinite().all():
        return "it holds values that are no numbers"
    if not ascending(film.epochs) or not ascending(film.images) or (n and film.images[0] < 0):
        return "its moments or images are in no order"
    return ""


def ascending(values: Tensor) -> bool:
    """Whether each is larger than the one before."""
    return values.ndim == 1 and bool((values[1:] > values[:-1]).all())
