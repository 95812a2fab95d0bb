"""The sums of the whole site are kept by day, and always equal those of its pages."""

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.analytics.rows import NOW, TODAY, at, typed, view
from video_pages.analytics import rollup, site_days, statistics
from video_pages.analytics.erasing import erase_statistics
from video_pages.analytics.most_viewed import most_viewed
from video_pages.analytics.totals import COLUMNS
from video_pages.models import DailySiteStatistics, DailyStatistics, RolledDay, VideoPage, VideoView

pytestmark = pytest.mark.django_db

FIRST = TODAY - dt.timedelta(days=3)
WHOLE = [(0, 100)]
PAGES = DailyStatistics._meta.db_table


@pytest.fixture
def pages():
    """Two films in a section and one elsewhere, with views and passwords on three days and today."""
    club = factories.make_section("Club", password="club-password")
    found = {"club": club, "one": factories.make_video("One", section=club)}
    found |= {"two": factories.make_video("Two", section=club)}
    found |= {"away": factories.make_video("Away", section=factories.make_section("Elsewhere"))}
    for ago in (3, 2, 1, 0):
        for name in ("one", "two", "away"):
            view(found[name], at(ago), viewer=f"{name}{ago}", played=WHOLE)
        view(found["one"], at(ago), viewer=f"one{ago}", played=[(0, ago * 10)])
        typed(club, at(ago), right=ago, wrong=1)
        typed(found["away"], at(ago), wrong=ago)
    return found


def days_of_site():
    return statistics.by_day(statistics.of_site(), FIRST, TODAY, now=NOW)


def assert_equal_to_pages():
    """The kept rows give what the rows of pages add up to, and each valid one is right by itself."""
    days = days_of_site()
    with transaction.atomic():
        DailySiteStatistics.objects.all().delete()
        assert days == days_of_site()
        transaction.set_rollback(True)


def kept():
    """The number of days with a valid row."""
    return site_days._valid().count()


def late_report(pages):
    VideoView.objects.filter(started_at__lt=at(2, 0)).update(watch_seconds=7, last_report_at=NOW + dt.timedelta(days=1))


def sum_again_like_an_earlier_version(pages):
    """Another server knows nothing of these rows: it replaces the rows of pages, and says when."""
    day = TODAY - dt.timedelta(days=3)
    view(pages["one"], at(3), viewer="late", played=WHOLE)
    kept_row = DailySiteStatistics.objects.get(day=day)
    rollup.roll_up_day(day)
    DailySiteStatistics.objects.filter(day=day).update(**{c: getattr(kept_row, c) for c in ("views", "rolled_at")})


CHANGES = {
    "nothing": lambda pages: None,
    "a late watch report": late_report,
    "a late view": lambda pages: view(pages["away"], at(3, 16), viewer="late"),
    "a film is deleted": lambda pages: VideoPage.objects.get(pk=pages["one"].pk).delete(),
    "a section is deleted with its films": lambda pages: pages["club"].refresh_from_db() or pages["club"].delete(),
    "a film moves": lambda pages: VideoPage.objects.get(pk=pages["one"].pk).move(pages["away"].get_parent()),
    "a film's statistics are erased": lambda pages: erase_statistics(video=pages["one"]),
    "a film's are erased up to a day": lambda pages: erase_statistics(video=pages["one"], before=TODAY),
    "all are erased up to a day": lambda pages: erase_statistics(before=TODAY - dt.timedelta(days=1)),
    "all are erased": lambda pages: erase_statistics(),
    "an earlier version sums a day again": sum_again_like_an_earlier_version,
    "rows are missing": lambda pages: DailySiteStatistics.objects.filter(day=TODAY - dt.timedelta(days=2)).delete(),
}


@pytest.mark.parametrize("are_raw_rows_gone", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_the_sums_of_the_site_equal_those_of_its_pages_after(change, are_raw_rows_gone, pages):
    rollup.roll_up(now=NOW)
    if are_raw_rows_gone:
        VideoView.objects.filter(started_at__lt=at(0, 0)).delete()
    assert_equal_to_pages()
    CHANGES[change](pages)
    assert_equal_to_pages()
    rollup.roll_up(now=NOW)
    assert_equal_to_pages()
    assert kept() == RolledDay.objects.count(), "the next run completes them"


def test_a_summed_day_is_asked_of_one_row_and_not_of_its_pages(pages):
    rollup.roll_up(now=NOW)
    yesterday = TODAY - dt.timedelta(days=1)
    for more in range(3):
        with CaptureQueriesContext(connection) as queries:
            days = statistics.by_day(statistics.of_site(), FIRST, yesterday, now=NOW)
        assert [of_day.views for _day, of_day in days] == [4 + more] * 3
        assert len(queries) == 5
        assert not [query["sql"] for query in queries if PAGES in query["sql"]]
        for ago in (3, 2, 1):
            view(factories.make_video(), at(ago), viewer="fay", played=WHOLE)
        rollup.roll_up(now=NOW)


def test_a_day_without_a_row_costs_one_query_more(pages, django_assert_num_queries):
    rollup.roll_up(now=NOW)
    DailySiteStatistics.objects.filter(day=FIRST).delete()
    with django_assert_num_queries(6):
        statistics.by_day(statistics.of_site(), FIRST, TODAY - dt.timedelta(days=1), now=NOW)


def test_the_migration_fills_the_rows_of_all_summed_days(pages):
    rollup.roll_up(now=NOW)
    before = list(DailySiteStatistics.objects.order_by("day").values("day", "rolled_at", *COLUMNS))
    assert len(before) == 3
    DailySiteStatistics.objects.all().delete()
    importlib.import_module("video_pages.migrations.0030_daily_site_statistics").write_days(apps, None)
    assert list(DailySiteStatistics.objects.order_by("day").values("day", "rolled_at", *COLUMNS)) == before


def ranked(videos=None, *, count=2):
    return most_viewed(videos, FIRST, TODAY, count, now=NOW)


@pytest.mark.parametrize("is_summed", [False, True])
def test_the_most_viewed_are_those_with_most_views_of_all_days(pages, is_summed):
    if is_summed:
        rollup.roll_up(now=NOW)
    one, two, away = (pages[name].pk for name in ("one", "two", "away"))
    assert ranked() == [(one, 8), (two, 4)], "of equal ones the first"
    assert ranked(count=9) == [(one, 8), (two, 4), (away, 4)]
    assert ranked(VideoPage.objects.filter(pk__in=[two, away])) == [(two, 4), (away, 4)]
    assert ranked([away]) == [(away, 4)]
    for number in range(5):
        view(pages["away"], at(0, 1), viewer=f"new{number}")
    assert ranked() == [(away, 9), (one, 8)], "today's views count with those of earlier days"


def test_a_film_without_a_view_is_not_ranked(pages):
    erase_statistics()
    typed(pages["away"], at(1), wrong=3)
    rollup.roll_up(now=NOW)
    assert ranked() == []
