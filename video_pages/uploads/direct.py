"""Resumable uploads whose bytes the browser sends straight to the bucket, in parts (LIBRARY_STORAGE=s3).

The server decides, signs an address for each part, asks the bucket which parts it has, and joins them. It believes
nothing that a browser says about an upload. The object gets its last name in the library at once, so nothing is copied;
nobody can guess it, and until the parts are joined nothing lies there.

An object that was joined and that no row names is removed: a mark for its removal is written before the parts are
joined, for the time when its upload has expired, and deleted with the transaction that writes the row of the file.
While the row of the upload waits for a verdict, the mark does nothing.
"""

import math
import os
import secrets
import uuid
from typing import cast

from django.conf import settings
from django.db import transaction

from video_pages.core import clock
from video_pages.library import paths
from video_pages.library.models import DiscardedFile
from video_pages.library.storage import PartsStorage, SentPart, StorageAway, protected_storage
from video_pages.uploads.models import UPLOAD_LIFETIME, ResumableUpload
from video_pages.uploads.store import store

MIB = 1024 * 1024
MIN_PART_BYTES = 5 * MIB
"""S3 takes no smaller part, but for the last."""
MAX_PARTS = 10_000
USUAL_PARTS = 2_000
"""Enough for an exact progress; more would cost more requests than bytes."""
USUAL_MAX_PART_BYTES = 64 * MIB
"""A lost connection costs at most so much, unless the file is so large that S3's limit makes its parts larger."""
SIGNED_SECONDS = 600
"""Life of the address of a part. The bucket compares the time when a request begins, not when its body has arrived."""
MAX_ADDRESSES = 16
"""The number of addresses in one answer: more than are used before the first of them ends."""


