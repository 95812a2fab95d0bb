"""Code that erases locks the marks of days in the order of the days, and then views by their ids, as reports do."""

import concurrent.futures
import time

import pytest
from django.db import connection, connections, transaction

from tests import factories
from tests.analytics.rows import NOW, at, view
from video_pages.analytics import rollup, viewers
from video_pages.analytics.erasing import erase_statistics
from video_pages.analytics.viewers import ACCESS_VIEW
from video_pages.models import DailyStatistics, RolledDay, VideoAccessSession, VideoView

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one lock for all writers"),
]

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def delete_section(section):
    type(section).objects.get(pk=section.pk).delete()


def erase_of_second(section):
    erase_statistics(video=section.get_children().last())


def erase_all(section):
    erase_statistics()


def anonymise(section):
    viewers.anonymise_ended_views(now=at(-5), accesses=VideoAccessSession.objects.all())


DELETIONS = [delete_section, erase_of_second, erase_all]


@pytest.fixture
def section():
    """A section whose first film had a viewer on the later day, its second on both; the views of today are two."""
    section = factories.make_section("Archive")
    films = [factories.make_video(title, section=section) for title in ("First", "Second")]
    for film, day in ((films[0], 2), (films[1], 2), (films[1], 3)):
        view(film, at(day), viewer="ann", played=[(0, 100)])
    rollup.roll_up(now=NOW)
    VideoView.objects.filter(video=films[1], started_at__gt=at(2, 0)).delete()  # that day has sums only
    DailyStatistics.objects.filter(video=films[1], day=at(3).date()).delete()  # and this one a view only
    for number in range(2):
        today = view(films[1], at(0), viewer="ann", played=[(0, 10)])
        VideoView.objects.filter(pk=today.pk).update(access_ref=f"{ACCESS_VIEW}{number}")
    return section


def waiting_for(rows, deletion, section, then):
    """Do `then` while this transaction holds the locks of `rows`, for which `deletion` waits in another one."""

    def work():
        try:
            deletion(section)
        finally:
            connections.close_all()

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert list(rows.select_for_update())
            done = pool.submit(work)
            with connection.cursor() as cursor:
                for _try in range(1000):
                    cursor.execute(WAITING)
                    if cursor.fetchone()[0] or done.done():
                        break
                    time.sleep(0.02)
            assert not done.done()
            then()
        done.result(timeout=60)


@pytest.mark.parametrize("deletion", DELETIONS)
def test_a_deletion_that_waits_for_a_day_holds_no_later_one(deletion, section):
    first, last = RolledDay.objects.order_by("day").filter(day__in=[at(3).date(), at(2).date()])
    waiting_for(
        RolledDay.objects.filter(pk=first.pk),
        deletion,
        section,
        lambda: RolledDay.objects.select_for_update(nowait=True).get(pk=last.pk),
    )


@pytest.mark.parametrize("deletion", [*DELETIONS, anonymise])
def test_a_deletion_that_waits_for_a_view_holds_none_with_a_higher_id(deletion, section):
    first, last = VideoView.objects.order_by("pk").filter(started_at__gte=at(0, 0))
    # The first one lies behind the last one in the table now, as after each report.
    VideoView.objects.filter(pk=first.pk).update(watch_seconds=11)
    waiting_for(
        VideoView.objects.filter(pk=first.pk),
        deletion,
        section,
        lambda: VideoView.objects.select_for_update(nowait=True).get(pk=last.pk),
    )
