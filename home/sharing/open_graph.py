"""Links to pages in messages and on other sites: Open Graph tags (ogp.me), and the picture for them.

A stranger who follows the link sees all of it: the title, the site's name, whether a password is needed, and the
thumbnail, which is public by intent. Pages that lists do not show to everyone have no tags at all. Without a thumbnail
the picture is a ticket with the name of the site in its colour; it never is a frame of a film.
"""

import dataclasses
import hashlib
import io
from collections.abc import Mapping
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont
from wagtail.images.models import AbstractImage, SourceImageIOError
from wagtail.models import Page

from home.appearance.colours import SCREEN, TEXT_IN_DARK, edge_of, readable_on, text_on
from home.appearance.drawn_once import DrawnOnce
from home.appearance.icons import LAMP
from home.models import HomePage, OrdinaryPage
from video_pages.access.decide import Reason
from video_pages.access.listed import viewer_of
from video_pages.core import clock
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.navigation import is_listed

SIZE = WIDTH, HEIGHT = 1200, 630
DRAWING = 2  # the version of the drawing: another one has other addresses
FONT = "vendor/instrument-serif/instrument-serif-latin-400-normal.woff2"
LARGEST, SMALLEST = 120, 44  # of the letters, in pixels
MARGIN, HOLE, STUB, EDGE = 70, 26, 250, 3
MOST_KEPT = 16

_tickets = DrawnOnce(MOST_KEPT)


@dataclasses.dataclass(frozen=True)
class Shared:
    """The tags of one page; all addresses are absolute. `image_size` is (width, height) in pixels."""

    title: str
    url: str
    kind: str
    description: str
    image_url: str
    image_size: tuple[int, int]


def shared(request: HttpRequest, context: Mapping[str, Any], *, site_name: str, colour: str) -> Shared | None:
    """Return the Shared of the page that `context` (of its template) shows, or None for a page without tags."""
    page = context.get("page")
    if not isinstance(page, HomePage | OrdinaryPage | VideoIndexPage | VideoPage):
        return None
    if getattr(request, "is_preview", False) or not is_for_everyone(page, request):
        return None
    image = public_image(_image_of(page))
    if image is None:
        address, size = reverse("shared_ticket", args=(ticket_key(site_name, colour),)), SIZE
    else:
        address, size = image.url, (image.width, image.height)
    return Shared(
        title=page.title_for_reader if isinstance(page, HomePage | OrdinaryPage) else page.title,
        url=request.build_absolute_uri(page.get_url(request)),
        kind="video.other" if isinstance(page, VideoPage) else "website",
        description=_description(page, context),
        image_url=request.build_absolute_uri(address),
        image_size=size,
    )


def is_for_everyone(page: Page, request: HttpRequest) -> bool:
    """Return whether lists show `page` to every stranger, whoever asks now."""
    viewer = viewer_of(request)
    # An alias of a film that Wagtail's own privacy hides is hidden with it.
    paths = [page.path, *([page.alias_of.path] if page.alias_of_id else [])]
    if any(path.startswith(private) for path in paths for private in viewer.private):
        return False
    return is_listed(page, viewer) if isinstance(page, VideoIndexPage | VideoPage) else page.live


def _description(page: Page, context: Mapping[str, Any]) -> str:
    """Return that a password is needed, or the words for search engines of a page that needs none; "" outside windows.

    Windows and passwords are told as to a stranger, also to a browser that has access.
    """
    if isinstance(page, HomePage | OrdinaryPage):
        return page.search_description
    locked, verdict = context.get("locked_section") or context, context.get("verdict")
    if verdict is not None:
        if verdict.reason == Reason.OPEN:
            return page.search_description
        needs_password = verdict.guard is not None
        is_shut = verdict.window is not None and not verdict.window.is_open(clock.now())
    elif "can_unlock" in locked:
        needs_password, is_shut = locked["can_unlock"], locked["is_shut"]
    else:
        needs_password, is_shut = context.get("unlocked_until") is not None, False
        if not needs_password:
            return page.search_description
    return _("Opens with a password.") if needs_password and not is_shut else ""


def _image_of(page: Page) -> AbstractImage | None:
    if isinstance(page, VideoPage):
        return page.thumbnail
    return page.screen_image if isinstance(page, HomePage) and not page.body else None


def public_image(image: AbstractImage | None) -> Any:
    """Return the public rendition of `image` for a shared link, None without one or for a file that is no bitmap."""
    if image is None or image.is_svg():
        return None
    try:
        return image.get_rendition("fill-1200x630|format-jpeg")
    except (OSError, SourceImageIOError):
        return None


