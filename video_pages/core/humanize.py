"""Times, lengths and shares as people read them: numbers in, words out. What is no number gives ""."""

import math

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.core import clock as database_clock
from video_pages.core.timecodes import format_timecode

CLOCK_TIME_SECONDS = 20 * 3600  # within these a time of day names one moment only


def format_until(moment):
    """Return a moment to come as "6 p.m. CET" in the language's format, with its day if that is needed to know it."""
    if (moment - database_clock.now()).total_seconds() < CLOCK_TIME_SECONDS:
        local = timezone.localtime(moment)
        return f"{date_format(local, 'TIME_FORMAT')} {date_format(local, 'T')}"
    return format_moment(moment)


def format_clock(seconds):
    """Return a position or length in a film as a player writes it: 724 is "12:04", 5530 is "1:32:10"."""
    seconds = _positive(seconds)
    if seconds is None:
        return ""
    return format_timecode(_whole_seconds(seconds))


def format_position(seconds):
    """Return a position in a film as `format_clock` writes it; the very start, too: 0 is "0:00"."""
    return format_clock(seconds) if _positive(seconds) and float(seconds) >= 1 else "0:00"


def format_duration(seconds):
    """Return a length as one says it, to the minute: 5530 is "1 h 32", 734 is "12 min", 30 is "30 s"."""
    seconds = _positive(seconds)
    if seconds is None:
        return ""
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": _whole_seconds(seconds)}
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}


def format_minutes(minutes):
    """Return `format_duration` of a number of minutes: 52 is "52 min", 92 is "1 h 32"."""
    minutes = _positive(minutes)
    return "" if minutes is None else format_duration(minutes * 60)


def format_wait(seconds):
    """Return a time to wait, rounded up to whole minutes: 61 is "2 minutes"."""
    seconds = _positive(seconds)
    if seconds is None:
        return ""
    minutes = math.ceil(seconds / 60)
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def _positive(value):
    """Return `value` as a float above zero, or None: templates also hand over None, "" and 0 for unknown."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _whole_seconds(seconds):
    """Round down, as players do, but never to nothing: half a second is a film of one second."""
    return max(1, math.floor(seconds))


def format_moment(moment):
    """Return a moment (aware) as "Dec. 24, 2026, 6 p.m. CET", in the present time zone and the language's format."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATETIME_FORMAT')} {date_format(local, 'T')}"


def format_period(minutes):
    """Return a length of time as people say it: "1 hour", "90 minutes", "2 days"."""
    if minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def format_percent(share):
    """Return a share from 0 to 1 as people write it: 0.456 is "46 %"; "" for None."""
    return "" if share is None or share == "" else _("%(percent)d %%") % {"percent": round(share * 100)}


def format_hours(seconds):
    """Return a sum of time watched: `format_duration`, and "0 min" for none."""
    return format_duration(seconds) or _("0 min")
