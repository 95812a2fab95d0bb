"""The short form of tests/soak/test_statistics_soak.py: some thousand views, raw or summed, give the same numbers."""

import pytest
from django.utils import timezone

from tests import factories
from tests.analytics.many import counted_in_the_raw_rows, site_statistics
from tests.many_views import make_many_videos, make_many_views
from video_pages.analytics import rollup, statistics
from video_pages.models import DailyStatistics, VideoPage, VideoView

pytestmark = pytest.mark.django_db


def test_thousands_of_views_come_to_the_same_before_and_after_their_rows_are_gone(settings):
    now = timezone.now()
    videos = make_many_videos(40, sections=4)
    assert VideoPage.objects.filter(pk__in=videos).count() == 40
    make_many_views(videos, 3_000, days=60, now=now)
    expected = counted_in_the_raw_rows(now)
    assert site_statistics(now) == expected
    rollup.roll_up(now=now)
    assert site_statistics(now) == expected
    settings.KEEP_RAW_VIEWS_DAYS = 32
    assert rollup.remove_old_rows(now=now) > 1_000
    assert VideoView.objects.count() < 2_000
    assert site_statistics(now) == expected
    rollup.roll_up(now=now)
    assert site_statistics(now) == expected


def test_retention_of_many_rows_is_that_of_each_row_added_up():
    now = timezone.now()
    make_many_views(make_many_videos(2, sections=1), 400, days=20, now=now)
    rollup.roll_up(now=now)
    by_hand = [0] * 100
    for letters in VideoView.objects.exclude(watched="").values_list("watched", flat=True):
        bits = f"{int(letters, 16):0100b}"
        by_hand = [count + (bit == "1") for count, bit in zip(by_hand, bits, strict=True)]
    first, last = statistics.first_day(now), timezone.localdate(now)
    details = statistics.details(statistics.of_site(), first, last, now=now)
    assert details.retention == pytest.approx([count / 400 for count in by_hand])
    assert sum(details.devices.values()) == 400
    assert sum(details.referrers.values()) == VideoView.objects.exclude(referrer_host="").count()
    assert all(len(row.retention) == 100 for row in DailyStatistics.objects.all())


def test_sections_know_the_pages_that_were_made():
    videos = make_many_videos(9, sections=2)
    sections = [VideoPage.objects.get(pk=pk).get_parent() for pk in (videos[0], videos[-1])]
    assert [section.get_children().count() for section in sections] == [5, 4]
    assert [section.numchild for section in sections] == [5, 4]
    client = factories.browser(factories.make_superuser())
    assert client.get("/admin/videos/").status_code == 200
