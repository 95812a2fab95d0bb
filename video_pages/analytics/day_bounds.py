"""Days of statistics: from midnight to midnight in the time zone of the site, not of the editor."""

import datetime as dt

from django.utils import timezone

from video_pages.core import site_time

# The least number of days that raw rows are kept (a system check enforces it): access can last for 30.
LEAST_KEPT_DAYS = 32

# Bounds of dates in requests: each day is a row, and a date far away is a mistake or an attack.
EARLIEST = dt.date(2000, 1, 1)
MOST_AHEAD = dt.timedelta(days=366)
MOST_DAYS = 3660

day_of = site_time.day_of


def start_of(day: dt.date) -> dt.datetime:
    """Return the moment (aware) at which `day` begins in the time zone of the site."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()), timezone.get_default_timezone())


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment (aware) at which `day` ends: the first moment of the next day."""
    return start_of(day + dt.timedelta(days=1))


def last_days(count: int, now: dt.datetime) -> tuple[dt.date, dt.date]:
    """Return (first, last) of the `count` days that end with the day of `now`."""
    last = day_of(now)
    return last - dt.timedelta(days=count - 1), last


def bounded_day(day: dt.date, now: dt.datetime) -> dt.date:
    """Return the date nearest to `day` that a request may name at `now`."""
    return min(max(day, EARLIEST), day_of(now) + MOST_AHEAD)


def bounded(first: dt.date, last: dt.date, now: dt.datetime) -> tuple[dt.date, dt.date]:
    """Return (first, last) with both dates bounded, and at most the last MOST_DAYS days of the period."""
    last = bounded_day(last, now)
    earliest = max(EARLIEST, last - dt.timedelta(days=MOST_DAYS - 1))
    return min(max(bounded_day(first, now), earliest), last), last


def each_day(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the dates from `first` to `last`, both included."""
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
