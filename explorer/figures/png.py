"""Pictures in their own address: they need no second request, which can come when the server dropped them."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from explorer.figures.layout import GROUNDS, INKS


def address(image: Image.Image, **options: Any) -> str:
    """The picture as a PNG, written with these options of Pillow, in a data address."""
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def tile(picture: np.ndarray, dark: bool) -> str:
    """The address of a picture (c, h, w) uint8, as on the maps: grey in the theme's ink on its ground."""
    if len(picture) == 3:
        return address(Image.fromarray(picture.transpose(1, 2, 0)))
    return address(ImageOps.colorize(Image.fromarray(picture[0]), GROUNDS[dark], INKS[dark][0]))
