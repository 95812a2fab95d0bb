"""What a complete resumable upload becomes: a VideoFile that waits a day for its page, or another's new source.

Finishing holds the lock of the part file and the row, and leaves the part until the transaction is over. So it happens
once, whoever asks for it (the last PATCH, a later request, the periodic work), and whenever the server is killed.
"""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from video_pages.core import clock
from video_pages.ingest import versions
from video_pages.ingest.forms import read_facts
from video_pages.library import digests, services
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoPage
from video_pages.sections.collections import waiting_collection
from video_pages.transcoding import jobs
from video_pages.uploads import resumable
from video_pages.uploads.files import discarded_unless_saved
from video_pages.uploads.models import ResumableUpload
from video_pages.uploads.names import title_from_filename
from video_pages.uploads.store import UploadLocked, store
from video_pages.uploads.tokens import mark_taken

WAITS_FOR_PAGE = dt.timedelta(days=1)
TRY_LATER = {"not_examined", "too-slow"}
"""Codes of refusals that may be the machine's fault and not the file's."""
PATIENCE = dt.timedelta(hours=1)
"""How long a file is tried again that could not be looked into, before that is taken for the file's own fault."""

logger = logging.getLogger(__name__)


class TryLater(Exception):
    """The complete file could not be looked into now; `message` is for editors."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


def finish(upload, *, now=None, wait_seconds=0):
    """Make of the complete `upload` what it is to become, if nobody has; return its row as it is now.

    A file that can't be used is removed, and the row keeps the reason (`refusal`). Raises Busy while another request
    has it, Gone if it was removed, TryLater.
    """
    with store.locked(upload.token, wait_seconds=wait_seconds) as part:
        return finish_locked(upload, part, now=now)


def finish_locked(upload, part, *, now=None):
    """`finish` for a caller that holds the lock of `part`."""
    now = now or clock.now()
    try:
        upload = ResumableUpload.objects.select_related("user", "section", "replaces").get(pk=upload.pk)
    except ResumableUpload.DoesNotExist:
        part.remove()
        raise resumable.UploadGone from None
    if resumable.is_finished(upload):
        part.remove()
        return upload
    if part.length != upload.size_bytes:
        return upload
    part.settle()
    with part.as_upload(upload.filename) as file:
        try:
            facts = read_facts(file)
        except ValidationError as error:
            if error.code in TRY_LATER and now - upload.touched_at < PATIENCE:
                raise TryLater(" ".join(error.messages)) from None
            return _refuse(upload, part, " ".join(error.messages))
        with part.reader() as stream:
            digest = digests.sha256_of(stream)
        if upload.replaces_id:
            upload = _replace(upload, file, facts, digest)
        else:
            upload = _take_in(upload, file, facts, digest, now)
    part.remove()
    return upload


def _take_in(upload, file, facts, digest, now):
    """Make a VideoFile of the upload, processed at once: the film may be ready when its page is."""
    collection = waiting_collection(upload.user, upload.section)
    if collection is None:
        return _refuse(upload, None, _("You may no longer add video files."))
    video_file = VideoFile(
        title=upload.title or title_from_filename(upload.filename),
        file=file,
        uploaded_by_user=upload.user,
        collection=collection,
        awaits_page_until=now + WAITS_FOR_PAGE,
    )
    services.describe_upload(video_file, file)
    video_file.sha256 = digest
    services.apply_facts(video_file, facts)
    with discarded_unless_saved(video_file), transaction.atomic():
        video_file.save()
        jobs.submit(video_file)
        return _taken(upload, video_file)


def _replace(upload, file, facts, digest):
    """Give the file that the upload replaces its new source; visitors have the old film until the new one is ready."""
    video_file = VideoFile.objects.get(pk=upload.replaces_id)
    with discarded_unless_saved(video_file), transaction.atomic():
        versions.replace(video_file, file, facts, user=upload.user, sha256=digest)
        ResumableUpload.objects.filter(video_file=video_file).exclude(pk=upload.pk).delete()
        return _taken(upload, video_file)


def _taken(upload, video_file):
    upload.video_file, upload.offset_bytes = video_file, upload.size_bytes
    unfinished = ResumableUpload.objects.filter(pk=upload.pk, video_file=None, refusal="")
    if not unfinished.update(video_file=video_file, offset_bytes=upload.size_bytes):
        raise resumable.UploadGone  # somewhere the lock did not hold, and somebody was faster: this is undone
    return upload


def _refuse(upload, part, reason):
    upload.refusal, upload.offset_bytes = reason, upload.size_bytes
    upload.save(update_fields=["refusal", "offset_bytes"])
    if part is not None:
        part.remove()
    return upload


def finish_complete(*, now=None):
    """Finish the uploads that are complete and that nobody finished, as their server was killed; return how many."""
    now = now or clock.now()
    finished = 0
    for upload in ResumableUpload.objects.filter(video_file=None, refusal="").order_by("pk"):
        if not resumable.is_complete(upload):
            continue
        try:
            finish(upload, now=now)
            finished += 1
        except (UploadLocked, resumable.UploadGone, TryLater):
            continue
        except Exception:
            # One upload that can't be finished must not keep the others waiting.
            logger.exception("The upload %s could not be finished; it is tried again.", upload.pk)
    return finished


def discard(upload):
    """Remove the upload and what it became, if that is a file which still waits for a page. Raises Busy."""
    resumable.remove(upload)
    with transaction.atomic():
        waiting = VideoFile.objects.select_for_update().filter(awaits_page_until__isnull=False)
        video_file = waiting.filter(pk=upload.video_file_id).first() if upload.video_file_id else None
        if video_file is not None and not is_shown(video_file):
            video_file.delete()


def remove_unclaimed(*, now=None):
    """Remove files that waited in vain: no page shows them, live, in its draft or in any revision. Return how many."""
    now = now or clock.now()
    removed = 0
    for video_file in VideoFile.objects.filter(awaits_page_until__lte=now).order_by("pk"):
        with transaction.atomic():
            row = VideoFile.objects.select_for_update().filter(pk=video_file.pk, awaits_page_until__lte=now).first()
            if row is None:
                continue
            if is_shown(row):
                mark_taken(row)
                continue
            row.delete()
            removed += 1
    return removed


def is_shown(video_file):
    """True if a page shows the file or has a revision that does."""
    if VideoPage.objects.filter(video_file=video_file).exists():
        return True
    return Revision.page_revisions.filter(content__video_file=video_file.pk).exists()


def tidy(*, now=None):
    """Everything of uploads that comes round by the clock; return how much was removed."""
    finish_complete(now=now)
    return resumable.remove_expired(now=now) + remove_unclaimed(now=now)
