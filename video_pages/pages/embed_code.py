"""The HTML that shows a film in a frame of another site, for people who copy it and for `/oembed`."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Page

from video_pages.pages.protocols import Video

WIDTH, HEIGHT = 640, 360
"""The size of a frame, in pixels, where nothing else is known."""
ALLOW = "fullscreen; autoplay; picture-in-picture"
"""What the page around the frame allows the player, as in the attribute `allow`."""


def root_address(page: Page, request: HttpRequest | None = None) -> str:
    """Return the scheme and host of the site of `page`, such as `https://films.example`; "" if no site contains it.

    Wagtail names a new site "localhost". In this case the host of `request` is used; without a request, BASE_URL.
    """
    _site_id, root_url, _path = page.get_url_parts(request) or (None, None, None)
    if root_url is None:
        return ""
    is_unnamed = urlsplit(str(root_url)).hostname == "localhost"
    if not is_unnamed:
        return str(root_url)
    return str(request.build_absolute_uri("/") if request else settings.WAGTAILADMIN_BASE_URL).rstrip("/")


def frame_size(video: Video, most_width: int = WIDTH, most_height: int | None = None) -> tuple[int, int]:
    """Return the largest (width, height) in the shape of the source page `video` within the limits, one at least."""
    file = video.video_file
    width, height = (file.width, file.height) if file and file.width and file.height else (WIDTH, HEIGHT)
    return fitted(width, height, most_width, most_height)


def fitted(width: int, height: int, most_width: int, most_height: int | None = None) -> tuple[int, int]:
    """Return `width` and `height` scaled to `most_width`, or to `most_height` if that is less."""
    scale = most_width / width
    if most_height is not None:
        scale = min(scale, most_height / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def embed_code(root: str, video: Video, *, title: str, size: tuple[int, int]) -> SafeString:
    """Return the element that shows the source page `video` of the site at `root` in a frame, as wide as its place.

    `size` is the width and height for pages that ignore the style; its shape is kept.
    """
    width, height = size
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" style="width: 100%; height: auto; aspect-ratio: {} / {};'
        ' border: 0" allow="{}" loading="lazy"></iframe>',
        f"{root}{reverse('embed', args=(video.uuid,))}",
        title,
        width,
        height,
        width,
        height,
        ALLOW,
    )
