"""The film of a training, taken while it goes on."""

from contextlib import suppress
from pathlib import Path

import torch

from training import runs
from training.families import Family, LatentModel
from training.fit.batches import Labelled
from training.fit.events import Terms
from training.fit.schedule import film_steps, film_time
from training.kit.precision import full_precision
from training.runs.film import MOST_FILM_BYTES, Film

IMAGES_AT_ONCE = 1000
LARGEST_CODE = torch.finfo(torch.float16).max


class Camera:
    """Takes the film of a model's training: a moment whenever one is due, all of them kept with each epoch.

    It takes none of a model without codes, none where the settings ask for no image, and none where training
    images are held out in place of the test images: a film numbers test images.
    """

    def __init__(self, folder: Path, model: Family, test: Labelled, done: int, steps: int):
        """`done`: epochs that the folder holds already, -1: none at all; `steps` in each. Raises RunError."""
        self.folder = folder
        self.model = model
        self.steps = steps
        self.test = test  # of whose images it takes the codes, and the mean of each term
        self.whole = True  # whether those are all test images
        self.due: frozenset[int] = frozenset()
        self.moments: list[tuple[float, torch.Tensor, Terms]] = []
        if not isinstance(model, LatentModel) or not model.config.film or model.config.holdout:
            return
        due = film_steps(model.config.epochs, steps)
        self.due = frozenset(due)
        self.images = chosen(len(test), model.config.film, len(due), model.config.latent_dim)
        self.whole = len(self.images) == len(test)
        if not self.whole:
            self.test = Labelled(*test[self.images.to(test.tensors[0].device)])
        film = None
        with suppress(runs.RunError):  # a damaged film is no reason to train anew: it begins here
            film = runs.load_film(folder, model.config.latent_dim) if done >= 0 else None
        if film is not None and torch.equal(film.images, self.images):
            self.resume(film.until(done))

    def resume(self, film: Film) -> None:
        """Go on after these moments."""
        for k, epoch in enumerate(film.epochs.tolist()):
            terms = {key: values[k].item() for key, values in film.terms.items()}
            self.moments.append((epoch, film.codes[k], terms))

    def is_due(self, epoch: int, step: int) -> bool:
        """Whether a moment is to be taken after `step` steps of `epoch`, counted from 1."""
        return (epoch - 1) * self.steps + step in self.due

    def take(self, epoch: int, step: int, terms: Terms) -> None:
        """Keep the codes of now, and the mean of each term over the film's images."""
        self.moments.append((film_time(epoch, step, self.steps), self.codes(), terms))

    @full_precision()
    @torch.no_grad()
    def codes(self) -> torch.Tensor:
        """The means of q(z|x) of the grey images, (n, d) float16; beyond its range at its edge."""
        assert isinstance(self.model, LatentModel)
        training = self.model.training
        self.model.eval()
        parts = [
            self.model.encode(part.float() / 255)[0] for part in self.test.tensors[0].split(IMAGES_AT_ONCE)
        ]
        self.model.train(training)
        return torch.cat(parts).clamp(-LARGEST_CODE, LARGEST_CODE).half().cpu()

    def save(self) -> None:
        """Write what there is. Raises RunError."""
        if not self.moments:
            return
        epochs, codes, terms = zip(*self.moments, strict=True)
        by_name = {key: torch.tensor([each[key] for each in terms]) for key in terms[0]}
        times = torch.tensor(epochs, dtype=torch.float64)
        runs.save_film(self.folder, Film(times, self.images, torch.stack(codes), by_name))


def chosen(count: int, wanted: int, moments: int, dimensions: int) -> torch.Tensor:
    """The images of a film: all, or so many, at equal steps. Of wide codes fewer fit into the file."""
    fitting = max(1, MOST_FILM_BYTES // (2 * moments * max(1, dimensions)))
    return evenly(count, min(count, wanted, fitting))


def evenly(count: int, number: int) -> torch.Tensor:
    """So many numbers below `count` at equal steps, int64 (number,)."""
    return torch.arange(number) * count // max(1, number)
