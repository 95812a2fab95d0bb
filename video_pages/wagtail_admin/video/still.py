"""The small picture of a video in lists of the admin: its thumbnail, or else its poster, drawn small.

Only editors of the video get it, as all its frames. The address changes with the picture, so a browser keeps it for an
hour under the session that asked for it.
"""

import io
import zlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from PIL import Image, ImageOps
from wagtail.admin.auth import require_admin_access
from wagtail.images.models import AbstractImage, SourceImageIOError

from video_pages.delivery.files import JPEG
from video_pages.library.storage import protected_storage
from video_pages.pages.models import VideoPage
from video_pages.wagtail_admin.video.screens import video_of

VIEW_NAME = "video_list_still"
SIZE = (128, 72)  # pixels; lists show it at half of that
FILTER = f"fill-{SIZE[0]}x{SIZE[1]}|format-jpeg"
QUALITY = 75
KEPT_SECONDS = 3600


def still_url(video: VideoPage) -> str:
    """Return the address of the small picture of `video`, whose file is loaded; "" if it has none. No query."""
    file = video.video_file
    if not video.thumbnail_id and not (file and file.has_poster):
        return ""
    # Each new poster has another still; nothing else of the row does.
    version = zlib.crc32(f"{video.thumbnail_id} {file.pk if file else ''} {file.still if file else ''}".encode())
    return f"{reverse(VIEW_NAME, args=(video.pk,))}?v={version:x}"


def list_still(request: HttpRequest, page_id: int) -> HttpResponse:
    """Return the small picture as a JPEG, or redirect to the public rendition of the thumbnail.

    Raises PermissionDenied for a user who may not edit the video, Http404 if it has no picture, or none that can be
    read now.
    """
    video, _draft_file = video_of(page_id, request.user)
    response: HttpResponse
    if video.thumbnail is not None:
        response = redirect(_rendition_url(video.thumbnail))
    else:
        response = HttpResponse(_small_poster(video), content_type=JPEG)
        response.headers["Content-Security-Policy"] = "default-src 'none'"
    patch_cache_control(response, private=True, max_age=KEPT_SECONDS)
    patch_vary_headers(response, ["Cookie"])
    return response


def _rendition_url(thumbnail: AbstractImage) -> str:
    """Return the address of the public rendition of `thumbnail`. Raises Http404."""
    try:
        url: str = thumbnail.get_rendition(FILTER).url
    except (OSError, SourceImageIOError):
        raise Http404 from None
    return url


def _small_poster(video: VideoPage) -> bytes:
    """Return the live poster of `video` as a JPEG of SIZE. Raises Http404."""
    if video.video_file is None or not video.video_file.has_poster:
        raise Http404
    try:
        with protected_storage().open(video.video_file.poster_name) as poster:
            with Image.open(poster, formats=("JPEG",)) as image:
                image.draft("RGB", SIZE)  # a JPEG is decoded at an eighth of its size at once
                small = ImageOps.fit(image.convert("RGB"), SIZE)
    except OSError:  # it is missing or damaged, or the storage is away
        raise Http404 from None
    written = io.BytesIO()
    small.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


URLS = [path("videos/<int:page_id>/still/", require_admin_access(list_still), name=VIEW_NAME)]
"""Below the address of the admin, but none of its own addresses: browsers may keep nothing of these."""
