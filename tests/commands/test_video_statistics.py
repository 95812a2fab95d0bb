"""video_statistics prints current statistics of each video; forget_views erases them."""

import datetime as dt
import io
import json
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import factories
from tests.analytics.rows import typed, view
from tests.delivery.addresses import source_url, unlocked
from video_pages.analytics import rollup, statistics
from video_pages.analytics.day_bounds import MOST_AHEAD, MOST_DAYS
from video_pages.models import AccessEvent, DailyReach, DailyStatistics, RolledDay, VideoPage, VideoView

pytestmark = pytest.mark.django_db

POINTS = ["uuid", "title", "views", "unique_viewers", "completed", "watch_seconds", "unlocks", "refused_guesses"]
POINTS += ["downloads"]


def lines(*arguments):
    out = io.StringIO()
    call_command("video_statistics", *arguments, stdout=out)
    return out.getvalue().splitlines()


def by_title(*arguments):
    return {line["title"]: line for line in map(json.loads, lines("--json", *arguments))}


def test_the_earlier_name_of_the_command_prints_the_same_and_takes_the_same_options():
    view(factories.make_video("Harbour"), timezone.now())
    day = str(timezone.localdate())
    out = io.StringIO()
    call_command("video_figures", "--json", "--from", day, "--to", day, stdout=out)
    assert out.getvalue().splitlines() == lines("--json", "--from", day, "--to", day)
    assert '"views": 1' in out.getvalue()


def test_dates_far_away_are_limited_and_the_command_prints_the_limits():
    view(factories.make_video("Harbour"), timezone.now())
    err = io.StringIO()
    out = io.StringIO()
    call_command("video_statistics", "--from", "0001-01-01", "--to", "9999-12-31", stdout=out, stderr=err)
    assert " 1 views" in out.getvalue()
    last = timezone.localdate() + MOST_AHEAD
    assert f"from {last - dt.timedelta(days=MOST_DAYS - 1)} to {last}" in err.getvalue()


def test_an_event_counts_at_once_without_a_worker():
    video = factories.make_video("Harbour")
    factories.make_video("Without views")
    factories.unlock(factories.browser(), video, "not-the-password")
    client = unlocked(video)
    client.get(source_url(video))
    found = by_title()
    assert list(found) == ["Harbour", "Without views"]
    assert list(found["Harbour"]) == POINTS
    assert found["Harbour"] == {
        "uuid": str(video.uuid), "title": "Harbour", "views": 1, "unique_viewers": 1, "completed": 0,
        "watch_seconds": 0, "unlocks": 1, "refused_guesses": 1, "downloads": 0,
    }  # fmt: skip
    assert [found["Without views"][point] for point in POINTS[2:]] == [0] * 7


def test_one_browser_that_comes_back_is_one_viewer_and_two_are_two():
    video = factories.make_video("Harbour")
    first, second = unlocked(video), unlocked(video)
    for client in (first, second):
        client.get(source_url(video))
    factories.unlock(first, video)
    first.get(source_url(video))
    found = by_title()["Harbour"]
    assert (found["views"], found["unique_viewers"], found["unlocks"]) == (3, 2, 3)


def test_dates_bound_it_and_summed_days_count():
    video = factories.make_video("Harbour")
    now = timezone.now()
    for days in (0, 2, 2, 5):
        view(video, now - dt.timedelta(days=days), viewer="ann", played=[(0, 100)])
    rollup.roll_up(now=now)
    day = timezone.localdate(now)
    two_days_ago = str(day - dt.timedelta(days=2))
    assert by_title()["Harbour"]["views"] == 4
    assert by_title("--from", two_days_ago)["Harbour"]["views"] == 3
    assert by_title("--from", two_days_ago, "--to", two_days_ago)["Harbour"] | {"uuid": ""} == {
        "uuid": "", "title": "Harbour", "views": 2, "unique_viewers": 1, "completed": 2, "watch_seconds": 200,
        "unlocks": 0, "refused_guesses": 0, "downloads": 0,
    }  # fmt: skip
    with pytest.raises(CommandError, match="later than"):
        lines("--from", str(day), "--to", two_days_ago)


