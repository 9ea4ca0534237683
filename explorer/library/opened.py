"""A run, opened: one handle for one run at one stamp, so that no answer mixes two trainings of it."""

from dataclasses import dataclass, replace

import numpy as np

from explorer.latent import answers, coding, evidence, frame, layers, unfolding, values
from explorer.latent.aggregate import Aggregate, aggregate
from explorer.latent.planes import DIMENSIONS
from explorer.library import families, listing, moments, stored_codes, stored_scan
from explorer.library.cached import cached, cached_property
from explorer.library.film import Film, film_of
from explorer.library.record import Record
from explorer.vocabulary import COLOURINGS, LAYERS
from training import datasets, runs
from training.datasets import Dataset
from training.families import LatentModel, able
from training.runs import RunError

Corners = tuple[tuple[float, ...], ...]
Edges = tuple[float, float, float, float]


@dataclass(frozen=True)
class Codes:
    """The test set as a run codes it: mean and (if any) sd of q(z|x), (n, d) float32 each, where it lies,
    and what normal to space a lattice by."""

    mean: np.ndarray
    sd: np.ndarray | None
    window: frame.Window
    location: tuple[float, float]
    scale: tuple[float, float]


@dataclass(frozen=True)
class Opened(Record):
    """A finished run, and all that is computed of it: kept, and of one training alone.

    Raised where a run is damaged, or was trained anew since: RunError; where its data set can't be read:
    DataError; where something is asked of it that is not allowed or that it can't do: ValueError.
    """

    @cached_property
    def model(self) -> LatentModel:
        """The network of the run's last epoch, or of the moment that the handle is of."""
        model = families.load_latent_model(self.run, self.epoch)
        self.check_unchanged()
        return model

    @cached_property
    def classify(self) -> layers.Classify:
        """Probabilities of the classes, of images."""
        model = families.load_label_model(self.run)
        self.check_unchanged()
        return model.probabilities

    def check_unchanged(self) -> None:
        """Raises RunError where the weights are no longer those that the handle was opened with."""
        if runs.written_at(self.run.folder) != self.run.written:
            raise RunError(f"Run {self.name!r} was trained anew in the meantime: reload the page.")

    @cached_property
    def codes(self) -> Codes:
        """The codes of the test images."""
        mean, logvar = self.encoded()
        if not np.isfinite(mean).all():
            raise RunError(
                f"Run {self.name!r} codes some images as no finite number: its weights are spoiled."
            )
        sd = None if logvar is None else np.exp(0.5 * logvar)
        location = (0.0, 0.0)
        scale = (1.0, 1.0)
        if not self.can("prior"):  # the normal fitted to the codes stands in for it
            location = pair(mean.mean(0))
            scale = pair(mean.std(0))
        return Codes(mean, sd, frame.robust_window(mean), location, scale)

    def encoded(self) -> tuple[np.ndarray, np.ndarray | None]:
        """Mean and (if any) log-variance of the test images' codes: from disk where they take seconds."""
        finished = self.epoch is None and self.run.done is None
        if finished and self.can("evidence") and not self.can("encoder"):
            return stored_codes.posterior_codes(self.run, self.model, self.test)
        return coding.encode(self.model, self.test.images)

    def encode(self, images: np.ndarray) -> np.ndarray:
        """The codes of images (n, c, h, w) uint8: (n, d) float32."""
        if self.can("evidence") and not self.can("encoder"):
            self.scan()
        return coding.encode(self.model, images)[0]

    @cached_property
    def film(self) -> Film:
        """Where the codes of the test images lay while the run was trained. Raises AbsentError."""
        return film_of(self.run, self.terms, len(self.test.images), self.codes_at, self.can("encoder"))

    def codes_at(self, epoch: float) -> np.ndarray:
        """The codes of the test images under the weights of an epoch, (n, d) float32."""
        if epoch == self.run.last_epoch:
            return self.codes.mean
        return coding.encode(families.load_latent_model(self.run, epoch), self.test.images)[0]

    @property
    def spread(self) -> np.ndarray:
        """The standard deviations of q(z|x) of the test images, (n, d)."""
        self.require("posterior")
        assert self.codes.sd is not None
        return self.codes.sd

    @property
    def cloud(self) -> values.EncodedImages:
        """The run with its test images and their codes."""
        codes = self.codes
        return values.EncodedImages(
            self.name, self.model, self.test.images, self.test.labels, codes.mean, codes.sd
        )

    def layer(self, layer: str, edges: Edges, count: int) -> layers.MapLayer:
        """A layer of the run's map over a window."""
        needed = layer in LAYERS and LAYERS[layer].needs_classifier
        return self.layer_with(layer, edges, count, classifier_of(self.dataset) if needed else None)

    @cached
    def layer_with(
        self, layer: str, edges: Edges, count: int, classifier: "Opened | None"
    ) -> layers.MapLayer:
        classify = classifier.classify if classifier else None
        inputs = layers.LayerInputs(self.model, self.codes.mean, self.codes.window, classify)
        return layers.map_layer(layer, inputs, frame.Window(*edges), count)

    def point_values(self, by: str, other: str = "") -> np.ndarray:
        """A value for every test image, by vocabulary.COLOURINGS; `other` names the run of the other map."""
        if by not in COLOURINGS:
            raise ValueError(f"by is {by!r}; allowed are {', '.join(COLOURINGS)}")
        if COLOURINGS[by].needs:
            self.require(COLOURINGS[by].needs)
        if COLOURINGS[by].labels and not self.dataset.labelled:
            raise values.AbsentError(f"{self.dataset.title} has no labels.")
        return self.colouring(by, open_map(other) if COLOURINGS[by].both else self)

    @cached
    def colouring(self, by: str, other: "Opened") -> np.ndarray:
        return values.COLOURINGS[by](self.cloud, other.cloud)

    @cached
    def walk(self, kind: str, corners: Corners, steps: int, loop: bool) -> answers.Film:
        """A walk through corners of the run's plane."""
        stops = np.array(corners, np.float32)
        return answers.film(self.model, self.codes.mean, kind, stops, steps, loop)

    def sample(self, source: str, count: int, seed: int) -> answers.Sample:
        """Pictures decoded at drawn codes, and what they are; without a classifier less of that."""
        try:
            return self.sample_with(source, count, seed, classifier_of(self.dataset))
        except RunError as error:
            return replace(self.sample_with(source, count, seed, None), reason=str(error))

    @cached
    def sample_with(self, source: str, count: int, seed: int, classifier: "Opened | None") -> answers.Sample:
        classify = classifier.classify if classifier else None
        real = self.test.images
        return answers.sample(self.model, self.codes.mean, classify, real, source, count, seed)

    @cached_property
    def aggregate(self) -> Aggregate:
        """q(z) of the test images, beside the prior."""
        return aggregate(self.codes.mean, self.spread)

    @cached_property
    def unfolded(self) -> unfolding.Unfolded:
        """A Gaussian cloud on its way through the decoder."""
        return unfolding.unfolded(self.model, self.codes.mean, self.test.labels)

    @cached
    def posterior(self, x: np.ndarray) -> evidence.Posterior:
        """p(z|x) of an image x, float32."""
        self.require("evidence")
        self.scan()
        return evidence.posterior(self.model, x)

    def scan(self) -> None:
        """Decode the whole plane, which the first posterior of a run waits for; the model holds it then."""
        if self.model.scanned is None:
            self.scan_model(id(self.model))

    @cached
    def scan_model(self, model: int) -> None:
        """The same for the model of this identity: once, whoever asks meanwhile."""
        if self.epoch is None and self.run.done is None:
            stored_scan.scan(self.run, self.model)
        else:
            coding.scan(self.model)
        Opened.model.keep(self, self.model)


