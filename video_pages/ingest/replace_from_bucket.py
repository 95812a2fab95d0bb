"""New versions that went straight to the bucket: the worker inspects each, and only then it replaces a source.

The row of the upload is the state: complete, and neither finished nor refused. One worker holds it by a lease in the
row, which it renews while it fetches and reads the file; the lease of a killed worker ends by itself.
"""

import contextlib
import datetime as dt
import logging
import time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from video_pages.core import clock, disk_space
from video_pages.core.typography import join_sentences
from video_pages.ingest import finish_object, versions
from video_pages.ingest.inspection import facts_at
from video_pages.ingest.outcomes import MAY_NOT_ADD, is_tried_again, mark_finished, mark_refused
from video_pages.library import digests, local_files
from video_pages.library.models import VideoFile
from video_pages.library.sources import SentSource
from video_pages.library.storage import StorageAway, protected_storage
from video_pages.pages.permissions import may_replace
from video_pages.transcoding.facts import Facts
from video_pages.uploads import direct
from video_pages.uploads.models import ResumableUpload, ResumableUploadQuerySet

LEASE = dt.timedelta(seconds=90)
RENEW_SECONDS = 10.0
AGAIN_AFTER = dt.timedelta(seconds=30)
"""Time until the next try, if the bucket is away, the disk is full, or the file could not be inspected."""
AGAIN_AT_MOST = dt.timedelta(minutes=15)

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker inspects the upload, or it was removed."""


class _Lease:
    """The hold on one upload; called several times a second. Raises LeaseLost."""

    def __init__(self, upload: ResumableUpload, until: dt.datetime) -> None:
        self._pk, self.until = upload.pk, until
        self._next = time.monotonic() + RENEW_SECONDS

    def rows(self) -> ResumableUploadQuerySet:
        """Return the upload, as long as it is held."""
        return ResumableUpload.objects.unfinished().filter(pk=self._pk, inspected_until=self.until)

    def __call__(self, *_arguments: object) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + RENEW_SECONDS
            self.move(clock.now() + LEASE)

    def move(self, until: dt.datetime) -> None:
        """Move the end of the lease to `until`: no other worker begins before it. Raises LeaseLost."""
        if not self.rows().update(inspected_until=until):
            raise LeaseLost
        self.until = until


def inspect_all(*, now: dt.datetime | None = None) -> int:
    """Inspect the new versions that wait in the bucket and replace their sources; return how many were inspected."""
    if not protected_storage().is_remote:
        return 0
    inspected = 0
    for upload in waiting(now or clock.now()):
        until = clock.now() + LEASE
        free = ResumableUpload.objects.unfinished().filter(pk=upload.pk, inspected_until=upload.inspected_until)
        if free.update(inspected_until=until):  # conditional, so that of several workers one begins
            with contextlib.suppress(LeaseLost):
                _inspect(upload, _Lease(upload, until))
            inspected += 1
    return inspected


def waiting(now: dt.datetime) -> ResumableUploadQuerySet:
    """Return the complete uploads of new versions in the bucket that no worker holds, the first one first."""
    complete = ResumableUpload.objects.to_be_inspected().filter(replaces__isnull=False)
    free = Q(inspected_until=None) | Q(inspected_until__lt=now)
    return complete.filter(free).exclude(object_name="").select_related("user").order_by("touched_at", "pk")


def _inspect(upload: ResumableUpload, lease: _Lease) -> None:
    """Inspect `upload` and end it, or let it wait for the next try."""
    try:
        if not finish_object.join(upload):
            return
        with local_files.local_copy(upload.object_name, lease) as path:
            facts = facts_at(path, on_tick=lease)
            digest = _digest_of(path, lease)
        lease.move(clock.now() + LEASE)
        _replace(upload, lease, facts, digest)
    except ValidationError as error:
        if is_tried_again(upload, error.code, now=clock.now()):
            lease.move(clock.now() + _pause(upload))
            return
        lease.move(clock.now() + LEASE)
        direct.drop(upload)
        mark_refused(upload, join_sentences(error.messages))
    except (StorageAway, FileNotFoundError) as error:
        logger.warning("The new version in upload %s waits for the storage of the library: %s", upload.pk, error)
        lease.move(clock.now() + AGAIN_AFTER)
    except OSError as error:
        if not disk_space.is_full(error):
            raise
        logger.error("The new version in upload %s waits for room on the disk: %s", upload.pk, error)
        lease.move(clock.now() + AGAIN_AFTER)


def _pause(upload: ResumableUpload) -> dt.timedelta:
    """Return the time until the next try: each fetches the whole file again, so they become rarer."""
    since = upload.not_examined_since or upload.touched_at
    return min(AGAIN_AT_MOST, max(AGAIN_AFTER, (clock.now() - since) / 2))


def _digest_of(path: Path, lease: _Lease) -> str:
    with open(path, "rb") as stream:
        return digests.sha256_of(stream, on_block=lease)


def _replace(upload: ResumableUpload, lease: _Lease, facts: Facts, digest: str) -> None:
    """Make the object the new source of the replaced file, once.

    Raises LeaseLost, and ValidationError if the user may not replace it any more.
    """
    with transaction.atomic():
        if not lease.rows().select_for_update().exists():
            raise LeaseLost
        video_file = VideoFile.objects.get(pk=upload.replaces_id)
        if not may_replace(video_file, upload.user):  # since the browser got its addresses
            raise ValidationError(MAY_NOT_ADD, code="not_permitted")
        source = SentSource(upload.filename, upload.size_bytes, upload.object_name)
        versions.replace(video_file, source, facts, user=upload.user, sha256=digest)
        ResumableUpload.objects.filter(video_file=video_file).exclude(pk=upload.pk).delete()
        direct.keep_object(upload)
        mark_finished(upload, video_file)
