"""The set of open videos in memory: how often it is read, and how long it counts."""

import pytest

from tests import factories
from tests.delivery.monotonic import Monotonic
from video_pages.delivery import facts
from video_pages.delivery.open_videos import OpenVideos
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def monotonic():
    return Monotonic()


class TestOpenVideos:
    def test_the_set_is_read_once_a_second(self, monotonic, video, django_assert_num_queries):
        open_videos = OpenVideos(monotonic=monotonic)
        with django_assert_num_queries(1):
            for _time in range(5):
                assert not open_videos.may_be_open(str(video.uuid))
                monotonic.seconds += 0.15
        VideoPage.objects.update(open_to_everyone=True)
        monotonic.seconds += 0.3
        assert open_videos.may_be_open(str(video.uuid))
        VideoPage.objects.update(open_to_everyone=False)
        assert open_videos.confirm()
        assert not open_videos.may_be_open(str(video.uuid))

    def test_a_video_that_has_just_been_opened_may_be_open_at_once(self, monotonic, video):
        open_videos = OpenVideos(monotonic=monotonic)
        assert not open_videos.may_be_open("another")
        VideoPage.objects.update(open_to_everyone=True)
        monotonic.seconds += 0.001
        assert open_videos.may_be_open(str(video.uuid))

    def test_reading_for_invented_ids_takes_a_tenth_of_the_time(self, monotonic, monkeypatch):
        readings = []

        def slow(most):
            readings.append(monotonic.seconds)
            monotonic.seconds += 0.02
            return set()

        monkeypatch.setattr(facts, "open_videos", slow)
        open_videos = OpenVideos(monotonic=monotonic)
        began = monotonic.seconds
        for number in range(1000):
            assert not open_videos.may_be_open(f"invented {number}")
            monotonic.seconds += 0.001
        assert (len(readings) - 1) * 0.02 <= 0.1 * (monotonic.seconds - began)

    def test_of_more_than_it_may_keep_none_is_certain(self, monotonic):
        for _number in range(3):
            factories.make_video()
        VideoPage.objects.update(open_to_everyone=True)
        assert OpenVideos(most=2, monotonic=monotonic).may_be_open("x")
        assert not OpenVideos(most=3, monotonic=monotonic).may_be_open("x")

    def test_it_is_not_read_for_nobody(self, monotonic, django_assert_num_queries):
        open_videos = OpenVideos(monotonic=monotonic)
        open_videos.may_be_open("x")
        monotonic.seconds += 11
        with django_assert_num_queries(0):
            assert not open_videos.confirm()
