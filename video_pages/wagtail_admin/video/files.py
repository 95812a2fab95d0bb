"""Video files in the admin: the address of their bytes, and what wagtailmedia's screens say of them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, re_path
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
from video_pages.wagtail_admin.xhr import answering_xhr

# A link to the file opens the browser's own player, whose page has this policy and loads the file again.
OPENED_ALONE = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"
VIDEO_CHOOSER = RedirectView.as_view(pattern_name="wagtailmedia:chooser_typed", query_string=True)


@require_safe
def video_file_source(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Answer the film of a video file, or its source while there is no other, with ranges.

    Only to those who may choose the file or edit a page showing it.

    This is what `VideoFile.url` names: it plays in wagtailmedia's screens and in previews, and counts no
    view.
    """
    video_file = VideoFile.objects.filter(pk=pk).first()
    if video_file is None or not may_use(video_file, request.user):
        # The same for what is not there: who may not see a file learns nothing of it.
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


def usage(request, media_id):
    """wagtailmedia's list of what shows a file; it asks for rights to some file, and names this one."""
    if not may_use(get_object_or_404(VideoFile, pk=media_id), request.user):
        raise PermissionDenied
    return media.usage(request, media_id)


def no_audio(request, **kwargs):
    """The site holds videos only: wagtailmedia's addresses for sound lead nowhere."""
    raise Http404


def facts(video_file, user):
    """Return what `processing_facts.html` shows the editor `user` of a video file, whatever pages show it."""
    return {**processing_facts_context(video_file), "shared_warning": warning_of_file(video_file, user)}


def admin_urls():
    """Addresses below the admin's, registered before wagtailmedia's own: some stand in front of those."""
    return [
        path("video-files/<int:pk>/source", video_file_source, name="video_file_source"),
        path("media/video/add/", answering_xhr(media.add), {"media_type": "video"}, name="video_file_add"),
        path("media/edit/<int:media_id>/", answering_xhr(media.edit), name="video_file_edit"),
        path("media/usage/<int:media_id>/", usage, name="video_file_usage"),
        path("media/chooser/", VIDEO_CHOOSER, {"media_type": "video"}),
        re_path(r"^media/(?:audio|media)/", no_audio),
        re_path(r"^media/.*chooser/audio/", no_audio),
    ]
