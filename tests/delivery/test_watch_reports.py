"""`/stream/<uuid>/watched`: behind the gate; invented reports do no harm, and honest ones count exactly."""

import concurrent.futures
import datetime as dt
import json
import threading

import pytest
from django.db import connections
from django.urls import reverse

from tests import factories
from tests.analytics.rows import store_report
from tests.delivery.addresses import UNKNOWN, answer_parts, source_url, unlocked
from video_pages.analytics import watch_reports
from video_pages.analytics.services import count_view
from video_pages.analytics.watch_reports import UnreadableWatchReport, WatchReport, read_watch_report
from video_pages.models import DailySalt, RolledDay, VideoPage, VideoView

VIDEO_SECONDS = 100


def watched_url(video):
    return reverse("stream", args=(video.uuid, "watched"))


def tell(client, video, ranges, *, referrer="", **headers):
    body = json.dumps({"ranges": ranges, "referrer": referrer})
    return client.post(watched_url(video), body, content_type="application/json", headers=headers)


@pytest.fixture
def video(db):
    return factories.make_video(video_file=factories.make_video_file(duration=float(VIDEO_SECONDS)))


@pytest.fixture
def client(video):
    """A browser that has unlocked the film and began it a minute ago."""
    client = unlocked(video)
    client.get(source_url(video))
    began(dt.timedelta(minutes=1))
    return client


def began(ago):
    view = VideoView.objects.get()
    VideoView.objects.update(started_at=view.started_at - ago)


class TestTheGate:
    def test_without_a_verdict_every_watch_report_gets_the_same_403(self, video, client):
        stranger = factories.browser()
        refusal = answer_parts(stranger.get(source_url(video)))
        assert refusal[0] == 403
        assert answer_parts(tell(stranger, video, [[0, 5]])) == refusal
        assert answer_parts(stranger.get(watched_url(video))) == refusal
        assert answer_parts(stranger.post(f"/stream/{UNKNOWN}/watched", b"x", content_type="text/plain")) == refusal
        assert VideoView.objects.get().last_report_at is None

    def test_a_watch_report_after_the_end_of_access_is_refused(self, video, client):
        video.set_password("another-password")
        assert tell(client, video, [[0, 5]]).status_code == 403
        assert VideoView.objects.get().watch_seconds == 0

    def test_a_watch_report_has_an_empty_answer_that_is_not_cached(self, video, client):
        answer = tell(client, video, [[0, 15]])
        assert (answer.status_code, answer.content) == (204, b"")
        assert "no-store" in answer["Cache-Control"]

    def test_there_is_nothing_to_get(self, video, client):
        answer = client.get(watched_url(video))
        assert (answer.status_code, answer["Allow"]) == (405, "POST")

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
        ],
    )
    def test_another_sites_page_can_tell_nothing(self, video, client, headers):
        assert tell(client, video, [[0, 15]], **headers).status_code == 403
        assert VideoView.objects.get().last_report_at is None

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}])
    def test_our_own_page_can(self, video, client, headers):
        assert tell(client, video, [[0, 15]], **headers).status_code == 204
        assert VideoView.objects.get().watch_seconds == 15


