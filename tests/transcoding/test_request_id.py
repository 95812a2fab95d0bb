"""A job remembers the request that queued it, and the lines of its log have the id of this request."""

import io
import json
import logging

import pytest

from site_config.monitoring import logs
from tests import factories
from video_pages.core import request_id
from video_pages.transcoding import jobs, processing
from video_pages.transcoding.models import ProcessingJob

OF_NGINX = "0123456789abcdef" * 2


@pytest.fixture
def in_request(settings):
    settings.TRUSTED_PROXIES = 1
    yield request_id.begin({request_id.VARIABLE: OF_NGINX})
    request_id.end()


@pytest.mark.django_db
def test_job_without_a_request_has_no_id():
    assert jobs.submit(factories.make_video_file(ready=False)).request_id == ""


@pytest.mark.django_db
def test_job_that_is_queued_again_has_the_id_of_the_later_request(in_request):
    video_file = factories.make_video_file(ready=False)
    ProcessingJob.objects.create(video_file=video_file, source_version=1, request_id="f" * 32)
    assert jobs.submit(video_file).request_id == OF_NGINX


@pytest.mark.django_db
def test_lines_inside_the_block_have_the_id_and_those_after_it_their_own():
    with request_id.lines_of(OF_NGINX):
        assert request_id.current_request_id() == OF_NGINX
        with request_id.lines_of(""):
            assert request_id.current_request_id() == OF_NGINX
    assert request_id.current_request_id() == request_id.NONE


@pytest.mark.django_db
def test_lines_of_a_worker_have_the_id_of_the_request(in_request):
    job = jobs.submit(factories.make_video_file(ready=False))
    request_id.end()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Context())
    handler.setFormatter(logs.JSONFormatter())
    logger = logging.getLogger("video_pages.transcoding")
    logger.addHandler(handler)
    try:
        processing.run(job.pk)
    finally:
        logger.removeHandler(handler)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) >= 2 and {line["request_id"] for line in lines} == {OF_NGINX}
    assert request_id.current_request_id() == request_id.NONE
