"""`/stream/<uuid of a video>/<name>`: get the verdict, then answer.

The order is: object, permission, name, method, headers. Without an allowing verdict every request gets the same 403,
for every name and whether or not the file exists, so that a refusal reveals nothing.
"""

import datetime as dt
import logging
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from video_pages.access import known_browsers
from video_pages.access.decide import Verdict, decide
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.core.prepared import PreparedModel
from video_pages.delivery import files, watch_reports
from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.choice import delivery_backend
from video_pages.delivery.counting import count_first_bytes
from video_pages.delivery.responses import plain_refusal, protect
from video_pages.library import identity
from video_pages.pages.models import VideoPage

METHODS = ["GET", "HEAD"]
RETRY_AFTER_SECONDS = 30
BY_UUID = PreparedModel(VideoPage, "uuid", related=VideoPage.read_with)

logger = logging.getLogger(__name__)


@csrf_exempt  # the verdict comes before the 405; `watch_reports` checks the origin of a report itself
def stream(request: HttpRequest, video_id: str, name: str | None = None) -> HttpResponseBase:
    """Answer with the file `name` of the video with the uuid `video_id`; both are untrusted text."""
    now = clock.now()
    # Read for every request, also for unknown ids: after reading an ended session Django sends a cookie that deletes
    # it, and the refusals must not differ in that.
    visitor = visitor_of(request)
    video = find_video(video_id)
    verdict = decide(video, visitor.browser, visitor.user, now) if video else None
    if video is None or verdict is None or not verdict.allowed:
        return plain_refusal(_("This video is locked, or it is not here. Open its page first."), status=403)
    if name == watch_reports.NAME:
        return watch_reports.answer_watch_report(request, video, verdict, now)
    found = files.stored_file(video, name or "") or files.generated_response(video, name or "")
    if found is None:
        return no_such_file()
    if request.method not in METHODS:
        return protect(HttpResponseNotAllowed(METHODS))
    return _serve(request, video, found, verdict, now) if isinstance(found, StoredFile) else found


def find_video(video_id: str) -> VideoPage | None:
    """Return the source page of the video with this uuid, which must be in canonical form, or None."""
    try:
        wanted = uuid.UUID(video_id)
    except ValueError:
        return None
    if str(wanted) != video_id:
        return None
    video = BY_UUID.get(wanted)
    return video.source if video else None


def no_such_file() -> HttpResponse:
    """Return the 404 for a browser that may watch the video and asks for a file that does not exist."""
    return plain_refusal(_("This video has no such file."), status=404)


def library_unavailable() -> HttpResponse:
    """Return the 503 for a file that is missing because the library's disk is: players ask again."""
    response = plain_refusal(_("The films of this site are not reachable at the moment."), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _serve(
    request: HttpRequest, video: VideoPage, stored: StoredFile, verdict: Verdict, now: dt.datetime
) -> HttpResponseBase:
    """Return the response of the delivery backend; count a view if the browser gets bytes of the video by it."""
    if not stored.name:
        return no_such_file()
    backend = delivery_backend()
    try:
        response = backend.deliver(request, stored, allowed_until=verdict.valid_until)
    except FileNotFoundError:
        # A player that was watching asks for names of an old package; only a file that a row names is an error.
        file = video.video_file
        if file and stored.name in (file.playable_name, file.poster_name):
            logger.error("The file %s of the video file %s is missing.", stored.name, file.pk)
        return no_such_file() if identity.state().is_usable else library_unavailable()
    if stored.is_video_content and backend.gives_bytes(request, response):
        visitor = visitor_of(request)
        if count_first_bytes(visitor, video, verdict, now):
            known_browsers.remember_extension(
                response, visitor.known_browser, guard=verdict.guard, access_id=verdict.access_id
            )
    return response
