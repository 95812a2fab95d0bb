"""The end of a resumable upload, in its row: it became a file of the library, was refused, or is tried again later."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from video_pages.library.models import VideoFile
from video_pages.uploads import resumable
from video_pages.uploads.models import ResumableUpload

WAITS_FOR_PAGE = dt.timedelta(days=1)
"""How long a file waits for the page that shows it, before it is removed."""
RETRY_PERIOD = dt.timedelta(hours=1)
"""How long a file that could not be inspected is tried again, before it is refused."""
STORED_LATER = _("The storage of the films does not answer. The file is here, and is stored later.")
MAY_NOT_ADD = _("You may no longer add video files.")


class TryLater(Exception):
    """The complete file could not be finished now; `message` is for editors."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = str(message)


def mark_finished(upload: ResumableUpload, video_file: VideoFile) -> ResumableUpload:
    """Record on the row that `video_file` is what the upload became. Raises UploadGone if it is finished already."""
    upload.video_file, upload.offset_bytes = video_file, upload.size_bytes
    row = ResumableUpload.objects.unfinished().filter(pk=upload.pk)
    if not row.update(video_file=video_file, offset_bytes=upload.size_bytes):
        raise resumable.UploadGone  # a file system without working locks: another process was first, and this is undone
    return upload


def mark_refused(upload: ResumableUpload, reason: object) -> ResumableUpload:
    """Record the reason of a refusal on the row."""
    upload.refusal, upload.offset_bytes = str(reason), upload.size_bytes
    upload.save(update_fields=["refusal", "offset_bytes"])
    return upload
