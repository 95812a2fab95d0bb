"""`/stream/<uuid of a video>/<name>`: get the verdict, then answer.

In a frame of another site, `~` and the key of the frame stand before the name: browsers send no session cookie there.
So does the token of a receiver, such as a television.

The order is: object, permission, name, method, headers. Without an allowing verdict every request gets the same 403,
for every name and whether or not the file exists, so that a refusal reveals nothing.
"""

import datetime as dt
import logging
import time
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from video_pages.access import known_browsers, receivers
from video_pages.access.browser import FRAME_KEY, FRAME_MARK, use_frame_key
from video_pages.access.decide import Reason, Verdict, decide
from video_pages.access.invitations import playing, refusal_counts
from video_pages.access.receivers import Receiver
from video_pages.access.visitor import Visitor, visitor_of
from video_pages.core import clock
from video_pages.core.metrics import VIEW, tally
from video_pages.core.prepared import PreparedModel
from video_pages.delivery import downloads, files, television, watch_reports
from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.choice import delivery_backend
from video_pages.delivery.counting import count_first_bytes, refused_play
from video_pages.delivery.responses import library_unavailable, open_to_receiver, plain_refusal, protect, refusal
from video_pages.library import identity
from video_pages.library.storage import StorageAway
from video_pages.pages.models import VideoPage

METHODS = ["GET", "HEAD"]
STATUS = "status"
"""The name that a player requests every ten seconds while it plays from its buffer."""
PAGE_COLUMNS = (
    "id path depth numchild title live expire_at alias_of_id owner_id locked content_type_id"
    " page_ptr_id uuid open_to_everyone video_file_id"
).split()
FILE_COLUMNS = "id type uuid duration source_version package package_version progressive_name poster_version".split()
# The columns that the verdict, the names of files and the counted view read. All columns would take longer than the
# verdict: among them are the facts of the probe, as JSON, and the description.
BY_UUID = PreparedModel(VideoPage, "uuid", related=["video_file"], only={"": PAGE_COLUMNS, "video_file": FILE_COLUMNS})

logger = logging.getLogger(__name__)


@csrf_exempt  # the verdict comes before the 405; `watch_reports` checks the origin of a report itself
def stream(request: HttpRequest, video_id: str, name: str | None = None) -> HttpResponseBase:
    """Answer with the file `name` of the video with the uuid `video_id`; both are untrusted text."""
    now = clock.now()
    name, key = without_key(name or "")
    receiver = receiver_in(key, video_id, now)
    if receiver is not None:
        receivers.mark_as_receiver(request)
        use_frame_key(request, "")
        return open_to_receiver(_answer(request, video_id, name, now, receiver))
    if key:
        use_frame_key(request, key)
    return _answer(request, video_id, name, now)


def _answer(
    request: HttpRequest, video_id: str, name: str, now: dt.datetime, receiver: Receiver | None = None
) -> HttpResponseBase:
    # Read for every request, also for unknown ids: after reading an ended session Django sends a cookie that deletes
    # it, and the refusals must not differ in that.
    began = time.perf_counter()
    visitor = visitor_of(request)
    video = find_video(video_id)
    verdict = verdict_on(video, visitor, receiver, now) if video else None
    tally.note_verdict(VIEW, time.perf_counter() - began, is_allowed=bool(verdict and verdict.allowed))
    if video is None or verdict is None or not verdict.allowed:
        if verdict:
            refusal_counts.count_refused(verdict, now=now)
        return refusal(verdict.reason if verdict and verdict.invited else None)
    if receiver is not None:
        return _answer_receiver(request, video, name, verdict, now)
    if name == STATUS and playing.is_full(verdict, now):
        refusal_counts.count_refused(verdict, Reason.AT_ONCE, now=now)
        return refusal(Reason.AT_ONCE)
    if name in (STATUS, watch_reports.NAME):
        playing.still_playing(verdict, video.duration_seconds, now=now)
    if name == watch_reports.NAME:
        return watch_reports.answer_watch_report(request, video, verdict, now)
    if name == downloads.NAME:
        return downloads.answer_download(request, video, verdict, now)
    found: StoredFile | HttpResponse | None
    if name == television.NAME:
        found = television.answer(video, name, verdict)
    else:
        found = files.stored_file(video.video_file, name) or files.generated_response(video, name, verdict)
    return _answer_found(request, video, found, verdict, now)


