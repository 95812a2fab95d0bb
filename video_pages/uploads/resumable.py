"""Resumable uploads from their announcement to their last byte; what a complete one becomes is `arrivals`' matter.

An upload that nobody writes to is kept for KEPT after its last byte. Until it is complete, its announced size counts
as taken, against the quota and against the disk.
"""

import datetime as dt
import errno
import time
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from video_pages.core import clock
from video_pages.uploads import limits, validation
from video_pages.uploads.models import ResumableUpload
from video_pages.uploads.store import UploadLocked, store

UPLOAD_LIFETIME = dt.timedelta(days=1)
BLOCK = 1024 * 1024
"""Bytes that one request holds in memory at a time."""
LOOK_EVERY_BYTES = 64 * 1024 * 1024
"""How often, while bytes flow, the disk is looked at and the row told that it is not forgotten."""
LOOK_EVERY_SECONDS = 60
"""The same on a slow line, whose upload would seem to stand still."""
ORPHAN_SECONDS = 60 * 60
"""Age at which a part file without a row is nobody's: the row is written first, the file with the first byte."""
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class UploadGone(Exception):
    """The upload was removed, or its time is over."""


class OffsetConflict(Exception):
    """The bytes do not begin where those that are here end; `offset` says where that is."""

    def __init__(self, offset):
        super().__init__(offset)
        self.offset = offset


class LengthExceeded(Exception):
    """More bytes than were announced."""


class NoDiskSpace(Exception):
    """The disk is full, or nearly; what arrived is kept. `message` is for editors."""

    def __init__(self):
        self.message = limits.disk_limit().refusal().message
        super().__init__(self.message)


class ChecksumMismatch(Exception):
    """The bytes are not those that were sent; none of them is kept."""


@dataclass(frozen=True)
class Progress:
    """How far an upload is: bytes that are here, and whether this request was heard to its end."""

    offset: int
    is_whole: bool = True


def create(*, user, filename, size_bytes, title="", section=None, replaces=None, fingerprint="", metadata="", now=None):
    """Announce a file of `size_bytes` and return its ResumableUpload.

    `filename` is cleaned already. Raises ValidationError, with the codes of `validation` and `limits`, before a
    byte flows: "invalid_extension", "empty", "too_large", "library_full", "disk_full", "too_many_unfinished",
    "too_much_announced".
    """
    now = now or clock.now()
    validation.validate_name(filename)
    replaced = replaces.pk if replaces is not None else None
    with store.alone(), transaction.atomic():
        validation.validate_size(size_bytes, replacing=replaced, user=user)
        limits.refuse_beyond_user_limits(user, size_bytes)
        limit = limits.video_limit(replacing=replaced, user=user)
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


def is_finished(upload):
    """True if the upload became a file, or was refused: no byte of it is awaited."""
    return bool(upload.video_file_id or upload.refusal)


def expires_at(upload):
    """When the upload is removed if nothing is written to it any more."""
    return upload.touched_at + UPLOAD_LIFETIME


def is_expired(upload, *, now=None):
    """True if the time of an unfinished upload is over, though it may not have been removed yet."""
    return not is_finished(upload) and expires_at(upload) <= (now or clock.now())


def offset_of(upload):
    """How many bytes of the upload are here."""
    return upload.size_bytes if is_finished(upload) else min(store.length(upload.token), upload.size_bytes)


def is_complete(upload):
    return offset_of(upload) == upload.size_bytes


def append(upload, part, read, *, offset, length, checksum=None):
    """Write the next bytes of `upload` to `part`, which is locked; return the Progress.

    `read(count)` gives at most `count` bytes of the request's body, of `length` bytes in all, b"" at its end, and
    raises OSError when the line broke: what came before is kept, unless a `checksum` (tus.Checksum) was announced,
    which only the whole can prove. Raises OffsetConflict, TooMuch and NoRoom before anything is read; NoRoom on the
    way as well; WrongChecksum.
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
        is_whole = _flow(upload, part, read, length, hasher)
        if hasher and is_whole:
            is_kept = hasher.digest() == checksum.digest
            if not is_kept:
                raise ChecksumMismatch
    except OSError as error:
        if error.errno in NO_SPACE:
            raise NoDiskSpace from error
        raise
    finally:
        if not is_kept:
            part.truncate(begin)
        part.mark_verified()
        touch(upload, part.length)
    return Progress(part.length, is_whole)


def _flow(upload, part, read, length, hasher):
    """Write `length` bytes as they come; False if the line broke before."""
    left, until_look, looked_at = length, LOOK_EVERY_BYTES, time.monotonic()
    while left:
        try:
            block = read(min(BLOCK, left))
        except OSError:
            return False
        if not block:
            return False
        if hasher:
            hasher.update(block)
        part.append(block)
        left -= len(block)
        until_look -= len(block)
        if until_look <= 0 or time.monotonic() - looked_at >= LOOK_EVERY_SECONDS:
            until_look, looked_at = LOOK_EVERY_BYTES, time.monotonic()
            touch(upload, part.length)
            if left > limits.disk_room(excluding=upload):
                raise NoDiskSpace
    return True


def touch(upload, offset, *, now=None):
    """Write down how far the upload is, and that it is not forgotten."""
    upload.offset_bytes, upload.touched_at = offset, now or clock.now()
    ResumableUpload.objects.filter(pk=upload.pk).update(offset_bytes=upload.offset_bytes, touched_at=upload.touched_at)


def unfinished(user, *, now=None):
    """The uploads of `user` that may be gone on with, the latest first."""
    earliest = (now or clock.now()) - UPLOAD_LIFETIME
    return ResumableUpload.objects.filter(user=user, video_file=None, refusal="", touched_at__gt=earliest).order_by(
        "-touched_at", "-pk"
    )


def remove(upload, *, wait_seconds=0):
    """Forget the upload and its bytes; a file that it became stays. Raises Busy while somebody writes to it."""
    with store.locked(upload.token, wait_seconds=wait_seconds) as part:
        ResumableUpload.objects.filter(pk=upload.pk).delete()
        part.remove()


def remove_expired(*, now=None):
    """Remove uploads untouched for KEPT with their bytes, and bytes that no row knows; return how many of both."""
    now = now or clock.now()
    removed = 0
    for upload in ResumableUpload.objects.filter(touched_at__lte=now - UPLOAD_LIFETIME).order_by("pk").iterator():
        written_at = store.written_at(upload.token)
        # A request that writes slowly tells its row of it only now and then; its file says it with each block.
        if written_at is not None and written_at > (now - UPLOAD_LIFETIME).timestamp():
            continue
        try:
            remove(upload)
            removed += 1
        except UploadLocked:
            continue
    return removed + _remove_orphans(now)


def _remove_orphans(now):
    """Remove part files whose row is gone: with its user, or with the video file that it was to replace."""
    removed = 0
    for token in store.tokens(before=now.timestamp() - ORPHAN_SECONDS):
        if ResumableUpload.objects.filter(token=token, video_file=None, refusal="").exists():
            continue
        try:
            with store.locked(token) as part:
                part.remove()
                removed += 1
        except UploadLocked:
            continue
    return removed
