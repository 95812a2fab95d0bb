"""Run by test_replica.py in a process of its own: `python -m tests.analytics.replica_run COMMAND…` stops the replica.

The process works on a primary (DATABASE_URL) and its streaming replica (DATABASE_REPLICA_URL).
"""

import contextlib
import datetime as dt
import subprocess
import sys
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import DEFAULT_DB_ALIAS, connections, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402

from site_config.environment import engines  # noqa: E402
from tests import factories  # noqa: E402
from tests.delivery.addresses import unlocked  # noqa: E402
from video_pages.access.models import VideoAccessSession  # noqa: E402
from video_pages.analytics import statistics  # noqa: E402
from video_pages.analytics.models import DailyStatistics  # noqa: E402
from video_pages.analytics.scope import of_site  # noqa: E402
from video_pages.core import replica  # noqa: E402

DAY = dt.date(2026, 3, 1)
PAUSED, RESUMED = "SELECT pg_wal_replay_pause()", "SELECT pg_wal_replay_resume()"


def ask_replica(sql):
    with connections[replica.ALIAS].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def views_and_places():
    """Return the views of the day, and how many statistics each database was asked for."""
    with contextlib.ExitStack() as stack:
        captured = {
            alias: stack.enter_context(CaptureQueriesContext(connections[alias]))
            for alias in (DEFAULT_DB_ALIAS, replica.ALIAS)
        }
        views = statistics.totals(of_site(), DAY, DAY).views
    asked = {
        alias: sum("video_pages_" in query["sql"] for query in queries.captured_queries)
        for alias, queries in captured.items()
    }
    return views, asked


def add_views(video, views):
    DailyStatistics.objects.filter(day=DAY, video=video).update(views=views)


def refuse(execute, sql, parameters, many, context):
    raise AssertionError(f"The replica was asked: {sql}")


def check_statistics(video):
    DailyStatistics.objects.create(day=DAY, video=video, views=3)
    views, asked = views_and_places()
    assert views == 3 and asked[DEFAULT_DB_ALIAS] == 0 and asked[replica.ALIAS] > 0, (views, asked)

    ask_replica(PAUSED)
    add_views(video, 5)
    time.sleep(replica.FRESH_SECONDS + 0.1)
    views, asked = views_and_places()
    assert views == 5 and asked[replica.ALIAS] == 0, (views, asked)

    ask_replica(RESUMED)
    replica.replica.reset()
    views, asked = views_and_places()
    assert views == 5 and asked[replica.ALIAS] > 0, (views, asked)

    with transaction.atomic():
        add_views(video, 8)
        views, asked = views_and_places()
    assert views == 8 and asked[replica.ALIAS] == 0, (views, asked)


def check_access(video):
    """The replica still has the row of the browser, and a verdict does not see it. No request asks the replica."""
    browser = unlocked(video)
    while not ask_replica("SELECT count(*) FROM video_pages_videoaccesssession"):
        time.sleep(0.05)
    ask_replica(PAUSED)
    with connections[replica.ALIAS].execute_wrapper(refuse):
        address = f"/stream/{video.uuid}/source"
        assert browser.get(address).status_code == 200
        VideoAccessSession.objects.all().delete()
        assert browser.get(address).status_code == 403
        assert browser.get(video.url).status_code == 200
        assert browser.get("/").status_code == 200
    assert ask_replica("SELECT count(*) FROM video_pages_videoaccesssession") == 1
    ask_replica(RESUMED)


def check_outage(video, stop):
    subprocess.run(stop, cwd="/", check=True, capture_output=True, timeout=60)
    add_views(video, 13)
    began = time.monotonic()
    views, _asked = views_and_places()
    assert views == 13 and time.monotonic() - began < 60, (views, time.monotonic() - began)
    tried, connect = [], connections[replica.ALIAS].ensure_connection
    connections[replica.ALIAS].ensure_connection = lambda: tried.append(1) or connect()
    assert views_and_places()[0] == 13
    assert not tried, "the replica is left alone for a while"


def main(stop):
    call_command("migrate", verbosity=0)
    video = factories.make_video()
    check_statistics(video)
    with override_settings(STORAGES=engines.storages(manifest=False)):
        check_access(video)
    check_outage(video, stop)
    sys.stdout.write("all checked")


if __name__ == "__main__":
    main(sys.argv[1:])
