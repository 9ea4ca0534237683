"""What the tools answer: films of walks, and samples, with their pictures and their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from explorer.latent import coding, paths, sampling
from explorer.latent.layers import Classify, pictures
from training.families import LatentModel
from training.geometry import metric
from training.measures.codes import holes

WALK_PLACES = 121  # a walk's line on a map has at least so many places
CONFIDENT_FROM = 0.9  # probability from which on the classifier is called confident


@dataclass(frozen=True)
class Film:
    """A walk through corners as a fine line (m, 2), and its film: z (k, 2), images (k, c, h, w) uint8.

    length: in picture space. nearest (k,) uint32: number of the nearest test image; departure (k,):
    paths.departure.
    """

    line: np.ndarray
    z: np.ndarray
    images: np.ndarray
    length: float
    nearest: np.ndarray
    departure: np.ndarray


@dataclass(frozen=True)
class Sample:
    """Drawn codes z (m, d), their images (m, c, h, w) uint8, and numbers about them by name.

    reason: why the numbers that need a classifier are left out; "" where they are not.
    """

    z: np.ndarray
    images: np.ndarray
    numbers: dict[str, float]
    reason: str = ""


def film(
    model: LatentModel, codes: np.ndarray, kind: str, corners: np.ndarray, steps: int, loop: bool
) -> Film:
    """A straight or geodesic walk (paths.walk) among codes (n, 2). Raises ValueError."""
    decode = pictures(model)
    walked = paths.walk(decode, list(corners), kind, max(WALK_PLACES, steps), loop)
    z = walked.z[frames(len(walked.z), steps, walked.pins)]
    return Film(
        walked.z.astype(np.float32),
        z.astype(np.float32),
        coding.decode(model, z),
        metric.length(decode, walked.z),
        paths.nearest(codes, z).astype(np.uint32),
        paths.departure(codes, z).astype(np.float32),
    )


def frames(count: int, steps: int, pins: Sequence[int]) -> np.ndarray:
    """Which of `count` places of a line a film of `steps` pictures shows: evenly spread, with every pin
    if there are not more pins than pictures."""
    rows = np.linspace(0, count - 1, steps).round().astype(int)
    if len(pins) > steps:
        return rows
    row = -1
    for k, pin in enumerate(pins):  # each takes the nearest row that leaves room for those after it
        low = row + 1
        high = steps - (len(pins) - k)
        row = low + int(np.abs(rows[low : high + 1] - pin).argmin())
        rows[row] = pin
    return np.sort(rows)


def sample(
    model: LatentModel,
    codes: np.ndarray,
    classify: Classify | None,
    real: np.ndarray,
    source: str,
    count: int,
    seed: int,
) -> Sample:
    """`count` codes drawn from a source (sampling.SOURCES) and decoded; real: (n, c, h, w) uint8.

    Without `classify` the numbers that need one are left out. Raises ValueError.
    """
    z = sampling.draw(source, codes, count, seed)
    images = coding.decode(model, z)
    pixels = images.reshape(len(images), -1)
    distance = sampling.nearest_distance(pixels, real.reshape(len(real), -1))
    numbers = {"distance": float(distance.mean()), "holes": holes(codes)}
    if classify is not None:
        with torch.no_grad():
            p = classify(torch.from_numpy(pixels).float() / 255).numpy()
        numbers["confident"] = sampling.confident(p, CONFIDENT_FROM)
        numbers["classes"] = sampling.effective_classes(p)
    return Sample(z, images, numbers)
