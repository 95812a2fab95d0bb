"""Remove expired uploads, and the files of broken connections and killed processes in FILE_UPLOAD_TEMP_DIR."""

import datetime as dt
import os

from django.conf import settings

from video_pages.core import clock
from video_pages.uploads.files import PREFIX, SUFFIX
from video_pages.uploads.models import UPLOAD_LIFETIME, ResumableUpload
from video_pages.uploads.resumable import remove
from video_pages.uploads.store import PREFIX as PART_PREFIX
from video_pages.uploads.store import UploadLocked, store

STALE_SECONDS = 60 * 60
"""An upload in progress is written to all the time; after an hour without a write it is abandoned."""
ORPHAN_SECONDS = 60 * 60
"""Age at which a part file without a row is an orphan: the row is written first, the file with the first byte."""


def remove_stale_uploads(*, now: dt.datetime | None = None, older_than_seconds: float = STALE_SECONDS) -> int:
    """Remove temporary uploads without a write for `older_than_seconds`; return their number.

    `now` is an aware datetime.
    """
    latest = (now or clock.now()).timestamp() - older_than_seconds
    removed = 0
    try:
        entries = list(os.scandir(settings.FILE_UPLOAD_TEMP_DIR))
    except FileNotFoundError:
        return 0
    for entry in entries:
        if not (entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX)):
            continue
        # A hard link of a part file that is being stored; `Part.remove` removes it.
        if entry.name.startswith(f"{PREFIX}{PART_PREFIX}"):
            continue
        try:
            if entry.stat(follow_symlinks=False).st_mtime <= latest:
                os.remove(entry.path)
                removed += 1
        except FileNotFoundError:  # its own request, or another worker, has removed it
            continue
    return removed


def remove_expired(*, now: dt.datetime | None = None) -> int:
    """Remove expired resumable uploads with their bytes, and part files without a row; return the number of both."""
    now = now or clock.now()
    removed = 0
    for upload in ResumableUpload.objects.expired(now).order_by("pk").iterator():
        written_at = store.written_at(upload.token)
        # A slow request updates its row only now and then, but its file with each block.
        if written_at is not None and written_at > (now - UPLOAD_LIFETIME).timestamp():
            continue
        try:
            remove(upload)
            removed += 1
        except UploadLocked:
            continue
    return removed + _remove_orphans(now)


def _remove_orphans(now: dt.datetime) -> int:
    """Remove part files whose row was deleted with its user, or with the video file to replace; return their number."""
    removed = 0
    for token in store.tokens(before=now.timestamp() - ORPHAN_SECONDS):
        if ResumableUpload.objects.unfinished().filter(token=token).exists():
            continue
        try:
            with store.locked(token) as part:
                part.remove()
                removed += 1
        except UploadLocked:
            continue
    return removed
