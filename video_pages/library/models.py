"""VideoFile: an uploaded source and its facts. Rendition: a file made from it. DiscardedFile: a file to remove."""

import datetime as dt
import os
import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtailmedia.models import AbstractMedia

from video_pages.core import clock
from video_pages.library import formats, paths
from video_pages.library.served_names import ServedNames
from video_pages.library.storage import protected_storage

CONTENT_TYPES = {
    "mp4": "video/mp4",
    "mov": "video/mp4",  # the same box structure; browsers refuse video/quicktime
    "webm": "video/webm",
    "matroska": "video/x-matroska",
    "avi": "video/x-msvideo",
    "mpeg": "video/mpeg",
    "mpegts": "video/mp2t",
    "ogg": "video/ogg",
    "flv": "video/x-flv",
    "asf": "video/x-ms-wmv",
}


def name_source(video_file: "VideoFile", filename: str) -> str:
    """Return the stored name of the upload `filename` of `video_file` (Django's `upload_to` signature)."""
    return paths.source_name(video_file.uuid, video_file.source_version, os.path.splitext(filename)[1])


SERVICE_COLUMNS = frozenset(
    ["package", "package_version", "progressive_name", "has_storyboard", "has_alternate_audio", "frame_count"]
    + ["still", "poster_version", "poster_is_chosen", "awaits_page_until"]
)
"""Columns that only `library.packages`, `services` and `posters` write, by `queryset.update()`: the live files."""

LIVE_COLUMNS = frozenset(["duration", "width", "height", "chapters"])
"""Facts of the video that plays now. While a package is live, they change with the package: a new source that is still
being processed does not change them."""


