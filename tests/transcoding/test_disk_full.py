"""An encode that runs out of room waits for it, says so, and costs the film no try."""

import pytest
from django.utils import timezone

from tests import clips, engines, factories
from video_pages.pages.panels.processing_status import processing_status
from video_pages.transcoding import endings, jobs
from video_pages.transcoding.models import State

pytestmark = [pytest.mark.django_db, pytest.mark.real_children]
NOW = timezone.now()


@pytest.fixture
def small_library(tmp_path, settings):
    """The library on a disk of 12 MiB."""
    with engines.small_disk(tmp_path / "disk", mebibytes=12) as directory:
        settings.PROTECTED_ROOT = directory
        yield directory


def test_film_waits_for_room_and_is_made_when_there_is_some(small_library):
    job = jobs.submit(factories.make_video_file(clips.mp4(), ready=False), now=NOW)
    engines.fill(small_library)
    for _ in range(4):  # more often than a film has tries
        now = timezone.now()
        assert jobs.run(job.pk, get_now=lambda: now) == State.QUEUED  # noqa: B023
        job.refresh_from_db()
        assert (job.state, job.attempt) == (State.QUEUED, 0)
        assert job.not_before == now + endings.DISK_FULL_DELAY
        type(job).objects.update(not_before=None)
    assert "disk is full" in processing_status(job).reason
    kept = {path.name for path in small_library.rglob("*") if path.is_file()} - {"filler"}
    assert len(kept) == 1, "of what was begun nothing is left but the source"

    (small_library / "filler").unlink()
    assert jobs.run(job.pk) == State.READY
    job.refresh_from_db()
    assert (job.attempt, job.reason) == (1, "")


def test_film_that_fails_with_room_to_spare_is_not_taken_for_one_without(small_library, settings, tmp_path):
    """Words about a full disk may come from a hostile file."""
    program = tmp_path / "lying-ffmpeg"
    program.write_text("#!/bin/sh\necho 'No space left on device' >&2\nexit 228\n")
    program.chmod(0o755)
    job = jobs.submit(factories.make_video_file(clips.mp4(), ready=False))
    settings.FFMPEG_BINARY = str(program)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.attempt == 1
    assert "disk is full" not in job.reason
