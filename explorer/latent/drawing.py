"""From a photo to ink, which a data set's drawing brings to its form. Nothing learned."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

MAX_BYTES = 5 * 1024**2
MAX_PIXELS = 25_000_000
WORKING_SIDE = 1024  # pixels: longer side of a picture after loading
MIN_CONTRAST = 20  # of 255: the least by which something has to stand out
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def read_picture(data: bytes) -> np.ndarray:
    """The bytes of a PNG or JPEG -> ink (h, w) uint8 for `normalise`, at most 1024 pixels a side.

    Dark on light and light on dark, shaded paper and noise are all allowed: see `standing_out`.
    Raises ValueError, and nothing else, for what is no picture, a damaged, huge or blank one.
    """
    if not data:
        raise ValueError("the file is empty: choose a PNG or JPEG picture")
    if len(data) > MAX_BYTES:
        raise ValueError(
            f"the file has {len(data) / 1024**2:.1f} MB, and at most {MAX_BYTES // 1024**2} MB are read: "
            "make the picture smaller or crop it"
        )
    if not data.startswith(SIGNATURES):
        raise ValueError("the file is not a PNG or JPEG picture: save it as one of these")
    return standing_out(grey(data))


def grey(data: bytes) -> np.ndarray:
    """The bytes of a PNG or JPEG -> upright grey picture (h, w) of 0 to 255, at most 1024 pixels a side."""
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        pixels = image.width * image.height
        if pixels <= MAX_PIXELS:  # as the header says: nothing is decoded before this line
            image.draft(None, (WORKING_SIDE, WORKING_SIDE))
            ImageOps.exif_transpose(image, in_place=True)
            return np.asarray(on_white(image), np.float64)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # Pillow's own, higher limit
        pixels = MAX_PIXELS + 1
    except Exception as error:  # Pillow's parsers raise whatever a damaged file leads them to
        raise ValueError("the picture is damaged or incomplete: save or copy it once more") from error
    raise ValueError(
        f"the picture has more than {MAX_PIXELS // 10**6} megapixels: make it smaller or crop it"
    )


def on_white(image: Image.Image) -> Image.Image:
    """A picture of any mode -> mode "L" on white paper, reduced to the working size."""
    if image.mode.startswith("I"):  # 16 bits, which Pillow would clip to 8
        image = Image.fromarray((np.asarray(image) / 257).astype(np.uint8))
    transparent = image.has_transparency_data
    image = image.convert("RGBA" if transparent else "L")
    image.thumbnail((WORKING_SIDE, WORKING_SIDE))
    if transparent:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("L")
    return image


def standing_out(picture: np.ndarray) -> np.ndarray:
    """Grey picture (h, w) -> ink (h, w) uint8: what differs from the paper, the ink's own grey as 255.

    Ink is what is darker than the paper, or lighter where that is the greater difference. What lies
    within the paper's noise is no ink, nor are specks. Raises ValueError where nothing stands out.
    """
    picture = ndimage.gaussian_filter(picture, max(picture.shape) / 512)  # the grain of a photo
    shade, noise = paper(picture)
    ink = shade - picture
    if -ink.min() > ink.max():
        ink = -ink
    if ink.max() < max(MIN_CONTRAST, 6 * noise):
        raise ValueError("nothing stands out in the picture: it needs one drawing, clearly darker or lighter")
    floor = min(max(4 * noise, 0.06 * ink.max()), ink.max() / 2)
    ink = ink * without_specks(ink > floor)
    level = np.median(ink[ink > ink.max() / 2])
    result: np.ndarray = np.rint(255 * np.minimum(ink / level, 1)).astype(np.uint8)
    return result


def paper(picture: np.ndarray) -> tuple[np.ndarray, float]:
    """The shade (h, w) of the paper under the ink, and the standard deviation of its noise.

    A polynomial of degree 2 fitted by least squares to what looks like paper: first what is nearer to
    the border's median than to the ink, then five times what lies within 3 robust deviations of the fit.
    """
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    step = max(picture.shape) // 64 + 1
    sample = picture[::step, ::step].ravel()
    level = np.median(border)
    noise = 0.0
    near = np.abs(sample - level) <= np.abs(picture - level).max() / 2
    near |= not near.any()  # a border half dark and half light
    terms = polynomial(*picture.shape)
    sampled = terms[::step, ::step].reshape(-1, terms.shape[-1])
    for _ in range(5):
        weights = np.linalg.lstsq(sampled[near], sample[near], rcond=None)[0]
        distance = np.abs(sample - sampled @ weights)
        noise = 1.4826 * float(np.median(distance[near]))  # of a normal: median of |x| -> deviation
        near = distance <= max(3 * noise, 2.0)
    return terms @ weights, noise


def polynomial(h: int, w: int) -> np.ndarray:
    """The terms 1, y, x, y^2, xy, x^2 at each pixel (h, w, 6), both axes from -1 to 1."""
    y, x = np.meshgrid(np.linspace(-1, 1, h), np.linspace(-1, 1, w), indexing="ij")
    return np.stack([np.ones((h, w)), y, x, y * y, x * y, x * x], -1)


def without_specks(ink: np.ndarray) -> np.ndarray:
    """A mask (h, w) without its connected parts that are smaller than 3 % of the largest."""
    parts, _ = ndimage.label(ink, np.ones((3, 3)))
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    result: np.ndarray = (sizes >= 0.03 * sizes.max())[parts] & ink
    return result
