"""Cards: what a list shows of each video and section, gathered in a fixed number of queries however many there are."""

import dataclasses
import datetime as dt
import math

from wagtail.models import Page

from video_pages import clock
from video_pages.access.browser import browser_keys
from video_pages.access.decide import is_valid, passes_restrictions
from video_pages.access.guard import sources_of, standings
from video_pages.access.models import AccessSettings

LOCKED, UNLOCKED, OPEN = "locked", "unlocked", "open"


@dataclasses.dataclass(frozen=True)
class Card:
    """One video in a list. `still` is a `data:` address or ""; `thumbnail` a public image or None."""

    title: str
    url: str
    section_title: str
    section_url: str
    date: dt.datetime | None
    duration_seconds: float
    lock: str
    minutes_left: int | None
    thumbnail: object
    still: str


@dataclasses.dataclass(frozen=True)
class SectionCard:
    """One section in a list, with the number of live videos below it at any depth."""

    title: str
    url: str
    count: int
    is_locked: bool


def cards_for(videos, *, request, now=None):
    """Return a Card for each of `videos`, a sequence or queryset of VideoPage, in their order.

    An alias shows its source's film, state and lock under its own title and address; but nothing of a source that
    Wagtail's own privacy keeps from this visitor.
    """
    now = now or clock.now()
    videos = list(videos)
    sources = sources_of(videos, prepare=lambda found: found.with_files())
    browser = browser_keys(request)
    standing = standings(sources.values(), browser.keys)
    parents = _parents(videos)
    neutral = AccessSettings.for_request(request).locked_cards == AccessSettings.LockedCards.NEUTRAL
    cards = []
    for video in videos:
        source = sources[video.pk]
        card = _card(video, source, standing[source.pk], parents, neutral, request, now)
        is_private = video.alias_of_id and standing[source.pk].maybe_restricted
        if is_private and not passes_restrictions(source, browser, request.user):
            card = dataclasses.replace(card, lock=LOCKED, thumbnail=None, still="", duration_seconds=0)
        cards.append(card)
    return cards


def section_cards_for(sections, *, request, now=None):
    """Return a SectionCard for each of `sections`, a queryset of VideoIndexPage annotated with `video_count`."""
    now = now or clock.now()
    sections = list(sections)
    sources = sources_of(sections)
    standing = standings(sources.values(), browser_keys(request).keys)
    return [
        SectionCard(
            title=section.title,
            url=section.get_url(request),
            count=section.video_count,
            is_locked=_is_locked_section(sources[section.pk], standing, now),
        )
        for section in sections
    ]


def _is_locked_section(source, standing, now):
    return bool(source.password_hash) and not is_valid(standing[source.pk].row, now)


def _parents(pages):
    paths = {page.path[: -Page.steplen] for page in pages}
    return {parent.path: parent for parent in Page.objects.filter(path__in=paths)}


def _card(video, source, standing, parents, neutral, request, now):
    parent = parents.get(video.path[: -Page.steplen])
    file = source.video_file
    lock, minutes_left = LOCKED, None
    if source.open_to_everyone:
        lock = OPEN
    elif standing.guard and is_valid(standing.row, now):
        lock = UNLOCKED
        minutes_left = math.ceil((standing.row.expires_at - now).total_seconds() / 60)
    return Card(
        title=video.title,
        url=video.get_url(request),
        section_title=parent.title if parent else "",
        section_url=parent.get_url(request) if parent else "",
        date=video.first_published_at,
        duration_seconds=file.duration if file else 0,
        lock=lock,
        minutes_left=minutes_left,
        thumbnail=source.thumbnail,
        still="" if not file or (neutral and lock == LOCKED) else file.still,
    )
