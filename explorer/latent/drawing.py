"""From a photo or another picture to the ink of each drawing on it. Nothing learned."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from explorer.latent.paper import read_ink
from explorer.latent.picture_file import load
from training.kit.checkpoints import checkpoint

SPECK = 0.03  # of the largest part: what has fewer pixels is a speck
LOW = 0.5  # of the highest drawing: what is lower is no drawing of its own
SLIGHT = 0.25  # of the largest drawing's ink: what has less is no drawing of its own
GAP = 0.05  # of the longest part, to each side: what lies nearer belongs together
UPRIGHT = 2.0  # times as far apart may parts lie that stand above each other
FILLED = 0.88  # share of its box that a sheet or a frame takes, its holes filled; a round zero takes 0.79
SHEET = 0.4  # of its own area: a sheet has more ink on it than holes, a frame is thinner
SHEETS = 3  # within each other, at most
MOST_DRAWINGS = 24  # of a picture

Box = tuple[float, float, float, float]  # left, top, right, bottom as shares of the picture
NEIGHBOURS = np.ones((3, 3))


@dataclass(frozen=True)
class Piece:
    """One drawing of a picture: its ink (h, w) uint8, for a data set's `normalise`, and where it is."""

    ink: np.ndarray
    box: Box


def read_picture(data: bytes, form: tuple[int, int] | None = None) -> list[Piece]:
    """The bytes of a picture -> the drawings on it, in reading order: at least one.

    A picture of just the size `form` (h, w) of a data set's images, on black or white, is left as it is. Any
    colours, light on dark and dark on light, shaded paper, noise, the dark edge of a scan and the frame of a
    form are all allowed. Raises ValueError, and nothing else, for what is no picture, a damaged, costly or
    blank one, and one of too many drawings.
    """
    picture = load(data)
    if form == picture.shape[:2] and (native := plain(picture)) is not None:
        return [Piece(native, (0.0, 0.0, 1.0, 1.0))]
    ink, window = drawn(picture)
    return pieces(ink, window, picture.shape[:2])


def plain(picture: np.ndarray) -> np.ndarray | None:
    """A grey picture (h, w, 1) as ink, if most of its border is black, or most of it white; else None."""
    grey = picture[..., 0]
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    level = np.median(rim)
    if picture.shape[-1] > 1 or level not in (0, 255) or np.mean(rim == level) < 0.8 or np.ptp(grey) == 0:
        return None
    result: np.ndarray = np.abs(grey - level).astype(np.uint8)
    return result


def drawn(picture: np.ndarray) -> tuple[np.ndarray, tuple[slice, slice]]:
    """The ink (h, w) uint8 of a picture, and the rows and columns of the picture that it has.

    Where a sheet of paper is what stands out, as on a table, the ink is that on the sheet. Raises ValueError.
    """
    rows, columns = slice(0, picture.shape[0]), slice(0, picture.shape[1])
    for _ in range(SHEETS):
        checkpoint()
        reading = read_ink(picture[rows, columns])
        ink = without_frame(without_specks(reading.ink))
        rows, columns = within(rows, reading.window[0]), within(columns, reading.window[1])
        sheet = sheet_of(ink > 0.5) if (ink > 0.5).any() else None  # faint beside a frame that was removed
        if sheet is None:
            break
        rows, columns = within(rows, sheet[0]), within(columns, sheet[1])
    return np.rint(255 * ink).astype(np.uint8), (rows, columns)


def within(outer: slice, inner: slice) -> slice:
    """A stretch of a stretch."""
    return slice(outer.start + inner.start, outer.start + inner.stop)


def without_specks(ink: np.ndarray) -> np.ndarray:
    """Ink (h, w) without its connected parts that are smaller than 3 % of the largest."""
    parts, _ = ndimage.label(ink > 0, NEIGHBOURS)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    result: np.ndarray = ink * (sizes >= SPECK * sizes.max())[parts]
    return result


