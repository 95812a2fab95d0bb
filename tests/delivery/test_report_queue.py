"""Watch reports wait in memory for a second, and are stored many at once."""

import concurrent.futures
import datetime as dt
import logging
import os
import threading

import pytest
from django.db import DataError, OperationalError, connection, connections, transaction

from tests import factories
from tests.analytics.rows import store_report
from tests.waiting import becomes
from video_pages.analytics import site_days
from video_pages.analytics.services import count_view
from video_pages.analytics.watch_reports import WatchReport
from video_pages.core import clock
from video_pages.delivery import report_queue as module
from video_pages.delivery.report_queue import ReportQueue, WaitingReport
from video_pages.models import RolledDay, VideoView


@pytest.fixture
def video(db):
    return factories.make_video(video_file=factories.make_video_file(duration=100.0))


@pytest.fixture
def queue(monkeypatch):
    """A queue whose thread does not run: it would not see rows that are not committed."""
    monkeypatch.setattr(ReportQueue, "ensure_running", lambda self: None)
    return ReportQueue()


def begun(video, ref, ago=dt.timedelta(hours=1)):
    count_view(video_id=video.pk, access_ref=ref, now=clock.now() - ago)
    return ref


def waiting(video, ref, first, last):
    return WaitingReport(video.pk, ref, WatchReport(((first, last),), "school.example"), clock.now())


def levels(caplog):
    return [record.levelname for record in caplog.records if record.levelno >= logging.WARNING]


def stored(ref):
    columns = ("watch_seconds", "watched", "watched_buckets", "is_completed", "referrer_host", "version")
    return VideoView.objects.values(*columns).get(access_ref=ref)


def test_what_the_queue_stores_is_what_reports_by_themselves_store(video, queue):
    first, second = begun(video, "session:1"), begun(video, "session:2")
    for ref, parts in ((first, (0, 30)), (second, (10, 20)), (first, (30, 60)), (first, (96, 98))):
        queue.add(waiting(video, ref, *parts))
    queue.work()
    alone = begun(video, "session:3")
    facts = {"duration_seconds": 100.0, "version": video.video_file.version_name}
    for parts in ((0, 30), (30, 60), (96, 98)):
        store_report(video_id=video.pk, access_ref=alone, report=WatchReport((parts,), "school.example"), **facts)
    assert stored(first) == stored(alone)
    assert stored(first)["is_completed"] and stored(first)["watch_seconds"] == 62
    assert stored(second)["watch_seconds"] == 10


def test_the_number_of_queries_does_not_depend_on_that_of_reports(video, queue, django_assert_num_queries):
    other = factories.make_video()
    for number in range(60):
        begun((video, other)[number % 2], f"session:{number}", dt.timedelta(0))
    for count in (2, 60):
        for number in range(count):
            queue.add(waiting((video, other)[number % 2], f"session:{number}", 0, 10))
        with django_assert_num_queries(6):  # the films; savepoint, beginnings, rows, update, release
            queue.work()
    assert not len(queue)


def test_a_film_and_a_view_that_are_gone_hold_nothing_up(video, queue):
    ref = begun(video, "session:1")
    for each in (waiting(video, "session:none", 0, 10), waiting(video, ref, 0, 10)):
        queue.add(each)
    queue.add(WaitingReport(10**9, ref, WatchReport(((0, 10),)), clock.now()))
    queue.work()
    assert stored(ref)["watch_seconds"] == 10
    assert not len(queue)


def test_while_nothing_can_be_stored_the_reports_wait_in_their_order_and_one_line_is_logged(
    video, queue, monkeypatch, caplog
):
    def is_away(received):
        raise OperationalError("database is locked")

    ref = begun(video, "session:1")
    reports = [waiting(video, ref, second, second + 1) for second in range(3)]
    with monkeypatch.context() as outage:
        outage.setattr(module, "record_watch_reports", is_away)
        for each in reports:
            queue.add(each)
            queue.work()
    assert list(queue._waiting) == reports
    assert levels(caplog) == ["WARNING"]
    queue.work()
    assert stored(ref)["watch_seconds"] == 3


