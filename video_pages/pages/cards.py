"""Cards: the data that a list shows of each video and section, read in a fixed number of queries."""

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from video_pages.access.decide import passes_restrictions, unlocked_until
from video_pages.access.guard import SECTION, VIDEO, AccessState, access_states, page_model, sources_of
from video_pages.access.listed import Viewer, viewer_of
from video_pages.access.models import AccessSettings
from video_pages.access.visitor import visitor_of
from video_pages.core import clock

if TYPE_CHECKING:
    from video_pages.pages.models import VideoIndexPage, VideoPage

LOCKED, UNLOCKED, OPEN, NOBODY, OVER = "locked", "unlocked", "open", "nobody", "over"
SHOWN_IN_MINUTES = dt.timedelta(hours=24)  # a longer access is shown as the date of its end


@dataclasses.dataclass(frozen=True)
class Card:
    """One video in a list.

    `thumbnail` is a public image or None, `still` a `data:` address or "". `poster_url` is the protected address of a
    frame of the video for a browser that may have it, else "". `lock` is NOBODY while no password opens the video, and
    OVER once its access date is reached. An unlocked video has the minutes of access left, or if they are more than a
    day the end `open_until` (aware).
    """

    title: str
    url: str
    section_title: str
    section_url: str
    date: dt.datetime | None
    duration_seconds: float
    lock: str
    minutes_left: int | None
    open_until: dt.datetime | None
    thumbnail: AbstractImage | None
    still: str
    poster_url: str

    @property
    def has_picture(self) -> bool:
        """True if the card has an image of any kind."""
        return bool(self.thumbnail or self.still or self.poster_url)


@dataclasses.dataclass(frozen=True)
class SectionCard:
    """One section in a list, with the number of listed videos below it at any depth.

    `cover` is the Card of the first of them that has a picture, or None.
    """

    title: str
    url: str
    count: int
    is_locked: bool
    cover: Card | None


def cards_for(
    videos: "Iterable[VideoPage]",
    *,
    request: HttpRequest,
    here: "VideoIndexPage | None" = None,
    now: dt.datetime | None = None,
) -> list[Card]:
    """Return a Card for each of `videos`, a sequence or queryset of VideoPage, in their order.

    An alias shows the video and the lock of its source under its own title and address, but nothing of a source that
    Wagtail's own privacy hides from this visitor. `here` is the section on whose page the cards are shown: its videos
    do not name it.
    """
    now = now or clock.now()
    videos = list(videos)
    sources = sources_of(videos, prepare=lambda found: found.with_files())
    states = access_states(sources.values(), visitor_of(request).browser.keys)
    parents = _parents(videos, viewer_of(request), here)
    neutral = AccessSettings.for_request(request).locked_cards == AccessSettings.LockedCards.NEUTRAL
    cards = []
    for video in videos:
        source = sources[video.pk]
        card = _card(video, source, states[source.pk], parents, neutral, request, now)
        is_private = video.alias_of_id and states[source.pk].maybe_restricted
        if is_private and not passes_restrictions(source, request.user):
            card = dataclasses.replace(card, lock=LOCKED, thumbnail=None, still="", poster_url="", duration_seconds=0)
        cards.append(card)
    return cards


def all_locked(cards: list[Card]) -> bool:
    """Return whether `cards` are some, and each is of a video that this browser has to unlock by itself."""
    return bool(cards) and all(card.lock in (LOCKED, OVER) for card in cards)


def section_cards_for(
    sections: "Iterable[VideoIndexPage]", *, request: HttpRequest, now: dt.datetime | None = None
) -> list[SectionCard]:
    """Return a SectionCard for each of `sections`, a queryset with `video_count` and `cover_id`."""
    now = now or clock.now()
    sections = list(sections)
    sources = sources_of(sections)
    states = access_states(sources.values(), visitor_of(request).browser.keys)
    covers = _covers(sections, request, now)
    return [
        SectionCard(
            title=section.title,
            url=section.get_url(request),
            count=section.video_count,
            is_locked=_is_locked_section(sources[section.pk], states[sources[section.pk].pk], now),
            cover=covers.get(section.cover_id),
        )
        for section in sections
    ]


def _is_locked_section(source: "VideoIndexPage", state: AccessState, now: dt.datetime) -> bool:
    return bool(source.password_hash) and unlocked_until(state, now) is None


def _covers(sections: "Iterable[VideoIndexPage]", request: HttpRequest, now: dt.datetime) -> dict[int, Card]:
    """Return {video id: Card} of the covers of `sections`; no query if there are none."""
    wanted = {section.cover_id for section in sections if section.cover_id}
    if not wanted:
        return {}
    videos = list(page_model(VIDEO).objects.filter(pk__in=wanted).with_files())
    cards = cards_for(videos, request=request, now=now)
    return {video.pk: card for video, card in zip(videos, cards, strict=True)}


def _parents(
    pages: "Iterable[VideoPage]", viewer: Viewer, here: "VideoIndexPage | None"
) -> "dict[str, VideoIndexPage]":
    """Return {path: section} of the sections that contain `pages` and are listed to `viewer`; one query.

    `here` is left out. If it contains all pages, there is no query.
    """
    paths = {page.path[: -Page.steplen] for page in pages} - ({here.path} if here else set())
    if not paths:
        return {}
    listed = page_model(SECTION).objects.filter(path__in=paths).listed_to(viewer)
    return {section.path: section for section in listed}


def _card(
    video: "VideoPage",
    source: "VideoPage",
    state: AccessState,
    parents: "Mapping[str, VideoIndexPage]",
    neutral: bool,
    request: HttpRequest,
    now: dt.datetime,
) -> Card:
    parent = parents.get(video.path[: -Page.steplen])
    file = source.video_file
    lock, minutes_left, open_until = LOCKED, None, None
    if source.open_to_everyone:
        lock = OPEN
    elif state.guard is None:
        lock = NOBODY
    elif state.guard.is_over(now):
        lock = OVER
    elif until := unlocked_until(state, now):
        lock = UNLOCKED
        if until - now > SHOWN_IN_MINUTES:
            open_until = until
        else:
            minutes_left = math.ceil((until - now).total_seconds() / 60)
    # Frames of the video are protected: only a browser that has access gets their address.
    has_poster = lock in (OPEN, UNLOCKED) and file is not None and file.has_poster
    return Card(
        title=video.title,
        url=video.get_url(request),
        section_title=parent.title if parent else "",
        section_url=parent.get_url(request) if parent else "",
        date=video.first_published_at,
        duration_seconds=file.duration if file else 0,
        lock=lock,
        minutes_left=minutes_left,
        open_until=open_until,
        thumbnail=source.thumbnail,
        still="" if not file or (neutral and lock in (LOCKED, NOBODY, OVER)) else file.still,
        poster_url=reverse("stream", args=(source.uuid, "poster")) if has_poster else "",
    )
