"""count_view: exact, over threads and processes, and nothing without its transaction."""

import concurrent.futures
import datetime as dt
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from tests import factories
from video_pages.analytics.services import count_view
from video_pages.models import VideoPage, VideoView

NOW = timezone.make_aware(dt.datetime(2026, 5, 1, 12), dt.UTC)

COUNT_IN_A_PROCESS = """
import sys, django
django.setup()
from video_pages.analytics.services import count_view
sys.stdin.readline()
print(sum(count_view(video_id={video}, access_ref=f"session:{{number}}") for number in range(40)))
"""


def views_of(video):
    return VideoPage.objects.values_list("views", flat=True).get(pk=video.pk)


@pytest.mark.django_db
def test_a_view_is_one_row_and_one_more_on_the_page():
    video = factories.make_video()
    assert count_view(video_id=video.pk, access_ref="session:1", now=NOW)
    view = VideoView.objects.get()
    assert (view.video_id, view.access_ref, view.started_at) == (video.pk, "session:1", NOW)
    assert views_of(video) == 1


@pytest.mark.django_db
def test_the_same_access_counts_once_for_a_video_and_once_for_each_other():
    video, other = factories.make_video(), factories.make_video()
    assert count_view(video_id=video.pk, access_ref="session:1")
    assert not count_view(video_id=video.pk, access_ref="session:1")
    assert count_view(video_id=other.pk, access_ref="session:1")
    assert count_view(video_id=video.pk, access_ref="session:2")
    assert (views_of(video), views_of(other)) == (2, 1)


@pytest.mark.django_db
def test_a_saved_page_that_was_loaded_before_takes_no_view_back():
    video = factories.make_video()
    stale = VideoPage.objects.get(pk=video.pk)
    count_view(video_id=video.pk, access_ref="session:1")
    stale.title = "Renamed"
    stale.save()
    stale.save_revision().publish()
    assert views_of(video) == 1


@pytest.mark.django_db
def test_nothing_is_counted_when_the_transaction_around_it_fails():
    video = factories.make_video()

    class Failed(Exception):
        pass

    with pytest.raises(Failed), transaction.atomic():
        count_view(video_id=video.pk, access_ref="session:1")
        raise Failed
    assert VideoView.objects.count() == 0
    assert views_of(video) == 0
    assert count_view(video_id=video.pk, access_ref="session:1")


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_gone_is_an_integrity_error_and_leaves_no_row():
    with pytest.raises(IntegrityError):
        count_view(video_id=999_999, access_ref="session:1")
    assert VideoView.objects.count() == 0


@pytest.mark.django_db
def test_views_go_with_their_page():
    video = factories.make_video()
    count_view(video_id=video.pk, access_ref="session:1")
    video.delete()
    assert VideoView.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_threads_that_count_at_once_lose_nothing_and_double_nothing():
    video = factories.make_video()
    barrier = threading.Barrier(16)

    def count(number):
        barrier.wait(timeout=30)
        try:
            return [count_view(video_id=video.pk, access_ref=f"session:{ref}") for ref in (number // 2, "all")]
        finally:
            connections.close_all()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        new = sum(sum(answers) for answers in pool.map(count, range(16)))
    assert new == views_of(video) == VideoView.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_count_the_same_views_count_each_once(child_environment):
    video = factories.make_video()
    script = COUNT_IN_A_PROCESS.format(video=video.pk)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env=child_environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _process in range(2)
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    new = [int(process.communicate(timeout=120)[0]) for process in processes]
    assert sum(new) == views_of(video) == VideoView.objects.count() == 40
