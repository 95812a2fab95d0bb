"""The sums of the whole site stay right while one process deletes a film and another one adds the days up."""

import threading

import pytest
from django.db import connection, connections, transaction

from tests import factories
from tests.analytics.rows import NOW, at, view
from video_pages.analytics import rollup, site_days
from video_pages.models import DailySiteStatistics, DailyStatistics, VideoPage, VideoView

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def is_one_waiting():
    """Return whether another transaction waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


def test_a_day_without_a_row_is_added_up_without_the_film_that_is_being_deleted():
    kept, film = factories.make_video("Kept"), factories.make_video("Deleted")
    for each in (kept, film):
        view(each, at(2), viewer="ann", played=[(0, 100)])
    rollup.roll_up(now=NOW)
    VideoView.objects.all().delete()
    DailySiteStatistics.objects.all().delete()
    is_completed = threading.Event()

    def complete():
        try:
            site_days.complete()
        finally:
            is_completed.set()
            connections.close_all()

    other = threading.Thread(target=complete)
    with transaction.atomic():
        VideoPage.objects.get(pk=film.pk).delete()
        other.start()
        # SQLite lets the other one begin after this transaction.
        while connection.vendor == "postgresql" and not is_completed.wait(0.02) and not is_one_waiting():
            pass
    other.join()
    day = DailyStatistics.objects.get().day
    assert DailySiteStatistics.objects.get(day=day).views == 1
    assert site_days._valid().filter(day=day).exists()