def test_reports_beyond_the_limit_are_dropped(video, queue, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    for _report in range(5):
        queue.add(waiting(video, "session:1", 0, 1))
    assert len(queue) == 3


def test_a_report_that_the_database_refuses_costs_no_other(video, queue, monkeypatch, caplog):
    real = module.record_watch_reports

    def refuses(received):
        if any(each.access_ref == "bad" for each in received):
            raise DataError("value too long")
        return real(received)

    monkeypatch.setattr(module, "record_watch_reports", refuses)
    refs = [begun(video, f"session:{number}") for number in range(3)]
    for ref in (*refs, "bad"):
        queue.add(waiting(video, ref, 0, 10))
    queue.work()
    assert [stored(ref)["watch_seconds"] for ref in refs] == [10, 10, 10]
    assert levels(caplog) == ["ERROR"]


def test_an_outage_while_one_is_refused_loses_no_other(video, queue, monkeypatch, caplog):
    """One of five is refused, so each is stored by itself; then the database goes away at the third."""
    real, calls = module.record_watch_reports, []

    def fails(received):
        calls.append(len(received))
        if len(received) > 1 or received[0].access_ref == "bad":
            raise DataError("value too long")
        if len(calls) == 4:
            raise OperationalError("database is locked")
        return real(received)

    refs = [begun(video, f"session:{number}") for number in range(4)]
    for ref in (refs[0], "bad", *refs[1:]):
        queue.add(waiting(video, ref, 0, 10))
    with monkeypatch.context() as trouble:
        trouble.setattr(module, "record_watch_reports", fails)
        queue.work()
    assert [each.access_ref for each in queue._waiting] == refs[1:]
    queue.work()
    assert [stored(ref)["watch_seconds"] for ref in refs] == [10] * 4
    assert levels(caplog) == ["ERROR", "WARNING"]  # the refused one, and the outage


def test_an_error_of_our_own_ends_neither_the_thread_nor_other_reports(video, queue, monkeypatch, caplog):
    real = module.record_watch_reports
    monkeypatch.setattr(
        module, "record_watch_reports", lambda received: real(received) if received[0].access_ref != "bad" else 1 / 0
    )
    ref = begun(video, "session:1")
    for each in ("bad", ref):
        queue.add(waiting(video, each, 0, 10))
    queue.work()
    assert stored(ref)["watch_seconds"] == 10
    assert levels(caplog) == ["ERROR"]


def test_views_that_nobody_has_reported_on_are_left_alone(video, queue):
    """An access to a section has a view of each of its films, of other days too."""
    other = factories.make_video()
    begun(video, "session:1", dt.timedelta(days=3))
    begun(other, "session:1", dt.timedelta(0))
    begun(video, "session:2", dt.timedelta(0))
    day = VideoView.objects.earliest("started_at").started_at.date()
    RolledDay.objects.create(day=day, rolled_at=clock.now())
    for each in (waiting(other, "session:1", 0, 10), waiting(video, "session:2", 0, 10)):
        queue.add(each)
    queue.work()
    assert RolledDay.objects.filter(day=day).exists()
    assert VideoView.objects.get(video=video, access_ref="session:1").last_report_at is None


def test_a_report_that_waited_over_midnight_makes_its_day_due_again(video, queue):
    ref = begun(video, "session:1", dt.timedelta(days=1))
    started = VideoView.objects.get().started_at
    queue.add(WaitingReport(video.pk, ref, WatchReport(((0, 10),)), started + dt.timedelta(seconds=10)))
    RolledDay.objects.create(day=started.date(), rolled_at=clock.now())
    queue.work()
    assert not RolledDay.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestTheThread:
    @pytest.fixture
    def running(self):
        made = ReportQueue()
        made.period = 0.05
        yield made
        made.stop()

    def test_it_stores_and_ends_and_begins_again(self, running, video):
        ref = begun(video, "session:1")
        for seconds in (10, 20):
            running.add(waiting(video, ref, seconds - 10, seconds))
            assert becomes(lambda seconds=seconds: stored(ref)["watch_seconds"] == seconds)
            assert becomes(lambda: not running.is_running())

    def test_it_holds_no_connection_afterwards(self, running, video, monkeypatch):
        held = []
        real = module.record_watch_reports

        def record(received):
            held.append(connections["default"])
            return real(received)

        monkeypatch.setattr(module, "record_watch_reports", record)
        running.add(waiting(video, begun(video, "session:1"), 0, 1))
        assert becomes(lambda: held and held[0].connection is None)

    def test_a_process_that_ends_stores_what_waits(self, running, video):
        running.period = 60
        ref = begun(video, "session:1")
        running.add(waiting(video, ref, 0, 10))
        running.stop()
        assert stored(ref)["watch_seconds"] == 10
        assert not running.is_running()

    def test_a_child_process_does_not_store_the_reports_of_its_parent(self, running, video):
        running.period = 60
        running.add(waiting(video, "session:1", 0, 10))
        connection.close()
        child = os.fork()
        if child == 0:
            os._exit(len(running) + running.is_running())
        assert os.waitpid(child, 0)[1] == 0
        assert len(running) == 1

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all writers")
    def test_a_report_and_the_deletion_of_its_view_do_not_wait_for_each_other(self, video):
        """Code that erases locks the day, then the views; reports of a view of an earlier day do so, too."""
        ref = begun(video, "session:1", dt.timedelta(days=2))
        day = VideoView.objects.get().started_at.date()
        RolledDay.objects.create(day=day, rolled_at=clock.now())
        is_locked = threading.Event()

        def report():
            is_locked.wait(30)
            try:
                return store_report(
                    video_id=video.pk, access_ref=ref, report=WatchReport(((0, 1),)), duration_seconds=9
                )
            finally:
                connection.close()

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            stored = pool.submit(report)
            with transaction.atomic():
                site_days.lock_marks(RolledDay.objects.filter(day=day))
                is_locked.set()
                assert becomes(waits_for_a_lock)
                VideoView.objects.all().delete()
            assert stored.result(timeout=30) is False


def waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
