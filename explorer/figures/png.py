"""Pictures in their own address: they need no second request, which can come when the server dropped them."""

import base64
import io
from typing import Any

from PIL import Image


def address(image: Image.Image, **options: Any) -> str:
    """The picture as a PNG, written with these options of Pillow, in a data address."""
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
