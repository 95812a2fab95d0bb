"""Figures against hand-counted input: they agree with the raw rows and with one another, summed or not."""

import dataclasses
import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.analytics.rows import NOW, TODAY, at, store_report, typed, view
from video_pages.analytics import rollup, statistics
from video_pages.analytics.day_bounds import day_of
from video_pages.analytics.statistics import Totals
from video_pages.analytics.watch_reports import WatchReport
from video_pages.models import DailyReach, DailyStatistics, RolledDay, VideoPage, VideoView

pytestmark = pytest.mark.django_db

FIRST = TODAY - dt.timedelta(days=6)
WHOLE, HALF, START = [(0, 100)], [(0, 50)], [(0, 10)]


@pytest.fixture
def club():
    """Two films in a section, one of them in a section below it, and a third film elsewhere."""
    club = factories.make_section("Club", password="club-password")
    inner = factories.make_section("Inner", parent=club)
    return {
        "club": club,
        "inner": inner,
        "one": factories.make_video("One", section=club),
        "two": factories.make_video("Two", section=inner),
        "away": factories.make_video("Away", section=factories.make_section("Elsewhere")),
    }


@pytest.fixture
def counted(club):
    """Two days and today, by hand; what it comes to stands in the tests."""
    one, two, away = club["one"], club["two"], club["away"]
    # Three days ago: Ann sees One whole and half of Two, Ben starts One on a phone, somebody is not followed.
    view(one, at(3), viewer="ann", device="computer", referrer="school.example", played=WHOLE)
    view(two, at(3, 13), viewer="ann", device="computer", played=HALF)
    view(one, at(3, 14), viewer="ben", device="phone", referrer="school.example", played=START)
    view(one, at(3, 15))
    typed(one, at(3), right=2, wrong=3)
    typed(club["club"], at(3), right=1, wrong=1)
    # The day before yesterday: Ann again, twice, and Away has a viewer of its own.
    view(one, at(2), viewer="ann-2", device="computer", played=WHOLE)
    view(one, at(2, 20), viewer="ann-2", device="computer", played=[(90, 100)])
    view(away, at(2), viewer="cat", device="tablet", referrer="mail.example", played=[*HALF, *HALF])
    typed(away, at(2), right=1)
    # Today: one view of each.
    view(one, at(0), viewer="dan", device="phone", played=START)
    view(two, at(0), viewer="dan", device="phone")
    view(away, at(0, 1), viewer="eve", device="tv", played=WHOLE)
    typed(two, at(0), wrong=2)
    typed(club["inner"], at(0), right=1)
    return club


ONE = Totals(
    views=6, unique_viewers=4, completed=2, watch_seconds=230, measured_views=5, watched_buckets=230, unlocks=2,
    refused_guesses=3,
)  # fmt: skip
TWO = Totals(
    views=2, unique_viewers=2, completed=0, watch_seconds=50, measured_views=1, watched_buckets=50, refused_guesses=2
)
AWAY = Totals(
    views=2, unique_viewers=2, completed=1, watch_seconds=200, measured_views=2, watched_buckets=150, unlocks=1
)
# The section's own passwords, with those of the section in it.
TYPED_AT_THE_CLUB = Totals(unlocks=2, refused_guesses=1)
# Different people by day: Ann and Ben; Ann; Dan.
CLUB = dataclasses.replace(ONE + TWO + TYPED_AT_THE_CLUB, unique_viewers=4)
SITE = dataclasses.replace(ONE + TWO + AWAY + TYPED_AT_THE_CLUB, unique_viewers=6)


@pytest.fixture(params=["raw", "rolled up", "partly", "raw rows gone"])
def however_kept(request, counted, settings):
    """The same numbers whether days are summed or not, and after their raw rows were removed."""
    if request.param == "partly":
        rollup.roll_up_day(TODAY - dt.timedelta(days=2))
    elif request.param != "raw":
        rollup.roll_up(now=NOW)
    if request.param == "raw rows gone":
        VideoView.objects.filter(started_at__lt=at(1)).delete()
        assert VideoView.objects.count() == 3
    return counted