class TestWhatIsKept:
    def test_seconds_hundredths_and_the_host_that_led_here(self, video, client):
        tell(client, video, [[0, 15.2], [50, 60]], referrer="school.example")
        view = VideoView.objects.get()
        assert (view.watch_seconds, view.watched_buckets, view.referrer_host) == (25, 25, "school.example")
        assert view.watched == f"{int('1' * 15 + '0' * 35 + '1' * 10 + '0' * 40, 2):025x}"
        assert view.last_report_at is not None

    def test_watch_reports_add_up_and_a_part_played_twice_counts_twice(self, video, client):
        for ranges in ([[0, 15]], [[15, 30]], [[0, 10]]):
            VideoView.objects.update(last_report_at=None)
            tell(client, video, ranges)
        view = VideoView.objects.get()
        assert (view.watch_seconds, view.watched_buckets, view.is_completed) == (40, 30, False)

    def test_a_film_is_watched_to_its_end_by_half_of_it_and_its_last_part(self, video, client):
        began(dt.timedelta(hours=1))
        tell(client, video, [[0, 50]])
        assert not VideoView.objects.get().is_completed
        VideoView.objects.update(last_report_at=None)
        tell(client, video, [[97, 98]])
        assert VideoView.objects.get().is_completed

    def test_leaping_to_the_end_completes_nothing(self, video, client):
        tell(client, video, [[60, 100]])
        assert not VideoView.objects.get().is_completed

    def test_no_more_is_believed_than_time_admits(self, video, client):
        # A minute has gone by since the first bytes; at the fastest, 150 seconds of film.
        tell(client, video, [[0, 100], [0, 100]])
        seconds = VideoView.objects.get().watch_seconds
        assert 150 <= seconds <= 160
        for _again in range(5):
            tell(client, video, [[0, 100]])
        assert VideoView.objects.get().watch_seconds <= seconds + 10

    def test_two_tabs_that_play_at_once_lose_nothing(self, video, client):
        start = VideoView.objects.get().started_at
        ref = VideoView.objects.get().access_ref
        for second in range(1, 61):
            for tab_begins in (0.0, 20.0):
                watched = WatchReport(((tab_begins + second - 1, tab_begins + second),))
                store_report(
                    video_id=video.pk,
                    access_ref=ref,
                    report=watched,
                    duration_seconds=VIDEO_SECONDS,
                    now=start + dt.timedelta(seconds=second),
                )
        view = VideoView.objects.get()
        assert (view.watch_seconds, view.watched_buckets) == (120, 80)

    def test_watch_reports_that_overtake_each_other_lose_nothing(self, video, client):
        start = VideoView.objects.get().started_at
        twice = {"video_id": video.pk, "access_ref": VideoView.objects.get().access_ref, "duration_seconds": 100}
        for seconds, played in ((30, (15.0, 30.0)), (15, (0.0, 15.0))):
            store_report(**twice, report=WatchReport((played,)), now=start + dt.timedelta(seconds=seconds))
        view = VideoView.objects.get()
        assert (view.watch_seconds, view.last_report_at) == (30, start + dt.timedelta(seconds=30))

    def test_many_small_lies_come_to_no_more_than_one_large(self, video, client):
        for _report in range(40):
            tell(client, video, [[0, 7]])
        assert 140 <= VideoView.objects.get().watch_seconds <= 175

    def test_a_watch_report_before_its_view_began_adds_nothing(self, video, client):
        began(dt.timedelta(days=-1))
        tell(client, video, [[0, 100]])
        assert VideoView.objects.get().watch_seconds == 0

    def test_a_clock_that_was_set_back_adds_nothing(self, video, client):
        VideoView.objects.update(last_report_at=VideoView.objects.get().started_at + dt.timedelta(days=1))
        tell(client, video, [[0, 100]])
        assert VideoView.objects.get().watch_seconds == 0

    def test_without_a_view_there_is_nothing_to_add_to(self, video):
        client = unlocked(video)
        assert tell(client, video, [[0, 15]]).status_code == 204
        assert not VideoView.objects.exists()

    def test_an_editor_adds_nothing(self, video):
        editor = factories.browser(factories.make_superuser())
        assert tell(editor, video, [[0, 15]]).status_code == 204
        assert not VideoView.objects.exists()

    @pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
    def test_of_who_asks_not_to_be_followed_only_a_number_is_kept(self, video, header, settings):
        client = unlocked(video)
        client.get(source_url(video), headers={header: "1", "User-Agent": "Firefox/140.0 (Windows NT 10.0)"})
        began(dt.timedelta(minutes=1))
        assert tell(client, video, [[0, 15]], referrer="school.example", **{header: "1"}).status_code == 204
        view = VideoView.objects.get()
        assert (view.viewer, view.device, view.referrer_host, view.watch_seconds) == ("", "", "", 0)
        assert view.last_report_at is None
        assert not DailySalt.objects.exists()
        settings.RESPECT_DO_NOT_TRACK = False
        tell(client, video, [[0, 15]], referrer="school.example", **{header: "1"})
        assert VideoView.objects.get().watch_seconds == 15

    def test_the_sites_own_host_led_nobody_here(self, video, client):
        tell(client, video, [[0, 15]], referrer="testserver")
        assert VideoView.objects.get().referrer_host == ""

    def test_a_watch_report_for_yesterdays_view_makes_yesterday_due_again(self, video, client):
        began(dt.timedelta(days=1))
        day = VideoView.objects.get().started_at.date()
        RolledDay.objects.create(day=day, rolled_at=VideoView.objects.get().started_at)
        tell(client, video, [[0, 15]])
        assert not RolledDay.objects.filter(day=day).exists()

    def test_a_watch_report_costs_few_queries(self, video, client, django_assert_num_queries):
        # session, video, access state; then savepoint, beginning, row, update, release.
        with django_assert_num_queries(8):
            tell(client, video, [[0, 15]])


