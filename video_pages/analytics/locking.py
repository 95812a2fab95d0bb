"""Lock what a deletion or another change of many views changes, in the order of all other writers.

Watch reports lock the marks of days in the order of the days, and then views by their ids. A deletion that took them as
its query plan finds them, or page by page, could wait for such a writer, which waits for it. SQLite has one lock for
all writers.
"""

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from video_pages.analytics import site_days
from video_pages.analytics.models import DailyStatistics, RolledDay, VideoView


def lock_for_deletion(views: QuerySet[VideoView], days: QuerySet[DailyStatistics]) -> None:
    """Lock the marks of the days of `views` and `days`, and then `views`, before this transaction deletes any of them.

    What the deletion locks later, it has already.
    """
    if connection.features.has_select_for_update:
        viewed = views.order_by().annotate(day=TruncDate("started_at", tzinfo=timezone.get_default_timezone()))
        dates = {each for rows in (viewed, days.order_by()) for each in rows.values_list("day", flat=True).distinct()}
        site_days.lock_marks(RolledDay.objects.filter(day__in=dates))
        lock_views(views)


def lock_views(views: QuerySet[VideoView]) -> None:
    """Lock `views` in the order of their ids until the transaction ends. Lock the marks of their days before."""
    if connection.features.has_select_for_update:
        for _row in views.order_by("pk").select_for_update().values_list("pk").iterator():
            pass
