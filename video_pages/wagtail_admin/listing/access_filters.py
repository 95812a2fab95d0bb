"""Filters of the Videos listing that ask for the gate of each video: what opens it, and until when.

Compared by the beginnings of paths, one list for each depth: asking for each video whether there is a section with a
password above it makes SQLite walk through all pages for each, which took minutes for 10,000 videos.
"""

import datetime as dt

from django.db.models import CharField, F, Q, TextChoices
from django.db.models.functions import Coalesce, Substr
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from video_pages.access.effective_access import AccessMode
from video_pages.core import clock
from video_pages.pages.models import VideoIndexPage

SOON = dt.timedelta(days=7)
IS_OPEN = Q(alias_of=None, open_to_everyone=True) | Q(alias_of__videopage__open_to_everyone=True)
HAS_OWN = (Q(alias_of=None) & ~Q(password_hash="")) | (
    Q(alias_of__isnull=False) & ~Q(alias_of__videopage__password_hash="")
)


class EffectiveAccessFilter(ChoiceFilter):
    """Videos by what opens them, aliases by what opens their source."""

    def filter(self, queryset, how):
        if not how:
            return queryset
        if how == AccessMode.OPEN:
            return queryset.filter(IS_OPEN)
        if how == AccessMode.OWN:
            return queryset.filter(HAS_OWN).exclude(IS_OPEN)
        locked, guards = _below_sections(queryset.exclude(IS_OPEN).exclude(HAS_OWN))
        below = _guarded_by(guards, lambda until: True)
        return locked.filter(below if how == AccessMode.SECTION else ~below)


class End(TextChoices):
    """When the password that opens a video opens nothing any more."""

    OVER = "over", _("Access has ended")
    SOON = "soon", _("Ends within 7 days")
    LATER = "later", _("Ends later")
    NEVER = "never", _("No end date")


class EndFilter(ChoiceFilter):
    """Videos by the end date of the password that opens them, be it their own or a section's."""

    def filter(self, queryset, name):
        if not name:
            return queryset
        now = clock.now()
        spans = {End.OVER: (None, now), End.SOON: (now, now + SOON), End.LATER: (now + SOON, None)}
        first, last = spans.get(name, (None, None))

        def is_meant(until):
            return until is not None and (first is None or until > first) and (last is None or until <= last)

        within = {"access_until__isnull": False}
        if first:
            within["access_until__gt"] = first
        if last:
            within["access_until__lte"] = last
        of_source = {f"alias_of__videopage__{key}": value for key, value in within.items()}
        own = HAS_OWN & (Q(alias_of=None, **within) | Q(**of_source))
        videos, guards = _below_sections(queryset)
        ending = (own | ~HAS_OWN & _guarded_by(guards, is_meant)) & ~IS_OPEN
        return videos.filter(~ending if name == End.NEVER else ending)


def _below_sections(videos):
    """Return `videos` annotated with the beginnings of their paths, and {length: {path: end date}} of the sections with
    a password; both of the source where a page is an alias.
    """
    carries = ~Q(password_hash="") | (Q(alias_of__isnull=False) & ~Q(alias_of__videoindexpage__password_hash=""))
    sections = VideoIndexPage.objects.filter(carries).order_by()
    guards = {}
    for path, until, alias_of, source_until in sections.values_list(
        "path", "access_until", "alias_of", "alias_of__videoindexpage__access_until"
    ):
        guards.setdefault(len(path), {})[path] = source_until if alias_of else until
    own_path = Coalesce(F("alias_of__path"), F("path"), output_field=CharField())
    return videos.annotate(**{f"above_{length}": Substr(own_path, 1, length) for length in guards}), guards


def _guarded_by(guards, is_meant):
    """Return the condition that the nearest section with a password has an end date for which `is_meant(date)`."""
    guarded, by_nearer = Q(pk__in=[]), Q(pk__in=[])
    for length in sorted(guards, reverse=True):
        meant = [path for path, until in guards[length].items() if is_meant(until)]
        guarded |= Q(**{f"above_{length}__in": meant}) & ~by_nearer
        by_nearer |= Q(**{f"above_{length}__in": list(guards[length])})
    return guarded