def test_every_video_has_the_numbers_counted_by_hand(however_kept):
    found = statistics.by_video(None, FIRST, TODAY, now=NOW)
    pages = {however_kept[name].pk: expected for name, expected in (("one", ONE), ("two", TWO), ("away", AWAY))}
    assert found == pages
    for page, expected in pages.items():
        video = VideoPage.objects.get(pk=page)
        assert statistics.totals(statistics.of_video(video), FIRST, TODAY, now=NOW) == expected


def test_videos_sum_to_their_section_and_sections_to_the_site(however_kept):
    assert statistics.totals(statistics.of_section(however_kept["club"]), FIRST, TODAY, now=NOW) == CLUB
    assert statistics.totals(statistics.of_site(), FIRST, TODAY, now=NOW) == SITE
    elsewhere = statistics.totals(statistics.of_section(however_kept["away"].get_parent()), FIRST, TODAY, now=NOW)
    assert CLUB + elsewhere == SITE


def test_days_sum_to_the_total_for_a_video_a_section_and_the_site(however_kept):
    for scope in (
        statistics.of_video(however_kept["one"]),
        statistics.of_videos(VideoPage.objects.all()),
        statistics.of_section(however_kept["club"]),
        statistics.of_site(),
    ):
        days = statistics.by_day(scope, FIRST, TODAY, now=NOW)
        assert [day for day, _totals in days] == [FIRST + dt.timedelta(days=number) for number in range(7)]
        assert sum((of_day for _day, of_day in days), Totals()) == statistics.totals(scope, FIRST, TODAY, now=NOW)
    one = dict(statistics.by_day(statistics.of_video(however_kept["one"]), FIRST, TODAY, now=NOW))
    assert [one[TODAY - dt.timedelta(days=ago)].views for ago in (4, 3, 2, 1, 0)] == [0, 3, 2, 0, 1]


def test_retention_devices_and_referrers_are_of_the_same_views(however_kept):
    details = statistics.details(statistics.of_video(however_kept["one"]), FIRST, TODAY, now=NOW)
    # Five told: two played all, two the first tenth, one the last.
    assert details.retention[0] == details.retention[9] == 4 / 5
    assert details.retention[10] == details.retention[89] == 2 / 5
    assert details.retention[90] == details.retention[99] == 3 / 5
    assert sum(details.retention) / 100 == pytest.approx(ONE.average_share)
    assert details.devices == {"computer": 3, "phone": 2}
    assert details.referrers == {"school.example": 2}


def test_averages_are_of_the_views_with_a_watch_report():
    assert ONE.average_share == pytest.approx(0.46)
    assert Totals(views=3).average_share is None


def test_dates_bound_what_is_counted(counted):
    two_days_ago = TODAY - dt.timedelta(days=2)
    assert statistics.by_video(None, two_days_ago, two_days_ago, now=NOW)[counted["one"].pk].views == 2
    assert statistics.by_video([counted["away"].pk], TODAY, TODAY, now=NOW).keys() == {counted["away"].pk}
    assert (
        statistics.totals(statistics.of_site(), TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=9)) == Totals()
    )


def test_a_video_that_moves_keeps_its_statistics(counted):
    rollup.roll_up(now=NOW)
    counted["one"].move(counted["away"].get_parent(), pos="last-child")
    club = statistics.totals(statistics.of_section(counted["club"]), FIRST, TODAY, now=NOW)
    assert (club.views, club.unique_viewers) == (TWO.views, TWO.unique_viewers)
    assert statistics.totals(statistics.of_site(), FIRST, TODAY, now=NOW) == SITE


@pytest.mark.parametrize("summed_again", [False, True])
def test_people_follow_a_video_and_a_section_that_move(counted, summed_again):
    rollup.roll_up(now=NOW)
    elsewhere = counted["away"].get_parent()
    for name, club_views in (("one", TWO.views), ("inner", 0)):
        counted[name].refresh_from_db()
        elsewhere.refresh_from_db()
        counted[name].move(elsewhere, pos="last-child")
        if summed_again:
            rollup.roll_up(now=NOW)
        elsewhere.refresh_from_db()
        club = statistics.totals(statistics.of_section(counted["club"]), FIRST, TODAY, now=NOW)
        assert (club.views, club.unique_viewers) == (club_views, club_views)
    # Ann and Ben; Ann and Cat; Dan and Eve.
    assert statistics.totals(statistics.of_section(elsewhere), FIRST, TODAY, now=NOW).unique_viewers == 6


