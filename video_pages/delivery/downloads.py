"""`/stream/<uuid>/download`: the original as a file to keep; with `?size=720p` the progressive MP4 of that height.

The right is decided at the start, and again every PERIOD seconds while bytes flow, so whatever ends access ends the
transfer: an open connection would go on for hours. Therefore the application sends the bytes itself on every engine.
A web server or a bucket that has begun to send cannot be told to stop. Each transfer holds a thread, so a process sends
only some at once, and two to one viewer; a browser that is told to wait tries again, and playing is not affected.

A download is a use of an invitation: like playing it needs a use and a seat, and begins the watch window.

The usual end of the time that a password gives does not stop a transfer which it began: a large file takes longer. An
end that somebody has set does, such as that of an invitation. So does a change of the access, as the log tells, after
the row was removed.

A transfer follows the row that allowed it, which gets another key when its browser unlocks another page. The same page
unlocked anew is another row: that ends it.
"""

import datetime as dt
import errno
import logging
import time
from collections.abc import Callable, Iterator
from typing import cast

from django.contrib.auth import get_user_model
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry

from video_pages.access.browser import Browser
from video_pages.access.decide import Reason, User, Verdict, decide, may_edit
from video_pages.access.downloads import may_download
from video_pages.access.grant import first_id_of, present_row
from video_pages.access.models import VideoAccessSession
from video_pages.access.visitor import Visitor, visitor_of
from video_pages.analytics.services import record_download
from video_pages.core import clock
from video_pages.core.connections import release_connections
from video_pages.core.log_actions import LogAction
from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.stream import FilePart, FilePartResponse, StreamBackend
from video_pages.delivery.counting import access_ref_of, refused_play
from video_pages.delivery.download_places import holder_of, places
from video_pages.delivery.responses import come_back, library_unavailable, plain_refusal, protect, refusal
from video_pages.library.downloads import ORIGINAL, downloadable_files
from video_pages.library.models import VideoFile
from video_pages.library.storage import StorageAway, protected_storage
from video_pages.pages.models import VideoPage

NAME = "download"
METHODS = ["GET", "HEAD"]
PERIOD = 1.0
"""Seconds between two decisions while bytes flow."""
BLOCK_SIZE = 256 * 1024
RETRY_AFTER_SECONDS = 60
INVITATION_ENTRIES = (LogAction.INVITATION_CHANGED, LogAction.INVITATION_ENDED)
LONGEST_AFTER_EXPIRY = dt.timedelta(hours=12)

logger = logging.getLogger(__name__)


class DownloadEnded(ConnectionResetError):
    """The access to a video has ended while it was downloaded.

    Servers close the connection for this kind of error without a line in their logs, so that no client takes the part
    that it has for the whole file.
    """

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "The access to this video has ended.")


class WatchedPart:
    """The blocks of `part`, for as long as `is_allowed()` returns True; it is asked every PERIOD seconds.

    Raises DownloadEnded in the middle of the body. `close` gives the place of `holder` back, once; so does the end of
    the object, because nobody closes a response that a middleware has failed on.
    """

    def __init__(self, part: FilePart, is_allowed: Callable[[], bool], holder: str) -> None:
        self._part, self._is_allowed, self._holder = part, is_allowed, holder
        self._is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        release_connections()
        asked = time.monotonic()
        while block := self._part.read(BLOCK_SIZE):
            if time.monotonic() - asked >= PERIOD:
                asked = time.monotonic()
                try:
                    if not self._is_allowed():
                        raise DownloadEnded
                finally:
                    release_connections()
            yield block

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            places.give_back(self._holder)
            self._part.close()

    __del__ = close