HOSTILE = [
    b"",
    b"\xff\xfe",
    b"[]",
    b"null",
    b'{"ranges": {}}',
    b'{"ranges": [[0]]}',
    b'{"ranges": [[0, 1, 2]]}',
    b'{"ranges": [[5, 1]]}',
    b'{"ranges": [[-1, 1]]}',
    b'{"ranges": [[0, 1e999]]}',
    b'{"ranges": [[0, NaN]]}',
    b'{"ranges": [[0, "1"]]}',
    b'{"ranges": [[0, true]]}',
    b'{"ranges": [[0, 172801]]}',
    b'{"ranges": [' + b"[0,1]," * 100 + b"[0,1]]}",
    b"[" * 4000,
    b'{"ranges": [[0, ' + b"9" * 400 + b"]]}",
    b'{"ranges": [{"0": 1, "1": 2}]}',
    b'{"ranges": [], "referrer": "\\ud800"}',
    b'\xef\xbb\xbf{"ranges": []}',
    b'{"ranges": []} x',
    b'{"ranges": [], "x": ' + b"[" * 300 + b"]" * 300 + b"}",
    b'{"ranges": [], "referrer": "' + b"a" * 4096 + b'"}',
]


@pytest.mark.parametrize("body", HOSTILE)
def test_what_no_player_tells_is_refused(video, client, body):
    answer = client.post(watched_url(video), body, content_type="application/json")
    assert answer.status_code == 400
    assert VideoView.objects.get().last_report_at is None


@pytest.mark.parametrize(
    "referrer", ["https://school.example/path", "school.example/secret", "a" * 121, "<b>", 5, None, "-x", "x..", {}]
)
def test_a_referrer_that_is_no_host_is_not_kept(referrer):
    assert read_watch_report(json.dumps({"ranges": [], "referrer": referrer}).encode()).referrer_host == ""


def test_hundredths_are_read_back_as_they_were_kept():
    bits = watch_reports.played_bits([(0, 1), (99, 100)], 100)
    assert watch_reports.to_hex(bits) == "8" + "0" * 23 + "1"
    assert watch_reports.from_hex(watch_reports.to_hex(bits)) == bits
    assert watch_reports.from_hex("") == 0
    assert watch_reports.played_bits([(0, 5)], 0) == watch_reports.played_bits([], 100) == 0
    assert watch_reports.played_bits([(0, 1_000)], 100) == (1 << 100) - 1


@pytest.mark.parametrize("parts", [1, 7, 100, 733])
def test_a_video_reported_in_parts_is_complete(parts):
    cuts = [number * 91.7 / parts for number in range(parts + 1)]
    reported_apart = 0
    for start, end in zip(cuts, cuts[1:], strict=False):
        reported_apart |= watch_reports.played_bits([(start, end)], 91.7)
    assert reported_apart == (1 << 100) - 1


def test_reading_refuses_too_much_before_it_looks():
    with pytest.raises(UnreadableWatchReport):
        read_watch_report(b" " * (watch_reports.MAX_BYTES + 1))


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_tell_at_once_lose_nothing():
    video = factories.make_video()
    count_view(video_id=video.pk, access_ref="session:1")
    VideoView.objects.update(started_at=VideoView.objects.get().started_at - dt.timedelta(hours=1))
    tabs = 8
    barrier = threading.Barrier(tabs)

    def tell_as_tab(number):
        barrier.wait(timeout=30)
        try:
            watched = WatchReport(((number * 10.0, number * 10.0 + 10),))
            return store_report(video_id=video.pk, access_ref="session:1", report=watched, duration_seconds=100)
        finally:
            connections.close_all()

    with concurrent.futures.ThreadPoolExecutor(tabs) as pool:
        assert all(pool.map(tell_as_tab, range(tabs)))
    view = VideoView.objects.get()
    # All of them have the same hour behind them.
    assert (view.watch_seconds, view.watched_buckets) == (80, 80)
    assert view.watched_buckets == int(view.watched, 16).bit_count()
    assert VideoPage.objects.get(pk=video.pk).views == 1