def test_a_move_leaves_days_without_raw_rows_as_they_were_counted(counted):
    rollup.roll_up(now=NOW)
    VideoView.objects.filter(started_at__lt=at(1)).delete()
    counted["one"].move(counted["away"].get_parent(), pos="last-child")
    assert rollup.roll_up(now=NOW) == []
    assert statistics.by_video(None, FIRST, TODAY, now=NOW)[counted["one"].pk] == ONE


def viewers_by_day(scope):
    """{days ago: viewers} of the days with any, and the same added up by `totals`."""
    days = statistics.by_day(scope, FIRST, TODAY, now=NOW)
    found = {(TODAY - day).days: of_day.unique_viewers for day, of_day in days if of_day.unique_viewers}
    assert sum(found.values()) == statistics.totals(scope, FIRST, TODAY, now=NOW).unique_viewers
    return found


@pytest.mark.parametrize("summed_again", [False, True])
def test_a_deleted_video_takes_its_viewers_along_from_section_and_site(counted, summed_again):
    rollup.roll_up(now=NOW)
    VideoPage.objects.get(pk=counted["one"].pk).delete()
    if summed_again:
        rollup.roll_up(now=NOW)
    # Three days ago Ann, at Two; Cat, at Away; today Dan and Eve.
    assert viewers_by_day(statistics.of_section(counted["club"])) == {3: 1, 0: 1}
    assert viewers_by_day(statistics.of_site()) == {3: 1, 2: 1, 0: 2}


def test_when_the_only_video_that_was_watched_is_deleted_nobody_was_there(club):
    view(club["one"], at(3), viewer="ann")
    rollup.roll_up(now=NOW)
    VideoPage.objects.get(pk=club["one"].pk).delete()
    for scope in (statistics.of_site(), statistics.of_section(club["club"])):
        assert statistics.totals(scope, FIRST, TODAY, now=NOW) == Totals()
    assert rollup.roll_up(now=NOW) == []


@pytest.mark.parametrize("kept", ["raw rows", "raw rows gone"])
def test_a_deleted_section_takes_the_viewers_of_all_its_videos_along(counted, kept):
    rollup.roll_up(now=NOW)
    if kept == "raw rows gone":
        VideoView.objects.filter(started_at__lt=at(1)).delete()
    counted["club"].refresh_from_db()
    counted["club"].delete()
    assert viewers_by_day(statistics.of_site()) == {2: 1, 0: 1}


def test_of_days_without_raw_rows_there_are_no_more_viewers_than_the_videos_that_are_left_had(counted):
    rollup.roll_up(now=NOW)
    VideoView.objects.filter(started_at__lt=at(1)).delete()
    VideoPage.objects.get(pk=counted["one"].pk).delete()
    assert viewers_by_day(statistics.of_section(counted["club"])) == {3: 1, 0: 1}
    assert viewers_by_day(statistics.of_site()) == {3: 1, 2: 1, 0: 2}


def test_deleting_a_video_that_nobody_watched_makes_no_day_due_again(counted):
    rollup.roll_up(now=NOW)
    factories.make_video("Unseen", section=counted["club"]).delete()
    assert RolledDay.objects.count() == 3


def test_an_alias_that_is_deleted_leaves_its_sources_viewers(counted):
    alias = counted["one"].create_alias(parent=counted["inner"], update_slug="another-place")
    rollup.roll_up(now=NOW)
    alias.delete()
    assert statistics.totals(statistics.of_site(), FIRST, TODAY, now=NOW) == SITE


