"""A new version of a video has its own statistics of the watched parts; views remain views of the video."""

import datetime as dt

import pytest

from tests.analytics.rows import NOW, TODAY, at, store_report, view
from video_pages.analytics import rollup, statistics
from video_pages.analytics.services import count_view
from video_pages.analytics.watch_reports import WatchReport
from video_pages.models import DailyStatistics, VideoView

pytestmark = pytest.mark.django_db

LONG, SHORT = 30, 5  # seconds
BEFORE, AFTER = "7.1", "7.2"
YESTERDAY = TODAY - dt.timedelta(days=1)


def watch(video, ref, *ranges, version, seconds, moment=None):
    moment = moment or at(YESTERDAY)
    count_view(video_id=video.pk, access_ref=ref, now=moment)
    report = {"report": WatchReport(ranges), "duration_seconds": seconds, "version": version}
    assert store_report(video_id=video.pk, access_ref=ref, now=moment + dt.timedelta(minutes=2), **report)


def statistics_of(video, versions=None):
    return statistics.details(statistics.of_video(video), YESTERDAY, TODAY, versions=versions, now=NOW)


@pytest.mark.parametrize("is_summed", [False, True], ids=["raw", "summed"])
def test_watched_parts_of_the_former_version_do_not_count_for_the_current_one(video, is_summed):
    for number in range(3):
        watch(video, f"session:{number}", (0, 25), version=BEFORE, seconds=LONG)
    watch(video, "session:9", (0, SHORT), version=AFTER, seconds=SHORT)
    if is_summed:
        rollup.roll_up(now=NOW)
        assert set(DailyStatistics.objects.get().versions) == {BEFORE, AFTER}
    now = statistics_of(video, {AFTER})
    assert (now.watching.measured_views, now.watching.average_share) == (1, 1.0)
    assert now.retention == [1.0] * 100
    assert now.others.measured_views == 3
    assert statistics_of(video, {BEFORE}).watching.average_share == pytest.approx(25 / LONG, abs=0.01)
    assert statistics_of(video).watching == now.watching + now.others
    total = statistics.totals(statistics.of_video(video), YESTERDAY, TODAY, now=NOW)
    assert (total.views, total.measured_views, total.watch_seconds) == (4, 4, 3 * 25 + SHORT)


def test_days_summed_before_versions_were_stored_are_of_no_known_version(video):
    view(video, at(YESTERDAY), played=[(0, 50)])
    rollup.roll_up(now=NOW)
    DailyStatistics.objects.update(versions=None)  # as a server of before writes it
    assert statistics_of(video, {AFTER}).watching.measured_views == 0
    known = statistics_of(video, {AFTER, ""})
    assert known.watching.measured_views == 1 and known.retention[:51] == [1.0] * 50 + [0]


def test_a_view_that_goes_on_in_the_new_version_counts_its_parts_anew(video):
    watch(video, "session:1", (0, LONG), version=BEFORE, seconds=LONG)
    watch(video, "session:1", (1, 2), version=AFTER, seconds=SHORT, moment=at(YESTERDAY, 13))
    row = VideoView.objects.get()
    assert (row.version, row.watched_buckets, row.watch_seconds) == (AFTER, 20, LONG + 1)
    assert row.is_completed, "it was: of the film before"


def test_a_player_that_still_has_the_former_version_reports_that_one(video):
    watch(video, "session:1", (0, 15), version=BEFORE, seconds=LONG)
    watch(video, "session:1", (15, 30), version=AFTER, seconds=SHORT, moment=at(YESTERDAY, 13))
    row = VideoView.objects.get()
    assert (row.version, row.watched_buckets, row.watch_seconds) == (BEFORE, 50, 30)
