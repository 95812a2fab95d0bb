"""The time zone of the site, in contrast to that of the editor, which Wagtail activates for each request of the admin.

What several people read or are judged by is in the zone of the site: spreadsheets, rules in days, statistics.
"""

import datetime as dt

from django.utils import timezone

LAST_MINUTE = dt.time(23, 59)


def in_site_zone(moment: dt.datetime) -> dt.datetime:
    """Return `moment` (aware) in the time zone of the site."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def day_of(moment: dt.datetime) -> dt.date:
    """Return the site's date at `moment` (aware)."""
    return in_site_zone(moment).date()


def last_minute_of(day: dt.date) -> dt.datetime:
    """Return the last minute (aware) of `day` in the time zone of the site."""
    return timezone.make_aware(dt.datetime.combine(day, LAST_MINUTE), timezone.get_default_timezone())