def test_an_alias_has_the_statistics_of_its_source(counted):
    alias = counted["one"].create_alias(parent=counted["inner"], update_slug="another-place")
    assert statistics.totals(statistics.of_video(alias), FIRST, TODAY, now=NOW) == ONE
    assert statistics.totals(statistics.of_section(counted["inner"]), FIRST, TODAY, now=NOW).views == TWO.views


def test_questions_cost_the_same_however_much_there_is(counted, django_assert_num_queries):
    rollup.roll_up(now=NOW)
    section = counted["club"]

    def ask(count):
        with django_assert_num_queries(count):
            statistics.totals(statistics.of_section(section), FIRST, TODAY, now=NOW)

    ask(9)
    for _more in range(3):
        video = factories.make_video(section=section)
        view(video, at(3), viewer="fay", played=WHOLE)
        view(video, at(0), viewer="fay", played=WHOLE)
    rollup.roll_up(now=NOW)
    ask(9)


class TestRollUp:
    def test_twice_is_the_same_as_once(self, counted):
        rollup.roll_up(now=NOW)
        columns = ("views", "unlocks", "retention", "devices", "referrers")

        def stored():
            return list(DailyStatistics.objects.order_by("day", "video", "section").values_list("day", *columns))

        rows = stored()
        again = rollup.roll_up(now=NOW)
        assert again == []
        for day in RolledDay.objects.values_list("day", flat=True):
            rollup.roll_up_day(day)
        assert stored() == rows

    def test_today_is_never_summed_and_empty_days_between_are(self, counted):
        assert rollup.roll_up(now=NOW) == [TODAY - dt.timedelta(days=ago) for ago in (3, 2, 1)]
        assert RolledDay.objects.count() == 3
        assert not DailyStatistics.objects.filter(day=TODAY).exists()

    @pytest.mark.parametrize(
        "late",
        [
            lambda video: view(video, at(3, 16), viewer="late"),
            lambda video: typed(video, at(3, 16), right=1),
            lambda video: VideoView.objects.filter(started_at__lt=at(2, 0)).update(
                last_report_at=timezone.now() + dt.timedelta(minutes=1), watch_seconds=7
            ),
        ],
    )
    def test_late_rows_make_their_day_due_again(self, counted, late):
        rollup.roll_up(now=NOW)
        late(counted["one"])
        assert rollup.due_days(now=NOW) == [TODAY - dt.timedelta(days=3)]
        rollup.roll_up(now=NOW)
        before = statistics.by_video(None, FIRST, TODAY, now=NOW)
        RolledDay.objects.all().delete()
        assert statistics.by_video(None, FIRST, TODAY, now=NOW) == before

    def test_a_watch_report_between_reading_and_writing_is_not_lost(self, club, monkeypatch):
        late = view(club["one"], timezone.now() - dt.timedelta(days=1), played=[(0, 10)])
        day = day_of(late.started_at)
        asked_at = timezone.now()  # before the summing begins; kept after it has read the rows
        read_reach = rollup._reach

        def beat_meanwhile(read_day):
            watched = WatchReport(((10.0, 40.0),))
            store_report(
                video_id=late.video_id, access_ref=late.access_ref, report=watched, duration_seconds=100, now=asked_at
            )
            return read_reach(read_day)

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(rollup, "_reach", beat_meanwhile)
            rollup.roll_up_day(day)
        assert DailyStatistics.objects.get(day=day).watch_seconds == 10
        assert rollup.roll_up() == [day]
        assert DailyStatistics.objects.get(day=day).watch_seconds == 40

    def test_a_day_whose_last_watch_report_came_just_before_is_due_once_more(self, club):
        last = view(club["one"], timezone.now() - dt.timedelta(days=1), played=[(0, 10)], beat_at=timezone.now())
        day = day_of(last.started_at)
        assert rollup.roll_up() == [day]
        assert rollup.roll_up() == [day]
        # As if that was an hour after the report, when the worker comes again.
        VideoView.objects.update(last_report_at=last.last_report_at - dt.timedelta(hours=1))
        assert rollup.due_days(now=timezone.now()) == []

    def test_days_are_those_of_the_site_and_not_of_an_editor(self, club, settings):
        settings.TIME_ZONE = "Asia/Tokyo"
        view(club["one"], at(2, 23, zone="Asia/Tokyo"), viewer="ann")
        view(club["one"], at(1, 0, 30, zone="Asia/Tokyo"), viewer="ann")
        with timezone.override("America/New_York"):
            rollup.roll_up(now=at(0, 3, zone="Asia/Tokyo"))
            days = dict(statistics.by_day(statistics.of_site(), FIRST, TODAY, now=at(0, 3, zone="Asia/Tokyo")))
        assert [days[TODAY - dt.timedelta(days=ago)].views for ago in (3, 2, 1, 0)] == [0, 1, 1, 0]

    def test_people_of_a_section_are_counted_once_at_every_depth(self, counted):
        rollup.roll_up(now=NOW)
        day = TODAY - dt.timedelta(days=3)
        reached = dict(DailyReach.objects.filter(day=day).values_list("section__title", "unique_viewers"))
        assert reached == {None: 2, "Club": 2, "Inner": 1}

    def test_liars_can_not_make_a_day_hold_any_number_of_hosts(self, club):
        for number in range(60):
            view(club["one"], at(1), referrer=f"host-{number:02}.example")
        view(club["one"], at(1), referrer="host-00.example")
        rollup.roll_up(now=NOW)
        referrers = DailyStatistics.objects.get().referrers
        assert len(referrers) == rollup.KEPT_REFERRERS + 1
        assert (referrers["host-00.example"], referrers[rollup.REST]) == (2, 10)

    def test_raw_rows_go_after_their_time_and_not_before_their_day_is_summed(self, counted, settings):
        settings.KEEP_RAW_VIEWS_DAYS = 32
        later = NOW + dt.timedelta(days=31)
        before = statistics.by_video(None, FIRST, TODAY, now=later)
        assert rollup.remove_old_rows(now=later) == 4 + 7 + 3 + 1
        assert RolledDay.objects.count() == 2
        assert VideoView.objects.order_by("started_at").first().started_at == at(0, 1)
        assert statistics.by_video(None, FIRST, TODAY, now=later) == before
        rollup.roll_up(now=later)
        assert statistics.by_video(None, FIRST, TODAY, now=later) == before

    def test_the_day_at_the_border_is_kept(self, club, settings):
        settings.KEEP_RAW_VIEWS_DAYS = 32
        view(club["one"], at(32, 0))
        view(club["one"], at(33, 23))
        assert rollup.remove_old_rows(now=NOW) == 1
        assert VideoView.objects.get().started_at == at(32, 0)