def _answer_receiver(
    request: HttpRequest, video: VideoPage, name: str, verdict: Verdict, now: dt.datetime
) -> HttpResponseBase:
    """Answer a receiver: it gets files, captions and playlists, and nothing that the page of the film asks for."""
    question = television.preflight(request)
    if question is not None:
        return question
    found: StoredFile | HttpResponse | None = None
    if name not in (STATUS, television.NAME):
        found = files.stored_file(video.video_file, name) or files.generated_response(video, name, verdict)
        try:
            found = found or television.answer(video, name, verdict)
        except (FileNotFoundError, StorageAway):
            return library_unavailable()
    return _answer_found(request, video, found, verdict, now)


def _answer_found(
    request: HttpRequest,
    video: VideoPage,
    found: StoredFile | HttpResponse | None,
    verdict: Verdict,
    now: dt.datetime,
) -> HttpResponseBase:
    if found is None:
        return no_such_file()
    if request.method not in METHODS:
        return protect(HttpResponseNotAllowed(METHODS))
    return _serve(request, video, found, verdict, now) if isinstance(found, StoredFile) else found


def without_key(name: str) -> tuple[str, str]:
    """Return (the name, the key) of `name` (untrusted text): the key of a frame or the token of a receiver, or ""."""
    first, slash, rest = name.partition("/")
    key = first.removeprefix(FRAME_MARK)
    return (rest, key) if slash and key != first and FRAME_KEY.fullmatch(key) else (name, "")


def receiver_in(key: str, video_id: str, now: dt.datetime) -> Receiver | None:
    """Return the Receiver whose token for the video `video_id` is `key`, or None; both are untrusted text."""
    try:
        return receivers.read_token(key, uuid.UUID(video_id), now) if key else None
    except ValueError:
        return None


def verdict_on(video: VideoPage, visitor: Visitor, receiver: Receiver | None, now: dt.datetime) -> Verdict:
    """Return the Verdict on the source page `video` for `visitor`, or for `receiver`."""
    if receiver is not None:
        return receivers.decide_for(video, receiver, now)
    return decide(video, visitor.browser, visitor.user, now)


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


def _serve(
    request: HttpRequest, video: VideoPage, stored: StoredFile, verdict: Verdict, now: dt.datetime
) -> HttpResponseBase:
    """Return the response of the delivery backend; count a view if the browser gets bytes of the video by it."""
    if not stored.name:
        return no_such_file()
    backend, file = delivery_backend(), video.video_file
    try:
        if receivers.is_of_receiver(request) and television.is_in_pieces(file, stored):
            response = television.deliver_piece(request, stored)
        else:
            response = backend.deliver(request, stored, allowed_until=verdict.valid_until)
    except FileNotFoundError:
        # A player that was watching asks for names of an old package; only a file that a row names is an error.
        if file and stored.name in (file.playable_name, file.poster_name):
            logger.error("The file %s of the video file %s is missing.", stored.name, file.pk)
        return no_such_file() if identity.state().is_usable else library_unavailable()
    except StorageAway as error:
        logger.debug("The file %s can't be sent. %s", stored.name, error)  # the bucket's outage is logged once
        return library_unavailable()
    if stored.is_video_content and backend.gives_bytes(request, response):
        visitor = visitor_of(request)
        try:
            refused = refused_play(video, verdict, now)
        except BaseException:  # an error of the database: nobody else closes the file
            response.close()
            raise
        if refused:
            response.close()
            return refusal(refused)
        if count_first_bytes(visitor, video, verdict, now):
            known_browsers.remember_extension(
                response, visitor.known_browser, guard=verdict.guard, access_id=verdict.access_id
            )
    return response
