"""Two replacements of one source at the same time, on two S3 servers: the row names its own bytes."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import make_video_file
from video_pages.library import services, sources
from video_pages.library.models import VideoFile

FIRST, SECOND = b"the bytes of the first", b"bytes of the second"


class Broken(Exception):
    """The end of a transaction without a commit."""


def replace(pk, content):
    """Give the VideoFile `pk` a new source, as a process that has read the row by itself."""
    video_file, upload = VideoFile.objects.get(pk=pk), SimpleUploadedFile("new.mp4", content)
    with sources.sent_ahead(video_file, upload):
        services.replace_source(video_file, upload, sha256=hashlib.sha256(content).hexdigest())


@pytest.mark.django_db
def test_one_that_fails_after_another_was_committed_replaces_nothing(s3_site, monkeypatch):
    pk = make_video_file(ready=False).pk
    # Both ask whether the name is taken before one has sent its bytes.
    monkeypatch.setattr(type(s3_site), "exists", lambda storage, name: False)
    late, upload = VideoFile.objects.get(pk=pk), SimpleUploadedFile("late.mp4", SECOND)
    send = type(s3_site).send

    def send_between(storage, file, name, **options):
        if file is upload:
            replace(pk, FIRST)
        return send(storage, file, name, **options)

    monkeypatch.setattr(type(s3_site), "send", send_between)
    with pytest.raises(Broken), sources.sent_ahead(late, upload):
        raise Broken
    row = VideoFile.objects.get(pk=pk)
    assert row.source_version == 2
    with s3_site.open(row.file.name) as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == row.sha256
