"""The subject of a question about statistics: the site, a section, or some videos."""

import dataclasses
from typing import Any

from django.db.models import QuerySet

from video_pages.analytics.page_models import page_manager
from video_pages.core.page_protocols import LockablePage


@dataclasses.dataclass(frozen=True)
class Scope:
    """The subject of a question. `videos` and `sections` are querysets of `values("pk")`, None for all.

    `reach_of` says how viewers are counted: those of the section with this id, of the "site", or the sum over videos
    (None).
    """

    videos: QuerySet[Any, Any] | None
    sections: QuerySet[Any, Any] | None
    reach_of: int | str | None

    @property
    def is_site(self) -> bool:
        """True if this is about the whole site."""
        return self.videos is None and self.sections is None


def of_site() -> Scope:
    """Return the Scope of the whole site."""
    return Scope(None, None, "site")


def of_section(section: LockablePage) -> Scope:
    """Return the Scope of `section`: the videos now in it, at any depth, and passwords typed there."""
    videos = page_manager("video").filter(path__startswith=section.path).order_by().values("pk")
    sections = page_manager("section").filter(path__startswith=section.path).order_by().values("pk")
    return Scope(videos, sections, section.pk)


def of_videos(videos: QuerySet[Any]) -> Scope:
    """Return the Scope of the videos in a queryset, without sections; viewers are the sum over the videos."""
    return Scope(videos.order_by().values("pk"), page_manager("section").none().values("pk"), None)


def of_video(video: LockablePage) -> Scope:
    """Return the Scope of one video; an alias has the statistics of its source."""
    return of_videos(page_manager("video").filter(pk=video.source.pk))