def is_ready(run: Opened) -> bool:
    """Whether what a page says of a run need not be computed."""
    return Opened.codes.is_stored(run)


def make_ready(run: Opened) -> None:
    """Compute and keep what a page says of a run. Raises RunError, DataError."""
    _ = run.codes


def is_warm(name: str) -> bool:
    """Whether the network of a run, as it is now, is in memory. Raises RunError."""
    handle = opened.peek(name, listing.stamp(name))
    return handle is not None and Opened.model.is_stored(handle)


def open(name: str) -> Opened:
    """A finished run as it is now. Raises RunError."""
    return opened(name, listing.stamp(name))


def open_map(name: str) -> Opened:
    """The same for a run that a map can show: its codes are points of a plane. Raises RunError."""
    run = open(name)
    if not run.can("decode"):
        raise RunError(f"Run {name!r} can't be shown on a map. {run.lack('decode')}")
    if run.dimensions not in DIMENSIONS:
        raise RunError(
            f"Run {name!r} has {run.dimensions} latent dimensions; the maps show two. "
            f"`python -m training.train {run.family} --run NAME` trains one with two."
        )
    return run


@cached
def opened(name: str, stamp: str) -> Opened:
    """The run, read between two looks at its files that saw the same. Raises RunError."""
    whole, epoch = moments.split(name)
    run = runs.load(whole, unfinished=True)
    if epoch is not None:
        moments.check(run, epoch)
        run = replace(run, metrics={})  # they are those of the end
    if listing.stamp(name) != stamp:
        raise RunError(f"Run {name!r} was written while it was read: reload the page.")
    return Opened(name, stamp, run, datasets.of_name(run.config.dataset), epoch)


def classifier_of(dataset: Dataset) -> Opened:
    """A finished run that can tell the classes of a data set apart. Raises RunError."""
    if not dataset.labelled:
        raise RunError(f"{dataset.title} has no labels, and so no classifier.")
    failure = ""
    for name in listing.names_of("classify", unreadable=False):
        try:
            run = open(name)
        except RunError as error:
            failure = str(error)
            continue
        if run.run.done is not None:
            failure = f"Run {name!r} is unfinished: its training goes on, or was interrupted."
        elif run.dataset.name == dataset.name:
            return run
    family = able("classify")[0]
    command = f"`python -m training.train {family} --dataset {dataset.name}` trains it."
    raise RunError(failure or f"There is no classifier of {dataset.title}: {command}")


def pair(values: np.ndarray) -> tuple[float, float]:
    return float(values[0]), float(values[1])
