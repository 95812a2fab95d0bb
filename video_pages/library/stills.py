"""The still: an image of at most 16x9 pixels in a `data:` address, which may be shown before the password."""

import base64
import io
from typing import IO

from PIL import Image, ImageOps

STILL_SIZE = (16, 9)  # pixels


def still_address(jpeg: IO[bytes]) -> str:
    """Return the centre of the JPEG in the open file `jpeg` as a WebP of 16x9 pixels, in a `data:` address."""
    with Image.open(jpeg, formats=("JPEG",)) as image:
        small = ImageOps.fit(image.convert("RGB"), STILL_SIZE, Image.Resampling.BOX)
    written = io.BytesIO()
    small.save(written, "WEBP", quality=60, method=6)
    return "data:image/webp;base64," + base64.b64encode(written.getvalue()).decode("ascii")
