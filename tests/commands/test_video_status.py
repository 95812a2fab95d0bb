"""`video_status`: what has become of each video, for people and for programs."""

import io
import json

import pytest
from django.core.management import call_command

from tests import factories
from video_pages.models import ProcessingJob, Rendition, VideoFile, VideoPage
from video_pages.transcoding import jobs

pytestmark = pytest.mark.django_db


def status(*arguments):
    out = io.StringIO()
    call_command("video_status", *arguments, stdout=out)
    return out.getvalue()


def as_json():
    return [json.loads(line) for line in status("--json").splitlines()]


def test_ready_video_is_described():
    page = factories.make_video("Die Brücke")
    assert as_json() == [
        {
            "uuid": str(page.uuid),
            "title": "Die Brücke",
            "url": page.url,
            "state": "ready",
            "reason": "",
            "progress": 0,
            "duration_seconds": 1.0,
            "width": 320,
            "height": 180,
            "renditions": [],
        }
    ]


def test_renditions_of_the_live_package_are_named():
    page = factories.make_video()
    VideoFile.objects.update(package="0123456789ab")
    for package, name in (("0123456789ab", "720p"), ("ffffffffffff", "480p")):
        Rendition.objects.create(
            video_file=page.video_file,
            package=package,
            kind="video",
            name=name,
            width=1280,
            height=720,
            bandwidth=2_500_000,
            size_bytes=1000,
        )
    assert as_json()[0]["renditions"] == [
        {
            "name": "720p",
            "width": 1280,
            "height": 720,
            "bandwidth": 2_500_000,
            "size_bytes": 1000,
            "kind": "video",
        }
    ]


def test_each_state_is_printed_with_its_reason():
    video_file = factories.make_video_file(ready=False)
    factories.make_video(video_file=video_file)
    job = jobs.submit(video_file)
    assert as_json()[0]["state"] == "queued"
    claimed = jobs.claim(job.pk)
    jobs.renew(claimed, progress=40)
    assert (as_json()[0]["state"], as_json()[0]["progress"]) == ("processing", 40)
    jobs.finish(claimed, "refused", reason="This file is not a video.")
    assert (as_json()[0]["state"], as_json()[0]["reason"]) == ("refused", "This file is not a video.")
    ProcessingJob.objects.update(state="failed", reason="The disk is full.")
    assert (as_json()[0]["state"], as_json()[0]["reason"]) == ("failed", "The disk is full.")


def test_page_without_a_file_says_so():
    page = factories.make_video()
    VideoPage.objects.filter(pk=page.pk).update(video_file=None)
    line = as_json()[0]
    assert line["state"] == "refused"
    assert line["reason"]
    assert line["duration_seconds"] is None


def test_file_that_has_not_been_submitted_waits():
    factories.make_video(video_file=factories.make_video_file(ready=False))
    assert as_json()[0]["state"] == "queued"


def test_draft_is_listed_and_an_alias_is_not():
    page = factories.make_video(live=False)
    page.create_alias(update_slug="again")
    assert [line["uuid"] for line in as_json()] == [str(page.uuid)]


def test_people_read_one_line_for_each_video():
    factories.make_video("First")
    video_file = factories.make_video_file(ready=False)
    factories.make_video("Second", video_file=video_file)
    jobs.finish(jobs.claim(jobs.submit(video_file).pk), "refused", reason="This file is empty.")
    first, second, reason = status().splitlines()
    assert first.split()[0] == "ready"
    assert "First" in first
    assert second.split()[0] == "refused"
    assert reason.strip() == "This file is empty."


def test_queries_do_not_grow_with_the_number_of_videos(django_assert_max_num_queries):
    section = factories.make_section()
    factories.make_video(section=section)
    status()
    with django_assert_max_num_queries(100) as first:
        status()
    factories.make_video(section=section)
    factories.make_video(section=section)
    with django_assert_max_num_queries(len(first)):
        status()


def test_empty_site_prints_nothing():
    assert status("--json") == ""
