"""VideoFile: an uploaded source and what is known of it. DiscardedFile: bytes waiting to be removed."""

import os
import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtailmedia.models import AbstractMedia

from video_pages.library import formats, paths
from video_pages.library.storage import protected_storage

CONTENT_TYPES = {
    "mp4": "video/mp4",
    "mov": "video/mp4",  # the same box structure; browsers refuse video/quicktime but play it as this
    "webm": "video/webm",
    "matroska": "video/x-matroska",
    "avi": "video/x-msvideo",
    "mpeg": "video/mpeg",
    "mpegts": "video/mp2t",
    "ogg": "video/ogg",
    "flv": "video/x-flv",
    "asf": "video/x-ms-wmv",
}


def name_source(video_file, filename):
    """Return where the upload `filename` of `video_file` is kept (Django's `upload_to` signature)."""
    return paths.source_name(video_file.uuid, video_file.source_version, os.path.splitext(filename)[1])


class VideoFile(AbstractMedia):
    """An uploaded source on protected storage. Its row stays when the source is replaced; the version rises."""

    thumbnail = None  # a page's public thumbnail is an image of its own; frames of the film never are

    file = models.FileField(_("file"), upload_to=name_source, storage=protected_storage, max_length=255)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_version = models.PositiveIntegerField(default=1, editable=False)
    original_filename = models.CharField(_("original file name"), max_length=255, blank=True, editable=False)
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0, editable=False)
    container = models.CharField(max_length=32, blank=True, editable=False)
    video_codec = models.CharField(max_length=32, blank=True, editable=False)
    audio_codec = models.CharField(max_length=32, blank=True, editable=False)
    pixel_format = models.CharField(max_length=32, blank=True, editable=False)
    frame_rate = models.FloatField(null=True, editable=False)
    still = models.TextField(blank=True, editable=False, help_text=_("A data: address of at most 16x9 pixels."))
    poster_version = models.PositiveIntegerField(null=True, editable=False)

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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.type:
            self.type = "video"

    def clean(self):
        # wagtailmedia judges the file's name here, far from its field; video_pages.forms does it beside it.
        super(AbstractMedia, self).clean()

    @property
    def filename(self):
        """The name the editor's file had; the one on disk is internal."""
        return self.original_filename or super().filename

    @property
    def url(self):
        """An address that only signed-in editors with a right to this file can read."""
        return reverse("video_file_source", args=(self.pk,))

    @property
    def sources(self):
        return [{"src": self.url, "type": self.content_type}]

    @property
    def content_type(self):
        """The exact media type of the source, from what the probe found and not from the file's name."""
        return CONTENT_TYPES.get(self.container, "application/octet-stream")

    @property
    def plays_in_browsers(self):
        """True if every current browser plays the source as it is, without a rendition."""
        return formats.plays_in_browsers(
            container=self.container,
            video_codec=self.video_codec,
            audio_codec=self.audio_codec,
            pixel_format=self.pixel_format,
        )

    @property
    def has_poster(self):
        return self.poster_version is not None

    @property
    def poster_name(self):
        """The poster's name in protected storage, or "" while there is none."""
        return paths.poster_name(self.uuid, self.poster_version) if self.has_poster else ""


class DiscardedFile(models.Model):
    """A name in protected storage that was deleted; the worker removes the bytes when no row names it."""

    name = models.CharField(max_length=255, unique=True)
    marked_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return self.name
