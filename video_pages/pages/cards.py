"""Cards: the data that a list shows of each video and section, read in a fixed number of queries."""

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import reverse
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from video_pages.access.decide import opening_row, passes_restrictions, unlocked_until
from video_pages.access.effective_access import invited_ids
from video_pages.access.guard import AccessState, sources_of
from video_pages.access.invitations.labels import labels_over_pictures
from video_pages.access.invitations.typed import with_entrances
from video_pages.access.listed import Viewer, viewer_of
from video_pages.access.shown_ends import shown_end_of_rows
from video_pages.access.site_settings import AccessSettings
from video_pages.access.visitor import visitor_of
from video_pages.core import clock
from video_pages.core.typography import content_language
from video_pages.pages.list_queries import listed_sections, videos_with_files
from video_pages.pages.protocols import CountedSection, Section, Video
from video_pages.pages.querysets import MOST_COUNTED

LOCKED, UNLOCKED, OPEN, NOBODY, OVER = "locked", "unlocked", "open", "nobody", "over"
INVITED, NOT_YET, CLOSED = "invited", "not_yet", "closed"
SHOWN_IN_MINUTES = dt.timedelta(hours=24)  # a longer access is shown as the date of its end


@dataclasses.dataclass(frozen=True)
class Card:
    """One video in a list.

    `thumbnail` is a public image or None, `still` a `data:` address or "". `poster_url` is the protected address of a
    frame of the video for a browser that may have it, else "". `lock` is NOBODY while nothing opens the video, INVITED
    while links of invitations alone do, OVER once its access date is reached, NOT_YET before its window, which begins
    at `opens_at`, and CLOSED after it. An unlocked video has the minutes of access left, or if they are more than a day
    the end `open_until` (aware). `label` is the text of an invitation over the frame, or "". `language` is that of the
    title, `section_language` that of the section's: each "" if it is that of the screen.
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
    opens_at: dt.datetime | None
    thumbnail: AbstractImage | None
    still: str
    poster_url: str
    language: str
    section_language: str
    label: str = ""

    @property
    def has_picture(self) -> bool:
        """True if the card has an image of any kind."""
        return bool(self.thumbnail or self.still or self.poster_url)


@dataclasses.dataclass(frozen=True)
class SectionCard:
    """One section in a list, with the number of listed videos below it at any depth.

    Above MOST_COUNTED they are not counted: `count` is that number, and `has_more` is True.
    `cover` is the Card of the first of them that has a picture, or None. `language` is as in a Card.
    """

    title: str
    language: str
    url: str
    count: int
    has_more: bool
    is_locked: bool
    cover: Card | None


AnyCard = TypeVar("AnyCard", Card, SectionCard)


def cards_for(
    videos: Iterable[Video],
    *,
    request: HttpRequest,
    here: Section | None = None,
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
    states = visitor_of(request).access_states(sources.values())
    locked = {source.pk: states[source.pk] for source in sources.values() if not source.open_to_everyone}
    states |= with_entrances(locked, now)
    parents = _parents(videos, viewer_of(request), here)
    neutral = AccessSettings.for_request(request).locked_cards == AccessSettings.LockedCards.NEUTRAL
    rows = {pk: opening_row(state, now) for pk, state in states.items()}
    labels = labels_over_pictures(rows.values())
    invited = invited_ids({pk for state in states.values() if state.guard is None for pk in state.reach})
    cards = []
    for video in videos:
        source = sources[video.pk]
        card = _card(video, source, states[source.pk], parents, neutral, request, now)
        if card.lock == NOBODY and not invited.isdisjoint(states[source.pk].reach):
            card = dataclasses.replace(card, lock=INVITED)
        is_private = video.alias_of_id and states[source.pk].maybe_restricted
        if is_private and not passes_restrictions(source, request.user):
            card = dataclasses.replace(
                card, lock=LOCKED, opens_at=None, thumbnail=None, still="", poster_url="", duration_seconds=0
            )
        elif card.poster_url and (row := rows[source.pk]):
            card = dataclasses.replace(card, label=labels.get(row.id, ""))
        cards.append(card)
    return cards


def all_locked(cards: list[Card]) -> bool:
    """Return whether `cards` are some, and each is of a video that this browser has to unlock by itself."""
    return bool(cards) and all(card.lock in (LOCKED, OVER) for card in cards)


def section_cards_for(
    sections: Iterable[CountedSection], *, request: HttpRequest, now: dt.datetime | None = None
) -> list[SectionCard]:
    """Return a SectionCard for each of `sections`, with `video_count` and `cover_id`."""
    now = now or clock.now()
    sections = list(sections)
    sources = sources_of(sections)
    states = visitor_of(request).access_states(sources.values())
    covers = _covers(sections, request, now)
    return [
        SectionCard(
            title=section.title,
            language=section.title_language,
            url=section.get_url(request),
            count=min(section.video_count, MOST_COUNTED),
            has_more=section.video_count > MOST_COUNTED,
            is_locked=_is_locked_section(sources[section.pk], states[sources[section.pk].pk], now),
            cover=covers.get(section.cover_id),
        )
        for section in sections
    ]


def in_language_of_site(pages: Iterable[Page], cards: Iterable[AnyCard], *, here: int) -> list[AnyCard]:
    """Return the `cards` of `pages`; those of pages that are not in the Locale `here` are in the site's own language.

    On a screen in `here` these pages are originals that nobody has translated, as are the sections that they name.
    """
    original = content_language(of_original=True)
    return [
        card if page.locale_id == here else _with_language(card, original)
        for page, card in zip(pages, cards, strict=True)
    ]


def _with_language(card: AnyCard, language: str) -> AnyCard:
    names = ("language", "section_language") if isinstance(card, Card) else ("language",)
    changed: dict[str, Any] = dict.fromkeys(names, language)
    return dataclasses.replace(card, **changed)


def _is_locked_section(source: Section, state: AccessState, now: dt.datetime) -> bool:
    return bool(source.password_hash) and unlocked_until(state, now) is None


def _covers(sections: Iterable[CountedSection], request: HttpRequest, now: dt.datetime) -> dict[int, Card]:
    """Return {video id: Card} of the covers of `sections`; no query if there are none."""
    wanted = {section.cover_id for section in sections if section.cover_id}
    if not wanted:
        return {}
    videos = videos_with_files(wanted)
    cards = cards_for(videos, request=request, now=now)
    return {video.pk: card for video, card in zip(videos, cards, strict=True)}


def _parents(pages: Iterable[Video], viewer: Viewer, here: Section | None) -> dict[str, Section]:
    """Return {path: section} of the sections that contain `pages` and are listed to `viewer`; one query.

    `here` is left out. If it contains all pages, there is no query.
    """
    paths = {page.path[: -Page.steplen] for page in pages} - ({here.path} if here else set())
    if not paths:
        return {}
    return {section.path: section for section in listed_sections(paths, viewer)}


def _card(
    video: Video,
    source: Video,
    state: AccessState,
    parents: Mapping[str, Section],
    neutral: bool,
    request: HttpRequest,
    now: dt.datetime,
) -> Card:
    parent = parents.get(video.path[: -Page.steplen])
    file = source.video_file
    lock, minutes_left, open_until, window = LOCKED, None, None, state.window
    if window is not None and not window.is_open(now):
        lock = CLOSED if window.is_closed(now) else NOT_YET
    elif source.open_to_everyone:
        lock = OPEN
    elif unlocked_until(state, now):
        lock, end = UNLOCKED, shown_end_of_rows(state, now)
        if end is None or end - now > SHOWN_IN_MINUTES:
            open_until = end
        else:
            minutes_left = math.ceil((end - now).total_seconds() / 60)
    elif state.guard is None:
        lock = NOBODY
    elif state.guard.is_over(now):
        lock = OVER
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
        opens_at=window.opens_at if window and lock == NOT_YET else None,
        thumbnail=source.thumbnail,
        still="" if not file or (neutral and lock not in (OPEN, UNLOCKED)) else file.still,
        poster_url=reverse("stream", args=(source.uuid, "poster")) if has_poster else "",
        language=video.title_language,
        section_language=parent.title_language if parent else "",
    )
