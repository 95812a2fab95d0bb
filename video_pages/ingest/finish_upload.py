"""Make a complete resumable upload a VideoFile that waits a day for its page, or the new source of another VideoFile.

Finishing holds the lock of the part file and the row, and keeps the part until the transaction is over. So it happens
once, whether the last PATCH, a later request or the periodic task starts it, and whenever the server is killed.
"""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from wagtail.models import Revision

from video_pages.core import clock
from video_pages.core.repeated_errors import RepeatedErrors
from video_pages.core.typography import join_sentences
from video_pages.ingest import finish_object, versions
from video_pages.ingest.create import new_video_file
from video_pages.ingest.inspection import read_facts
from video_pages.ingest.outcomes import (
    MAY_NOT_ADD,
    STORED_LATER,
    WAITS_FOR_PAGE,
    TryLater,
    is_tried_again,
    mark_finished,
    mark_refused,
)
from video_pages.library import digests, orphans, sources
from video_pages.library.models import VideoFile
from video_pages.library.storage import StorageAway, protected_storage
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import may_replace
from video_pages.sections.collections import waiting_collection
from video_pages.transcoding import jobs
from video_pages.transcoding.facts import Facts
from video_pages.uploads import direct, resumable, temporary
from video_pages.uploads.files import discarded_unless_saved
from video_pages.uploads.models import ResumableUpload
from video_pages.uploads.names import title_from_filename
from video_pages.uploads.store import Part, UploadLocked, store
from video_pages.uploads.tokens import mark_taken

LONG_AGO = dt.timedelta(days=1)
"""A worker removes a file within a quarter of an hour after its waiting time, and was not away for so long."""
UNCLAIMED_DAYS = 3
"""Days for which every other unclaimed source stays: a database of the hours before its page looks the same."""

logger = logging.getLogger(__name__)
_errors = RepeatedErrors()


def finish(upload: ResumableUpload, *, now: dt.datetime | None = None, wait_seconds: float = 0) -> ResumableUpload:
    """Finish the complete `upload` unless it is finished; return its row as it is now.

    A file that can't be used is removed, and the row keeps the reason (`refusal`). Raises UploadLocked while another
    request holds the lock, UploadGone if the upload was removed, and TryLater.
    """
    if upload.object_name:
        return finish_object.finish(upload, now=now)
    with store.locked(upload.token, wait_seconds=wait_seconds) as part:
        return finish_locked(upload, part, now=now)


def finish_locked(upload: ResumableUpload, part: Part, *, now: dt.datetime | None = None) -> ResumableUpload:
    """Finish `upload` as `finish` does, for a caller that holds the lock of `part`."""
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
    part.flush_to_disk()
    with part.as_upload(upload.filename) as file:
        try:
            facts = read_facts(file)
        except ValidationError as error:
            if is_tried_again(upload, error.code, now=now):
                raise TryLater(join_sentences(error.messages)) from None
            return _refuse(upload, part, join_sentences(error.messages))
        with part.reader() as stream:
            digest = digests.sha256_of(stream)
        try:
            if upload.replaces and not may_replace(upload.replaces, upload.user):
                return _refuse(upload, part, MAY_NOT_ADD)
            if upload.replaces_id:
                upload = _replace(upload, file, facts, digest)
            else:
                upload = _create_file(upload, file, facts, digest, now)
        except StorageAway as error:
            logger.warning("The complete upload %s waits. %s", upload.pk, error)
            raise TryLater(STORED_LATER) from None
    part.remove()
    return upload


def _create_file(
    upload: ResumableUpload, file: UploadedFile, facts: Facts, digest: str, now: dt.datetime
) -> ResumableUpload:
    """Make a VideoFile of the upload and submit it: the video may be ready when its page is made."""
    collection = waiting_collection(upload.user, upload.section)
    if collection is None:
        return _refuse(upload, None, MAY_NOT_ADD)
    video_file = new_video_file(file, facts, user=upload.user, sha256=digest)
    video_file.title = upload.title or title_from_filename(upload.filename)
    video_file.collection = collection
    video_file.awaits_page_until = now + WAITS_FOR_PAGE
    with discarded_unless_saved(video_file), sources.new_sent(video_file), transaction.atomic():
        video_file.save()
        jobs.submit(video_file)
        return mark_finished(upload, video_file)


