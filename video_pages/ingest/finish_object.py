"""Make an upload that went straight to the bucket (`uploads.direct`) a VideoFile that waits a day for its page.

The server joins the parts and compares the size; nothing is fetched here. The worker fetches the object, as each
source, reads its facts, refuses it if it can't be used, and computes its digest. A page may be made of it meanwhile.

It happens once: the row of the upload is locked, and an object that is joined already is not joined again.
"""

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from video_pages.core import clock
from video_pages.ingest.outcomes import (
    MAY_NOT_ADD,
    STORED_LATER,
    WAITS_FOR_PAGE,
    TryLater,
    mark_finished,
    mark_refused,
)
from video_pages.library import paths, services
from video_pages.library.models import VideoFile
from video_pages.library.storage import StorageAway
from video_pages.sections.collections import waiting_collection
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State
from video_pages.uploads import direct, resumable
from video_pages.uploads.models import ResumableUpload
from video_pages.uploads.names import title_from_filename

INSPECTED_WITHIN = dt.timedelta(seconds=20)
"""How long the screen waits for the worker's verdict on a new file; a busy worker gives it later."""
WRONG_SIZE = _("The file did not arrive as it was sent. Choose it again.")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _NamedObject:
    """The name that a person gave to the file, and its size in bytes."""

    name: str
    size: int


def finish(upload: ResumableUpload, *, now: dt.datetime | None = None) -> ResumableUpload:
    """Make a VideoFile of `upload` if the bucket has all its parts; return its row as it is now.

    A new version is joined and no more: the worker inspects it before it replaces a source (`replace_from_bucket`).
    Raises UploadGone if the upload was removed, and TryLater if the bucket does not answer.
    """
    now = now or clock.now()
    found = ResumableUpload.objects.select_related("user", "section").filter(pk=upload.pk).first()
    if found is None:
        direct.drop(upload)
        raise resumable.UploadGone
    if resumable.is_finished(found) or not found.object_name:
        return found
    try:
        if not join(found) or found.replaces_id:
            return found
    except StorageAway as error:
        logger.warning("The complete upload %s waits. %s", found.pk, error)
        raise TryLater(STORED_LATER) from None
    collection = waiting_collection(found.user, found.section)
    if collection is None:
        direct.drop(found)
        return mark_refused(found, MAY_NOT_ADD)
    with transaction.atomic():
        row = ResumableUpload.objects.select_for_update().unfinished().filter(pk=found.pk).first()
        if row is None:  # another process was first, or the upload was removed meanwhile
            found.refresh_from_db()
            return found
        video_file = VideoFile(
            uuid=paths.uuid_of_source(found.object_name),
            file=found.object_name,
            title=found.title or title_from_filename(found.filename),
            uploaded_by_user=found.user,
            collection=collection,
            awaits_page_until=now + WAITS_FOR_PAGE,
        )
        services.describe_upload(video_file, _NamedObject(found.filename, found.size_bytes))
        video_file.save()
        jobs.submit(video_file)
        direct.keep_object(found)
        return mark_finished(found, video_file)


def join(upload: ResumableUpload) -> bool:
    """Join the parts of `upload` to its object; return False if some are missing, or if its size is refused.

    Raises StorageAway.
    """
    try:
        direct.join(upload)
    except direct.PartsMissing:
        return False
    except direct.WrongSize:
        direct.drop(upload)
        mark_refused(upload, WRONG_SIZE)
        return False
    return True


def verdict_of(upload: ResumableUpload, *, now: dt.datetime | None = None) -> tuple[str, str]:
    """Return (state, reason) of a finished upload that went to the bucket: "ready", "refused" or "inspecting".

    The reason is that of a refusal.
    """
    job = jobs.job_of(upload.video_file)
    if job is not None and job.state == State.REFUSED:
        return "refused", job.reason
    is_new = (now or clock.now()) - upload.touched_at < INSPECTED_WITHIN
    if job is not None and is_new and not job.is_finished and not job.video_file.facts:
        return "inspecting", ""
    return "ready", ""
