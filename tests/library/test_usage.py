"""The size of the library on its disk: sources, files made from them, and files that are not removed yet."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import clips, factories
from video_pages.library import removal, usage
from video_pages.transcoding import jobs
from video_pages.transcoding.models import State

pytestmark = pytest.mark.django_db
NOT_COUNTED = {".jpg", ".jpeg", ".webp", ".png", ".m3u8", ".vtt", ".txt"}


def on_disk(settings):
    """Bytes of all films and sounds below the library, from the files themselves."""
    files = [path for path in settings.PROTECTED_ROOT.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if path.suffix not in NOT_COUNTED)


def test_what_was_made_of_a_film_counts_until_its_bytes_are_gone(settings, django_capture_on_commit_callbacks):
    video_file = factories.make_video_file(clips.mp4(), ready=False)
    source_bytes = usage.bytes_in_use()
    assert source_bytes == on_disk(settings) > 0
    jobs.submit(video_file)
    assert jobs.run(video_file.job.pk) == State.READY
    made = usage.bytes_in_use()
    assert made == on_disk(settings) > source_bytes
    assert usage.bytes_in_use(excluding=video_file.pk) == 0

    video_file.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        video_file.delete()
    assert usage.bytes_in_use() >= source_bytes, "its bytes are there still"
    removal.remove_discarded(now=timezone.now() + dt.timedelta(days=2))
    assert usage.bytes_in_use() == on_disk(settings) == 0
