"""Chapters of a video: those that an editor writes for the page, or else those of the video file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.forms import Field
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from video_pages.core.timecodes import TimecodeField
from video_pages.pages.protocols import Video


class SecondsField(models.PositiveIntegerField):
    """A position in a video in whole seconds, typed as a timecode."""

    def formfield(self, **kwargs: Any) -> Field | None:
        return super().formfield(**{"form_class": TimecodeField, **kwargs})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveIntegerField", args, kwargs  # the same column: nothing to migrate


class VideoChapter(Orderable):
    """A chapter of a video page. It is content of the page, so it has drafts and history."""

    page = ParentalKey("video_pages.VideoPage", on_delete=models.CASCADE, related_name="chapters")
    start_seconds = SecondsField(_("begins at"), help_text=_("As 1:02:30, 18:20 or seconds."))
    title = models.CharField(_("title"), max_length=120)

    panels = [FieldPanel("start_seconds"), FieldPanel("title")]

    class Meta(Orderable.Meta):
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Chapter:
    """One chapter as the player shows it; it lasts until `end_seconds`."""

    start_seconds: float
    end_seconds: float
    title: str


def chapters_of(page: Video) -> list[Chapter]:
    """Return the Chapters of the source page `page`, in order: those of the file if the editor wrote none.

    Chapters beyond the end of the video are left out. One query, none for a page without a file.
    """
    file = page.video_file
    if file is None:
        return []
    written = [(chapter.start_seconds, chapter.title) for chapter in page.chapters.all()]
    found = written or [(chapter["start_seconds"], chapter["title"]) for chapter in file.chapters]
    starts = sorted(dict(reversed(found)).items())
    starts = [(start, title) for start, title in starts if not file.duration or start < file.duration]
    if not starts:
        return []
    ends = [start for start, _title in starts[1:]] + [file.duration]
    return [Chapter(start, end, title) for (start, title), end in zip(starts, ends, strict=True) if end > start]
