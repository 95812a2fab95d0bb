"""ResumableUpload: the user, the target and the progress of one resumable upload."""

import datetime as dt
import secrets
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

UPLOAD_LIFETIME = dt.timedelta(days=1)
"""Time without a new byte after which an upload has expired."""
TOKEN_BYTES = 24  # 192 random bits can't be guessed; requests also check that the upload is the user's


def new_token() -> str:
    """Return the random part of an upload's address, 32 URL-safe letters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


UNFINISHED = Q(video_file=None, refusal="")
COMPLETE = Q(offset_bytes=F("size_bytes"))


class ResumableUploadQuerySet(models.QuerySet["ResumableUpload"]):
    def unfinished(self) -> Self:
        """Uploads that are no file yet and were not refused, whether all of their bytes are stored or not."""
        return self.filter(UNFINISHED)

    def to_be_inspected(self) -> Self:
        """Unfinished uploads that are complete as far as their rows know: they end by a verdict, and never by time."""
        return self.filter(UNFINISHED & COMPLETE)

    def unexpired(self, at: dt.datetime) -> Self:
        """Uploads to which a byte came within UPLOAD_LIFETIME before `at` (aware datetime), and `to_be_inspected`."""
        return self.filter(Q(touched_at__gt=at - UPLOAD_LIFETIME) | UNFINISHED & COMPLETE)

    def expired(self, at: dt.datetime) -> Self:
        """The others, finished or not."""
        return self.filter(touched_at__lte=at - UPLOAD_LIFETIME).exclude(UNFINISHED & COMPLETE)

    def without_page(self, user: User) -> Self:
        """Finished uploads of `user` whose file has no page yet, the last first."""
        return self.filter(user=user, video_file__awaits_page_until__isnull=False).order_by("-touched_at", "-pk")


class ResumableUpload(models.Model):
    """One file that a user's browser uploads by the tus protocol.

    The bytes are in a file in FILE_UPLOAD_TEMP_DIR named after `token`. The length of this file is the true progress,
    `offset_bytes` the last recorded one. A complete upload becomes `video_file`.

    With an `object_name` the browser sends the bytes to the bucket instead (`uploads.direct`): the parts called
    `object_parts` become the object of this name in the library.
    """

    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(_("file name"), max_length=255)
    title = models.CharField(_("title"), max_length=255, blank=True)
    section = models.ForeignKey(
        "video_pages.VideoIndexPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    replaces = models.ForeignKey(
        "video_pages.VideoFile",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("The video file whose source this is to take the place of."),
    )
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text=_("The key by which the browser finds the chosen file again.")
    )
    metadata = models.TextField(blank=True, help_text=_("The Upload-Metadata header, as the client announced it."))
    size_bytes = models.PositiveBigIntegerField(_("size"))
    offset_bytes = models.PositiveBigIntegerField(default=0)
    object_name = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text=_("The name in the bucket, if it goes there.")
    )
    object_parts = models.TextField(
        blank=True, default="", db_default="", help_text=_("The bucket's id of the parts that are not joined yet.")
    )
    inspected_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Until then a worker inspects it, or nobody begins to.")
    )
    not_examined_since = models.DateTimeField(
        null=True, blank=True, help_text=_("When the server first tried to look into the complete file, and failed.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, db_index=True, help_text=_("When bytes last arrived."))
    video_file = models.OneToOneField(
        "video_pages.VideoFile", null=True, blank=True, on_delete=models.CASCADE, related_name="resumable_upload"
    )
    refusal = models.TextField(blank=True, help_text=_("Why the finished file was not taken."))

    objects = ResumableUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("resumable upload")
        verbose_name_plural = _("resumable uploads")
        indexes = [models.Index(fields=["user", "fingerprint"], name="upload_by_fingerprint")]

    def __str__(self) -> str:
        return self.filename
