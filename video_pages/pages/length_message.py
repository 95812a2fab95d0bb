"""The sentence on a locked page that says how long its password gives access."""

import datetime as dt
from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.models import Page

from video_pages.access.access_length import SECTION_LIMIT, AccessLength
from video_pages.access.guard import SECTION, Guard
from video_pages.access.window import Window
from video_pages.core.humanize import format_period, local_time


def access_length_message(
    guard: Guard | None, length: AccessLength, *, window: Window, named: Iterable[Page], now: dt.datetime
) -> str:
    """Return a sentence (HTML) that says how long the password of `guard` gives access; "" without a guard.

    The title of a section appears only if the section is among the pages `named`.
    """
    if guard is None or guard.is_stand_in:
        return ""  # how long a password opens is what its invitation says
    until = window.limit(guard.access_until)
    may_finish = _is_extended(guard, length, until, now)
    has_date = until is not None and now + length.for_guard(guard) >= until
    minutes = _minutes(length.for_guard(guard))
    ends_with_video = bool(length.video_seconds) and minutes == _minutes(length.to_end_of_video)
    if not has_date and guard.kind != SECTION and ends_with_video:
        return _("Opens it in this browser until the film is over.")
    if guard.kind != SECTION:
        dated, lasting = _("Opens it in this browser until {moment}."), _("Opens it in this browser for {length}.")
    elif guard.page_id in [page.pk for page in named]:
        dated = _("Opens all films in “{title}” that have no password of their own, in this browser until {moment}.")
        lasting = _("Opens all films in “{title}” that have no password of their own, in this browser for {length}.")
        if may_finish:
            lasting = _(
                "Opens all films in “{title}” that have no password of their own, in this browser for {length}, "
                "and to the end of a film that you have begun."
            )
    else:
        dated = _("Opens all films of its section that have no password of their own, in this browser until {moment}.")
        lasting = _("Opens all films of its section that have no password of their own, in this browser for {length}.")
        if may_finish:
            lasting = _(
                "Opens all films of its section that have no password of their own, in this browser for {length}, "
                "and to the end of a film that you have begun."
            )
    if until is not None and has_date:
        return format_html(dated, title=guard.title, moment=local_time(until))
    return format_html(lasting, title=guard.title, length=format_period(minutes))


def _is_extended(guard: Guard, length: AccessLength, until: dt.datetime | None, now: dt.datetime) -> bool:
    """Return whether each film that begins within the access of a section can be finished; see `access_length`."""
    latest = now + SECTION_LIMIT
    return now + length.for_guard(guard) < latest and (until is None or until >= latest)


def _minutes(length: dt.timedelta) -> int:
    return round(length.total_seconds() / 60)