def sheet_of(ink: np.ndarray) -> tuple[slice, slice] | None:
    """Rows and columns of a sheet of paper, if the ink (h, w) is one: a filled rectangle with holes in it."""
    parts, _ = ndimage.label(ink, NEIGHBOURS)
    largest = int(np.bincount(parts[ink]).argmax())
    rows, columns = ndimage.find_objects(parts)[largest - 1]
    box = parts[rows, columns] == largest
    filled = ndimage.binary_fill_holes(box)
    if filled.mean() < FILLED or box.sum() == filled.sum() or box.sum() < (1 - SHEET) * filled.sum():
        return None
    margin = max(1, round(0.03 * min(box.shape)))
    return slice(rows.start + margin, rows.stop - margin), slice(
        columns.start + margin, columns.stop - margin
    )


def without_frame(ink: np.ndarray) -> np.ndarray:
    """Ink (h, w) without the frame of a form: thin, nearly rectangular, and with something else in it."""
    parts, count = ndimage.label(ink > 0, NEIGHBOURS)
    boxes = ndimage.find_objects(parts)
    for number, (rows, columns) in enumerate(boxes, 1):
        checkpoint()
        part = parts[rows, columns] == number
        hole = ndimage.binary_fill_holes(part) & ~part
        if (part | hole).mean() >= FILLED and part.mean() < SHEET:
            inside = np.where(hole, ink[rows, columns], 0)
            if inside.any():
                others = ink.copy()
                others[parts == number] = 0
                return without_frame(without_specks(others)) if count > 1 else ink
    return ink


def pieces(ink: np.ndarray, window: tuple[slice, slice], shape: tuple[int, ...]) -> list[Piece]:
    """The drawings that ink (h, w), a window of a picture of this shape, consists of.

    Parts near each other are one drawing, those above each other sooner than those side by side. Beside a
    drawing, what is much smaller belongs to it where it is alone, and to none where there are several.
    """
    mask = ink > 0
    groups = grouped(mask)
    boxes = ndimage.find_objects(groups)
    heights = np.array([rows.stop - rows.start for rows, _ in boxes])
    inks = ndimage.sum_labels(ink, groups, np.arange(1, len(boxes) + 1))
    own = (heights >= LOW * heights.max()) & (inks >= SLIGHT * inks.max())
    large = (1 + np.flatnonzero(own)).tolist()
    if len(large) > MOST_DRAWINGS:
        raise ValueError(
            f"there are more than {MOST_DRAWINGS} separate drawings in the picture: crop it to one of them"
        )
    if len(large) <= 1:
        (bounds,) = ndimage.find_objects(mask.astype(int))
        return [Piece(ink[bounds], box_of(bounds, window, shape))]
    large = in_reading_order(large, boxes)
    return [Piece((ink * (groups == k))[boxes[k - 1]], box_of(boxes[k - 1], window, shape)) for k in large]


def length(box: tuple[slice, slice]) -> int:
    """Pixels of a box's longer side."""
    return int(max(side.stop - side.start for side in box))


def grouped(mask: np.ndarray) -> np.ndarray:
    """A mask (h, w) -> the number of the group that each of its pixels belongs to, 0 elsewhere."""
    parts, _ = ndimage.label(mask, NEIGHBOURS)
    reach = GAP * max(length(box) for box in ndimage.find_objects(parts))
    near = ndimage.distance_transform_edt(~mask, sampling=(1 / UPRIGHT, 1)) <= reach
    groups, _ = ndimage.label(near, NEIGHBOURS)
    result: np.ndarray = groups * mask
    return result


def in_reading_order(numbers: list[int], boxes: list[tuple[slice, slice]]) -> list[int]:
    """The numbers of boxes, counted from 1, line by line: a line begins above its first one's middle."""
    waiting = sorted(numbers, key=lambda k: boxes[k - 1][0].start)
    ordered: list[int] = []
    while waiting:
        rows = boxes[waiting[0] - 1][0]
        line = [k for k in waiting if boxes[k - 1][0].start <= (rows.start + rows.stop) / 2]
        ordered += sorted(line, key=lambda k: boxes[k - 1][1].start)
        waiting = [k for k in waiting if k not in line]
    return ordered


def box_of(bounds: tuple[slice, slice], window: tuple[slice, slice], shape: tuple[int, ...]) -> Box:
    rows, columns = (within(outer, inner) for outer, inner in zip(window, bounds, strict=True))
    height, width = shape
    return columns.start / width, rows.start / height, columns.stop / width, rows.stop / height
