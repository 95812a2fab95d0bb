"""Remove expired uploads, and the files of broken connections and killed processes in FILE_UPLOAD_TEMP_DIR."""

import datetime as dt
import logging
import os
from itertools import chain

from django.conf import settings

from video_pages.core import clock
from video_pages.library.storage import protected_storage
from video_pages.uploads import direct
from video_pages.uploads.files import PREFIX, SUFFIX
from video_pages.uploads.models import UPLOAD_LIFETIME, ResumableUpload
from video_pages.uploads.resumable import is_complete, is_finished, remove
from video_pages.uploads.store import PREFIX as PART_PREFIX
from video_pages.uploads.store import UploadLocked, store

logger = logging.getLogger(__name__)

STALE_SECONDS = 60 * 60
"""An upload in progress is written to all the time; after an hour without a write it is abandoned."""
WITHOUT_BYTES = dt.timedelta(days=7)
"""Time after which a complete upload is removed whose part file or bucket is gone: nothing is there to examine."""
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
        except OSError as error:
            logger.warning("%s could not be removed; it is tried again. %s", entry.path, error)
    return removed


def remove_expired(*, now: dt.datetime | None = None) -> int:
    """Remove expired resumable uploads with their bytes, and part files without a row; return the number of both."""
    now = now or clock.now()
    removed = 0
    long_ago = ResumableUpload.objects.to_be_inspected().filter(touched_at__lte=now - WITHOUT_BYTES)
    if protected_storage().is_remote:
        long_ago = long_ago.filter(object_name="")
    for upload in chain(ResumableUpload.objects.expired(now).order_by("pk"), long_ago):
        try:
            if _has_ended(upload, now):
                remove(upload)
                removed += 1
        except UploadLocked:
            continue
        except OSError as error:  # a bucket that is away, a file that can't be removed: the others go all the same
            logger.warning("The expired upload %s could not be removed; it is tried again. %s", upload.pk, error)
    return removed + _remove_orphans(now)


def _has_ended(upload: ResumableUpload, now: dt.datetime) -> bool:
    """Return whether the expired `upload` has become a file, was refused, or lacks bytes that come no more.

    The row may not know the last bytes: a killed server did not write them down, and a bucket tells nobody. Raises
    StorageAway.
    """
    if is_finished(upload):
        return True
    written_at = store.written_at(upload.token)
    # A slow request updates its row only now and then, but its file with each block.
    if written_at is not None and written_at > (now - UPLOAD_LIFETIME).timestamp():
        return False
    if upload.object_name:
        if not protected_storage().is_remote:  # the library has left the bucket with its bytes
            return True
        direct.sent_parts(upload)
        if upload.touched_at > now - UPLOAD_LIFETIME:  # it has got bytes that the row did not know
            return False
    return not is_complete(upload)


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
        except OSError as error:
            logger.warning("The part file of %s could not be removed; it is tried again. %s", token, error)
    return removed
