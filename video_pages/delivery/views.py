"""`/stream/<uuid of a video>/<name>`: ask for the verdict, then answer.

The order is: object, permission, name, method, headers. Without an allowing verdict every request gets the
same 403, whatever it names and whether or not that exists. Only then may an answer tell anything.
"""

import logging
import uuid

from django.http import HttpResponseNotAllowed
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from video_pages.access.browser import browser_keys
from video_pages.access.decide import decide
from video_pages.core import clock
from video_pages.core.prepared import PreparedModel
from video_pages.delivery import files, watch_reports
from video_pages.delivery.counting import count_first_bytes
from video_pages.delivery.responses import has_media_bytes, plain_refusal, protect, serve_file
from video_pages.library import identity
from video_pages.library.storage import protected_storage
from video_pages.pages.models import VideoPage

METHODS = ["GET", "HEAD"]
RETRY_AFTER_SECONDS = 30
BY_UUID = PreparedModel(VideoPage, "uuid", related=VideoPage.read_with)

logger = logging.getLogger(__name__)


@csrf_exempt  # the verdict comes before the 405; what a beat changes asks where it comes from
def stream(request, video_id, name=None):
    """Answer with the file called `name` of the video that `video_id` (text, hostile) names."""
    now = clock.now()
    # Read for every request, unknown ids too: reading a dead session makes Django answer with a cookie that
    # ends it, and the refusals must not differ by that.
    browser = browser_keys(request)
    video = find_video(video_id)
    verdict = decide(video, browser, request.user, now) if video else None
    if verdict is None or not verdict.allowed:
        return plain_refusal(_("This video is locked, or it is not here. Open its page first."), status=403)
    if name == watch_reports.NAME:
        return watch_reports.answer_watch_report(request, video, verdict, now)
    stored = files.stored_file(video, name or "")
    written = files.generated_response(video, name or "") if stored is None else None
    if stored is None and written is None:
        return no_such_file()
    if request.method not in METHODS:
        return protect(HttpResponseNotAllowed(METHODS))
    return written or _serve(request, video, stored, verdict, now)


def find_video(video_id):
    """The source page of the video with this uuid in its usual form, or None."""
    try:
        wanted = uuid.UUID(video_id)
    except ValueError:
        return None
    if str(wanted) != video_id:
        return None
    video = BY_UUID.get(wanted)
    return video.source if video else None


def no_such_file():
    """404, for a browser that may have the video and asks for something that it has not."""
    return plain_refusal(_("This video has no such file."), status=404)


def library_unavailable():
    """503, where the file is missing because the library's disk is: players ask again."""
    response = plain_refusal(_("The films of this site are not reachable at the moment."), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _serve(request, video, stored, verdict, now):
    """The StoredFile, whole or in part; counts a view when bytes of the film are answered."""
    if not stored.name:
        return no_such_file()
    try:
        response = serve_file(request, protected_storage(), stored.name, content_type=stored.content_type)
    except FileNotFoundError:
        # Names of old packages are asked for by players that were watching; only what a row names is missed.
        if stored.name in (video.video_file.playable_name, video.video_file.poster_name):
            logger.error("The file %s of the video file %s is missing.", stored.name, video.video_file.pk)
        return no_such_file() if identity.state().is_usable else library_unavailable()
    if stored.is_video_content and has_media_bytes(response):
        count_first_bytes(request, video, verdict, now)
    return response
