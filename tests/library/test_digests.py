"""Digests of sources: each belongs to the bytes that it was computed from."""

import pytest

from tests import factories
from video_pages.library import digests
from video_pages.models import VideoFile

pytestmark = pytest.mark.django_db


def test_the_digest_of_a_source_that_was_replaced_meanwhile_is_dropped():
    seen = factories.make_video_file()
    VideoFile.objects.filter(pk=seen.pk).update(source_version=2, sha256="")
    assert not digests.record_digest(seen, "0" * 64)
    assert VideoFile.objects.get().sha256 == ""
    assert digests.record_digest(VideoFile.objects.get(), "0" * 64)
    assert VideoFile.objects.get().sha256 == "0" * 64