def answer_download(request: HttpRequest, video: VideoPage, verdict: Verdict, now: dt.datetime) -> HttpResponseBase:
    """Answer with a file of the source page `video`, which `verdict` allows to watch; 403 if it may not be kept."""
    visitor = visitor_of(request)
    if not may_download(video, verdict, visitor.user):
        return refusal()
    if request.method not in METHODS:
        return protect(HttpResponseNotAllowed(METHODS))
    size = request.GET.get("size") or ORIGINAL
    file = VideoFile.objects.filter(pk=video.video_file_id).first() if video.video_file_id else None
    found = next((each for each in downloadable_files(file) if each.size == size), None)
    if found is None:
        return plain_refusal(_("This video has no such file."), status=404)
    holder = holder_of(video.pk, visitor, verdict)
    if not places.take(holder):
        if places.has_most(holder):
            text = _(
                "You are downloading as many files at this moment as one can. Please try again when one is complete."
            )
        else:
            text = _("Many films are being downloaded at this moment. Please try again in a minute.")
        return come_back(text, seconds=RETRY_AFTER_SECONDS)
    response: HttpResponseBase | None = None
    is_begun = False
    try:
        stored = StoredFile(found.name, found.content_type)
        response = StreamBackend(protected_storage()).deliver(request, stored, allowed_until=verdict.valid_until)
        if response.status_code in (200, 206):
            filename = found.filename(video.title)
            response.headers["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
        if isinstance(response, FilePartResponse):
            refused = refused_play(video, verdict, now)
            if refused:
                return refusal(refused)
            is_allowed = StillAllowed(video, visitor, verdict, now)
            _count(visitor, video, verdict, now, version=file.version_name if file else "", size=size)
            response.streaming_content = WatchedPart(cast(FilePart, response.content_source), is_allowed, holder)
            is_begun = True
        return response
    except FileNotFoundError:
        logger.error("The file %s of the video file %s is missing.", found.name, video.video_file_id)
        return plain_refusal(_("This video has no such file."), status=404)
    except StorageAway:
        return library_unavailable()
    finally:
        if not is_begun:  # nobody sends bytes, whatever happened: an error of the database, too
            places.give_back(holder)
            if isinstance(response, FilePartResponse):
                response.close()


class StillAllowed:
    """Asks again whether a transfer that `verdict` allowed at `began` may go on."""

    def __init__(self, video: VideoPage, visitor: Visitor, verdict: Verdict, began: dt.datetime) -> None:
        self._video_id, self._browser, self._began = video.pk, visitor.browser, began
        self._user_id = visitor.user.pk if visitor.user and visitor.user.is_authenticated else None
        self._verdict = verdict
        columns = ("first_id", "granted_by__ends_at", "granted_by__window_hours")
        rows = VideoAccessSession.objects.filter(pk=verdict.access_id) if verdict.access_id else None
        first_id, *limits = (rows.values_list(*columns).first() if rows is not None else None) or (None,)
        self._first_id = first_id or verdict.access_id
        self._has_set_end = any(limit is not None for limit in limits)

    def __call__(self) -> bool:
        """Return the answer of now. While the database is away, it is no."""
        try:
            return self._ask(clock.now())
        except DatabaseError:
            logger.warning("A download was ended: the database could not be asked.", exc_info=True)
            return False

    def _ask(self, now: dt.datetime) -> bool:
        video = VideoPage.objects.filter(pk=self._video_id).first()
        if video is None:
            return False
        user = self._user()
        verdict = decide(video, self._present_browser(), user, now)
        if verdict.allowed:
            if verdict.access_id != self._verdict.access_id:
                self._first_id = first_id_of(verdict.access_id)
            self._verdict = verdict
            return may_download(video, verdict, user)
        return self._has_merely_expired(verdict, now) and may_download(video, self._verdict, user)

    def _present_browser(self) -> Browser:
        """Return the browser with the key that its access row has now: it gets another one when it unlocks a page."""
        row = present_row(self._first_id)
        return Browser((row[1],)) if row else self._browser

    def _user(self) -> User | None:
        if self._user_id is None:
            return None
        return cast(User | None, get_user_model()._default_manager.filter(pk=self._user_id, is_active=True).first())

    def _has_merely_expired(self, verdict: Verdict, now: dt.datetime) -> bool:
        """Return whether the time of the last allowing verdict is over, and nobody has ended or changed the access."""
        last = self._verdict
        if (
            self._has_set_end
            or last.valid_until is None
            or last.valid_until > now
            or last.reason != Reason.UNLOCKED
            or last.guard is None
        ):
            return False
        if verdict.reason not in (Reason.EXPIRED, Reason.LOCKED) or now - self._began > LONGEST_AFTER_EXPIRY:
            return False
        guard = verdict.guard
        if guard is None or guard != last.guard or guard.password_date != last.guard.password_date:
            return False
        changes = [each.value for each in (LogAction.ACCESS_CHANGED, LogAction.ACCESS_ENDED, *INVITATION_ENTRIES)]
        logged = PageLogEntry.objects.filter(page=last.guard.page_id, action__in=changes, timestamp__gte=self._began)
        return not logged.exists()


def _count(visitor: Visitor, video: VideoPage, verdict: Verdict, now: dt.datetime, *, version: str, size: str) -> None:
    """Count the download of this access, except for editors and machines; an error does not stop it."""
    if verdict.reason == Reason.EDITOR or visitor.is_automatic or may_edit(video, visitor.user):
        return
    try:
        record_download(
            video_id=video.pk,
            access_ref=access_ref_of(visitor, verdict, now),
            version=version,
            size=size,
            invitation_viewer_id=verdict.invited.viewer_id if verdict.invited else None,
            now=now,
        )
    except DatabaseError:
        logger.warning("A download of the video %s was not counted.", video.uuid, exc_info=True)
