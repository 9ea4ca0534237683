"""The paper under a drawing, and what is drawn on it, in a picture of any colours. Nothing learned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

MIN_CONTRAST = 20  # of 255: the least by which something has to stand out
FAINT = 0.06  # of the strongest ink: what is weaker is no ink
PLAIN = 1.5  # of 255: by so much plain paper may differ from one colour
PLAIN_SHARE = 0.3  # of the paper that does so; the rest is the rim of the ink
FULL_LINE = 0.9  # share of ink in a row or column that is the edge of a scan, not a part of a drawing
CLEAN = 100  # of 255: contrast of a picture whose paper may be nothing but the rim of the ink
ROUGH = 0.15  # of the contrast: a polynomial that fits no better explains nothing
WIDE = 0.75  # of the contrast: paper of such a shade may be paper and ink together
RIM = 0.05  # of the contrast: so near must a pixel of such a rim be to the paper
TWO_COLOURED = 0.7  # of the picture: paper and ink of one colour each
MOSTLY_EMPTY = 0.5  # ink on the border and in the corners of a picture of two colours, at most
MOST_EDGE = 0.2  # of a side: no edge is wider
CLEAR = 0.02  # ink on the border and in the corners: with less, no other paper is tried
UNDECIDED = 0.98  # with more, ink can't be told from paper


@dataclass(frozen=True)
class Reading:
    """What is drawn, on the paper that was assumed.

    ink: (h, w) in [0, 1], 1 for the drawing's own colour; window: the rows and columns of the picture that it
    has, without the edges of a scan; outside: how much ink lies on the border plus how much in the corners,
    from 0 to 2. A drawing has most of its paper there, even one that is cropped to its ink: of MNIST's test
    images, cropped so, none has more than 1.
    """

    ink: np.ndarray
    window: tuple[slice, slice]
    outside: float
    two_coloured: (
        bool  # paper and ink are nearly all of the picture: a shade need not explain what lies between
    )

    @property
    def rank(self) -> tuple[bool, float]:
        """The reading of the lowest rank is believed."""
        return not (self.two_coloured and self.outside < MOSTLY_EMPTY), self.outside


def read_ink(picture: np.ndarray) -> Reading:
    """A picture (h, w, c) of 0 to 255 -> what is drawn on it, on the paper that leaves most of it empty.

    Any colours, light on dark and dark on light, shaded paper and noise. Raises ValueError where nothing
    stands out.
    """
    grain = max(picture.shape) / 512  # of a photo
    smooth = ndimage.gaussian_filter(picture, (grain, grain, 0))
    best: Reading | None = None
    for colour in papers(smooth):
        for reading in on_paper(smooth, colour):
            if best is None or reading.rank < best.rank:
                best = reading
        if best and best.outside < CLEAR:
            break
    if best is None or best.outside > UNDECIDED:
        raise ValueError("nothing stands out in the picture: it needs one drawing, clearly darker or lighter")
    return best


def papers(picture: np.ndarray) -> Iterator[np.ndarray]:
    """Colours (c,) that the paper may have: the border's median, then the two that most of it has."""
    rim = border(picture)
    yield np.median(rim, 0)
    step = max(picture.shape) // 64 + 1
    sample = picture[::step, ::step].reshape(-1, picture.shape[-1])
    middle = sample.mean(0)
    first = sample[np.argmax(((sample - middle) ** 2).sum(1))]
    two = np.stack([first, sample[np.argmax(((sample - first) ** 2).sum(1))]])
    for _ in range(8):  # two means
        nearer = np.argmin(((sample[:, None] - two) ** 2).sum(2), 1)
        two = np.stack([np.median(sample[nearer == k], 0) if (nearer == k).any() else two[k] for k in (0, 1)])
    yield from two


