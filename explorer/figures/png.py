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
    """The address of a picture (28, 28) uint8, drawn in the theme's ink on its ground, as on the maps."""
    return address(ImageOps.colorize(Image.fromarray(picture), GROUNDS[dark], INKS[dark][0]))