def test_the_output_has_one_line_for_each_video_and_none_for_aliases():
    video = factories.make_video("Harbour")
    video.create_alias(parent=factories.make_section(), update_slug="another-place")
    view(video, timezone.now(), viewer="ann", played=[(0, 70)])
    (line,) = lines()
    assert "1 views" in line
    assert "0:01:10 watched" in line
    assert line.endswith("Harbour")


def test_many_videos_cost_no_more_queries(django_assert_num_queries):
    for number in range(3):
        view(factories.make_video(f"Film {number}"), timezone.now())
    # first day (3), days (3), stored, today (2), videos
    with django_assert_num_queries(10):
        lines("--json")


class TestForgetting:
    @pytest.fixture
    def videos(self):
        videos = [factories.make_video("Harbour"), factories.make_video("Other")]
        for video in videos:
            for days in (0, 3):
                moment = timezone.now() - dt.timedelta(days=days)
                view(video, moment, viewer="ann")
                typed(video, moment, right=1)
            VideoPage.objects.filter(pk=video.pk).update(views=2)
        rollup.roll_up()
        return videos

    def forget(self, *arguments):
        out = io.StringIO()
        call_command("forget_views", "--no-input", *arguments, stdout=out)
        return out.getvalue()

    def test_all_statistics_of_one_video_are_erased_and_none_of_others(self, videos):
        output = self.forget("--video", str(videos[0].uuid))
        assert "“Harbour”, of all days: 2 views, 2 typed passwords, 1 rows" in output
        found = by_title()
        assert [found["Harbour"]["views"], found["Other"]["views"]] == [0, 2]
        assert list(VideoPage.objects.order_by("path").values_list("views", flat=True)) == [0, 2]

    def test_viewers_of_an_erased_video_leave_the_totals(self, videos):
        view(videos[0], timezone.now() - dt.timedelta(days=3), viewer="ben")
        rollup.roll_up()
        span = (timezone.localdate() - dt.timedelta(days=9), timezone.localdate())
        assert statistics.totals(statistics.of_site(), *span).unique_viewers == 3
        self.forget("--video", str(videos[0].uuid), "--before", str(timezone.localdate()))
        assert statistics.totals(statistics.of_site(), *span).unique_viewers == 2
        rollup.roll_up()
        assert statistics.totals(statistics.of_site(), *span).unique_viewers == 2
        self.forget("--video", str(videos[1].uuid))
        assert statistics.totals(statistics.of_site(), *span).unique_viewers == 1

    def test_days_without_viewers_of_the_erased_video_are_not_summed_again(self, videos):
        self.forget("--video", str(videos[0].uuid), "--before", str(timezone.localdate() - dt.timedelta(days=5)))
        assert rollup.due_days(now=timezone.now()) == []

    def test_erasing_the_days_before_a_date_keeps_the_others(self, videos):
        self.forget("--before", str(timezone.localdate()))
        found = by_title()
        assert [found["Harbour"]["views"], found["Harbour"]["unlocks"]] == [1, 1]
        assert not RolledDay.objects.exists() and not DailyReach.objects.exists()
        assert VideoPage.objects.get(pk=videos[0].pk).views == 2

    def test_erasing_everything_leaves_no_row(self, videos):
        self.forget()
        for model in (VideoView, AccessEvent, DailyStatistics, DailyReach, RolledDay):
            assert not model.objects.exists()
        assert rollup.due_days(now=timezone.now()) == []

    def test_an_unknown_video_or_the_answer_no_erases_nothing(self, videos, monkeypatch):
        with pytest.raises(CommandError, match="No video has the id"):
            self.forget("--video", str(uuid.uuid4()))
        monkeypatch.setattr("builtins.input", lambda question: "no")
        with pytest.raises(CommandError, match="Nothing was erased"):
            call_command("forget_views")
        assert VideoView.objects.count() == 4
