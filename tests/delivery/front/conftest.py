"""A video with a package, and a browser that has unlocked it and whose view is counted."""

from pathlib import Path

import pytest

from tests import factories
from tests.delivery.addresses import unlocked
from tests.delivery.front.same_replies import MADE, cookie_of, remember_view
from video_pages.library import paths
from video_pages.library.storage import protected_storage
from video_pages.models import VideoFile


@pytest.fixture
def video():
    """A video with a package: a playlist, a rendition and a poster."""
    made = factories.make_video()
    file = made.video_file
    VideoFile.objects.filter(pk=file.pk).update(package=MADE, poster_version=1)
    file.refresh_from_db()
    for name, content in (
        (paths.made_name(file.uuid, MADE, "master.m3u8"), b"#EXTM3U\n"),
        (paths.made_name(file.uuid, MADE, "720p.mp4"), bytes(range(256)) * 20),
        (paths.made_name(file.uuid, MADE, "storyboard.vtt"), b"WEBVTT\n"),
        (file.poster_name, b"\xff\xd8 a picture"),
    ):
        path = protected_storage().path(name)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content)
    return made


@pytest.fixture
def cookie(video):
    """The session cookie of a browser that has unlocked the video and whose view is counted."""
    value = cookie_of(unlocked(video))
    remember_view(video)
    return value
