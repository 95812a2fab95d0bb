"""Chapters: what an editor writes for a page, or else what the video file came with."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from video_pages.core.timecodes import TimecodeField


class SecondsField(models.PositiveIntegerField):
    """Whole seconds into a film, which people type as a time."""

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": TimecodeField, **kwargs})

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveIntegerField", args, kwargs  # the same column: nothing to migrate


class VideoChapter(Orderable):
    """A chapter of a video page: content of the page, so it has drafts and history."""

    page = ParentalKey("video_pages.VideoPage", on_delete=models.CASCADE, related_name="chapters")
    start_seconds = SecondsField(_("begins at"), help_text=_("As 1:02:30, 18:20 or seconds."))
    title = models.CharField(_("title"), max_length=120)

    panels = [FieldPanel("start_seconds"), FieldPanel("title")]

    class Meta(Orderable.Meta):
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def __str__(self):
        return self.title


@dataclass(frozen=True)
class Chapter:
    """One chapter as the player shows it; it lasts until `end_seconds`."""

    start_seconds: float
    end_seconds: float
    title: str


def chapters_of(page):
    """Return the Chapters of the source page `page`, in order; those in the file if the editor wrote none.

    What lies behind the film's end is left out. One query, none for a page without a file.
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
