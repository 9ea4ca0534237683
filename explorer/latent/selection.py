"""What was picked on a map: which codes a lasso holds, which stand out, and files to take away. No torch."""

import csv
import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.datasets.dataset import CHANNELS
from training.study.comparison import neighbours, shared_neighbours

LASSO_CORNERS = (3, 2000)  # of a lasso
LARGEST_COORDINATE = 1e30  # beyond it a difference of two coordinates may overflow
STRIP_SIDE = 112  # pixels: about the longer side of an image in a film strip
FRAME_SIDE = 168  # pixels: about the longer side of an image in an animation
MOST_IMAGES = 10_000  # of a sheet
MOST_FRAMES = 500  # of a film
MOST_SCALE = 16  # times that an image is magnified
FRAME_MILLISECONDS = (20, 10_000)  # a frame; browsers show quicker ones slowly, at 100
FORMULA_STARTS = ("=", "+", "-", "@")  # a spreadsheet computes what begins so


def inside(polygon: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Which points of the plane (n, 2) lie in a polygon (k, 2), by the even-odd rule: bool (n,).

    The left and lower edges belong to it, the right and upper ones do not, so that of two areas with a
    common edge exactly one holds a point on it. A code that is not finite lies outside. Raises ValueError.
    """
    corners = np.asarray(polygon, dtype=float)
    if corners.ndim != 2 or corners.shape[1] != 2 or not LASSO_CORNERS[0] <= len(corners) <= LASSO_CORNERS[1]:
        raise ValueError(
            f"a lasso has {LASSO_CORNERS[0]} to {LASSO_CORNERS[1]} corners (k, 2); this is {corners.shape}"
        )
    if not np.all(np.abs(corners) < LARGEST_COORDINATE):
        raise ValueError("a lasso's corners must be finite numbers, below 1e30")
    boxed = np.flatnonzero(np.all((codes >= corners.min(0)) & (codes <= corners.max(0)), axis=1))
    order = boxed[np.argsort(codes[boxed, 1])]
    x, y = codes[order].astype(float).T
    odd = np.zeros(len(order), dtype=bool)
    # Each edge from its lower to its upper end: both owners of a common edge then round alike.
    upward = corners[:, 1] < np.roll(corners[:, 1], -1)
    low = np.where(upward[:, None], corners, np.roll(corners, -1, axis=0))
    high = np.where(upward[:, None], np.roll(corners, -1, axis=0), corners)
    spans = zip(np.searchsorted(y, low[:, 1]), np.searchsorted(y, high[:, 1]), strict=True)
    for (x1, y1), (x2, y2), (first, last) in zip(low, high, spans, strict=True):
        if first < last:  # heights in [y1, y2): a corner counts for one of its two edges
            odd[first:last] ^= x[first:last] < x1 + (y[first:last] - y1) / (y2 - y1) * (x2 - x1)
    within = np.zeros(len(codes), dtype=bool)
    within[order] = odd
    return within


def misplaced(codes: np.ndarray, labels: np.ndarray, k: int = 10) -> np.ndarray:
    """The share of each code's k nearest others that carry another label; codes (n, 2), float32 (n,).

    Raises ValueError unless 1 <= k < n.
    """
    result: np.ndarray = (labels[neighbours(codes, k)] != labels[:, None]).mean(axis=1).astype(np.float32)
    return result


def changed_neighbours(a: np.ndarray, b: np.ndarray, k: int = 10) -> np.ndarray:
    """1 - |N_a and N_b| / k: the share of a point's k neighbours in one map that are none in the other.

    a, b: the same points on two maps, (n, 2) each; float32 (n,). Raises ValueError.
    """
    return (1 - shared_neighbours(a, b, k)).astype(np.float32)


def largest(values: np.ndarray, count: int) -> np.ndarray:
    """Indices of the `count` largest of values (n,), descending; equal ones in their order, NaN last."""
    return np.argsort(-np.asarray(values, dtype=float), kind="stable")[: max(count, 0)]


def table(
    index: np.ndarray, labels: np.ndarray, codes: dict[str, np.ndarray], classes: tuple[str, ...]
) -> str:
    """The picked codes as CSV text: a row for each of index (m,), d columns for each run.

    labels (n,) are numbers of classes; codes are (n, d) for each run's name. Numbers keep every digit, a
    class name that a spreadsheet would compute as a formula gets a "'" before it.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["index", "label", *(f"{run}_z{d + 1}" for run, z in codes.items() for d in range(z.shape[1]))]
    )
    names = [classes[label] for label in labels[index]]
    columns = [column for z in codes.values() for column in z[index].astype(str).T.tolist()]
    writer.writerows(zip(index.tolist(), map(harmless, names), *columns, strict=True))
    return text.getvalue()


def harmless(name: str) -> str:
    """The name, with a "'" before it if a spreadsheet would take it for a formula."""
    return f"'{name}" if name.lstrip().startswith(FORMULA_STARTS) else name