class PartsMissing(Exception):
    """The bucket does not have all parts; `numbers` are those that it has not."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


class WrongSize(Exception):
    """The joined object has another size than the announced file."""


def is_offered() -> bool:
    """Return whether browsers may send files straight to the bucket."""
    return settings.S3_BROWSER_UPLOADS and protected_storage().is_remote


def part_bytes(size_bytes: int) -> int:
    """Return the size of all parts of a file of `size_bytes` but the last, in bytes: whole MiB, at most MAX_PARTS."""
    usual = min(math.ceil(size_bytes / USUAL_PARTS), USUAL_MAX_PART_BYTES)
    least = max(MIN_PART_BYTES, usual, math.ceil(size_bytes / MAX_PARTS))
    return math.ceil(least / MIB) * MIB


def part_sizes(size_bytes: int) -> dict[int, int]:
    """Return {number: bytes} of the parts of a file of `size_bytes`; numbers count from 1."""
    usual = part_bytes(size_bytes)
    count = math.ceil(size_bytes / usual)
    return {number: min(usual, size_bytes - (number - 1) * usual) for number in range(1, count + 1)}


def begin(upload: ResumableUpload) -> bool:
    """Let the browser send `upload` to the bucket; return False if that is not possible.

    It is not if the server has bytes of it. A new version gets a name beside the present source. Raises StorageAway.
    """
    if upload.object_name:
        return True
    if not is_offered() or store.length(upload.token):
        return False
    replaced = upload.replaces
    of_file = (replaced.uuid, replaced.source_version + 1) if replaced else (uuid.uuid4(), 1)
    name = paths.source_name(*of_file, os.path.splitext(upload.filename)[1], secrets.token_hex(8))
    parts = _storage().begin_parts(name)
    blank = ResumableUpload.objects.unfinished().filter(pk=upload.pk, object_name="", offset_bytes=0)
    if not blank.update(object_name=name, object_parts=parts):  # another window was first
        _storage().drop_parts(name, parts)
        upload.refresh_from_db()
        return bool(upload.object_name)
    upload.object_name, upload.object_parts = name, parts
    return True


def sent_parts(upload: ResumableUpload) -> dict[int, SentPart]:
    """Return the whole parts that the bucket has of `upload`, by number; write the progress into its row.

    Parts that were removed from the bucket behind the site's back are begun anew. Raises StorageAway.
    """
    sizes = part_sizes(upload.size_bytes)
    try:
        listed = _storage().sent_parts(upload.object_name, upload.object_parts)
    except FileNotFoundError:
        if _object_size(upload) == upload.size_bytes:  # joined, but the process ended before it wrote that down
            listed = {number: SentPart(size, "") for number, size in sizes.items()}
        else:
            listed = {}
            upload.object_parts = _storage().begin_parts(upload.object_name)
            ResumableUpload.objects.filter(pk=upload.pk).update(object_parts=upload.object_parts)
    whole = {number: part for number, part in listed.items() if sizes.get(number) == part.size}
    offset = sum(part.size for part in whole.values())
    if offset != upload.offset_bytes:
        upload.offset_bytes, upload.touched_at = offset, clock.now()
        row = ResumableUpload.objects.filter(pk=upload.pk)
        row.update(offset_bytes=upload.offset_bytes, touched_at=upload.touched_at)
    return whole


def addresses(upload: ResumableUpload, numbers: list[int]) -> dict[int, str]:
    """Return {number: address} for parts of `upload`, each for a PUT of that part within SIGNED_SECONDS.

    Raises ValueError for more than MAX_ADDRESSES and for a part that the file does not have, and StorageAway.
    """
    sizes = part_sizes(upload.size_bytes)
    if len(numbers) > MAX_ADDRESSES or not all(number in sizes for number in numbers):
        raise ValueError(numbers)
    if numbers:
        # A part may take longer than the time after which an upload counts as idle.
        upload.touched_at = clock.now()
        ResumableUpload.objects.filter(pk=upload.pk).update(touched_at=upload.touched_at)
    return {
        number: _storage().part_address(
            upload.object_name, upload.object_parts, number, size=sizes[number], seconds=SIGNED_SECONDS
        )
        for number in numbers
    }


def join(upload: ResumableUpload) -> None:
    """Make the object of the parts of `upload`, unless it is there already, and compare its size.

    Raises PartsMissing, WrongSize and StorageAway.
    """
    sent = sent_parts(upload)
    missing = [number for number in part_sizes(upload.size_bytes) if number not in sent]
    if missing:
        raise PartsMissing(missing)
    # Its bytes count by the row of the upload. `library.removal` spares the names of `names_in_progress`.
    columns = {"marked_at": upload.touched_at + UPLOAD_LIFETIME, "size_bytes": 0}
    DiscardedFile.objects.update_or_create(name=upload.object_name, defaults=columns)
    try:
        _storage().join_parts(upload.object_name, upload.object_parts, sent)
    except FileNotFoundError:
        pass  # another process, or this one before its answer was lost, has joined them
    if _object_size(upload) != upload.size_bytes:
        raise WrongSize


def keep_object(upload: ResumableUpload) -> None:
    """Take back the mark for removal of the object, in the transaction that writes the row of its file."""
    DiscardedFile.objects.filter(name=upload.object_name).delete()


def drop(upload: ResumableUpload) -> None:
    """Remove the parts of `upload`, and mark its object for removal if there may be one and no row names it.

    Without an answer of the bucket, the periodic task removes the parts.
    """
    if not protected_storage().is_remote:
        return
    DiscardedFile.objects.filter(name=upload.object_name).update(marked_at=clock.now(), size_bytes=upload.size_bytes)
    try:
        _storage().drop_parts(upload.object_name, upload.object_parts)
    except StorageAway:
        return


def leave(upload: ResumableUpload) -> None:
    """Let the browser send `upload` through the server from its beginning, because it does not reach the bucket."""
    with transaction.atomic():
        dropped = ResumableUpload.objects.unfinished().filter(pk=upload.pk).exclude(object_name="")
        if not dropped.update(object_name="", object_parts="", offset_bytes=0):
            return
    drop(upload)
    upload.object_name = upload.object_parts = ""
    upload.offset_bytes = 0


def names_in_progress() -> set[str]:
    """Return the names of the objects whose parts browsers are sending."""
    return set(ResumableUpload.objects.unfinished().exclude(object_name="").values_list("object_name", flat=True))


def _object_size(upload: ResumableUpload) -> int | None:
    try:
        return _storage().size(upload.object_name)
    except FileNotFoundError:
        return None


def _storage() -> PartsStorage:
    """Return the bucket. Raises StorageAway if the library is no longer there."""
    storage = protected_storage()
    if not storage.is_remote:
        raise StorageAway("The library is in files now: what was sent to the bucket can't be used.")
    return cast(PartsStorage, storage)