def border(picture: np.ndarray) -> np.ndarray:
    """The pixels along the four sides: (n, ...)."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def on_paper(picture: np.ndarray, colour: np.ndarray) -> Iterator[Reading]:
    """What is drawn if the paper has about this colour, for each shade it may have; none if nothing is."""
    apart = np.abs(picture - colour).max(-1)
    alike = apart <= apart.max() / 2
    if not alike.any():
        alike[:] = True  # a border half dark and half light
    for shade, near in shades(picture, alike):
        wide = np.ptp(shade.reshape(-1, shade.shape[-1]), axis=0).max() > WIDE * np.ptp(picture)
        if wide and near[~alike].sum() > 0.5 * np.sum(~alike):
            continue  # it explains the ink as well
        reading = standing_out(picture - shade, alike, near)
        if reading:
            yield reading if shade.ndim == 1 else replace(reading, two_coloured=False)
            break


def standing_out(apart: np.ndarray, alike: np.ndarray, near: np.ndarray) -> Reading | None:
    """What is drawn, from differences (h, w, c) to the paper; None where nothing stands out.

    Ink is what differs in the direction, of colour, in which most differs. What lies within the paper's
    noise, that of the pixels `near` its shade, is no ink; what is `alike` in colour must not be ink mostly.
    """
    ink = apart @ strongest(apart)
    if -ink.min() > ink.max():
        ink = -ink
    most = float(ink.max())
    noise = 1.4826 * float(np.median(np.abs(ink[near])))  # of a normal: median of |x| -> deviation
    if most < max(MIN_CONTRAST, 6 * noise) or np.mean(ink[alike] > most / 2) > 0.5:
        return None
    ink[ink <= min(max(4 * noise, FAINT * most), most / 2)] = 0
    inked = np.mean(ink > most / 2)
    window = without_edges(ink > most / 2)
    ink = ink[window]
    level = np.median(ink[ink > ink.max() / 2])
    ink = np.minimum(ink / level, 1)
    two_coloured = near.mean() + inked >= TWO_COLOURED
    return Reading(ink, window, float(border(ink).mean() + corners(ink).mean()), bool(two_coloured))


def strongest(apart: np.ndarray) -> np.ndarray:
    """The direction (c,) of colour in which differences (h, w, c) are largest; grey ones keep their size."""
    channels = apart.shape[-1]
    if channels == 1:
        return np.ones(1)
    size = (apart**2).sum(-1)
    strong = apart[size > size.max() / 4]
    if not len(strong):
        return np.full(channels, 1 / channels)
    axis = np.linalg.eigh(strong.T @ strong)[1][:, -1]
    result: np.ndarray = axis / np.sqrt(channels)
    return result


def corners(ink: np.ndarray) -> np.ndarray:
    """The means of the squares in the four corners, 4 % of the longer side wide."""
    side = max(1, round(0.04 * max(ink.shape)))
    ends = (slice(None, side), slice(-side, None))
    return np.array([ink[rows, columns].mean() for rows in ends for columns in ends])


def without_edges(ink: np.ndarray) -> tuple[slice, slice]:
    """The rows and columns of a mask (h, w) within the dark edges that a scan has on one to four sides.

    An edge is a run of full lines, with no ink next to it: else it is a stroke, as that of a seven.
    """
    window = []
    for full in (ink.mean(1) >= FULL_LINE, ink.mean(0) >= FULL_LINE):
        most = int(MOST_EDGE * len(full))
        window.append(slice(leading(full, most), len(full) - leading(full[::-1], most)))
    rows, columns = window
    inside = ink[rows, columns]
    if not inside.any() or inside.shape == ink.shape:
        return slice(0, ink.shape[0]), slice(0, ink.shape[1])
    beside = [
        inside[0] if rows.start else [],
        inside[-1] if rows.stop < ink.shape[0] else [],
        inside[:, 0] if columns.start else [],
        inside[:, -1] if columns.stop < ink.shape[1] else [],
    ]
    if any(np.any(line) for line in beside):
        return slice(0, ink.shape[0]), slice(0, ink.shape[1])
    return rows, columns


def leading(full: np.ndarray, most: int) -> int:
    """How many lines an edge takes at the start, with its blurred rim: none where it is more than `most`."""
    count = int(np.argmin(full)) if not full.all() else len(full)
    count += count and max(1, len(full) // 100)
    return count if count <= most else 0


def shades(picture: np.ndarray, alike: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Shades (c,) or (h, w, c) of paper that looks like the pixels of a mask, each with a mask (h, w) of the
    pixels that are near it.

    Plain paper has one colour: the mode. Paper of any light has a polynomial of degree 2, fitted by least
    squares to what looks like paper: first the given pixels, then five times what lies within 3 robust
    deviations of the fit. No shade is lighter or darker than what it is fitted to. Where the polynomial
    explains little of a strong contrast, what is left is the median: a crop may hold hardly any paper.
    """
    step = max(picture.shape) // 64 + 1
    sample = picture[::step, ::step].reshape(-1, picture.shape[-1])
    sampled_alike = alike[::step, ::step].ravel()
    near = sampled_alike if sampled_alike.any() else np.ones(len(sample), bool)
    mode = np.array([np.bincount(np.rint(channel).astype(int)).argmax() for channel in sample[near].T])
    if np.mean(np.abs(sample[near] - mode).max(1) <= PLAIN) >= PLAIN_SHARE:
        yield mode.astype(float), np.abs(picture - mode).max(-1) <= 2 * PLAIN
    terms = polynomial(*picture.shape[:2])
    sampled = terms[::step, ::step].reshape(-1, terms.shape[-1])
    for _ in range(5):
        weights = np.linalg.lstsq(sampled[near], sample[near], rcond=None)[0]
        distance = np.abs(sample - sampled @ weights).max(1)
        limit = max(3 * 1.4826 * float(np.median(distance[near])), 2.0)
        near = distance <= limit
    shade = np.clip(terms @ weights, sample[near].min(0), sample[near].max(0))
    apart = np.abs(picture - shade).max(-1)
    yield shade, apart <= max(limit, apart.min())
    contrast = np.ptp(sample, axis=0).max()
    if contrast >= CLEAN and limit > ROUGH * contrast:
        level = np.median(sample[sampled_alike], 0) if sampled_alike.any() else sample.mean(0)
        apart = np.abs(picture - level).max(-1)
        yield level, apart <= max(RIM * contrast, apart.min())


def polynomial(h: int, w: int) -> np.ndarray:
    """The terms 1, y, x, y^2, xy, x^2 at each pixel (h, w, 6), both axes from -1 to 1."""
    y, x = np.meshgrid(np.linspace(-1, 1, h), np.linspace(-1, 1, w), indexing="ij")
    return np.stack([np.ones((h, w)), y, x, y * y, x * y, x * x], -1)
