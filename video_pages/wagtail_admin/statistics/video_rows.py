"""The lines of the report by video: the ids in the order of a column, and the numbers of the lines of one page."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.functional import cached_property
from wagtail.models import Page

from video_pages.analytics import statistics
from video_pages.analytics.statistics import Totals
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.querysets import VideoPageQuerySet
from video_pages.wagtail_admin.statistics.report_table import Row


class RankedVideos:
    """The ids of `videos` in the order of a number, for a paginator; those without a number stand by title.

    `numbers` are {id: number} of the videos that have one; of equal ones the smaller id stands first. A page of videos
    with a number reads no titles. `are_last` puts the others last in both directions.
    """

    model = VideoPage

    def __init__(
        self, videos: VideoPageQuerySet, numbers: dict[int, float], *, is_descending: bool, are_last: bool
    ) -> None:
        self._videos, self._numbers, self._is_descending = videos, numbers, is_descending
        self._others_last = is_descending or are_last

    def count(self) -> int:
        return self._total

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, wanted: slice) -> list[int]:
        if self._others_last and wanted.stop is not None and wanted.stop <= len(self._ranked):
            return self._ranked[wanted]
        return self._all[wanted]

    def __iter__(self) -> Iterator[int]:
        return iter(self._all)

    @cached_property
    def _total(self) -> int:
        return self._videos.order_by().count()

    @cached_property
    def _ranked(self) -> list[int]:
        sign = -1 if self._is_descending else 1
        return sorted(self._numbers, key=lambda video: (sign * self._numbers[video], video))

    @cached_property
    def _all(self) -> list[int]:
        by_title = self._videos.order_by("title", "pk").values_list("pk", flat=True)
        others = [pk for pk in by_title if pk not in self._numbers]
        return [*self._ranked, *others] if self._others_last else [*others, *self._ranked]


class VideosBySection(RankedVideos):
    """The ids of `videos` by the title of their section, and within a section by their own."""

    def __init__(self, videos: VideoPageQuerySet, *, is_descending: bool) -> None:
        super().__init__(videos, {}, is_descending=is_descending, are_last=False)

    @cached_property
    def _all(self) -> list[int]:
        titles = dict(VideoIndexPage.objects.order_by().values_list("path", "title"))
        placed = self._videos.order_by("title", "pk").values_list("pk", "path")
        found = [(titles.get(path[: -Page.steplen], ""), pk) for pk, path in placed]
        found.sort(key=lambda pair: pair[0], reverse=self._is_descending)
        return [pk for _title, pk in found]


def rows_of(ids: Sequence[int], first: dt.date, last: dt.date, *, now: dt.datetime) -> list[Row]:
    """Return the lines of the videos `ids`, in their order, with their numbers from `first` to `last`."""
    found = statistics.by_video(ids, first, last, now=now)
    videos = {row[0]: row for row in VideoPage.objects.filter(pk__in=ids).values_list("pk", "title", "path", "uuid")}
    above = {path[: -Page.steplen] for _pk, _title, path, _uuid in videos.values()}
    sections = dict(VideoIndexPage.objects.filter(path__in=above).order_by().values_list("path", "title"))
    nothing = Totals()
    return [
        Row(found.get(pk, nothing), pk, title, sections.get(path[: -Page.steplen], ""), str(uuid))
        for pk, title, path, uuid in (videos[pk] for pk in ids if pk in videos)
    ]
