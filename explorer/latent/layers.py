"""Layers of a map: a number for every place of a window, such as magnification. Torch in, numpy out."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.latent.frame import Window
from explorer.latent.planes import Plane, plane_of
from training.families import LatentModel
from training.geometry import metric
from training.kit.checkpoints import checkpoint

Classify = Callable[[Tensor], Tensor]  # pictures (n, pixels) in [0, 1] to p of the classes (n, classes)
KERNEL_WIDTH = 0.015  # standard deviation of the density's kernel, as a share of the map's own range
PLACES_AT_ONCE = 512  # places that are decoded and classified at once


@dataclass(frozen=True)
class LayerInputs:
    """What layers are computed of: a model, its codes (n, d), its own range, and a classifier of pictures."""

    model: LatentModel
    codes: np.ndarray
    own: Window
    classify: Classify | None = None

    @property
    def plane(self) -> Plane:
        """The plane that the map shows."""
        return plane_of(self.codes.shape[1])

    def pictures(self, points: Tensor) -> Tensor:
        """The pictures (n, pixels) in [0, 1] that are decoded at points of the plane (n, 2)."""
        origin = torch.from_numpy(self.plane.origin)
        axes = torch.from_numpy(self.plane.axes)
        return pictures(self.model)(origin + points @ axes)


@dataclass(frozen=True)
class MapLayer:
    """values (k, k) float32, row 0 at the top; the range its colours span; for regions the classes (k, k)."""

    values: np.ndarray
    low: float
    high: float
    classes: np.ndarray | None = None


def map_layer(name: str, inputs: LayerInputs, window: Window, count: int) -> MapLayer:
    """The layer `name` at the centres of count x count equal cells of a window.

    Raises ValueError for an unknown layer, or one that needs a classifier where there is none.
    """
    if name not in LAYERS:
        raise ValueError(f"layer is {name!r}; allowed are {', '.join(LAYERS)}")
    shares = (np.arange(count) + 0.5) / count
    across = window.left + shares * (window.right - window.left)
    down = window.top - shares * (window.top - window.bottom)
    return LAYERS[name](inputs, across, down)


def density(inputs: LayerInputs, across: np.ndarray, down: np.ndarray) -> MapLayer:
    """Share of the codes per unit of area, smoothed by a Gaussian kernel, a product over the axes."""
    width = KERNEL_WIDTH * (inputs.own.right - inputs.own.left)

    def kernel(places: np.ndarray, codes: np.ndarray) -> np.ndarray:
        distance = (places[:, None] - codes[None, :]) / width
        result: np.ndarray = np.exp(-0.5 * distance**2) / (width * math.sqrt(2 * math.pi))
        return result

    points = inputs.plane.to_plane(inputs.codes)
    product = kernel(down, points[:, 1]) @ kernel(across, points[:, 0]).T
    values = (product / len(inputs.codes)).astype(np.float32)
    return MapLayer(values, 0.0, max(float(values.max()), 1e-12))


def magnification(inputs: LayerInputs, across: np.ndarray, down: np.ndarray) -> MapLayer:
    """sqrt det J^T J: how much picture a unit of area of the map is stretched to (metric.magnification)."""
    values = metric.magnification(inputs.pictures, grid(across, down))
    values = values.reshape(len(down), len(across))
    finite = values[np.isfinite(values)]
    if not len(finite):
        raise ValueError("the magnification is no finite number here: these codes are too far out")
    low, high = np.quantile(finite, [0.02, 0.98])
    high = max(float(high), 1e-9)
    return MapLayer(values.astype(np.float32), max(float(low), high * 1e-4), high)


def regions(inputs: LayerInputs, across: np.ndarray, down: np.ndarray) -> MapLayer:
    """Which class the classifier sees in the picture decoded there, and with what probability."""
    p = class_probabilities(inputs, across, down)
    values = p.max(-1)
    return MapLayer(values, 1 / p.shape[-1], 1.0, p.argmax(-1).astype(np.uint16))


def entropy(inputs: LayerInputs, across: np.ndarray, down: np.ndarray) -> MapLayer:
    """Entropy of the classifier's probabilities for the picture decoded there, in nats."""
    p = class_probabilities(inputs, across, down)
    values = -(p * np.log(np.maximum(p, 1e-12))).sum(-1)
    return MapLayer(values.astype(np.float32), 0.0, math.log(p.shape[-1]))


def class_probabilities(inputs: LayerInputs, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """The classifier's probabilities over the grid, (rows, columns, classes). Raises ValueError."""
    if inputs.classify is None:
        raise ValueError("this layer needs a classifier of these images")
    points = torch.from_numpy(grid(across, down))
    parts = []
    with torch.no_grad():
        for part in points.split(PLACES_AT_ONCE):
            checkpoint()
            parts.append(inputs.classify(inputs.pictures(part)))
    return torch.cat(parts).numpy().reshape(len(down), len(across), -1)


def pictures(model: LatentModel) -> Callable[[Tensor], Tensor]:
    """The decoder as a map from codes (n, d) to pictures (n, pixels) in [0, 1]."""
    return lambda z: torch.sigmoid(model.decode(z))


def grid(across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """All places of the plane, row by row from the top: float32 (rows * columns, 2)."""
    z1, z2 = np.meshgrid(across, down)
    return np.stack([z1.ravel(), z2.ravel()], 1).astype(np.float32)


LAYERS: dict[str, Callable[[LayerInputs, np.ndarray, np.ndarray], MapLayer]] = {  # by their keys
    "density": density,
    "magnification": magnification,
    "regions": regions,
    "entropy": entropy,
}