def ticket_key(site_name: str, colour: str) -> str:
    """Return the digest of what a ticket shows: 16 hexadecimal digits."""
    shown = f"{DRAWING} {colour.lower()} {site_name}"
    return hashlib.blake2b(shown.encode(), digest_size=8).hexdigest()


def ticket(site_name: str, colour: str) -> bytes:
    """Return the PNG of the ticket of a site: its name, in its `colour` ("#b3431e", or "" for the usual one)."""
    return _tickets.get(ticket_key(site_name, colour), lambda: _drawn(site_name, colour))


def _drawn(site_name: str, colour: str) -> bytes:
    fill = colour or readable_on(LAMP, [*SCREEN, TEXT_IN_DARK], darker=False)
    ink, edge = text_on(fill) if colour else TEXT_IN_DARK, edge_of(fill, SCREEN, darker=False)
    outline = None if edge == "transparent" else edge
    image = Image.new("RGB", SIZE, SCREEN[0])
    draw = ImageDraw.Draw(image)
    box = [MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN]
    draw.rounded_rectangle(box, radius=28, fill=fill, outline=outline, width=EDGE)
    tear = WIDTH - MARGIN - STUB
    for y, inner_half in ((MARGIN, (0, 180)), (HEIGHT - MARGIN, (180, 360))):
        draw.circle([tear, y], HOLE, fill=SCREEN[0])
        if outline:
            draw.arc([tear - HOLE, y - HOLE, tear + HOLE, y + HOLE], *inner_half, fill=outline, width=EDGE)
    for y in range(MARGIN + 2 * HOLE, HEIGHT - MARGIN - HOLE, 28):
        draw.line([tear, y, tear, y + 12], fill=ink, width=4)
    _draw_mark(draw, (tear + STUB / 2, HEIGHT / 2), unit=5.4, ink=ink)
    if not _draw_name(draw, site_name, left=MARGIN + 60, right=tear - 50, ink=ink):
        _draw_mark(draw, ((MARGIN + tear) / 2, HEIGHT / 2), unit=11, ink=ink)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _draw_mark(draw: ImageDraw.ImageDraw, centre: tuple[float, float], *, unit: float, ink: str) -> None:
    """Draw the mark of img/logo.svg, 26 by 22 units, around `centre`."""
    left, top = centre[0] - 13 * unit, centre[1] - 11 * unit
    box = [left, top, left + 26 * unit, top + 16.5 * unit]
    draw.rounded_rectangle(box, radius=3.5 * unit, outline=ink, width=round(2 * unit))
    line = [left + 7 * unit, top + 20.5 * unit, left + 19 * unit, top + 20.5 * unit]
    draw.line(line, fill=ink, width=round(1.4 * unit))


def _draw_name(draw: ImageDraw.ImageDraw, name: str, *, left: int, right: int, ink: str) -> bool:
    """Write `name` in one to three lines, as large as fits; return False if the fonts lack its letters."""
    font = _font(name, LARGEST)
    if font is None:
        return False
    for size in range(LARGEST, SMALLEST - 1, -4):
        font = font.font_variant(size=size)
        lines = _lines(name.split(), font, right - left)
        if len(lines) <= 3 and all(font.getlength(line) <= right - left for line in lines):
            break
    text = "\n".join(_shortened(line, font, right - left) for line in lines[:3])
    draw.multiline_text((left, HEIGHT / 2), text, font=font, fill=ink, anchor="lm", spacing=8)
    return True


def _shortened(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while font.getlength(line) > width:
        line = line.rstrip("…")[:-1] + "…"
    return line


def _lines(words: list[str], font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _font(text: str, size: int) -> ImageFont.FreeTypeFont | None:
    """Return the first font at `size` that has all letters of `text`: that of the titles, then Pillow's own."""
    path = finders.find(FONT)
    fonts = [ImageFont.truetype(path, size)] if path else []
    usual = ImageFont.load_default(size)
    if isinstance(usual, ImageFont.FreeTypeFont):
        fonts.append(usual)
    return next((font for font in fonts if _has_letters(font, text)), None)


def _has_letters(font: ImageFont.FreeTypeFont, text: str) -> bool:
    missing = bytes(font.getmask("\uffff"))
    return all(bytes(font.getmask(letter)) != missing for letter in set(text) if not letter.isspace())