def sheet(images: np.ndarray, columns: int | None = None, gap: int = 0) -> bytes:
    """PNG of images (n, c, h, w) uint8 on white paper, by rows, as square as can be, `gap` pixels apart.

    Raises ValueError for none, more than 10,000, or a number of columns or a gap that is no such.
    """
    check(images, MOST_IMAGES)
    columns = math.ceil(math.sqrt(len(images))) if columns is None else columns
    widest = max(images.shape[2:])
    if not 1 <= columns <= MOST_IMAGES or not 0 <= gap <= widest:
        raise ValueError(f"columns are 1 to {MOST_IMAGES} and the gap 0 to {widest}; not {columns} and {gap}")
    columns = min(columns, len(images))
    rows = math.ceil(len(images) / columns)
    tiles = on_paper(images)
    height = tiles.shape[1] + gap
    width = tiles.shape[2] + gap
    cells = np.full((rows * columns, height, width, *tiles.shape[3:]), 255, dtype=np.uint8)
    cells[: len(tiles), : tiles.shape[1], : tiles.shape[2]] = tiles
    paper = cells.reshape(rows, columns, height, width, *tiles.shape[3:]).swapaxes(1, 2)
    paper = paper.reshape(rows * height, columns * width, *tiles.shape[3:])
    return written(Image.fromarray(paper[: rows * height - gap, : columns * width - gap]), "PNG")


def on_paper(images: np.ndarray) -> np.ndarray:
    """Images (n, c, h, w) uint8 as they are printed: grey ones (n, h, w), dark ink on white; colour as it is,
    (n, h, w, 3)."""
    return 255 - images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1)


Walk = tuple[str, np.ndarray]  # a title, and images (k, c, h, w) uint8


def strips(walks: list[Walk], scale: int | None = None) -> bytes:
    """PNG of walks: a walk a row, its title before it. Raises ValueError."""
    films = alike([frames(images, scale, STRIP_SIDE) for _, images in walks])
    rows = [np.concatenate(list(film), axis=1) for film in films]
    height, width = films[0].shape[1:3]
    titles = [label(title, 2 * width, height, films[0].shape[3:]) for title, _ in walks]
    lines = [np.concatenate(pair, axis=1) for pair in zip(titles, rows, strict=True)]
    return written(Image.fromarray(np.concatenate(lines)), "PNG")


def animation(walks: list[Walk], milliseconds: int, scale: int | None = None) -> bytes:
    """GIF of walks, side by side under their titles, for ever.

    `milliseconds` a frame, in tens. In 256 colours; equal frames that follow each other may be stored as one
    long one. Raises ValueError.
    """
    if not FRAME_MILLISECONDS[0] <= milliseconds <= FRAME_MILLISECONDS[1]:
        raise ValueError(
            f"a frame lasts {FRAME_MILLISECONDS[0]} to {FRAME_MILLISECONDS[1]} ms; not {milliseconds}"
        )
    films = alike([frames(images, scale, FRAME_SIDE) for _, images in walks])
    height, width = films[0].shape[1:3]
    pictures = np.concatenate(films, axis=2)
    titles = [label(title, width, max(1, height // 7), films[0].shape[3:]) for title, _ in walks]
    head = np.concatenate(titles, axis=1)
    first, *others = (Image.fromarray(np.concatenate([head, picture])) for picture in pictures)
    duration = 10 * round(milliseconds / 10)
    return written(first, "GIF", save_all=True, append_images=others, duration=duration, loop=0)


def label(text: str, width: int, height: int, colours: tuple[int, ...] = ()) -> np.ndarray:
    """A text, black in the middle of white: (height, width, *colours) uint8."""
    image = Image.new("L", (width, height), 255)
    size = max(6.0, min(0.75 * height, 24.0, 1.7 * width / max(1, len(text))))
    font = ImageFont.load_default(size)
    ImageDraw.Draw(image).text((width / 2, height / 2), text, fill=0, font=font, anchor="mm")
    grey = np.asarray(image)
    return grey if not colours else np.repeat(grey[..., None], colours[0], axis=2)


def frames(images: np.ndarray, scale: int | None, side: int) -> np.ndarray:
    """Images (k, c, h, w) uint8 on paper, magnified: (k, scale h, scale w), or (k, scale h, scale w, 3).

    Without a scale the one that brings the longer side nearest to `side` pixels. Raises ValueError.
    """
    check(images, MOST_FRAMES)
    if scale is None:
        scale = max(1, min(MOST_SCALE, round(side / max(images.shape[2:]))))
    if not 1 <= scale <= MOST_SCALE:
        raise ValueError(f"scale is {scale}; allowed are 1 to {MOST_SCALE}")
    return on_paper(images).repeat(scale, axis=1).repeat(scale, axis=2)


def alike(films: list[np.ndarray]) -> list[np.ndarray]:
    """The films in one size, on white paper, and all of them in colour if one is."""
    height = max(film.shape[1] for film in films)
    width = max(film.shape[2] for film in films)
    coloured = any(film.ndim == 4 for film in films)
    return [bordered(in_colour(film) if coloured else film, height, width) for film in films]


def in_colour(film: np.ndarray) -> np.ndarray:
    """(k, h, w) or (k, h, w, 3) to (k, h, w, 3)."""
    return film if film.ndim == 4 else np.repeat(film[..., None], 3, axis=3)


def bordered(film: np.ndarray, height: int, width: int) -> np.ndarray:
    """The film in the middle of white frames of this size."""
    top = (height - film.shape[1]) // 2
    left = (width - film.shape[2]) // 2
    paper = np.full((len(film), height, width, *film.shape[3:]), 255, np.uint8)
    paper[:, top : top + film.shape[1], left : left + film.shape[2]] = film
    return paper


def check(images: np.ndarray, most: int) -> None:
    """Raises ValueError unless there are 1 to `most` images (n, c, h, w) uint8, grey or in three colours."""
    if not 1 <= len(images) <= most:
        raise ValueError(f"there are {len(images)} images; allowed are 1 to {most}")
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] not in CHANNELS:
        raise ValueError(
            f"images are (n, c, h, w) uint8 with c 1 or 3; these are {images.shape} {images.dtype}"
        )


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of an image file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
