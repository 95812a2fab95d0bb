"""The end of a resumable upload, in its row: it became a file of the library, was refused, or is tried again later."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from video_pages.core import clock
from video_pages.ingest.inspection import NOT_INSPECTED, TOO_SLOW
from video_pages.library.models import VideoFile
from video_pages.uploads import resumable
from video_pages.uploads.models import ResumableUpload

WAITS_FOR_PAGE = dt.timedelta(days=1)
"""How long a file waits for the page that shows it, before it is removed."""
RETRY_PERIOD = dt.timedelta(hours=1)
"""How long a file that took too long is tried again after the first such try, before it is refused."""
STORED_LATER = _("The storage of the films does not answer. The file is here, and is stored later.")
MAY_NOT_ADD = _("You may no longer add video files.")


class TryLater(Exception):
    """The complete file could not be finished now; `message` is for editors."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = str(message)


def is_tried_again(upload: ResumableUpload, code: str | None, *, now: dt.datetime) -> bool:
    """Return whether `upload`, whose inspection has ended with `code`, is inspected again; note when it first was slow.

    A server that can't look into a file refuses none, however long that lasts. A file that takes too long may be the
    cause itself: it is refused after RETRY_PERIOD, which begins anew after each fault of the server.
    """
    if code not in (NOT_INSPECTED, TOO_SLOW):
        return False
    since = (upload.not_examined_since or now) if code == TOO_SLOW else None
    if since != upload.not_examined_since:
        upload.not_examined_since = since
        ResumableUpload.objects.filter(pk=upload.pk).update(not_examined_since=since)
    return since is None or now - since < RETRY_PERIOD


def mark_finished(upload: ResumableUpload, video_file: VideoFile) -> ResumableUpload:
    """Record on the row that `video_file` is what the upload became. Raises UploadGone if it is finished already.

    The row stays for a day from now on, as the file that waits for its page, which its user finds by it.
    """
    upload.video_file, upload.offset_bytes, upload.touched_at = video_file, upload.size_bytes, clock.now()
    row = ResumableUpload.objects.unfinished().filter(pk=upload.pk)
    if not row.update(video_file=video_file, offset_bytes=upload.size_bytes, touched_at=upload.touched_at):
        raise resumable.UploadGone  # a file system without working locks: another process was first, and this is undone
    return upload


def mark_refused(upload: ResumableUpload, reason: object) -> ResumableUpload:
    """Record the reason of a refusal on the row, which its user can read for a day from now on."""
    upload.refusal, upload.offset_bytes, upload.touched_at = str(reason), upload.size_bytes, clock.now()
    upload.save(update_fields=["refusal", "offset_bytes", "touched_at"])
    return upload
