"""Playlists, segments, storyboard, chapters and status: each passes the same gate as the film itself."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import clips, factories
from tests.delivery.addresses import UNKNOWN, answer_parts, body, unlocked
from tests.transcoding.watching import processed
from video_pages.models import VideoAccessSession, VideoView

pytestmark = pytest.mark.django_db

PLAYLIST, VIDEO, TEXT, PICTURE = "application/vnd.apple.mpegurl", "video/mp4", "text/vtt; charset=utf-8", "image/jpeg"
ODD_NAMES = [
    "{package}/",
    "{package}",
    "{package}/source.m3u8/",
    "{package}/../{package}/source.m3u8",
    "{package}/%2e%2e/v1/source.mkv",
    "{package}//source.m3u8",
    "{package}/source.m3u8%00",
    "{package}/source.m3u8%0a",
    "{package}/source.mkv",
    "{package}/SOURCE.m3u8",
    "v1/source.mkv",
    "v1/poster.jpg",
    "hls/source.m3u8",
    "hls/master.m3u8/",
    "HLS/master.m3u8",
    "chapters.vtt/",
    "tracks/1.vtt",
    "tracks/-1.vtt",
    "tracks/1",
    "tracks/１.vtt",
    "tracks/99999999999999999999999.vtt",
    "000000000000/source.m3u8",
    "work/w-1/source",
]


@pytest.fixture
def video():
    return factories.make_video(video_file=processed(clips.mkv(5)))


def address(video, name):
    return f"/stream/{video.uuid}/{name}"


def everything(video):
    """Every address of a video that was processed, with its type."""
    package = video.video_file.package
    return {
        "hls/master.m3u8": PLAYLIST,
        f"{package}/master.m3u8": PLAYLIST,
        f"{package}/source.m3u8": PLAYLIST,
        f"{package}/source.mp4": VIDEO,
        f"{package}/copy.mp4": VIDEO,
        f"{package}/storyboard.vtt": TEXT,
        f"{package}/storyboard-1.jpg": PICTURE,
        f"{package}/frame-1.jpg": PICTURE,
        "source": VIDEO,
        "poster": PICTURE,
        "chapters.vtt": TEXT,
        "status": "application/json",
    }


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]


def test_who_may_have_the_video_gets_every_file_of_it_with_its_own_type(video):
    client = unlocked(video)
    for name, content_type in everything(video).items():
        answer = client.get(address(video, name))
        assert (answer.status_code, answer["Content-Type"]) == (200, content_type), name
        assert answer["Cache-Control"] == "private, no-store" and "Cookie" in answer["Vary"], name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert body(answer), name


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_who_may_not_meets_the_same_refusal_for_each_of_them(video, method):
    stranger = factories.browser()
    refusal = answer_parts(getattr(stranger, method)(address(video, "nothing")))
    assert refusal[0] == 403
    for name in everything(video):
        assert answer_parts(getattr(stranger, method)(address(video, name))) == refusal, name
    assert answer_parts(getattr(stranger, method)(f"/stream/{UNKNOWN}/hls/master.m3u8")) == refusal


def test_access_that_ends_takes_every_file_along(video):
    client = unlocked(video)
    VideoAccessSession.objects.all().delete()
    assert {client.get(address(video, name)).status_code for name in everything(video)} == {403}


def test_the_files_of_another_video_are_not_found_below_ones_own_address(video):
    other = factories.make_video(video_file=processed(clips.avi()))
    client = unlocked(video)
    for name in everything(other):
        if name.startswith(other.video_file.package):
            assert client.get(address(video, name)).status_code == 404, name


def test_odd_names_lead_nowhere(video):
    client = unlocked(video)
    for name in ODD_NAMES:
        asked = address(video, name.format(package=video.video_file.package))
        assert client.get(asked).status_code == 404, name


def test_only_a_film_s_own_bytes_count_as_a_view(video, django_capture_on_commit_callbacks):
    client = unlocked(video)
    with django_capture_on_commit_callbacks(execute=True):
        for name, content_type in everything(video).items():
            if content_type != VIDEO:
                body(client.get(address(video, name)))
        client.head(address(video, f"{video.video_file.package}/source.mp4"))
    assert not VideoView.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        body(client.get(address(video, f"{video.video_file.package}/source.mp4"), headers={"Range": "bytes=0-99"}))
        body(client.get(address(video, "source"), headers={"Range": "bytes=0-99"}))
    assert VideoView.objects.count() == 1


def test_a_segment_is_a_range_of_bytes(video):
    name = f"{video.video_file.package}/source.mp4"
    answer = unlocked(video).get(address(video, name), headers={"Range": "bytes=4-7"})
    assert (answer.status_code, body(answer)) == (206, b"ftyp")


def test_a_segment_costs_no_query_more_than_the_source(video, django_capture_on_commit_callbacks):
    client = unlocked(video)
    with django_capture_on_commit_callbacks(execute=True):
        client.get(address(video, "source"))
    source = queries_of(client, address(video, "source"))
    package = video.video_file.package
    for name in (f"{package}/source.mp4", f"{package}/source.m3u8", "hls/master.m3u8"):
        assert len(queries_of(client, address(video, name))) <= len(source), name


def test_the_status_tells_how_far_the_film_is(video):
    video.video_file.job.state, video.video_file.job.progress = "processing", 40
    video.video_file.job.save()
    status = unlocked(video).get(address(video, "status")).json()
    assert 3590 < status.pop("closes_in") <= 3600 and dt.datetime.fromisoformat(status.pop("until"))
    assert status == {
        "state": "processing",
        "progress": 40,
        "is_playable": True,
        "package": video.video_file.package,
    }


def test_a_video_without_a_file_has_only_a_status():
    video = factories.make_video()
    type(video).objects.filter(pk=video.pk).update(video_file=None)
    client = unlocked(video)
    assert client.get(address(video, "status")).json()["is_playable"] is False
    for name in ("source", "poster", "hls/master.m3u8", "tracks/1.vtt", "0123456789ab/source.mp4"):
        assert client.get(address(video, name)).status_code == 404


def test_before_anything_plays_the_upload_itself_is_not_handed_out():
    unprepared = factories.make_video_file(clips.avi(), ready=False, container="avi", video_codec="mpeg4")
    video = factories.make_video(video_file=unprepared)
    assert unlocked(video).get(address(video, "source")).status_code == 404
