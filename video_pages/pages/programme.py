"""A programme: the films of a section with their numbers, the intervals between them, and the total length.

Visitors see the films that lists show to them, numbered without gaps: a gap would tell of a hidden film. An interval
follows the film with its number in the editor's list, which has all films. If that film is hidden from a visitor, the
interval stays in its place between the films around it.

A section of more than MOST_VIDEOS films is shown as any other list.
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.models import Page

from video_pages.access.guard import SECTION, VIDEO, page_model
from video_pages.access.listed import Viewer
from video_pages.access.window import Window
from video_pages.pages.cards import Card
from video_pages.pages.intervals import ProgrammeInterval
from video_pages.pages.list_pages import beyond, in_order
from video_pages.pages.protocols import Section, Video
from video_pages.pages.viewer_queries import ViewerQuery

MOST_VIDEOS = 100
NEXT_IN_SECONDS = 8
"""The time between the end of a film and the next one, unless there is an interval."""


@dataclasses.dataclass(frozen=True)
class Interval:
    """A pause of `minutes`, and what it is called."""

    minutes: int
    text: str

    @property
    def seconds(self) -> int:
        return self.minutes * 60


@dataclasses.dataclass(frozen=True)
class Entry:
    """One film of a programme: its number from 1 on, the id of its page, its card, the interval after it or None."""

    number: int
    video_id: int
    card: Card
    interval: Interval | None


@dataclasses.dataclass(frozen=True)
class Programme:
    """The programme that one visitor sees. `begins_at` is the opening of the section's window, if that is to come."""

    entries: Sequence[Entry]
    begins_at: dt.datetime | None = None

    @property
    def video_seconds(self) -> float:
        """The length of all films."""
        return sum(entry.card.duration_seconds for entry in self.entries)

    @property
    def interval_count(self) -> int:
        """The number of intervals."""
        return sum(entry.interval is not None for entry in self.entries)

    @property
    def interval_seconds(self) -> int:
        """The length of all intervals."""
        return sum(entry.interval.seconds for entry in self.entries if entry.interval)

    @property
    def total_seconds(self) -> float:
        """The length of the films with the intervals."""
        return self.video_seconds + self.interval_seconds

    @property
    def offset_minutes(self) -> int:
        """The offset from UTC, in the site's time zone, of the moment at which it begins; 0 without one."""
        offset = timezone.localtime(self.begins_at).utcoffset() if self.begins_at else None
        return round(offset.total_seconds() / 60) if offset else 0


@dataclasses.dataclass(frozen=True)
class ProgrammePlace:
    """The place of a film in its programme: its `number` of `count`, and the interval after it, or None.

    `following_id` is the id of the next film, or None after the last.
    """

    section_id: int
    video_id: int
    number: int
    count: int
    following_id: int | None
    interval: Interval | None

    @property
    def next_in(self) -> int:
        """The seconds between the end of this film and the next one."""
        return self.interval.seconds if self.interval else NEXT_IN_SECONDS


def programme_of(
    section: Section, videos: Sequence[Video], cards: Sequence[Card], *, window: Window | None, now: dt.datetime
) -> Programme:
    """Return the Programme of `section`: its `videos` with their `cards`, and its `window`, or None.

    One query, with intervals two.
    """
    intervals = intervals_between([video.pk for video in videos], section)
    begins_at = window.opens_at if window and window.is_not_yet_open(now) else None
    entries = [
        Entry(number, video.pk, card, intervals.get(video.pk))
        for number, (video, card) in enumerate(zip(videos, cards, strict=True), start=1)
    ]
    return Programme(entries, begins_at)


def place_in_programme(video: Page, section: Section | None, viewer: Viewer) -> ProgrammePlace | None:
    """Return the place of the page `video` in the programme `section`; None if it is none, or has too many films.

    Two queries, if `section` is a programme, and with intervals three.
    """
    if section is None or not section.is_programme:
        return None
    rows = VIDEOS.rows(viewer.inside(section), section.pk, order=section.order)
    ids = [pk for (pk,) in rows]
    if len(ids) > MOST_VIDEOS or video.pk not in ids:
        return None
    number = ids.index(video.pk) + 1
    following = ids[number] if number < len(ids) else None
    interval = intervals_between(ids, section).get(video.pk)
    return ProgrammePlace(section.pk, video.pk, number, len(ids), following, interval)


def intervals_between(shown: Sequence[int], section: Section) -> dict[int, Interval]:
    """Return {id of the film before it: Interval} for a visitor of `section` who sees the films with the ids `shown`.

    Of several intervals between two of these films it is the longest. One query, with intervals two.
    """
    intervals = intervals_of(section.pk)
    if not intervals:
        return {}
    videos = in_order(page_model(VIDEO).objects.filter(list_entry__section=section.pk), section.order)
    found, before = dict[int, Interval](), None
    with_next = frozenset(shown[:-1])
    for number, video_id in enumerate(videos.values_list("pk", flat=True)[: max(intervals)], start=1):
        if video_id in shown:
            before = video_id if video_id in with_next else None
        interval = intervals.get(number)
        if interval and before and (before not in found or interval.minutes > found[before].minutes):
            found[before] = interval
    return found


def intervals_of(section_id: int) -> dict[int, Interval]:
    """Return {number of the film before it: Interval} of a section; one query."""
    rows = ProgrammeInterval.objects.filter(page=section_id)
    return {row.after_film: Interval(row.minutes, row.text or default_text(row.minutes)) for row in rows}


def default_text(minutes: int) -> str:
    """Return what an interval without a text of its own is called."""
    return ngettext("Interval, %(minutes)d minute", "Interval, %(minutes)d minutes", minutes) % {"minutes": minutes}


def longest_pause_seconds(video: Page) -> int:
    """Return the length of the longest interval of the programme that contains the page `video`; 0 without one.

    One query. Access to a section has to last over the interval that follows a film.
    """
    above = page_model(SECTION).objects.filter(path=video.path[: -Page.steplen], is_programme=True)
    return 60 * (above.aggregate(longest=Max("intervals__minutes"))["longest"] or 0)


def _video_ids(viewer: Viewer, section_id: int, *, order: str) -> QuerySet[Any, Any]:
    videos = page_model(VIDEO).objects.in_lists(viewer).filter(list_entry__section=section_id)
    return beyond(videos, order, ()).values_list("pk")[: MOST_VIDEOS + 1]


VIDEOS = ViewerQuery(_video_ids)
