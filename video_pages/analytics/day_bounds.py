"""Days as figures count them: from midnight to midnight where the site is, whatever zone an editor has chosen."""

import datetime as dt

from django.utils import timezone

# Single views are kept for as many days at least (a system check insists): access can last for 30.
LEAST_KEPT_DAYS = 32

# What may be asked for: a row for each day is drawn, and a date far off is a slip or an attack.
EARLIEST = dt.date(2000, 1, 1)
MOST_AHEAD = dt.timedelta(days=366)
MOST_DAYS = 3660


def day_of(moment):
    """Return the site's date at `moment` (aware)."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def start_of(day):
    """Return the moment (aware) at which `day`, a date, begins where the site is."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()), timezone.get_default_timezone())


def end_of(day):
    """Return the moment (aware) at which `day` is over: the first that belongs to the day after."""
    return start_of(day + dt.timedelta(days=1))


def last_days(count, now):
    """Return (first, last) of the `count` days that end with the day of `now`."""
    last = day_of(now)
    return last - dt.timedelta(days=count - 1), last


def bounded_day(day, now):
    """Return `day`, a date that somebody asks for, or the nearest that may be asked for at `now`."""
    return min(max(day, EARLIEST), day_of(now) + MOST_AHEAD)


def bounded(first, last, now):
    """Return (first, last) within what may be asked for: bounded days, and the last MOST_DAYS of them."""
    last = bounded_day(last, now)
    earliest = max(EARLIEST, last - dt.timedelta(days=MOST_DAYS - 1))
    return min(max(bounded_day(first, now), earliest), last), last


def each_day(first, last):
    """Return the dates from `first` to `last`, both included."""
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
