"""From a drawing or a photo of one to an image in MNIST's form. Numpy, scipy and Pillow; nothing learned."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

SIDE, BOX = 28, 20  # pixels of an image, and of the box that its ink fills
NOISE = 16  # of 255: ink no stronger than this does not count
THICKEST = 8  # pixels: no stroke comes out thicker, as in 99.8 % of MNIST's test images
THIN = 0.45  # `fullness` below this asks for a thicker pen; 99.4 % of MNIST's test images lie above
PEN = 0.8  # standard deviation in pixels of the blur that thickens thin strokes

MAX_BYTES = 5 * 1024**2
MAX_PIXELS = 25_000_000
WORKING = 1024  # pixels: longer side of a picture after loading
CONTRAST = 20  # of 255: the least by which something has to stand out
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def normalise(ink: np.ndarray) -> np.ndarray:
    """Ink (h, w) uint8, 255 on 0, of any size -> image (28, 28) uint8 in MNIST's form.

    "Normalized to fit in a 20x20 pixel box while preserving their aspect ratio [...] by computing the
    center of mass of the pixels, and translating the image so as to position this point at the center
    of the 28x28 field" (yann.lecun.com/exdb/mnist). MNIST has that centre in pixel 14, counted from 0.
    Beyond MNIST's recipe, for pens that its writers did not have: a blob is not blown up to 20 pixels,
    and a thin stroke is made thicker instead of fading to grey. Raises ValueError without ink.
    """
    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise ValueError(f"ink is an array (h, w) of uint8; this one is {ink.shape} of {ink.dtype}")
    if not ink.size or ink.max() <= NOISE:
        raise ValueError("nothing is drawn yet: draw a digit first")
    strokes = cropped(ink)
    image = fitted(strokes, BOX)
    thickness = thickest(image)
    if thickness > THICKEST:
        image = fitted(strokes, round(BOX * THICKEST / thickness))
    elif fullness(image) < THIN:
        image = thickened(fitted(strokes, BOX - 2))
    return placed(np.rint(255 * image).astype(np.uint8))


def cropped(ink: np.ndarray) -> np.ndarray:
    """The ink's bounding box (h, w), as float32 with 1 for its strongest ink."""
    rows, columns = np.flatnonzero(ink.max(1) > NOISE), np.flatnonzero(ink.max(0) > NOISE)
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    return box / box.max()


def fitted(strokes: np.ndarray, side: int) -> np.ndarray:
    """Strokes scaled by area averages: the longer side is `side` pixels, the shorter at least 1."""
    longer = max(strokes.shape)
    h, w = (max(1, round(n * side / longer)) for n in strokes.shape)
    return np.clip(averages(strokes.shape[0], h) @ strokes @ averages(strokes.shape[1], w).T, 0, 1)


def averages(n: int, k: int) -> np.ndarray:
    """The matrix (k, n) that averages n pixels over k equal stretches, each pixel by its share in them."""
    edges = np.linspace(0, n, k + 1, dtype=np.float32)[:, None]
    pixel = np.arange(n, dtype=np.float32)
    share = np.minimum(edges[1:], pixel + 1) - np.maximum(edges[:-1], pixel)
    return np.maximum(share, 0) * np.float32(k / n)


def thickest(image: np.ndarray) -> float:
    """About how thick the thickest stroke is, in pixels: twice the way from its middle to its rim."""
    return float(2 * ndimage.distance_transform_edt(np.pad(image > 0.5, 1)).max() - 1)


def fullness(image: np.ndarray) -> float:
    """How full of ink the 3 x 3 pixels about the ink are, on average: 1/3 in a line 1 pixel thick."""
    padded = np.pad(image, 1)
    return float((padded * ndimage.uniform_filter(padded, 3, mode="constant")).sum() / padded.sum())


def thickened(image: np.ndarray) -> np.ndarray:
    """Thin or greyed strokes (h, w) drawn thick and strong: (h + 2, w + 2).

    A blur spreads the ink, then it is laid on `coats` times: grey v becomes 1 - (1 - v)^coats, which
    saturates softly where a gain would clip. The strongest quarter of the ink comes out above 0.96.
    """
    spread = ndimage.gaussian_filter(np.pad(image, 1), PEN, mode="constant")
    level = np.percentile(spread[spread > 0.02 * spread.max()], 75)
    coats = max(1.0, np.log(0.04) / np.log1p(-min(level, 0.999)))
    return 1 - (1 - np.minimum(spread, 1)) ** coats


def placed(box: np.ndarray) -> np.ndarray:
    """The box (h, w) within (28, 28), its centre of mass in pixel 14, or as near as the box allows."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (
        int(np.clip(np.rint(SIDE / 2 - centre), 0, SIDE - n))
        for centre, n in zip(ndimage.center_of_mass(box), box.shape, strict=True)
    )
    image[top : top + box.shape[0], left : left + box.shape[1]] = box
    return image


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
            image.draft(None, (WORKING, WORKING))
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
    image.thumbnail((WORKING, WORKING))
    if transparent:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("L")
    return image


def standing_out(picture: np.ndarray) -> np.ndarray:
    """Grey picture (h, w) -> ink (h, w) uint8: what differs from the paper, the digit's own grey as 255.

    Ink is what is darker than the paper, or lighter where that is the greater difference. What lies
    within the paper's noise is no ink, nor are specks. Raises ValueError where nothing stands out.
    """
    picture = ndimage.gaussian_filter(picture, max(picture.shape) / 512)  # the grain of a photo
    shade, noise = paper(picture)
    ink = shade - picture
    if -ink.min() > ink.max():
        ink = -ink
    if ink.max() < max(CONTRAST, 6 * noise):
        raise ValueError("nothing stands out in the picture: it needs one digit, clearly darker or lighter")
    floor = min(max(4 * noise, 0.06 * ink.max()), ink.max() / 2)
    ink = ink * without_specks(ink > floor)
    level = np.median(ink[ink > ink.max() / 2])
    return np.rint(255 * np.minimum(ink / level, 1)).astype(np.uint8)


def paper(picture: np.ndarray) -> tuple[np.ndarray, float]:
    """The shade (h, w) of the paper under the ink, and the standard deviation of its noise.

    A polynomial of degree 2 fitted by least squares to what looks like paper: first what is nearer to
    the border's median than to the ink, then five times what lies within 3 robust deviations of the fit.
    """
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    step = max(picture.shape) // 64 + 1
    sample = picture[::step, ::step].ravel()
    level, noise = np.median(border), 0.0
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
    return (sizes >= 0.03 * sizes.max())[parts] & ink
