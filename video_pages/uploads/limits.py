"""How large a file may be right now, and the words for what is too large.

What unfinished resumable uploads announced is reserved for them: otherwise two that each have room alone would meet
on a full disk when both are nearly done. Sizes are said and cost nothing, so that nobody is kept out by what others
only said: an upload of which no byte has come for IDLE_AFTER counts against nobody but its own user, and what one
user may announce is bounded (`refuse_beyond_user_limits`).
"""

import datetime as dt
import os
import shutil
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Q, Sum, When
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.core import clock
from video_pages.library import identity, usage
from video_pages.uploads.models import ResumableUpload

TOO_LARGE, LIBRARY_FULL, DISK_FULL, LIBRARY_UNAVAILABLE = "too_large", "library_full", "disk_full", "library_away"
TOO_MANY, TOO_MUCH = "too_many_unfinished", "too_much_announced"

IDLE_AFTER = dt.timedelta(minutes=10)
"""How long an upload without a new byte counts against others: a lost network mostly comes back sooner."""


@dataclass(frozen=True)
class UploadRefusal:
    """Why a file is not taken: a code for programs, a message for editors."""

    code: str
    message: str


@dataclass(frozen=True)
class Limit:
    """Room for one file, in bytes, and what makes it end there: TOO_LARGE, LIBRARY_FULL or DISK_FULL."""

    max_bytes: int
    code: str

    def refusal(self):
        """The Refusal of a file that is larger than this."""
        return UploadRefusal(self.code, describe(self))


def video_limit(*, replacing=None, user=None):
    """Return the Limit for a video file that begins to arrive now.

    `replacing` is the primary key of the video file whose source it takes the place of, if any. `user` is the user who
    sends it, if known: all of their unfinished uploads count.
    """
    limits = [Limit(settings.MAX_UPLOAD_BYTES, TOO_LARGE), disk_limit(user=user)]
    if settings.LIBRARY_QUOTA_BYTES:
        limits.append(Limit(max(0, quota_left(replacing=replacing, user=user)), LIBRARY_FULL))
    return strictest(*limits)


def refuse_beyond_user_limits(user, size_bytes):
    """Raise ValidationError (codes TOO_MANY, TOO_MUCH) if `user` may not announce `size_bytes` more.

    One file of any size is within everybody's share.
    """
    own = unfinished_uploads().filter(user=user)
    if own.count() >= settings.UNFINISHED_UPLOADS_PER_USER:
        most = settings.UNFINISHED_UPLOADS_PER_USER
        words = ngettext(
            "You have %(count)d unfinished upload. Let it finish, or cancel it, before you begin another.",
            "You have %(count)d unfinished uploads. Let some finish, or cancel some, before you begin another.",
            most,
        )
        raise ValidationError(words % {"count": most}, code=TOO_MANY)
    announced = own.aggregate(total=Sum("size_bytes"))["total"] or 0
    if announced and announced + size_bytes > settings.UNFINISHED_BYTES_PER_USER:
        words = _("Your unfinished uploads take %(announced)s already. Let some finish, or cancel some, and try again.")
        raise ValidationError(words % {"announced": filesizeformat(announced)}, code=TOO_MUCH)


def strictest(*limits):
    """Return the one of `limits` that leaves the least room."""
    return min(limits, key=lambda limit: limit.max_bytes)


def disk_limit(*, user=None):
    """Return the Limit that the disk sets: what is free above DISK_FLOOR_BYTES and reserved for nobody.

    Without the library's own disk there is none: files would come to lie on the disk that its mount hides.
    """
    room = disk_room(user=user)
    is_away = not room and not identity.state().is_usable
    return Limit(room, LIBRARY_UNAVAILABLE if is_away else DISK_FULL)


def disk_room(*, excluding=None, user=None):
    """Return how many bytes the disk still has room for, 0 or more; 0 if the library's own disk is not there.

    `excluding` is the resumable upload that asks: it needs no room beside what is reserved for it. `user` is who asks,
    if known and not told by the upload.
    """
    if not identity.state().is_usable:
        return 0
    os.makedirs(settings.PROTECTED_ROOT, exist_ok=True)
    free = shutil.disk_usage(settings.PROTECTED_ROOT).free
    awaited = unfinished_uploads(excluding=excluding).filter(_counts(excluding, user))
    to_come = awaited.aggregate(total=Sum(F("size_bytes") - F("offset_bytes")))["total"] or 0
    return max(0, free - settings.DISK_FLOOR_BYTES - to_come)


def quota_left(*, replacing=None, excluding=None, user=None):
    """Return how many bytes the quota still has room for; below zero if it was lowered since.

    `excluding` is the resumable upload that asks, if one does; `user` as for `disk_room`.
    """
    used = usage.bytes_in_use(excluding=replacing)
    taken = Case(When(_counts(excluding, user), then=F("size_bytes")), default=F("offset_bytes"))
    reserved = unfinished_uploads(excluding=excluding).aggregate(total=Sum(taken))["total"] or 0
    return settings.LIBRARY_QUOTA_BYTES - used - reserved


def _counts(excluding, user):
    """Which uploads count with all that they announced: those that move, and all of the user who asks."""
    asking = excluding.user_id if excluding is not None else getattr(user, "pk", None)
    return Q(touched_at__gt=clock.now() - IDLE_AFTER) | Q(user_id=asking)


def unfinished_uploads(*, excluding=None):
    """The resumable uploads whose bytes are still to come, `excluding` one of them."""
    awaited = ResumableUpload.objects.filter(video_file=None, refusal="")
    return awaited.exclude(pk=excluding.pk) if excluding is not None else awaited


def describe(limit):
    """Say in an editor's words why a file larger than `limit` is not taken."""
    if limit.code == LIBRARY_UNAVAILABLE:
        return _(
            "The library of this site is not reachable at the moment. Tell the people who run this site; "
            "try again when they have mended it."
        )
    room = filesizeformat(limit.max_bytes)
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
