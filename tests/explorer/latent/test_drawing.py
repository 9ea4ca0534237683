"""Drawings and photos in MNIST's form: against MNIST itself, and against plain statements of the form."""

import struct
import sys
import time
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFile
from scipy import ndimage

from explorer.latent import drawing as pictures
from explorer.latent.picture_file import MAX_BYTES
from training import datasets
from training.datasets.mnist import drawing
from training.datasets.mnist.drawing import NOISE


def normalise(ink: np.ndarray) -> np.ndarray:
    """The one channel of the image that ink becomes."""
    return drawing.normalise(ink)[0]


def read_picture(data: bytes) -> np.ndarray:
    """The ink of the one drawing that a picture has."""
    (piece,) = pictures.read_picture(data)
    return piece.ink


@pytest.fixture(scope="module")
def mnist() -> datasets.Split:
    """The test images as pictures (n, 28, 28): their one channel."""
    split = datasets.load("mnist", train=False)
    return datasets.Split(split.images[:, 0], split.labels, split.classes)


def encoded(pixels: np.ndarray | Image.Image, form: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(file, form, **options)
    return file.getvalue()


def scribble(seed: int, size: int = 112, pen: int = 9) -> np.ndarray:
    rng = np.random.default_rng(seed)
    image = Image.new("L", (size, size))
    points = [tuple(p) for p in rng.integers(pen, size - pen, (5, 2)).tolist()]
    ImageDraw.Draw(image).line(points, fill=255, width=pen, joint="curve")
    return np.asarray(image)


def extent(image: np.ndarray) -> tuple[int, int]:
    rows, columns = np.flatnonzero(image.max(1) > NOISE), np.flatnonzero(image.max(0) > NOISE)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def difference(one: np.ndarray, two: np.ndarray) -> float:
    """Mean over the 784 pixels, in grey levels of 255. Two different test images differ by 41 on average."""
    return float(np.abs(one.astype(float) - two).mean())


def blank(h: int = 112, w: int = 112) -> np.ndarray:
    return np.zeros((h, w), np.uint8)


def test_mnist_is_in_its_own_form_already(mnist: datasets.Split) -> None:
    apart = np.array([difference(normalise(x), x) for x in mnist.images[:1000]])
    assert np.mean(apart < 0.5) > 0.98  # the rest is thicker or thinner than we let a pen be
    assert apart.max() < 40


@pytest.mark.parametrize("times", [1, 4, 8])
def test_shifted_padded_and_enlarged_mnist_comes_back(mnist: datasets.Split, times: int) -> None:
    rng = np.random.default_rng(times)
    for x in mnist.images[:40]:
        place = np.pad(x, rng.integers(0, 60, (2, 2)))
        assert np.array_equal(normalise(place.repeat(times, 0).repeat(times, 1)), normalise(np.pad(x, 3)))


@pytest.mark.parametrize("size", [75, 112, 280])
def test_smoothly_enlarged_mnist_comes_back(mnist: datasets.Split, size: int) -> None:
    enlarged = [np.asarray(Image.fromarray(x).resize((size, size))) for x in mnist.images[:100]]
    apart = [difference(normalise(e), x) for e, x in zip(enlarged, mnist.images, strict=False)]
    assert np.mean(apart) < 11  # mostly half a pixel of shift: where the box ends is a matter of greys


@pytest.mark.parametrize("pen", [2, 5, 9, 12])
@pytest.mark.parametrize("seed", range(12))
def test_scribbles_fill_the_box_about_their_centre_of_mass(seed: int, pen: int) -> None:
    image = normalise(scribble(seed, pen=pen))
    assert image.shape == (28, 28) and image.dtype == np.uint8
    assert max(extent(image)) == 20
    assert image.max() > 240
    rows, columns = np.flatnonzero(image.max(1)), np.flatnonzero(image.max(0))
    for centre, inked in zip(ndimage.center_of_mass(image), (rows, columns), strict=True):
        free = inked[0] > 0 and inked[-1] < 27
        assert abs(centre - 14) <= 0.51 or not free


def test_a_box_whose_centre_of_mass_lies_far_off_stays_inside() -> None:
    heavy = blank(100, 100)
    heavy[:96, 48:53] = 60
    heavy[90:] = 255
    image = normalise(heavy)
    assert extent(image) == (20, 20)
    assert image[0].any() and not image[20:].any()  # the centre asks for row -3: the box stops at row 0


def test_aspect_is_kept() -> None:
    image = blank()
    ImageDraw.Draw(pil := Image.fromarray(image)).ellipse((10, 10, 89, 49), outline=255, width=9)
    assert extent(normalise(np.asarray(pil))) == (10, 20)


@pytest.mark.parametrize("seed", range(5))
def test_place_does_not_matter_and_scale_hardly(seed: int) -> None:
    ink = scribble(seed)
    image = normalise(ink)
    assert np.array_equal(normalise(np.pad(ink, ((0, 50), (31, 7)))), image)
    big = np.asarray(Image.fromarray(ink).resize((280, 280)))
    assert difference(normalise(big), image) < 6


def test_faint_ink_becomes_strong_and_noise_does_not_count() -> None:
    ink = scribble(1)
    noise = np.random.default_rng(0).integers(0, NOISE + 1, ink.shape).astype(np.uint8)
    assert difference(normalise(ink // 3), normalise(ink)) < 0.5
    assert extent(normalise(np.maximum(ink, noise))) == extent(normalise(ink))


@pytest.mark.parametrize("pen", [1, 2, 3])
def test_a_thin_pen_comes_out_readable(pen: int) -> None:
    ink = blank(280, 280)
    ink[20:260, 100 : 100 + pen] = 255
    image = normalise(ink)
    assert extent(image) == (20, 3)
    assert image[8:20, 14].min() > 240  # area averages alone would give 21 to 64 for a stroke in a digit
    scribbled = normalise(scribble(3, 280, pen))
    assert np.percentile(scribbled[scribbled > NOISE], 75) > 230


@pytest.mark.parametrize("shape", [(1, 1), (6, 6), (30, 29), (280, 280)])
def test_a_blob_is_not_blown_up_wherever_it_lies(shape: tuple[int, int]) -> None:
    image = normalise(np.full(shape, 255, np.uint8))
    assert max(extent(image)) in (8, 9)
    assert np.abs(np.subtract(ndimage.center_of_mass(image), 14)).max() <= 0.5
    assert np.array_equal(normalise(np.pad(np.full(shape, 255, np.uint8), ((9, 70), (40, 2)))), image)


def test_one_row_and_one_column_are_lines() -> None:
    row = normalise(np.full((1, 50), 255, np.uint8))
    assert extent(row) == (3, 20)
    assert np.array_equal(normalise(np.full((50, 1), 255, np.uint8)), row.T)
    assert extent(normalise(np.full((1, 4), 255, np.uint8))) == (5, 20)


@pytest.mark.parametrize("ink", [blank(), blank(1, 1), blank(0, 5), np.full((9, 9), NOISE, np.uint8)])
def test_no_ink_is_an_error(ink: np.ndarray) -> None:
    with pytest.raises(ValueError, match="nothing is drawn yet"):
        normalise(ink)


@pytest.mark.parametrize("ink", [np.ones((28, 28)), np.ones((28, 28, 3), np.uint8)])
def test_other_arrays_than_ink_are_an_error(ink: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"\(h, w\) of uint8"):
        normalise(ink)


def test_a_moving_pen_can_be_followed() -> None:
    ink = scribble(0, 280, 20)
    times = []
    for _ in range(30):
        start = time.perf_counter()
        normalise(ink)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.004  # 0.6 ms on an idle machine


def neighbours(images: np.ndarray, split: datasets.Split) -> np.ndarray:
    """Labels of the nearest of the test images 1000 to 6000."""
    known = split.images[1000:6000].reshape(5000, -1).astype(np.float32)
    pixels = np.asarray(images, np.float32).reshape(len(images), -1)
    return split.labels[1000:6000][((known**2).sum(1) - 2 * pixels @ known.T).argmin(1)]


@pytest.mark.parametrize("pen", [1, 5, 25])
def test_digits_drawn_with_any_pen_are_recognised(mnist: datasets.Split, pen: int) -> None:
    def drawn(x: np.ndarray) -> np.ndarray:
        """The digit on 280 x 280 pixels, its middle line traced by a round pen."""
        inside = ndimage.distance_transform_edt(np.asarray(Image.fromarray(x).resize((280, 280))) > 127)
        middle = (inside > 0) & (inside >= ndimage.maximum_filter(inside, 11) - 0.5)
        return (ndimage.distance_transform_edt(~middle) <= pen / 2).astype(np.uint8) * 255

    images = np.stack([normalise(drawn(x)) for x in mnist.images[:60]])
    assert np.mean(neighbours(images, mnist) == mnist.labels[:60]) >= 0.8


def test_a_picture_of_a_digit_is_the_digit(mnist: datasets.Split) -> None:
    apart = [difference(normalise(read_picture(encoded(x))), normalise(x)) for x in mnist.images[:100]]
    assert np.quantile(apart, 0.9) < 3 and max(apart) < 25


@pytest.mark.parametrize("seed", range(4))
def test_a_photo_of_a_digit_on_shaded_paper_is_the_digit(mnist: datasets.Split, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for x in mnist.images[10 * seed : 10 * seed + 4]:
        digit = np.asarray(Image.fromarray(x).resize((224, 224))) / 255
        (top, left), (y, x_) = rng.integers(0, (176, 376)), np.mgrid[0:400, 0:600]
        covered = np.pad(digit, ((top, 176 - top), (left, 376 - left)))
        light = 150 + 0.11 * x_ - 0.0003 * y**2 + rng.normal(0, 6, covered.shape)
        light[5:8, 5:8] = 20  # a crumb in the corner
        photo = np.clip(light * (1 - 0.6 * covered), 0, 255).astype(np.uint8)
        assert difference(normalise(read_picture(encoded(photo, "JPEG", quality=70))), x) < 20


def test_a_faint_pencil_on_grainy_paper_is_read(mnist: datasets.Split) -> None:
    rng = np.random.default_rng(0)
    for x in mnist.images[:3]:
        digit = np.pad(np.asarray(Image.fromarray(x).resize((448, 448))), 150) / 255
        photo = np.clip(170 - 40 * digit + rng.normal(0, 10, digit.shape), 0, 255).astype(np.uint8)
        assert difference(normalise(read_picture(encoded(photo, "JPEG"))), x) < 20


def test_light_on_dark_is_dark_on_light(mnist: datasets.Split) -> None:
    for x in mnist.images[:20]:
        light = np.pad(x, 10) // 2 + 30
        assert np.array_equal(read_picture(encoded(light)), read_picture(encoded(255 - light)))


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_of_picture_gives_the_same_digit(mnist: datasets.Split, mode: str) -> None:
    x = np.where(mnist.images[0] > 127, 20, 255).astype(np.uint8).repeat(4, 0).repeat(4, 1)
    if mode == "I;16":
        file = encoded(x.astype(np.uint16) * 256)
        assert Image.open(BytesIO(file)).mode == "I;16"
    else:
        file = encoded(Image.fromarray(x).convert(mode), "JPEG" if mode == "CMYK" else "PNG")
    assert difference(normalise(read_picture(file)), normalise((255 - x) // 235 * 255)) < 2


def test_a_16_bit_picture_keeps_its_greys(mnist: datasets.Split) -> None:
    x = mnist.images[3]
    deep = encoded((65535 - 257 * x.astype(np.uint16)).astype(np.uint16))
    assert np.array_equal(read_picture(deep), read_picture(encoded(255 - x)))


@pytest.mark.parametrize("palette", [False, True])
def test_transparent_paper_is_white(mnist: datasets.Split, palette: bool) -> None:
    x = (mnist.images[0] > 127).astype(np.uint8)
    if palette:
        image = Image.fromarray(x)
        image.putpalette([0, 0, 0, 10, 10, 10])  # all black, were the paper not transparent
        file = encoded(image, transparency=0)
    else:
        file = encoded(np.dstack([0 * x, 0 * x, 0 * x, 255 * x]))
    assert difference(normalise(read_picture(file)), normalise(255 * x)) < 1


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_taken_sideways_is_turned_upright(mnist: datasets.Split, form: str) -> None:
    upright = Image.fromarray(mnist.images[0].repeat(4, 0).repeat(4, 1))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: turn by 90 degrees clockwise to see it upright
    sideways = encoded(upright.transpose(Image.Transpose.ROTATE_90), form, exif=exif)
    assert difference(normalise(read_picture(sideways)), normalise(read_picture(encoded(upright)))) < 2


def test_a_large_picture_is_reduced() -> None:
    ink = scribble(2)
    large = encoded(255 - ink.repeat(20, 0).repeat(20, 1))
    read = read_picture(large)
    assert max(read.shape) <= 1024
    assert difference(normalise(read), normalise(ink)) < 4


def test_too_small_and_too_large_files_are_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        read_picture(b"")
    with pytest.raises(ValueError, match=r"5\.2 MB.*at most 5 MB"):
        read_picture(bytes(int(5.2 * 1024**2)))
    padded = encoded(255 - scribble(0))
    padded += bytes(MAX_BYTES - len(padded))
    assert read_picture(padded).max() == 255


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "WEBP"])
def test_other_formats_are_read(form: str) -> None:
    options = {"lossless": True} if form == "WEBP" else {}
    assert np.array_equal(
        read_picture(encoded(255 - scribble(0), form, **options)), read_picture(encoded(255 - scribble(0)))
    )


def header(width: int, height: int) -> bytes:
    """A PNG that says it is so large and holds hardly any pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    start = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", start)
        + chunk(b"IDAT", zlib.compress(bytes(9)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(5100, 5100), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_header_of_absurd_size_is_refused_before_decoding(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("it was decoded"))
    with pytest.raises(ValueError, match="more than 25 megapixels"):
        read_picture(header(*size))


@pytest.mark.filterwarnings("error")
def test_the_warning_of_pillow_is_no_other_error() -> None:
    with pytest.raises(ValueError, match="more than 25 megapixels"):
        read_picture(header(10_000, 10_000))


@pytest.mark.parametrize("size", [(0, 0), (28, 28), (4900, 4900)])
def test_a_picture_without_its_pixels_is_damaged(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="damaged or incomplete"):
        read_picture(header(*size))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_truncated_pictures_are_damaged(form: str) -> None:
    noisy = np.random.default_rng(0).integers(0, 256, (60, 60)).astype(np.uint8)
    file = encoded(noisy, form)
    for part in np.linspace(0.1, 0.9, 9):
        with pytest.raises(ValueError, match="damaged or incomplete"):
            read_picture(file[: int(len(file) * part)])


@pytest.mark.filterwarnings("ignore:Corrupt EXIF", "ignore:Tag data")
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_no_bytes_raise_anything_but_a_value_error(form: str) -> None:
    rng = np.random.default_rng(1)
    exif = Image.Exif()
    exif[0x0112] = 6
    good = np.frombuffer(encoded(255 - scribble(0, 40, 4), form, exif=exif), np.uint8)
    refused = 0
    for _ in range(300):
        bad = good.copy()
        bad[rng.integers(8 if form == "PNG" else 3, len(bad), 3)] = rng.integers(0, 256, 3)
        try:
            assert max(piece.ink.max() for piece in pictures.read_picture(bad.tobytes())) == 255
        except ValueError as error:
            refused += 1
            assert "picture" in str(error)
    assert refused > 20
    for size in (1, 7, 8, 100, 5000):
        with pytest.raises(ValueError, match=r"not a picture|damaged"):
            read_picture(rng.bytes(size))
        with pytest.raises(ValueError, match="damaged"):
            read_picture(good[:8].tobytes() + rng.bytes(size))


def test_blank_paper_says_that_nothing_stands_out() -> None:
    rng = np.random.default_rng(0)
    shaded = np.add.outer(np.linspace(90, 160, 300), np.linspace(0, 60, 400))
    half = np.tile(np.repeat(np.array([[0, 255]], np.uint8), 50, 1), (100, 1))
    for paper in (np.full((50, 50), 255), [[7]], shaded, shaded + rng.normal(0, 8, shaded.shape), half):
        with pytest.raises(ValueError, match="nothing stands out"):
            read_picture(encoded(np.asarray(paper).astype(np.uint8)))


def test_a_picture_in_the_form_of_mnist_comes_back_pixel_for_pixel(mnist: datasets.Split) -> None:
    for x in mnist.images[:300]:
        for native in (x, 255 - x):
            (piece,) = pictures.read_picture(encoded(native), x.shape)
            assert np.array_equal(normalise(piece.ink), x)


def apart(one: np.ndarray, two: np.ndarray) -> float:
    """The difference, up to a pixel of shift."""
    padded = np.pad(two, 1)
    side = len(one)
    return min(difference(one, padded[y : y + side, x : x + side]) for y in range(3) for x in range(3))


def cropped(image: np.ndarray, more_than: int) -> np.ndarray:
    """A digit without any margin, its longer side 200 pixels: what has no pixel of more ink is cut away."""
    rows, columns = np.flatnonzero(image.max(1) > more_than), np.flatnonzero(image.max(0) > more_than)
    crop = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    times = 200 / max(crop.shape)
    size = (round(crop.shape[1] * times), round(crop.shape[0] * times))
    return np.asarray(Image.fromarray(crop).resize(size, Image.Resampling.BICUBIC))


def fall_short(images: np.ndarray, more_than: int) -> list[int]:
    """Those that are refused, or come out as another picture, dark on light or light on dark."""
    short = []
    for number, image in enumerate(images):
        crop = cropped(image, more_than)
        for picture in (crop, 255 - crop):
            try:
                if apart(normalise(read_picture(encoded(picture))), image) >= 14:
                    short.append(number)
            except ValueError:
                short.append(number)
    return short


@pytest.mark.parametrize("more_than", [0, 40])
def test_digits_cropped_to_their_ink_come_out_as_they_are(mnist: datasets.Split, more_than: int) -> None:
    hard = [141, 1416, 3364, 3492, 3648, 3673, 5530, 7183, 7708, 8010, 8020, 8360, 9039, 9096, 9335, 9774]
    assert fall_short(mnist.images[hard], more_than) == []
    assert len(fall_short(mnist.images[:36], more_than)) == 0


def strip(images: np.ndarray) -> np.ndarray:
    """Digits beside each other, dark on light paper."""
    return 240 - np.pad(np.hstack([x.repeat(8, 0).repeat(8, 1) for x in images]), 40) // 2


def test_each_digit_of_several_is_found_in_reading_order(mnist: datasets.Split) -> None:
    page = np.vstack([strip(mnist.images[:3]), strip(mnist.images[3:6])])
    found = pictures.read_picture(encoded(page, "JPEG"))
    assert len(found) == 6
    for piece, image in zip(found, mnist.images, strict=False):
        assert apart(normalise(piece.ink), image) < 14
    left, top, right, bottom = found[4].box
    assert 0.3 < left < right < 0.7 and 0.5 < top < bottom < 1


def test_a_page_of_very_many_drawings_is_refused(mnist: datasets.Split) -> None:
    page = np.vstack([strip(mnist.images[6 * k : 6 * k + 6]) for k in range(6)])
    with pytest.raises(ValueError, match=r"more than 24 separate drawings"):
        pictures.read_picture(encoded(page))


def around(image: np.ndarray, size: int = 280) -> Image.Image:
    """A digit, dark on white, with room about it."""
    return Image.fromarray(255 - np.asarray(Image.fromarray(image).resize((size, size))))


def test_edges_frames_and_colours_are_no_ink(mnist: datasets.Split) -> None:
    for image in mnist.images[:12]:
        plain = around(image)
        edge, frame = plain.copy(), Image.new("L", (480, 480), 250)
        ImageDraw.Draw(edge).rectangle((0, 0, 279, 279), outline=25, width=8)
        frame.paste(plain.resize((240, 240)), (120, 120))
        ImageDraw.Draw(frame).rectangle((60, 60, 420, 420), outline=20, width=4)
        ink = 1 - np.asarray(plain, float)[..., None] / 255
        coloured = (ink * (230, 40, 40) + (1 - ink) * (30, 140, 30)).astype(np.uint8)
        white = np.dstack([np.full((*plain.size, 3), 255, np.uint8), (255 * ink[..., 0]).astype(np.uint8)])
        for picture in (edge, frame, coloured, white):
            assert apart(normalise(read_picture(encoded(picture))), image) < 14


def test_heic_says_what_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ValueError, match="pip install pillow-heif"):
        pictures.read_picture(b"\0\0\0\x18ftypheic" + bytes(100))


def without_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("it was decoded"))


def test_a_jpeg_of_very_many_scans_is_refused_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    file = encoded(255 - scribble(0), "JPEG", progressive=True)
    assert read_picture(file).max() == 255
    scan = file.rindex(b"\xff\xda")
    without_decoding(monkeypatch)
    with pytest.raises(ValueError, match=r"5,0\d\d scans, and at most 100"):
        pictures.read_picture(file[:scan] + 5_000 * file[scan:-2] + file[-2:])


@pytest.mark.parametrize("padding", [b"\xff\xff\xff", b"\xff\x01", b"\xff\xd0"])
def test_a_jpeg_of_very_many_scans_does_not_hide_them(
    padding: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fill bytes and markers without a length come before any marker, as JPEG allows."""
    file = encoded(255 - scribble(0), "JPEG", progressive=True)
    scan = file.rindex(b"\xff\xda")
    without_decoding(monkeypatch)
    with pytest.raises(ValueError, match=r"5,0\d\d scans, and at most 100"):
        pictures.read_picture(file[:2] + padding + file[2:scan] + 5_000 * file[scan:-2] + file[-2:])


@pytest.mark.parametrize("grey", [120, 150, 190, 235])
def test_a_faint_drawing_in_a_dark_frame_is_read(grey: int) -> None:
    paper = np.full((300, 300), 255, np.uint8)
    paper[20:-20, 20:-20] = 0
    paper[28:-28, 28:-28] = 255
    paper[80:220, 140:160] = grey
    piece = pictures.read_picture(encoded(paper))[0]
    assert piece.ink.max() > 0 and 100 < piece.ink.shape[0] < 160


@pytest.mark.parametrize("codec", ["jpeg", "tiff_lzw"])
def test_a_tiff_that_may_cost_more_than_its_size_is_refused(
    codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = encoded(255 - scribble(0), "TIFF", compression=codec)
    without_decoding(monkeypatch)
    if codec == "jpeg":
        with pytest.raises(ValueError, match="compressed in a way that is not read"):
            pictures.read_picture(file)
    else:
        huge = encoded(Image.new("1", (6000, 6000)), "TIFF", compression=codec)
        with pytest.raises(ValueError, match="more than 25 megapixels"):
            pictures.read_picture(huge)


def test_a_webp_of_absurd_size_is_refused_before_room_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("it was opened"))
    header = b"RIFF" + bytes(4) + b"WEBPVP8X" + bytes(8) + b"\xff\x3f\0" + b"\xff\x3f\0"
    with pytest.raises(ValueError, match="more than 25 megapixels"):
        pictures.read_picture(header)