def _replace(upload: ResumableUpload, file: UploadedFile, facts: Facts, digest: str) -> ResumableUpload:
    """Give the replaced VideoFile its new source; visitors see the former version until the new one is ready."""
    video_file = VideoFile.objects.get(pk=upload.replaces_id)
    with discarded_unless_saved(video_file), sources.sent_ahead(video_file, file), transaction.atomic():
        versions.replace(video_file, file, facts, user=upload.user, sha256=digest)
        ResumableUpload.objects.filter(video_file=video_file).exclude(pk=upload.pk).delete()
        return mark_finished(upload, video_file)


def _refuse(upload: ResumableUpload, part: Part | None, reason: object) -> ResumableUpload:
    """Record the reason of a refusal on the row and remove the bytes."""
    mark_refused(upload, reason)
    if part is not None:
        part.remove()
    return upload


def finish_complete(*, now: dt.datetime | None = None) -> int:
    """Finish the complete uploads whose server was killed before it finished them; return how many."""
    now = now or clock.now()
    finished = 0
    for upload in ResumableUpload.objects.unfinished().order_by("pk"):
        try:
            if not _is_complete(upload):
                continue
            finished += resumable.is_finished(finish(upload, now=now))
            _errors.is_over(upload.pk)
        except (UploadLocked, resumable.UploadGone, TryLater):
            continue
        except Exception as error:
            # An error with one upload must not stop the others.
            if _errors.is_new(upload.pk, error):
                logger.exception("The upload %s could not be finished; it is tried again.", upload.pk)
    return finished


def _is_complete(upload: ResumableUpload) -> bool:
    """Return whether all bytes of the upload are stored; the bucket is asked, because it tells nobody by itself."""
    if upload.object_name:
        try:
            direct.sent_parts(upload)
        except StorageAway:
            return False
    return resumable.is_complete(upload)


def discard(upload: ResumableUpload) -> None:
    """Remove the upload, and its VideoFile if that still waits for a page. Raises UploadLocked."""
    resumable.remove(upload)
    with transaction.atomic():
        waiting = VideoFile.objects.select_for_update().filter(awaits_page_until__isnull=False)
        video_file = waiting.filter(pk=upload.video_file_id).first() if upload.video_file_id else None
        if video_file is not None and not is_shown(video_file):
            video_file.delete()


def remove_unclaimed(*, now: dt.datetime | None = None) -> int:
    """Remove files whose waiting time is over and that no page or revision of a page shows; return how many.

    The source stays as an orphan, because the database may have been restored, and the page made after its backup. One
    whose time was over long ago stays as long as every orphan, any other for UNCLAIMED_DAYS.
    """
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
            name, is_long_over = row.file.name or "", row.awaits_page_until < now - LONG_AGO
            # wagtailmedia would mark it as deleted after the commit; a worker that is killed then would leave it so.
            row.file = ""
            row.delete()
            removed += 1
            if not orphans.keep_source(name, now=now, most_days=None if is_long_over else UNCLAIMED_DAYS):
                protected_storage().delete(name)
    return removed


def is_shown(video_file: VideoFile) -> bool:
    """True if a page shows the file or has a revision that does."""
    if VideoPage.objects.filter(video_file=video_file).exists():
        return True
    return Revision.page_revisions.filter(content__video_file=video_file.pk).exists()


def clean_up_uploads(*, now: dt.datetime | None = None) -> int:
    """Do the periodic work on uploads; return the number of removed uploads and files."""
    finish_complete(now=now)
    return temporary.remove_expired(now=now) + remove_unclaimed(now=now)
