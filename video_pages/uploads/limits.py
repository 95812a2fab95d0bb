"""The largest file that is accepted now, and the messages for larger ones.

The announced sizes of unfinished resumable uploads are reserved: otherwise two uploads that each fit alone would fill
the disk when both are nearly complete. Announcing costs nothing, so an announcement alone does not block other users:
an upload without a new byte for IDLE_AFTER counts only for its own user, and the total of one user is limited
(`refuse_beyond_user_limits`).
"""

import datetime as dt
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Q, Sum, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.core import clock
from video_pages.core.humanize import format_size
from video_pages.library import identity, usage
from video_pages.uploads.models import ResumableUpload, ResumableUploadQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TOO_LARGE, LIBRARY_FULL, DISK_FULL, LIBRARY_UNAVAILABLE = "too_large", "library_full", "disk_full", "library_away"
TOO_MANY, TOO_MUCH = "too_many_unfinished", "too_much_announced"

IDLE_AFTER = dt.timedelta(minutes=10)
"""The time after which an upload without a new byte no longer counts for others: most network faults are shorter."""


@dataclass(frozen=True)
class UploadRefusal:
    """The reason why a file is refused: a code for programs, a message for editors."""

    code: str
    message: str


@dataclass(frozen=True)
class Limit:
    """The largest size of one file, in bytes, and the code of its reason: TOO_LARGE, LIBRARY_FULL or DISK_FULL."""

    max_bytes: int
    code: str

    def refusal(self) -> UploadRefusal:
        """Return the UploadRefusal of a larger file."""
        return UploadRefusal(self.code, describe(self))


def video_limit(*, replacing: int | None = None, user: "User | None" = None, is_usable: bool | None = None) -> Limit:
    """Return the Limit for a video file whose upload starts now.

    `replacing` is the primary key of the video file whose source it replaces, if any. `user` is the user who sends it,
    if known: all of their unfinished uploads count. Within a transaction, `is_usable` is `library_is_usable()` before.
    """
    limits = [Limit(settings.MAX_UPLOAD_BYTES, TOO_LARGE), disk_limit(user=user, is_usable=is_usable)]
    if settings.LIBRARY_QUOTA_BYTES:
        limits.append(Limit(max(0, quota_left(replacing=replacing, user=user)), LIBRARY_FULL))
    return strictest(*limits)


def refuse_beyond_user_limits(user: "User", size_bytes: int) -> None:
    """Raise ValidationError (codes TOO_MANY, TOO_MUCH) if `user` may not announce `size_bytes` more.

    One file of any size is within the limits.
    """
    own = ResumableUpload.objects.unfinished().filter(user=user)
    if own.count() >= settings.UNFINISHED_UPLOADS_PER_USER:
        most = settings.UNFINISHED_UPLOADS_PER_USER
        message = ngettext(
            "You have %(count)d unfinished upload. Let it finish, or cancel it, before you begin another.",
            "You have %(count)d unfinished uploads. Let some finish, or cancel some, before you begin another.",
            most,
        )
        raise ValidationError(message % {"count": most}, code=TOO_MANY)
    announced = own.aggregate(total=Sum("size_bytes"))["total"] or 0
    if announced and announced + size_bytes > settings.UNFINISHED_BYTES_PER_USER:
        message = _(
            "Your unfinished uploads take %(announced)s already. Let some finish, or cancel some, and try again."
        )
        raise ValidationError(message % {"announced": format_size(announced)}, code=TOO_MUCH)


def strictest(*limits: Limit) -> Limit:
    """Return the smallest of `limits`."""
    return min(limits, key=lambda limit: limit.max_bytes)


def library_is_usable() -> bool:
    """Return whether the library takes files now; it may take as long as a bucket needs for an answer."""
    return identity.state().is_usable


def disk_limit(*, user: "User | None" = None, is_usable: bool | None = None) -> Limit:
    """Return the Limit of the disk: the free space above DISK_FLOOR_BYTES that is not reserved.

    Without the library's own disk it is 0: files would be written to the disk below its mount point.
    """
    if is_usable is None:
        is_usable = library_is_usable()
    return Limit(disk_room(user=user, is_usable=is_usable), DISK_FULL if is_usable else LIBRARY_UNAVAILABLE)


def disk_room(
    *, excluding: ResumableUpload | None = None, user: "User | None" = None, is_usable: bool | None = None
) -> int:
    """Return the number of bytes for which the disk has room, 0 or more; 0 if the library's own disk is missing.

    `excluding` is the resumable upload for which it is computed: its own reservation does not count. `user` is the
    user who sends, if there is no such upload.
    """
    if not (library_is_usable() if is_usable is None else is_usable):
        return 0
    os.makedirs(settings.PROTECTED_ROOT, exist_ok=True)
    free = shutil.disk_usage(settings.PROTECTED_ROOT).free
    awaited = _reserving(excluding).filter(_counts(excluding, user))
    to_come = awaited.aggregate(total=Sum(F("size_bytes") - F("offset_bytes")))["total"] or 0
    return max(0, free - settings.DISK_FLOOR_BYTES - to_come)


def quota_left(
    *, replacing: int | None = None, excluding: ResumableUpload | None = None, user: "User | None" = None
) -> int:
    """Return the number of bytes for which the quota has room; below zero if it was lowered since.

    `replacing` as for `video_limit`, `excluding` and `user` as for `disk_room`.
    """
    used = usage.bytes_in_use(excluding=replacing)
    taken = Case(When(_counts(excluding, user), then=F("size_bytes")), default=F("offset_bytes"))
    reserved = _reserving(excluding).aggregate(total=Sum(taken))["total"] or 0
    return settings.LIBRARY_QUOTA_BYTES - used - reserved


def _counts(excluding: ResumableUpload | None, user: "User | None") -> Q:
    """Return the condition of uploads whose announced size is reserved: those in progress, and all of one user."""
    sender = excluding.user_id if excluding is not None else getattr(user, "pk", None)
    return Q(touched_at__gt=clock.now() - IDLE_AFTER) | Q(user_id=sender)


def _reserving(excluding: ResumableUpload | None) -> ResumableUploadQuerySet:
    """Return the unfinished uploads, which reserve room, without `excluding`."""
    uploads = ResumableUpload.objects.unfinished()
    return uploads.exclude(pk=excluding.pk) if excluding is not None else uploads


def describe(limit: Limit) -> str:
    """Return a message for editors: why a file larger than `limit` is refused."""
    if limit.code == LIBRARY_UNAVAILABLE:
        return _(
            "The library of this site is not reachable at the moment. Tell the people who run this site; "
            "try again when they have mended it."
        )
    room = format_size(limit.max_bytes)
    if limit.code == LIBRARY_FULL:
        return _(
            "The library has room for %(room)s more. Delete video files that are no longer needed, "
            "or ask the people who run this site for more room."
        ) % {"room": room}
    if limit.code == DISK_FULL:
        return _(
            "The server's disk is nearly full: there is room for %(room)s. "
            "Tell the people who run this site; try again when they have made room."
        ) % {"room": room}
    return _("This file is too large: the largest that this site takes is %(room)s.") % {"room": room}
