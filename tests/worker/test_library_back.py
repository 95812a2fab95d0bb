"""A film that waited for the library no longer says so once a worker finds the library in order."""

import logging

import pytest
from django.utils import translation

from tests import factories
from video_pages.library import identity
from video_pages.models import ProcessingJob
from video_pages.transcoding import jobs
from video_pages.worker.slots import Slots

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_worker_that_starts_after_the_library_came_back_clears_what_another_told(language, caplog):
    identity.establish()
    job = jobs.submit(factories.make_video_file(ready=False, playable=False))
    with translation.override(language):
        jobs.record_library_state(is_usable=False)
    reason = ProcessingJob.objects.get(pk=job.pk).reason
    assert reason and (language == "en") == reason.startswith("The storage")
    with caplog.at_level(logging.WARNING):
        assert Slots("another", lambda: False)._library_is_usable()
    assert ProcessingJob.objects.get(pk=job.pk).reason == ""
    assert "is back" not in caplog.text, "it was not away for this worker"
