"""The version of all that public pages show: one query, and nothing that a change could miss."""

import datetime as dt
from typing import NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import Max, Min, Q

from home.shown.triggers import PREFIX, TABLE, count
from video_pages.core import clock

SQLITE = f"""
    SELECT token, (SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{PREFIX}%%')
    FROM {TABLE} WHERE %s = %s
"""  # noqa: S608  constants
POSTGRESQL = f"""
    SELECT token, (SELECT count(*) FROM pg_trigger WHERE tgname LIKE '{PREFIX}%%' AND tgenabled <> 'D')
    FROM {TABLE} WHERE %s = %s
"""  # noqa: S608  constants
# The columns with a moment at which pages change although no row does.
MOMENTS = {
    "wagtailcore.Page": ("expire_at",),
    "video_pages.VideoPage": ("access_until", "opens_at", "closes_at"),
    "video_pages.VideoIndexPage": ("access_until", "opens_at", "closes_at"),
    "video_pages.Invitation": ("ends_at",),
}


class Moments(NamedTuple):
    """The `last` past and the `next` coming moment of MOMENTS, read when the database had the version `token`."""

    token: int
    last: dt.datetime | None
    next: dt.datetime | None

    def hold(self, token: int, now: dt.datetime) -> bool:
        """Return whether they are those of the version `token` at `now`."""
        has_begun = self.last is None or self.last <= now
        return self.token == token and has_begun and (self.next is None or now < self.next)


_moments: Moments | None = None


def present_version(now: dt.datetime | None = None) -> str | None:
    """Return a text that changes with each change of a row that public pages show, and when such a page opens or ends.

    None if the database lacks a trigger, so that a change could be missed. One query; after a change, and after each
    such moment, three more in each process.
    """
    global _moments
    with connection.cursor() as cursor:
        cursor.execute(SQLITE if connection.vendor == "sqlite" else POSTGRESQL, [1, 1])
        row = cursor.fetchone()
    if row is None or row[1] != count():
        return None
    token, now = row[0], now or clock.now()
    moments = _moments
    if moments is None or not moments.hold(token, now):
        moments = _moments = _read_moments(token, now)
    return f"{token} {moments.last}"


def _read_moments(token: int, now: dt.datetime) -> Moments:
    last, following = [], []
    for label, columns in MOMENTS.items():
        before = {f"last_{name}": Max(name, filter=Q(**{f"{name}__lte": now})) for name in columns}
        after = {f"next_{name}": Min(name, filter=Q(**{f"{name}__gt": now})) for name in columns}
        found = apps.get_model(label)._default_manager.aggregate(**before, **after)
        last += [found[name] for name in before]
        following += [found[name] for name in after]
    return Moments(
        token,
        max((moment for moment in last if moment), default=None),
        min((moment for moment in following if moment), default=None),
    )
