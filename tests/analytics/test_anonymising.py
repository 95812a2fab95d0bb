"""A view loses its reference to an access when that ends: then no two views can be linked to one browser."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.delivery.addresses import source_url, unlocked
from video_pages.access import passwords
from video_pages.access.downloads import set_downloads
from video_pages.analytics.models import AccessEvent
from video_pages.models import VideoAccessSession, VideoView
from video_pages.worker.periodic import remove_viewer_salts

pytestmark = pytest.mark.django_db


def ref_of(video):
    return VideoView.objects.get(video=video).access_ref


def test_an_access_that_is_over_is_taken_out_of_the_views_of_past_days():
    ended, lasting = factories.make_video("Ended"), factories.make_video("Lasting")
    for video in (ended, lasting):
        unlocked(video).get(source_url(video))
    before = {video: ref_of(video) for video in (ended, lasting)}
    assert all(ref.startswith("session:") for ref in before.values())
    now = timezone.now()
    remove_viewer_salts(now + dt.timedelta(days=2))
    assert {video: ref_of(video) for video in before} == before, "both accesses are open"
    VideoAccessSession.objects.filter(video=ended).delete()
    remove_viewer_salts(now + dt.timedelta(days=1))
    assert ref_of(ended) == before[ended], "its day's salt is still there"
    for _twice in range(2):
        remove_viewer_salts(now + dt.timedelta(days=2))
        assert ref_of(ended) == f"over:{VideoView.objects.get(video=ended).pk}"
        assert ref_of(lasting) == before[lasting]


def test_views_of_one_video_under_several_ended_accesses_stay_apart():
    video = factories.make_video()
    for _browser in range(3):
        unlocked(video).get(source_url(video))
    VideoAccessSession.objects.all().delete()
    remove_viewer_salts(timezone.now() + dt.timedelta(days=2))
    found = set(VideoView.objects.values_list("access_ref", flat=True))
    assert found == {f"over:{pk}" for pk in VideoView.objects.values_list("pk", flat=True)} and len(found) == 3


def test_a_download_loses_its_reference_in_the_same_way_and_stays_counted():
    ended, lasting, opened = (factories.make_video(title) for title in ("Ended", "Lasting", "Open"))
    passwords.set_open(opened, True)
    for video in (ended, lasting, opened):
        set_downloads(video, "allowed")
        browser = factories.browser() if video is opened else unlocked(video)
        browser.get(f"/stream/{video.uuid}/download").close()
    VideoAccessSession.objects.filter(video=ended).delete()
    downloads = AccessEvent.objects.filter(kind="download")
    remove_viewer_salts(timezone.now() + dt.timedelta(days=1))
    assert "" not in downloads.values_list("access_ref", flat=True)
    remove_viewer_salts(timezone.now() + dt.timedelta(days=2))
    left = dict(downloads.values_list("video", "access_ref"))
    assert (left[ended.pk], left[opened.pk]) == ("", "")
    assert left[lasting.pk].startswith("session:")
