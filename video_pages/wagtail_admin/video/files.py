"""Video files in the admin: the address of their bytes, and additions to wagtailmedia's screens."""

from typing import Any, NoReturn

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtailmedia.views import media

from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.choice import delivery_backend
from video_pages.delivery.responses import plain_refusal
from video_pages.library.models import VideoFile
from video_pages.pages.panels.processing_facts import processing_facts_context
from video_pages.pages.panels.shared_file_warning import warning_of_file
from video_pages.pages.permissions import may_use
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.uploads.direct import allowing_bucket
from video_pages.wagtail_admin.xhr import answering_xhr

# The policy of the page with the browser's own player, which opens for a link to the file and loads the file again.
OPENED_ALONE = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"
VIDEO_CHOOSER = RedirectView.as_view(pattern_name="wagtailmedia:chooser_typed", query_string=True)


@require_safe
def video_file_source(request: EditorRequest, pk: int) -> HttpResponseBase:
    """Return the progressive MP4 of a video file, or its source while there is none; supports ranges.

    403 for a user who may neither choose the file nor edit a page that shows it.

    `VideoFile.url` is this address. It plays in wagtailmedia's screens and in previews, and counts no view.
    """
    video_file = VideoFile.objects.filter(pk=pk).first()
    if video_file is None or not may_use(video_file, request.user):
        # The same response for a file that does not exist: it does not reveal which files exist.
        return plain_refusal(_("You may not watch this video file."), status=403)
    try:
        name, content_type = video_file.playable_name, video_file.playable_type
        if not name:
            name, content_type = video_file.file.name or "", video_file.content_type
        response = delivery_backend().deliver(request, StoredFile(name, content_type))
    except FileNotFoundError:
        return plain_refusal(_("This video file is missing from the library."), status=404)
    response.headers["Content-Security-Policy"] = OPENED_ALONE
    return response


def usage(request: EditorRequest, media_id: int) -> HttpResponse:
    """Return wagtailmedia's list of pages that use a file, after a check of this file: wagtailmedia checks none."""
    if not may_use(get_object_or_404(VideoFile, pk=media_id), request.user):
        raise PermissionDenied
    return media.usage(request, media_id)


def no_audio(request: HttpRequest, **kwargs: Any) -> NoReturn:
    """Raise Http404 for wagtailmedia's addresses for audio files: the site has videos only."""
    raise Http404


def facts(video_file: VideoFile, user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of `processing_facts.html` for a video file and the editor `user`."""
    return {**processing_facts_context(video_file), "shared_warning": warning_of_file(video_file, user)}


def admin_urls() -> list[URLPattern | URLResolver]:
    """Return the addresses below that of the admin, before wagtailmedia's: some replace wagtailmedia's own."""
    return [
        path("video-files/<int:pk>/source", video_file_source, name="video_file_source"),
        path(
            "media/video/add/",
            allowing_bucket(answering_xhr(media.add)),
            {"media_type": "video"},
            name="video_file_add",
        ),
        path("media/edit/<int:media_id>/", answering_xhr(media.edit), name="video_file_edit"),
        path("media/usage/<int:media_id>/", usage, name="video_file_usage"),
        path("media/chooser/", VIDEO_CHOOSER, {"media_type": "video"}),
        re_path(r"^media/(?:audio|media)/", no_audio),
        re_path(r"^media/.*chooser/audio/", no_audio),
    ]
