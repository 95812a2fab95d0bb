"""Filters of the Videos listing by effective access: the way in which a video is opened, and its end date.

The sections with a password are read once. Videos are compared by the beginnings of their paths, one list for each
depth. A subquery for each video would make SQLite scan all pages each time, which took minutes for 10,000 videos.
"""

import datetime as dt
from collections.abc import Callable

from django.db.models import CharField, F, Q, TextChoices
from django.db.models.functions import Coalesce, Substr
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from video_pages.access.effective_access import AccessMode, lasting_invitations
from video_pages.core import clock
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.querysets import VideoPageQuerySet

Guards = dict[int, dict[str, dt.datetime | None]]
"""The sections with a password, as {length of the path: {path: end date}}."""

SOON = dt.timedelta(days=7)
IS_OPEN = Q(alias_of=None, open_to_everyone=True) | Q(alias_of__videopage__open_to_everyone=True)
SOURCE_PATH = Coalesce(F("alias_of__path"), F("path"), output_field=CharField())
HAS_OWN = (Q(alias_of=None) & ~Q(password_hash="")) | (
    Q(alias_of__isnull=False) & ~Q(alias_of__videopage__password_hash="")
)


class EffectiveAccessFilter(ChoiceFilter):
    """Filters by AccessMode; an alias has that of its source."""

    def filter(self, queryset: VideoPageQuerySet, mode: str) -> VideoPageQuerySet:
        if not mode:
            return queryset
        if mode == AccessMode.OPEN:
            return queryset.filter(IS_OPEN)
        if mode == AccessMode.OWN:
            return queryset.filter(HAS_OWN).exclude(IS_OPEN)
        locked, guards = _below_sections(queryset.exclude(IS_OPEN).exclude(HAS_OWN))
        below = _guarded_by(guards, lambda until: True)
        if mode == AccessMode.SECTION:
            return locked.filter(below)
        unguarded, is_invited = _below_invitations(locked.filter(~below))
        return unguarded.filter(is_invited if mode == AccessMode.INVITED else ~is_invited)


class End(TextChoices):
    """The choices of EndFilter: when the end date of a password is."""

    OVER = "over", _("Access has ended")
    SOON = "soon", _("Ends within 7 days")
    LATER = "later", _("Ends later")
    NEVER = "never", _("No end date")


class EndFilter(ChoiceFilter):
    """Filters by the end date of the password that opens a video, its own or that of a section."""

    def filter(self, queryset: VideoPageQuerySet, name: str) -> VideoPageQuerySet:
        if not name:
            return queryset
        now = clock.now()
        spans: dict[str, tuple[dt.datetime | None, dt.datetime | None]] = {
            End.OVER: (None, now),
            End.SOON: (now, now + SOON),
            End.LATER: (now + SOON, None),
        }
        first, last = spans.get(name, (None, None))

        def is_within(until: dt.datetime | None) -> bool:
            return until is not None and (first is None or until > first) and (last is None or until <= last)

        within: dict[str, bool | dt.datetime] = {"access_until__isnull": False}
        if first:
            within["access_until__gt"] = first
        if last:
            within["access_until__lte"] = last
        of_source = {f"alias_of__videopage__{key}": value for key, value in within.items()}
        own = HAS_OWN & (Q(alias_of=None, **within) | Q(**of_source))
        videos, guards = _below_sections(queryset)
        ending = (own | ~HAS_OWN & _guarded_by(guards, is_within)) & ~IS_OPEN
        return videos.filter(~ending if name == End.NEVER else ending)


def _below_sections(videos: VideoPageQuerySet) -> tuple[VideoPageQuerySet, Guards]:
    """Return `videos` annotated with the beginnings of their paths, and the Guards of the site.

    For an alias, both are those of its source.
    """
    has_password = ~Q(password_hash="") | (Q(alias_of__isnull=False) & ~Q(alias_of__videoindexpage__password_hash=""))
    sections = VideoIndexPage.objects.filter(has_password).order_by()
    guards: Guards = {}
    for path, until, alias_of, source_until in sections.values_list(
        "path", "access_until", "alias_of", "alias_of__videoindexpage__access_until"
    ):
        guards.setdefault(len(path), {})[path] = source_until if alias_of else until
    return videos.annotate(**{f"above_{length}": Substr(SOURCE_PATH, 1, length) for length in guards}), guards


def _below_invitations(videos: VideoPageQuerySet) -> tuple[VideoPageQuerySet, Q]:
    """Return `videos`, which no password opens, annotated, and the condition that an invitation opens them.

    It is an invitation of the video or of a section above it; for an alias, of its source.
    """
    invited = lasting_invitations()
    sections = invited.exclude(section=None).values("section")
    lengths: dict[int, list[str]] = {}
    with_invitation = VideoIndexPage.objects.filter(Q(pk__in=sections) | Q(alias_of__in=sections)).order_by()
    for path in with_invitation.values_list("path", flat=True):
        lengths.setdefault(len(path), []).append(path)
    source_ids = Coalesce(F("alias_of"), F("pk"))
    videos = videos.annotate(
        source_id=source_ids, **{f"within_{length}": Substr(SOURCE_PATH, 1, length) for length in lengths}
    )
    is_invited = Q(source_id__in=invited.exclude(video=None).values("video"))
    for length, paths in lengths.items():
        is_invited |= Q(**{f"within_{length}__in": paths})
    return videos, is_invited


def _guarded_by(guards: Guards, matches: Callable[[dt.datetime | None], bool]) -> Q:
    """Return the condition that the nearest section with a password has an end date for which `matches(date)`."""
    guarded, by_nearer = Q(pk__in=[]), Q(pk__in=[])
    for length in sorted(guards, reverse=True):
        paths = [path for path, until in guards[length].items() if matches(until)]
        guarded |= Q(**{f"above_{length}__in": paths}) & ~by_nearer
        by_nearer |= Q(**{f"above_{length}__in": list(guards[length])})
    return guarded
