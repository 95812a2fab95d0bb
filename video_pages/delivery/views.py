"""`/stream/<uuid of a video>/<name>`: ask for the verdict, then answer.

The order is: object, permission, name, method, headers. Without an allowing verdict every request gets the
same 403, whatever it names and whether or not that exists. Only then may an answer tell anything.
"""

import logging
import uuid

from django.http import HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from video_pages.access.browser import browser_keys
from video_pages.access.decide import decide
from video_pages.delivery.counting import count_first_bytes
from video_pages.delivery.responses import has_media_bytes, plain_refusal, protect, serve_file
from video_pages.models import VideoPage

METHODS = ["GET", "HEAD"]
POSTER_TYPE = "image/jpeg"

logger = logging.getLogger(__name__)


@csrf_exempt  # nothing is changed by a POST, and the verdict comes before the 405
def stream(request, video_id, name=None):
    """Answer with the file called `name` of the video that `video_id` (text, hostile) names."""
    now = timezone.now()
    # Read for every request, unknown ids too: reading a dead session makes Django answer with a cookie that
    # ends it, and the refusals must not differ by that.
    browser = browser_keys(request)
    video = find_video(video_id)
    verdict = decide(video, browser, request.user, now) if video else None
    if verdict is None or not verdict.allowed:
        return plain_refusal(_("This video is locked, or it is not here. Open its page first."), status=403)
    part = FILES.get(name)
    if part is None:
        return not_here()
    if request.method not in METHODS:
        return protect(HttpResponseNotAllowed(METHODS))
    return part(request, video, verdict, now)


def find_video(video_id):
    """The source page of the video with this uuid in its usual form, or None."""
    try:
        wanted = uuid.UUID(video_id)
    except ValueError:
        return None
    if str(wanted) != video_id:
        return None
    video = VideoPage.objects.filter(uuid=wanted).select_related("video_file").first()
    return video.source if video else None


def not_here():
    """404, for a browser that may have the video and asks for something that it has not."""
    return plain_refusal(_("This video has no such file."), status=404)


def serve_source(request, video, verdict, now):
    """The current source; counts a view when bytes of it are answered."""
    file = video.video_file
    response = _serve(request, file, file.file.name if file else "", file.content_type if file else "")
    if has_media_bytes(response):
        count_first_bytes(request, video, verdict, now)
    return response


def serve_poster(request, video, verdict, now):
    """The poster, once there is one."""
    file = video.video_file
    return _serve(request, file, file.poster_name if file else "", POSTER_TYPE)


FILES = {"source": serve_source, "poster": serve_poster}


def _serve(request, file, name, content_type):
    if not name:
        return not_here()
    try:
        return serve_file(request, file.file.storage, name, content_type=content_type)
    except FileNotFoundError:
        logger.error("The file %s of the video file %s is missing.", name, file.pk)
        return not_here()
