"""The colours of the classes: how far apart they stay for every eye, measured."""

import numpy as np
import pytest

from explorer.figures.palette import DARK, LIGHT, class_colours

# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
SIMULATED = {
    "normal": "1 0 0 0 1 0 0 0 1",
    "protanopia": "0.152286 1.052583 -0.204868 0.114503 0.786281 0.099216 -0.003882 -0.048116 1.051998",
    "deuteranopia": "0.367322 0.860646 -0.227968 0.280085 0.672501 0.047413 -0.011820 0.042940 0.968881",
    "tritanopia": "1.255528 -0.076749 -0.178779 -0.078411 0.930809 0.147602 0.004733 0.691367 0.303900",
}
TO_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                   [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
TO_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                   [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip


def linear(colours: tuple[str, ...]) -> np.ndarray:
    c = np.array([[int(h[k : k + 2], 16) / 255 for k in (1, 3, 5)] for h in colours])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def least_distance(colours: tuple[str, ...], vision: str) -> float:
    """In OKLab (Ottosson 2020), for one kind of vision."""
    matrix = np.array(SIMULATED[vision].split(), float).reshape(3, 3)
    seen = np.clip(linear(colours) @ matrix.T, 0, 1)
    lab = np.cbrt(seen @ TO_LMS.T) @ TO_LAB.T
    gaps = np.linalg.norm(lab[:, None] - lab[None], axis=-1)
    return gaps[np.triu_indices(len(colours), 1)].min()


TABLEAU = "#1f77b4 #ff7f0e #2ca02c #d62728 #9467bd #8c564b #e377c2 #7f7f7f #bcbd22 #17becf"  # matplotlib's


@pytest.mark.parametrize("vision", SIMULATED)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_ten_colours_stay_apart_for_every_eye(colours: tuple[str, ...], vision: str) -> None:
    assert least_distance(colours, vision) > 0.09
    if vision != "normal":
        assert least_distance(colours, vision) > 1.5 * least_distance(tuple(TABLEAU.split()), vision)


@pytest.mark.parametrize(("colours", "paper"), [(LIGHT, "#fbfbf9"), (DARK, "#101214")])
def test_colours_stand_out_from_the_page(colours: tuple[str, ...], paper: str) -> None:
    weights = np.array([0.2126, 0.7152, 0.0722])
    one, two = linear(colours) @ weights, linear((paper,)) @ weights
    assert ((np.maximum(one, two) + 0.05) / (np.minimum(one, two) + 0.05)).min() > 1.8


def test_more_classes_than_colours_begin_again() -> None:
    assert class_colours(12, dark=False)[10:] == list(LIGHT[:2])