class TestRecentViews:
    def test_today_and_29_days_before_count(self, club):
        for ago in (0, 1, 29, 30):
            view(club["one"], at(ago, 0))
        pages = [club["one"].pk, club["two"].pk]
        assert statistics.recent_views(pages, now=NOW) == {pages[0]: 3, pages[1]: 0}
        listed = statistics.with_recent_views(VideoPage.objects.filter(pk__in=pages), now=NOW).order_by("-recent_views")
        assert [(video.pk, video.recent_views) for video in listed] == [(pages[0], 3), (pages[1], 0)]
        last = statistics.totals(statistics.of_site(), TODAY - dt.timedelta(days=29), TODAY, now=NOW)
        assert last.views == 3

    def test_it_is_one_query(self, club, django_assert_num_queries):
        with django_assert_num_queries(1):
            statistics.recent_views([club["one"].pk, club["two"].pk])

    def test_more_days_than_rows_are_kept_are_refused(self, club):
        with pytest.raises(ValueError, match="33 days"):
            statistics.recent_views([club["one"].pk], days=33)


def test_a_glance_tells_of_four_weeks_and_of_all_time(counted):
    VideoPage.objects.filter(pk=counted["one"].pk).update(views=40)
    alias = counted["one"].create_alias(parent=counted["inner"], update_slug="another-place")
    for page in (counted["one"], alias):
        glance = statistics.at_a_glance(page, now=NOW)
        assert (glance.views_ever, glance.recent, len(glance.by_day)) == (40, ONE, 28)
