"""The icons of a site for browsers and home screens, drawn from its logo, or as a screen in its own colour.

An icon has a square of the site's light background, so that a logo for paper is visible on every home screen. Its
address contains the digest of what it is made of: the answer for an address never changes, and a process draws an icon
once.
"""

import hashlib
import io
from typing import Any

from PIL import Image, ImageDraw

from home.appearance.colours import LIGHT, TEXT_IN_LIGHT, readable_on
from home.appearance.drawn_once import DrawnOnce
from home.drawings.models import LogoDrawing
from home.models import SiteSettings

SIZES = (32, 180, 192, 512)  # the tab, iOS, Android, its splash screen
LAMP = "#b3431e"  # as in tokens.css
FILLED = 0.72  # of an icon; launchers cut off its edges
DRAWN_AT = 512
MOST_KEPT = 32

_icons = DrawnOnce(MOST_KEPT)


def icon_key(settings: SiteSettings) -> str:
    """Return the digest of what the icons of a site are made of: 16 hexadecimal digits; "" for the usual icon."""
    if settings.logo_drawing is None and settings.logo is None and not settings.colour:
        return ""
    made_of = f"{settings.logo.file.name if settings.logo else ''} {settings.colour.lower()}"
    if settings.logo_drawing is not None:
        made_of = f"drawing {settings.logo_drawing.digest}"
    return hashlib.blake2b(made_of.encode(), digest_size=8).hexdigest()


def icon(settings: SiteSettings, size: int) -> bytes:
    """Return the PNG of `size` pixels, one of SIZES. In place of a logo that cannot be read, a screen is drawn."""
    return _icons.get((icon_key(settings), size), lambda: _png(_mark_of(settings), size))


def _mark_of(settings: SiteSettings) -> Image.Image:
    drawn = settings.logo_drawing and _with_drawing(settings.logo_drawing)
    return drawn or _with_logo(settings.logo) or _with_screen(settings.colour or LAMP)


def _with_drawing(drawing: LogoDrawing) -> Image.Image:
    with Image.open(io.BytesIO(drawing.png), formats=["PNG"]) as image:
        image.thumbnail((int(DRAWN_AT * FILLED),) * 2)
        return _centred(image.convert("RGBA"))


def _with_logo(logo: Any) -> Image.Image | None:
    if logo is None:
        return None
    try:
        with logo.open_file() as file, Image.open(file) as opened:
            # A JPEG is read in a smaller size at once; a palette and its transparency do not survive the reduction.
            opened.draft("RGB", (DRAWN_AT, DRAWN_AT))
            image = opened.convert("RGBA") if opened.mode == "P" else opened
            image.thumbnail((int(DRAWN_AT * FILLED),) * 2)
            return _centred(image.convert("RGBA"))
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None


def _with_screen(colour: str) -> Image.Image:
    """Draw the mark of img/logo.svg, 26 by 22 units, in `colour`."""
    unit = DRAWN_AT * FILLED / 26
    image = Image.new("RGBA", (round(26 * unit), round(22 * unit)))
    draw, ink = ImageDraw.Draw(image), readable_on(colour, [*LIGHT, TEXT_IN_LIGHT], darker=True)
    frame = [0, 0.5 * unit, 26 * unit - 1, 17 * unit]
    draw.rounded_rectangle(frame, radius=3.5 * unit, outline=ink, width=round(2 * unit))
    draw.line([7 * unit, 20.5 * unit, 19 * unit, 20.5 * unit], fill=ink, width=round(1.4 * unit))
    return _centred(image)


def _centred(image: Image.Image) -> Image.Image:
    square = Image.new("RGBA", (DRAWN_AT, DRAWN_AT), LIGHT[0])
    place = (DRAWN_AT - image.width) // 2, (DRAWN_AT - image.height) // 2
    square.alpha_composite(image, place)
    return square


def _png(image: Image.Image, size: int) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").resize((size, size), Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
