"""nginx fetches from the bucket by addresses that only it gets, keeps slices, and tells nothing of the bucket."""

import io
import os
import urllib.parse

import pytest
from PIL import Image

from tests import factories
from tests.delivery.addresses import poster_url, source_url, unlocked
from tests.delivery.backends.conftest import cookie_of, replace_content
from tests.delivery.nginx_server import written
from tests.s3_servers import library_in
from video_pages.library import packages, paths, posters
from video_pages.library.models import VideoFile
from video_pages.library.storage import protected_storage

pytestmark = pytest.mark.django_db(transaction=True)

SLICE = 1024 * 1024
CONTENT = os.urandom(3 * SLICE + 1000)


@pytest.fixture(params=["nginx", "x-accel"])
def site(request, run_backend, settings):
    """Each backend with nginx, on a library in a bucket."""
    backend = run_backend(request.param, "bucket")
    with library_in(settings, backend.bucket):
        yield backend


@pytest.fixture
def large_video(site):
    """A video of more than three slices."""
    video = factories.make_video()
    replace_content(video, CONTENT)
    return video


def ask_range(site, video, cookie, first, last):
    return site.ask(source_url(video), cookie=cookie, headers={"Range": f"bytes={first}-{last}"})


def test_ranges_over_several_slices_and_the_whole_file(site, large_video):
    cookie = cookie_of(unlocked(large_video))
    for first, last in ((0, 0), (SLICE - 2, SLICE + 1), (10, 3 * SLICE), (3 * SLICE - 1, 3 * SLICE + 999)):
        served = ask_range(site, large_video, cookie, first, last)
        assert (served.status, served.body == CONTENT[first : last + 1]) == (206, True)
        assert served.header("Content-Range") == f"bytes {first}-{last}/{len(CONTENT)}"
    whole = site.ask(source_url(large_video), cookie=cookie)
    assert (whole.status, whole.body == CONTENT) == (200, True)
    assert site.ask(source_url(large_video), cookie=cookie, headers={"Range": "bytes=-5"}).body == CONTENT[-5:]


def test_a_slice_is_fetched_once_and_serves_every_viewer_who_may_watch(site, large_video):
    mine, theirs = (cookie_of(unlocked(large_video)) for _browser in range(2))
    assert ask_range(site, large_video, mine, 0, SLICE).status == 206
    protected_storage().remove_now(large_video.video_file.playable_name)
    assert ask_range(site, large_video, theirs, 5, 9).body == CONTENT[5:10]
    for sent in (None, cookie_of(unlocked(factories.make_video()))):
        assert ask_range(site, large_video, sent, 5, 9).status == 403


def jpeg(colour):
    """Return a JPEG of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (160, 90), colour).save(file, "JPEG")
    return file.getvalue()


def test_another_poster_is_sent_at_once(site, film, cookie):
    for colour in ("red", "blue"):
        posters.use_image(film.video_file, jpeg(colour))
        for _viewer in range(2):
            assert site.ask(poster_url(film), cookie=cookie).body == jpeg(colour), colour


def test_renditions_that_come_later_are_listed_at_once(site, film, cookie):
    """The list of a live package is written again with each rendition; a film begins before all are made."""
    VideoFile.objects.filter(pk=film.video_file.pk).update(package="a" * 12)
    film.video_file.refresh_from_db()
    for text in ("#EXTM3U\n# one", "#EXTM3U\n# two"):
        packages.keep_text(film.video_file, "a" * 12, paths.MASTER_PLAYLIST, text)
        assert site.ask(f"/stream/{film.uuid}/hls/master.m3u8", cookie=cookie).body == text.encode()


def test_what_never_changes_is_kept(site, film, cookie):
    VideoFile.objects.filter(pk=film.video_file.pk).update(package="b" * 12)
    for filename in ("1080p.mp4", "1080p.m3u8", "storyboard.vtt", "storyboard-1.jpg"):
        packages.keep_text(film.video_file, "b" * 12, filename, "first")
        address = f"/stream/{film.uuid}/{'b' * 12}/{filename}"
        assert site.ask(address, cookie=cookie).body == b"first"
        protected_storage().remove_now(paths.made_name(film.video_file.uuid, "b" * 12, filename))
        assert site.ask(address, cookie=cookie).body == b"first", filename


def test_no_answer_and_no_log_tells_the_bucket_or_an_address(site, large_video):
    bucket, cookie = site.bucket, cookie_of(unlocked(large_video))
    missing = factories.make_video()
    protected_storage().remove_now(missing.video_file.playable_name)
    answers = [
        ask_range(site, large_video, cookie, 0, 9),
        site.ask(source_url(large_video), method="HEAD", cookie=cookie),
    ]
    answers.append(site.ask(source_url(missing), cookie=cookie_of(unlocked(missing))))
    assert [served.status for served in answers] == [206, 200, 404]
    server = urllib.parse.urlsplit(bucket["S3_ENDPOINT_URL"]).netloc
    logs = "".join(path.read_text() for path in site.nginx.folder.glob("*.log"))
    for word in (bucket["S3_BUCKET"], bucket["S3_ACCESS_KEY_ID"], server, "X-Amz", "x-amz", "MinIO"):
        assert not any(word in str(served.headers) or word.encode() in served.body[:999] for served in answers), word
        assert word not in logs, word
    kept = [path.name for path in written(site.nginx.folder / "slices")]
    assert kept and not [name for name in kept if "X-Amz" in name]


def test_a_bucket_that_is_away_or_refuses_is_503_and_not_the_end_of_access(run_backend, settings, site):
    """The address is signed for another key than the bucket's, as when the key was replaced there first."""
    video = factories.make_video()
    cookie = cookie_of(unlocked(video))
    wrong = {**site.bucket, "S3_SECRET_ACCESS_KEY": "another secret of the tests"}
    broken = run_backend(site.name, "bucket", changes=wrong)
    served = broken.ask(source_url(video), cookie=cookie)
    assert (served.status, served.header("Retry-After")) == (503, "30")
    assert served.header("Cache-Control") == "private, no-store"
    assert b"Signature" not in served.body
