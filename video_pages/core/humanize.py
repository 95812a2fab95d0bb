"""Format times, durations and percentages for people. A value that is no number gives ""."""

import datetime as dt
import math
import re

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from video_pages.core import clock as database_clock
from video_pages.core.timecodes import format_timecode

CLOCK_TIME_SECONDS = 20 * 3600  # within these a time of day names one moment only
NO_TENTHS = re.compile(r"[.,]0(?!\d)")
GERMAN_ZONES = {"CET": "MEZ", "CEST": "MESZ", "EET": "OEZ", "EEST": "OESZ", "WET": "WEZ", "WEST": "WESZ"}
FRENCH_FIRST = re.compile(r"\b1(?= [^\W\d])")  # the day 1 before the name of its month


def on_one_line(text: str) -> str:
    """Return `text` on one line, as in a mail: a header of a mail has no line end."""
    return " ".join(text.split())


def quoted(title: object) -> str:
    """Return a title between the quotation marks of the language."""
    return _("“%(title)s”") % {"title": title}


def format_until(moment: dt.datetime) -> str:
    """Return a moment as "18:00 CET" in a sentence of the language; with its date if it is not in the next 20 hours."""
    is_near = 0 <= (moment - database_clock.now()).total_seconds() < CLOCK_TIME_SECONDS
    return _in_sentence(moment, "TIME_FORMAT" if is_near else "DATETIME_FORMAT")


def moment_in_sentence(moment: dt.datetime) -> str:
    """Return `format_moment` of an aware datetime for a sentence, in which German says "18:00 Uhr"."""
    return _in_sentence(moment, "DATETIME_FORMAT")


def _in_sentence(moment: dt.datetime, form: str) -> str:
    local = timezone.localtime(moment)
    return f"{write_date(local, form)}{' Uhr' if _is_german() else ''} {_zone_of(local)}"


def _zone_of(local: dt.datetime) -> str:
    """Return the name of the zone, as browsers write it; Python's are English."""
    name = date_format(local, "T")
    return GERMAN_ZONES.get(name, name) if _is_german() else name


def _is_german() -> bool:
    return (get_language() or "").startswith("de")


def write_date(date: dt.date, form: str) -> str:
    """Return Django's `date_format` of a date or local datetime; in French, the first of a month is "1er"."""
    text = date_format(date, form)
    is_french_first = date.day == 1 and (get_language() or "").startswith("fr")
    return FRENCH_FIRST.sub("1er", text, count=1) if is_french_first else text


def local_time(moment: dt.datetime | None) -> SafeString:
    """Return `format_until` of a moment in an element for local_time.js, which writes it in the visitor's time zone.

    Without a moment the element is empty: a script gives it one.
    """
    if not moment:
        return SafeString("<time data-local-time></time>")
    iso = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" data-local-time>{}</time>', iso, format_until(moment))


def seconds_until(moment: dt.datetime) -> int:
    """Return the whole seconds until a moment, rounded up; 0 if it is over."""
    return max(0, math.ceil((moment - database_clock.now()).total_seconds()))


def local_day(moment: dt.datetime) -> SafeString:
    """Return a moment as "Dec 24", with its year if that is not this one, in an element for local_time.js."""
    local = timezone.localtime(moment)
    is_this_year = local.year == timezone.localtime(database_clock.now()).year
    name, form = ("day", "MONTH_DAY_FORMAT") if is_this_year else ("date", "DATE_FORMAT")
    iso = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" data-local-{}>{}</time>', iso, name, write_date(local, form))


def format_clock(seconds: object) -> str:
    """Return a position or duration of a video as players show it: 724 is "12:04", 5530 is "1:32:10"."""
    number = _positive(seconds)
    return "" if number is None else format_timecode(_whole_seconds(number))


def format_position(seconds: object) -> str:
    """Return a position in a video as `format_clock` does; the start, too: 0 is "0:00"."""
    number = _positive(seconds)
    return format_clock(number) if number is not None and number >= 1 else "0:00"


def format_duration(seconds: object) -> str:
    """Return a duration to the minute: 5530 is "1 h 32 min", 734 is "12 min", 30 is "30 s"."""
    number = _positive(seconds)
    if number is None:
        return ""
    if number < 60:
        return _("%(seconds)d s") % {"seconds": _whole_seconds(number)}
    hours, minutes = divmod(round(number / 60), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def format_minutes(minutes: object) -> str:
    """Return `format_duration` of a number of minutes: 52 is "52 min", 92 is "1 h 32 min"."""
    number = _positive(minutes)
    return "" if number is None else format_duration(number * 60)


def format_wait(seconds: object) -> str:
    """Return a waiting time, rounded up to whole minutes: 61 is "2 minutes"."""
    number = _positive(seconds)
    if number is None:
        return ""
    minutes = math.ceil(number / 60)
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def _positive(value: object) -> float | None:
    """Return `value` as a float above zero, or None: templates pass None, "" and 0 for unknown values."""
    try:
        number = float(value)  # type: ignore[arg-type]  # any value of a template: the exceptions below are for it
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _whole_seconds(seconds: float) -> int:
    """Return `seconds` rounded down, as players do, but at least 1: a video of half a second has a duration."""
    return max(1, math.floor(seconds))


def format_moment(moment: dt.datetime | None) -> str:
    """Return an aware datetime as "Dec 24, 2026, 18:00 CET", in the present time zone and language; "" for None."""
    if not moment:
        return ""
    local = timezone.localtime(moment)
    return f"{write_date(local, 'DATETIME_FORMAT')} {_zone_of(local)}"


def format_day(moment: dt.datetime | dt.date | None) -> str:
    """Return the date of an aware datetime, or a date, as "Dec 24, 2026", in the present time zone; "" for None."""
    if not moment:
        return ""
    return write_date(timezone.localtime(moment) if isinstance(moment, dt.datetime) else moment, "DATE_FORMAT")


def format_date(date: dt.datetime | dt.date | None) -> str:
    """Return an aware datetime as `format_moment` does, and a date as `format_day` does."""
    return format_moment(date) if isinstance(date, dt.datetime) else format_day(date)


def is_over(date: dt.datetime | dt.date) -> bool:
    """Return whether a moment is over, or a day has begun."""
    return date <= (database_clock.now() if isinstance(date, dt.datetime) else timezone.localdate())


def format_period(minutes: int) -> str:
    """Return a number of minutes in its largest whole unit: "1 hour", "90 minutes", "2 days"."""
    if minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def format_percent(share: float | str | None) -> str:
    """Return a share from 0 to 1 as a percentage: 0.456 is "46%"; "" for None and ""."""
    if share is None or isinstance(share, str):
        return ""
    return format_whole_percent(round(share * 100))


def format_whole_percent(percent: int | str) -> str:
    """Return a whole number of percent with the sign as the language writes it: 46 is "46%".

    A name that a script replaces by the number, such as "{percent}", gives the script the same spelling.
    """
    return _("%(percent)s%%") % {"percent": percent}


def format_size(size_bytes: int) -> str:
    """Return a size as "2.8 MB", and "10 GB" without a decimal that is 0; upload_text.js writes the same."""
    return NO_TENTHS.sub("", filesizeformat(size_bytes))


def format_hours(seconds: object) -> str:
    """Return a total time watched as `format_duration` does, and "0 min" for none."""
    return format_duration(seconds) or _("0 min")