class VideoFile(ServedNames, AbstractMedia):
    """An uploaded source on protected storage. Its row stays when the source is replaced; the version rises.

    A form may hold a row for minutes while a worker processes the video. So `save()` leaves the columns in
    `SERVICE_COLUMNS` unchanged, and those in `LIVE_COLUMNS` as well while a package is live.
    """

    type: str  # a column of AbstractMedia
    thumbnail = None  # the public thumbnail is an image of the page; frames of the video are never public

    file = models.FileField(_("file"), upload_to=name_source, storage=protected_storage, max_length=255)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_version = models.PositiveIntegerField(default=1, editable=False)
    original_filename = models.CharField(_("original file name"), max_length=255, blank=True, editable=False)
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False, db_index=True)  # "" until it was computed
    container = models.CharField(max_length=32, blank=True, editable=False)
    video_codec = models.CharField(max_length=32, blank=True, editable=False)
    audio_codec = models.CharField(max_length=32, blank=True, editable=False)
    pixel_format = models.CharField(max_length=32, blank=True, editable=False)
    frame_rate = models.FloatField(null=True, editable=False)
    still = models.TextField(blank=True, editable=False, help_text=_("A data: address of at most 16x9 pixels."))
    poster_version = models.PositiveIntegerField(null=True, editable=False)
    poster_is_chosen = models.BooleanField(default=False, editable=False)  # by an editor: processing keeps it
    facts = models.JSONField(default=dict, blank=True, editable=False, help_text=_("All results of the probe."))
    # The live files of visitors. They stay until the next processing has replaced them.
    package = models.CharField(max_length=12, blank=True, editable=False, help_text=_("The live renditions' folder."))
    package_version = models.PositiveIntegerField(null=True, editable=False, help_text=_("The source it was made of."))
    progressive_name = models.CharField(
        max_length=255, blank=True, editable=False, help_text=_("The MP4 that every browser plays.")
    )
    has_storyboard = models.BooleanField(default=False, editable=False)
    has_alternate_audio = models.BooleanField(default=False, editable=False)
    frame_count = models.PositiveSmallIntegerField(default=0, editable=False, help_text=_("Frames to choose from."))
    chapters = models.JSONField(default=list, blank=True, editable=False, help_text=_("Those that the file came with."))
    awaits_page_until = models.DateTimeField(
        null=True, editable=False, db_index=True, help_text=_("Uploaded for a page that is not there yet.")
    )

    admin_form_fields = ("title", "file", "collection", "tags")
    search_fields = AbstractMedia.search_fields + [
        index.SearchField("original_filename"),
        index.FilterField("created_at"),
    ]

    class Meta:
        verbose_name = _("video file")
        verbose_name_plural = _("video files")
        constraints = [
            models.CheckConstraint(condition=models.Q(type="video"), name="video_file_is_a_video"),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="video_files_newest_first"),
            models.Index(fields=["duration"], name="video_files_by_duration"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.type:
            self.type = "video"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and kwargs.get("update_fields") is None and not kwargs.get("force_insert"):
            kept = SERVICE_COLUMNS | LIVE_COLUMNS if self.package else SERVICE_COLUMNS
            kwargs["update_fields"] = {field.name for field in self._meta.concrete_fields} - kept - {"id"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        # Without wagtailmedia's check of the file name, whose error has no field; ingest.file_form makes it.
        super(AbstractMedia, self).clean()

    @property
    def filename(self) -> str:
        """The name of the editor's file; the name in the storage is internal."""
        return self.original_filename or super().filename

    @property
    def url(self) -> str:
        """An address that only signed-in editors with a right to this file can read."""
        return reverse("video_file_source", args=(self.pk,))

    @property
    def sources(self) -> list[dict[str, str]]:
        """The attributes of `<source>` elements, as wagtailmedia's preview writes them."""
        return [{"src": self.url, "type": self.content_type}]

    @property
    def content_type(self) -> str:
        """The exact media type of the source, by the container that the probe found."""
        return CONTENT_TYPES.get(self.container, "application/octet-stream")

    @property
    def plays_in_browsers(self) -> bool:
        """True if every current browser plays the source without a rendition."""
        return formats.plays_in_browsers(
            container=self.container,
            video_codec=self.video_codec,
            audio_codec=self.audio_codec,
            pixel_format=self.pixel_format,
        )

    @property
    def source_seconds(self) -> float:
        """The duration of the present source, in seconds; `duration` is that of the video which plays now."""
        return self.facts.get("duration_seconds") or self.duration

    @property
    def plays_earlier_source(self) -> bool:
        """True while visitors still get the renditions of an earlier source."""
        return self.package_version is not None and self.package_version != self.source_version

    @property
    def version_name(self) -> str:
        """The key in the statistics of the video that plays now; a new source has another one."""
        return f"{self.pk}.{self.package_version or self.source_version}"

    @property
    def is_playable(self) -> bool:
        return bool(self.package or self.playable_name)


class Rendition(models.Model):
    """One file made from a source: a rendition of an HLS playlist, or the progressive MP4.

    Visitors get the rows of the file's live `package`; rows of other packages are being made or about to be removed.
    """

    class Kind(models.TextChoices):
        VIDEO = "video", _("Picture")  # with the audio, unless there are several languages
        AUDIO = "audio", _("Sound")  # one of several languages
        PROGRESSIVE = "progressive", _("Progressive")  # one MP4 with the index in front

    video_file = models.ForeignKey(VideoFile, on_delete=models.CASCADE, related_name="renditions")
    package = models.CharField(max_length=12)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=40, help_text=_("As 1080p, source, audio-1, film."))
    is_copy = models.BooleanField(default=False, help_text=_("The pictures are those of the source, not encoded anew."))
    codecs = models.CharField(max_length=80, blank=True, help_text=_("As RFC 6381 writes them."))
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    frame_rate = models.FloatField(null=True)
    bandwidth = models.PositiveIntegerField(default=0, help_text=_("Bits per second of the largest segment."))
    average_bandwidth = models.PositiveIntegerField(default=0, help_text=_("Bits per second."))
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=35, blank=True, help_text=_("A BCP 47 tag."))
    label = models.CharField(max_length=120, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        ordering = ["-height", "kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["video_file", "package", "name"], name="rendition_name_in_package"),
        ]

    def __str__(self) -> str:
        return f"{self.video_file_id}/{self.package}/{self.name}"


class DiscardedFileQuerySet(models.QuerySet["DiscardedFile"]):
    """Questions about marks."""

    def kept(self, at: dt.datetime | None = None) -> "DiscardedFileQuerySet":
        """Marks of orphans whose time is not over at `at` (now by default): see `library.orphans`."""
        return self.filter(kept_until__gt=at or clock.now())

    def to_be_removed(self, at: dt.datetime | None = None) -> "DiscardedFileQuerySet":
        """Marks of files that nothing but the grace period keeps at `at` (now by default)."""
        return self.exclude(kept_until__gt=at or clock.now())


class DiscardedFile(models.Model):
    """A deleted name in protected storage; the worker removes the bytes when no row names it.

    `kept_until` is the end of the time of an orphan, and None for a file that was deleted.
    """

    name = models.CharField(max_length=255, unique=True)
    marked_at = models.DateTimeField(db_index=True)
    kept_until = models.DateTimeField(null=True)
    size_bytes = models.PositiveBigIntegerField(
        null=True, help_text=_("All of its bytes; empty until the worker has measured them: see `library.usage`.")
    )

    objects = DiscardedFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class LibraryIdentity(models.Model):
    """The id of the library whose files this database names: one row, see `library.identity`."""

    identity = models.UUIDField()

    def __str__(self) -> str:
        return str(self.identity)
