"""The token of a television decides in each backend: without a cookie, for one film, as long as the access lasts."""

import time

import pytest
from django.core.files.base import ContentFile

from tests import factories, hls_clips
from tests.delivery.addresses import unlocked
from tests.delivery.backends.conftest import cookie_of, deciding
from tests.delivery.backends.revocation import PROMISED_SECONDS, watch_until_refused
from tests.delivery.endings import rows_of
from tests.delivery.frames import frame_url, open_frame
from tests.delivery.receivers import folder_of_row
from video_pages.access.revoke import end_access
from video_pages.delivery.television import PIECE_BYTES
from video_pages.library import paths
from video_pages.library.storage import protected_storage
from video_pages.models import VideoAccessSession, VideoFile

PACKAGE = "0123456789ab"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(film, cookie):
    """The folder of a television of the browser that has unlocked `film`."""
    return folder_of_row(film, VideoAccessSession.objects.get().pk)


@deciding
def test_it_opens_its_own_film_alone_without_a_cookie_and_for_the_page_of_a_receiver(backend, film, folder):
    other = factories.make_video()
    for _time in range(2):  # a verdict that is kept says the same
        served = backend.ask(f"{folder}source", headers={"Range": "bytes=0-9", "Origin": "https://receiver.example"})
        assert (served.status, served.body) == (206, bytes(range(10)))
        assert served.header("Access-Control-Allow-Origin") == "*"
        assert served.header("Cross-Origin-Resource-Policy") == "cross-origin"
    stranger = cookie_of(unlocked(other))
    for address, cookie in (
        (f"{folder.replace(str(film.uuid), str(other.uuid))}source", stranger),
        (f"{folder[:-2]}{'A' if folder[-2] != 'A' else 'B'}/source", None),
        (f"{folder_of_row(film, 10**9)}source", None),
        (f"/stream/{film.uuid}/source", stranger),
    ):
        assert backend.ask(address, cookie=cookie).status == 403, address
    assert backend.ask(f"{folder}source", cookie=stranger).status == 200
    assert not backend.ask(frame_url(film, open_frame(film))).header("Access-Control-Allow-Origin")


@deciding
def test_it_ends_within_two_seconds_with_the_access_and_only_then(backend, film, folder):
    films = [factories.make_video() for _number in range(2)]
    unlocked(films[0])
    ended = folder_of_row(films[0], rows_of(films[0]).get().pk)
    assert backend.ask(f"{ended}source", headers={"Range": "bytes=0-9"}).status == 206
    end_access(films[0])
    began = time.monotonic()
    allowed_at = watch_until_refused(backend, f"{ended}source", None)
    assert allowed_at is None or allowed_at - began < PROMISED_SECONDS
    assert backend.ask(f"{folder}source").status == 200


@deciding
def test_playlists_segments_and_captions_all_have_the_token(backend):
    film = hls_clips.make_packaged_video("Salt flats")
    unlocked(film)
    folder = folder_of_row(film, rows_of(film).get().pk)
    track = film.video_file.text_tracks.first()
    listed = backend.ask(f"{folder}hls/television.m3u8")
    assert listed.status == 200 and f"../tracks/{track.pk}.m3u8".encode() in listed.body
    names = [f"{film.video_file.package}/{name}" for name in ("360p.m3u8", "360p.mp4", "180p.mp4")]
    for name in (*names, f"tracks/{track.pk}.m3u8", f"tracks/{track.pk}.vtt"):
        served = backend.ask(folder + name)
        assert served.status == 200, name
        assert served.header("Access-Control-Allow-Origin") == "*", name
        assert served.header("Cross-Origin-Resource-Policy") == "cross-origin", name
        assert not served.header("Location")


def test_the_progressive_file_comes_in_pieces_at_each_of_its_addresses(backend, film, folder):
    """Without pieces one answer would last as long as the film, and the end of the access would not end it."""
    file, content = film.video_file, bytes(PIECE_BYTES + 1000)
    names = [f"{PACKAGE}/{name}" for name in ("film.mp4", "copy.mp4")]
    for name in names:
        protected_storage().save(paths.made_name(file.uuid, *name.split("/")), ContentFile(content))
    VideoFile.objects.filter(pk=file.pk).update(
        package=PACKAGE, progressive_name=paths.made_name(file.uuid, PACKAGE, "film.mp4")
    )
    for name in ("source", *names, *names):
        served = backend.ask(folder + name, headers={"Range": "bytes=0-"})
        assert served.status == 206 and len(served.body) == PIECE_BYTES, name
        assert served.header("Content-Range") == f"bytes 0-{PIECE_BYTES - 1}/{len(content)}", name
        assert served.header("Access-Control-Allow-Origin") == "*", name


def test_the_log_of_nginx_has_no_token(run_backend, film, folder):
    site = run_backend("nginx")
    site.ask(f"{folder}source?x=1")
    site.ask(f"{folder}hls/television.m3u8")
    site.nginx.log_that_has(f'"GET /stream/{film.uuid}/~***/source HTTP/1.1" 200')
    log = site.nginx.log_that_has(f"/stream/{film.uuid}/~***/hls/television.m3u8 ")
    assert folder.split("/")[3] not in log
