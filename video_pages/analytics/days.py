"""Days as figures count them: from midnight to midnight where the site is, whatever zone an editor has chosen."""

import datetime as dt

from django.utils import timezone

# Single views are kept for as many days at least (a system check insists): access can last for 30.
LEAST_KEPT_DAYS = 32


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


def each_day(first, last):
    """Return the dates from `first` to `last`, both included."""
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
