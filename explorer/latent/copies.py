"""An image, the same with a piece cut out, and the same shifted: what pixels, model and codes say of them."""

from dataclasses import dataclass

import numpy as np
import torch

from explorer.latent.pixels import model_input
from training.families import LatentModel
from training.measures.distortions import code_distance, cut, inkiest, shift, squared_error

COPY_NAMES = ("original", "cut", "shifted")
LARGEST_PIECE = 12  # pixels a side of a piece, at most
MAX_SHIFT = 4.0  # pixels of a shift, at most


@dataclass(frozen=True)
class Measures:
    """What is known at once of the original and its two copies, a number each.

    squared: the sum of squared differences of the grey pixels to the original's; given_code: -log p(x'|z) in
    nats, z the original's mean code; distance, deviations: of the mean codes, in units of z and in standard
    deviations of the original's q(z|x); None for a model without a q.
    """

    squared: list[float]
    given_code: list[float]
    distance: list[float]
    deviations: list[float] | None


def largest_piece(image: np.ndarray) -> int:
    """The longest side, in pixels, of a square that may be cut out of an image (c, h, w)."""
    result: int = min(LARGEST_PIECE, *image.shape[1:])
    return result


def piece_with_most_ink(image: np.ndarray, side: int) -> tuple[int, int]:
    """Row and column of the side x side square of an image (c, h, w) uint8 that holds the most ink."""
    return inkiest(torch.tensor(image, dtype=torch.float32), side)


def copies(image: np.ndarray, piece: tuple[int, int, int], moved: tuple[float, float]) -> np.ndarray:
    """The image, its cut and its shifted copy: (c, h, w) to (3, c, h, w) uint8.

    piece: row, column and side of what is cut out; moved: pixels to the right, and down. Raises ValueError.
    """
    x = torch.tensor(image, dtype=torch.float32) / 255
    images = torch.stack([x, cut(x, *piece), shift(x, *moved)])
    return (images * 255).round().to(torch.uint8).numpy()


def inputs(images: np.ndarray, kind: str, noise: np.ndarray) -> np.ndarray:
    """What the model is asked about: (3, c, h, w) uint8 to (3, c * h * w) float32.

    Binarised with the same noise (c * h * w,) for each, so that equal pixels stay equal. Raises ValueError.
    """
    return np.stack([model_input(image, kind, noise) for image in images])


@torch.no_grad()
def measures_of(model: LatentModel, images: np.ndarray, inputs: np.ndarray) -> Measures:
    """The measures of images (3, c, h, w) uint8, the first of them the original; what the model is asked
    about are their inputs (3, c * h * w) float32."""
    grey = torch.tensor(images, dtype=torch.float32).flatten(1) / 255
    x = torch.from_numpy(inputs)
    mean, logvar = model.encode(x)
    distance, deviations = code_distance(mean, mean[0], None if logvar is None else logvar[0])
    return Measures(
        squared_error(grey, grey[0]).tolist(),
        (-model.log_likelihood(x, model.decode(mean[:1]))).tolist(),
        distance.tolist(),
        None if deviations is None else deviations.tolist(),
    )
