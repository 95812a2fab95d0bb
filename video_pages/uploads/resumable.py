"""Resumable uploads from their announcement to their last byte; `ingest.finish_upload` stores a complete one.

An upload without writes is kept for UPLOAD_LIFETIME after its last byte. Until it is complete, its announced size is
reserved on the disk and in the quota.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from video_pages.core import clock, disk_space
from video_pages.library.models import VideoFile
from video_pages.uploads import direct, limits, validation
from video_pages.uploads.models import UPLOAD_LIFETIME, ResumableUpload, ResumableUploadQuerySet
from video_pages.uploads.store import Part, store
from video_pages.uploads.tus import Checksum

if TYPE_CHECKING:
    import hashlib

    from django.contrib.auth.models import User

BLOCK_BYTES = 1024 * 1024
"""The memory of one request."""
CHECK_EVERY_BYTES = 64 * 1024 * 1024
"""The interval, while bytes arrive, of checking the free disk space and of writing the progress into the row."""
CHECK_EVERY_SECONDS = 60
"""The same on a slow line, so that its upload does not count as idle."""


class UploadGone(Exception):
    """The upload was removed or has expired."""


class OffsetConflict(Exception):
    """The bytes do not start at the end of the stored ones, which is `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class LengthExceeded(Exception):
    """The request has more bytes than were announced."""


class NoDiskSpace(Exception):
    """The disk is full, or nearly; the stored bytes are kept. `message` is for editors."""

    def __init__(self) -> None:
        self.message = limits.disk_limit().refusal().message
        super().__init__(self.message)


class ChecksumMismatch(Exception):
    """The bytes differ from those that were sent; none of them is kept."""


@dataclass(frozen=True)
class Progress:
    """The progress of an upload: the number of stored bytes, and whether the body of this request was complete."""

    offset: int
    is_body_complete: bool = True


def create(
    *,
    user: "User",
    filename: str,
    size_bytes: int,
    title: str = "",
    section: Any = None,
    replaces: VideoFile | None = None,
    fingerprint: str = "",
    metadata: str = "",
    now: dt.datetime | None = None,
) -> ResumableUpload:
    """Announce a file of `size_bytes` and return its ResumableUpload.

    `filename` is a cleaned one. `section` is a VideoIndexPage. Raises ValidationError, with the codes of `validation`
    and `limits`, before a byte is sent: "invalid_extension", "empty", "too_large", "library_full", "disk_full",
    "too_many_unfinished", "too_much_announced".
    """
    now = now or clock.now()
    validation.validate_name(filename)
    replaced = replaces.pk if replaces is not None else None
    is_usable = limits.library_is_usable()  # before the lock and the transaction: a bucket may take a minute
    with store.reservations_locked(), transaction.atomic():
        validation.validate_size(size_bytes, replacing=replaced, user=user)
        limits.refuse_beyond_user_limits(user, size_bytes)
        limit = limits.video_limit(replacing=replaced, user=user, is_usable=is_usable)
        if size_bytes > limit.max_bytes:
            raise ValidationError(limits.describe(limit), code=limit.code)
        return ResumableUpload.objects.create(
            user=user,
            filename=filename,
            title=title,
            section=section,
            replaces=replaces,
            fingerprint=fingerprint,
            metadata=metadata,
            size_bytes=size_bytes,
            created_at=now,
            touched_at=now,
        )


def is_finished(upload: ResumableUpload) -> bool:
    """Return whether the upload has become a file, or was refused."""
    return bool(upload.video_file_id or upload.refusal)


def expires_at(upload: ResumableUpload) -> dt.datetime:
    """Return when the upload expires if no more bytes arrive."""
    return upload.touched_at + UPLOAD_LIFETIME


def is_expired(upload: ResumableUpload, *, now: dt.datetime | None = None) -> bool:
    """Return whether an incomplete upload has expired; its row may still exist. A complete one never does."""
    if is_finished(upload) or upload.offset_bytes == upload.size_bytes:
        return False
    return expires_at(upload) <= (now or clock.now()) and not is_complete(upload)


def offset_of(upload: ResumableUpload) -> int:
    """Return the number of stored bytes of the upload; of one that goes to the bucket, the last recorded number."""
    if upload.object_name or is_finished(upload):
        return upload.size_bytes if is_finished(upload) else upload.offset_bytes
    return min(store.length(upload.token), upload.size_bytes)


def is_complete(upload: ResumableUpload) -> bool:
    """Return whether all bytes of the upload are stored."""
    return offset_of(upload) == upload.size_bytes


def append(
    upload: ResumableUpload,
    part: Part,
    read: Callable[[int], bytes],
    *,
    offset: int,
    length: int,
    checksum: Checksum | None = None,
) -> Progress:
    """Write the next bytes of `upload` to `part`, which is locked; return the Progress.

    `read(count)` returns at most `count` bytes of the request's body of `length` bytes, b"" at its end, and raises
    OSError if the connection broke: then the bytes before are kept, except with a `checksum`, which holds for the whole
    body. Raises OffsetConflict and LengthExceeded before the body is read, NoDiskSpace before and in between, and
    ChecksumMismatch.
    """
    begin = part.length
    if begin != offset:
        raise OffsetConflict(begin)
    if offset + length > upload.size_bytes:
        raise LengthExceeded
    if length > limits.disk_room(excluding=upload):
        raise NoDiskSpace
    hasher = checksum.hasher() if checksum else None
    is_kept = hasher is None
    if hasher:
        part.mark_unverified(begin)
    try:
        is_body_complete = _write_body(upload, part, read, length, hasher)
        if checksum and hasher and is_body_complete:
            is_kept = hasher.digest() == checksum.digest
            if not is_kept:
                raise ChecksumMismatch
    except OSError as error:
        if disk_space.is_unwritable(error):
            raise NoDiskSpace from error
        raise
    finally:
        if not is_kept:
            part.truncate(begin)
        part.mark_verified()
        touch(upload, part.length)
    return Progress(part.length, is_body_complete)


def _write_body(
    upload: ResumableUpload,
    part: Part,
    read: Callable[[int], bytes],
    length: int,
    hasher: "hashlib._Hash | None",
) -> bool:
    """Write `length` bytes as they arrive; return False if the connection broke before the end."""
    left, until_check, checked_at = length, CHECK_EVERY_BYTES, time.monotonic()
    while left:
        try:
            block = read(min(BLOCK_BYTES, left))
        except OSError:
            return False
        if not block:
            return False
        if hasher:
            hasher.update(block)
        part.append(block)
        left -= len(block)
        until_check -= len(block)
        if until_check <= 0 or time.monotonic() - checked_at >= CHECK_EVERY_SECONDS:
            until_check, checked_at = CHECK_EVERY_BYTES, time.monotonic()
            touch(upload, part.length)
            if left > limits.disk_room(excluding=upload):
                raise NoDiskSpace
    return True


def touch(upload: ResumableUpload, offset: int, *, now: dt.datetime | None = None) -> None:
    """Write the progress of the upload and the present time into its row."""
    upload.offset_bytes, upload.touched_at = offset, now or clock.now()
    ResumableUpload.objects.filter(pk=upload.pk).update(offset_bytes=upload.offset_bytes, touched_at=upload.touched_at)


def unfinished(user: "User", *, now: dt.datetime | None = None) -> ResumableUploadQuerySet:
    """Return the uploads that `user` can resume, the latest first."""
    uploads = ResumableUpload.objects.filter(user=user).unfinished().unexpired(now or clock.now())
    return uploads.order_by("-touched_at", "-pk")


def remove(upload: ResumableUpload, *, wait_seconds: float = 0) -> None:
    """Remove the upload and its bytes, but not the file that it has become. Raises UploadLocked during a write."""
    with store.locked(upload.token, wait_seconds=wait_seconds) as part:
        ResumableUpload.objects.filter(pk=upload.pk).delete()
        part.remove()
    if upload.object_name and not is_finished(upload):
        direct.drop(upload)
