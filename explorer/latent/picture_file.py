"""A picture file of any common format -> its pixels. What it may cost is known before a pixel is decoded."""

import struct
import threading
from importlib import import_module
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

MAX_BYTES = 5 * 1024**2
MAX_PIXELS = 25_000_000
MAX_SCANS = 100  # of a progressive JPEG, each of which passes over all pixels; usual are about 10
WORKING_SIDE = 1024  # pixels: longer side of a picture after loading
ONE_COLOUR = 20  # of 255: colours that differ by less are one
DECODING = threading.Lock()  # a picture takes up to half a gigabyte: one at a time
FORMATS = "PNG, JPEG, WebP, GIF, BMP, TIFF or HEIC"
SIGNATURES = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "BMP": (b"BM",),
    "TIFF": (b"II*\0", b"MM\0*"),
}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
TIFF_COMPRESSIONS = (1, 2, 3, 4, 5, 8, 32773, 32946)  # none, CCITT, LZW, deflate, PackBits
START_OF_SCAN, FILL = 0xDA, 0xFF  # JPEG's markers, after a byte 0xFF (ITU-T T.81, B.1.1)
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
TIFF_COMPRESSION, TIFF_TILE_WIDTH, TIFF_TILE_HEIGHT = 259, 322, 323  # the tags' numbers


def load(data: bytes) -> np.ndarray:
    """The bytes of a picture -> its colours (h, w, 1) or (h, w, 3) of 0 to 255, upright, float64.

    At most 1024 pixels a side; of several frames the first; grey and one-coloured ink on transparent paper
    have one channel. Raises ValueError, and nothing else, for what is no picture, a damaged one, or one that
    would take too much memory or time.
    """
    form = format_of(data)
    check_size(*webp_size(data) if form == "WEBP" else (0, 0))  # Pillow makes room for WebP when it opens it
    if form == "JPEG" and scans(data) > MAX_SCANS:
        raise ValueError(
            f"the JPEG is built of {scans(data):,} scans, and at most {MAX_SCANS} are read: save it once "
            "more, not progressive"
        )
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=(form,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # Pillow's own, higher limit
        check_size(MAX_PIXELS, 2)
    except Exception as error:  # Pillow's parsers raise whatever a damaged file leads them to
        raise damaged() from error
    check_size(*image.size)
    if form == "TIFF":
        check_tiff(image)
    try:
        with DECODING:
            image.draft(None, (WORKING_SIDE, WORKING_SIDE))
            ImageOps.exif_transpose(image, in_place=True)
            return colours(image)
    except Exception as error:
        raise damaged() from error


def format_of(data: bytes) -> str:
    """Pillow's name of the file's format. Raises ValueError, which says what to do, for none that is read."""
    if not data:
        raise ValueError(f"the file is empty: choose a picture ({FORMATS})")
    if len(data) > MAX_BYTES:
        raise ValueError(
            f"the file has {len(data) / 1024**2:.1f} MB, and at most {MAX_BYTES // 1024**2} MB are read: "
            "make the picture smaller or crop it"
        )
    for form, signatures in SIGNATURES.items():
        if data.startswith(signatures):
            return form
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return heif()
    raise ValueError(f"the file is not a picture that can be read: save it as {FORMATS}")


def heif() -> str:
    """Pillow's name of HEIC, which it reads with another package. Raises ValueError where that is missing."""
    try:
        pillow_heif = import_module("pillow_heif")
    except ImportError:
        raise ValueError(
            "HEIC pictures are read where the app runs with pillow-heif: `pip install pillow-heif` brings "
            "it; or save the picture as JPEG or PNG"
        ) from None
    pillow_heif.register_heif_opener(thumbnails=False)
    return "HEIF"


def damaged() -> ValueError:
    return ValueError("the picture is damaged or incomplete: save or copy it once more")


def check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ValueError(
            f"the picture has more than {MAX_PIXELS // 10**6} megapixels: make it smaller or crop it"
        )


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height in the header of a WebP (developers.google.com/speed/webp/docs/riff_container)."""
    kind = data[12:16]
    if kind == b"VP8X":  # three bytes each, less 1
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":  # 14 bits each, less 1
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<2H", data[26:30].ljust(4, b"\0"))
    return width & 0x3FFF, height & 0x3FFF


def scans(data: bytes) -> int:
    """How many scans a JPEG has: its markers "start of scan". In what a scan holds, no marker occurs."""
    at = 2
    while data[at : at + 1] == b"\xff" and at + 4 <= len(data) and (kind := data[at + 1]) != START_OF_SCAN:
        if kind == FILL:
            at += 1
        elif kind in WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")  # a segment, which may hold anything
    return data.count(bytes([0xFF, START_OF_SCAN]), at)


def check_tiff(image: Image.Image) -> None:
    """Raises ValueError for a TIFF whose cost its size does not bound: other codecs within it, huge tiles."""
    tags = image.tag_v2  # type: ignore[attr-defined]  # of TIFF only
    if tags.get(TIFF_COMPRESSION, 1) not in TIFF_COMPRESSIONS:
        raise ValueError(
            "the TIFF is compressed in a way that is not read here: save it as PNG or JPEG, or as a TIFF "
            "with LZW or no compression"
        )
    try:
        check_size(tags.get(TIFF_TILE_WIDTH, 0), tags.get(TIFF_TILE_HEIGHT, 0))
    except TypeError as error:
        raise damaged() from error


def colours(image: Image.Image) -> np.ndarray:
    """A picture of any mode, reduced to the working size -> (h, w, 1) or (h, w, 3) of 0 to 255."""
    if image.mode.startswith(("I", "F")):
        image = eight_bits(image)
    transparent = image.has_transparency_data
    image = image.convert("RGBA" if transparent else "RGB" if image.mode not in ("L", "1") else "L")
    image.thumbnail((WORKING_SIDE, WORKING_SIDE))
    pixels = np.asarray(image, np.float64)
    if pixels.ndim == 2:
        return pixels[..., None]
    if transparent:
        pixels = on_paper(pixels[..., :3], pixels[..., 3] / 255)
    grey = bool((pixels == pixels[..., :1]).all())
    return pixels[..., :1] if grey else pixels


def eight_bits(image: Image.Image) -> Image.Image:
    """16 or 32 bits or floats a pixel, which Pillow would clip, as 8 bits."""
    values = np.asarray(image, np.float64)
    if not np.isfinite(values).all():
        raise ValueError("not a number")
    if image.mode == "F":
        low = values.min()
        values = 255 * (values - low) / max(values.max() - low, 1e-30)
    elif values.max() > 255:
        values = values / 257
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def on_paper(pixels: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    """Colours (h, w, 3) of an opacity (h, w) on paper that they stand out from.

    Ink of one colour: black on white, whatever it was. Else, where most of the picture is opaque, its own
    paper goes on; where little is, it gets white or black paper, whichever differs more.
    """
    opaque = pixels[opacity > 0.5]
    if not len(opaque) or np.ptp(np.percentile(opaque, (2, 98), axis=0), axis=0).max() < ONE_COLOUR:
        return np.broadcast_to(255 * (1 - opacity[..., None]), pixels.shape)
    middle = np.median(opaque, 0)
    if opacity.mean() < 0.5:
        middle = np.full(3, 255.0 if middle.mean() < 128 else 0.0)
    result: np.ndarray = pixels * opacity[..., None] + middle * (1 - opacity[..., None])
    return result
