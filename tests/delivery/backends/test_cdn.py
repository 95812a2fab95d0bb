"""DELIVERY=cdn with a real nginx as the CDN (deploy/nginx/cdn.conf), the library in files and in a bucket."""

import subprocess
import time
from contextlib import ExitStack

import pytest

from tests import factories, hls_clips
from tests.delivery import nginx_server
from tests.delivery.addresses import UNKNOWN, unlocked
from tests.delivery.backends.conftest import cookie_of
from tests.delivery.backends.revocation import PROMISED_SECONDS, watch_all_until_refused
from tests.delivery.encrypted_videos import (
    PACKAGE,
    add_package,
    decrypted,
    key_url,
    plain_segments,
    playlist_url,
    segments_of,
)
from tests.delivery.endings import rows_of, sessions_of
from tests.delivery.frames import frame_url, open_frame
from tests.delivery.raw_http import Address
from tests.engines import free_port
from video_pages.access.revoke import end_access
from video_pages.library import packages, paths
from video_pages.library.storage import protected_storage
from video_pages.models import VideoView
from video_pages.transcoding import ffmpeg

pytestmark = pytest.mark.django_db(transaction=True)

ENDS = {
    "all access ended": end_access,
    "unpublished": lambda video: video.unpublish(),
    "rows deleted": lambda video: rows_of(video).delete(),
    "session ended": lambda video: sessions_of(video).delete(),
}


@pytest.fixture(scope="module", params=["files", "bucket"])
def backend(request, run_backend, require, tmp_path_factory):
    """The site; `backend.cdn` is the Address of its CDN."""
    port, folder = free_port(), tmp_path_factory.mktemp("cdn")
    site = run_backend("cdn", request.param, changes={"CDN_URL": f"http://localhost:{port}"})
    with ExitStack() as stack:
        stack.enter_context(nginx_server.cdn(require("nginx"), folder, site.application.port, port))
        site.cdn = Address(port)
        yield site


@pytest.fixture
def film(backend, library_of_the_backend):
    video = factories.make_video()
    add_package(video)
    return video


def segments(backend, film, cookie):
    """Return [(path at the CDN, name of the key)] of the film as the browser of `cookie` is told."""
    served = backend.ask(playlist_url(film), cookie=cookie)
    assert (served.status, served.header("Cache-Control")) == (200, "private, no-store")
    start = f"http://localhost:{backend.cdn.port}"
    found = segments_of(served.body.decode())
    assert all(address.startswith(f"{start}/cdn/") for address, _key in found)
    return [(address.removeprefix(start), key) for address, key in found]


def test_the_cdn_keeps_what_it_has_fetched_once_and_a_key_from_the_site_opens_it(backend, film, cookie):
    found = segments(backend, film, cookie)
    for number in (0, 15, 51):
        path, key_file = found[number]
        answers = [backend.cdn.ask(path, headers={"Accept-Language": name}) for name in ("de", "fr")]
        assert [answer.header("X-Cache-Status") for answer in answers] == ["MISS", "HIT"]
        assert {answer.status for answer in answers} == {200} and answers[0].body == answers[1].body
        assert answers[1].header("Access-Control-Allow-Origin") == "*" and answers[1].header("Set-Cookie") is None
        key = backend.ask(key_url(film, key_file), cookie=cookie)
        assert (key.status, len(key.body), key.header("Cache-Control")) == (200, 16, "private, no-store")
        assert decrypted(answers[1].body, key.body, number) == plain_segments()[number]
    part = backend.cdn.ask(found[51][0], headers={"Range": "bytes=2-5"})
    assert part.body == (answers[1].body[2:6] if part.status == 206 else answers[1].body)
    assert VideoView.objects.count() == 1


def test_neither_keys_nor_playlists_nor_plain_bytes_are_at_the_cdn(backend, film, cookie):
    (path, key_file), *_others = segments(backend, film, cookie)
    start = path.rpartition("/")[0]
    media = paths.made_name(film.video_file.uuid, PACKAGE, "720p.mp4")
    for asked in (
        key_url(film, key_file),
        playlist_url(film),
        f"/stream/{film.uuid}/source",
        f"/stream/{film.uuid}/hls/master.m3u8",
        f"{start}/{key_file}",
        f"{start}/../720p.mp4",
        f"{start}/0-{'0' * 32}.m4s",
        f"/cdn/{media}",
        f"/cdn/../media/{media}",
        f"/cdn/%2e%2e/stream/{film.uuid}/source",
        film.url,
    ):
        served = backend.cdn.ask(asked, cookie=cookie)
        assert served.status in (400, 404), asked
        assert plain_segments()[0] not in served.body


def test_a_refused_key_tells_what_every_refusal_tells(backend, reference, film, cookie):
    expected = reference.ask(f"/stream/{UNKNOWN}/source").answer_parts
    other = factories.make_video()
    add_package(other)
    _path, key_file = segments(backend, film, cookie)[0]
    for name in (key_file, "720p.99.00000000.key", "720p.m3u8", "nothing"):
        for video, sent in ((film, None), (other, cookie), (other, None)):
            assert backend.ask(key_url(video, name), cookie=sent).answer_parts == expected, (name, sent)
    assert backend.ask(key_url(film, key_file), cookie=cookie).status == 200


def test_no_key_is_given_two_seconds_after_access_has_ended(backend, library_of_the_backend):
    """Each end at the same time, with a film and a browser of its own; the waiting is then the same for all."""
    videos = {name: factories.make_video() for name in ENDS}
    cookies, paths_of, asked, ended_at = {}, {}, {}, {}
    for name, video in videos.items():
        add_package(video)
        cookies[name] = cookie_of(unlocked(video))
        paths_of[name], key_file = segments(backend, video, cookies[name])[0]
        asked[name] = key_url(video, key_file), cookies[name]
        assert backend.cdn.ask(paths_of[name]).status == 200
    for _request in range(3):
        for name, (address, cookie) in asked.items():
            assert backend.ask(address, cookie=cookie).status == 200, name
    for name, video in videos.items():
        ENDS[name](video)
        ended_at[name] = time.monotonic()
    allowed_at = watch_all_until_refused(backend, asked)
    seconds = {name: (allowed_at[name] or 0) - ended_at[name] for name in ENDS}
    assert {name: late for name, late in seconds.items() if late > PROMISED_SECONDS} == {}
    for name, video in videos.items():
        assert backend.ask(playlist_url(video), cookie=cookies[name]).status == 403, name
        assert backend.cdn.ask(paths_of[name]).status == 200, "ciphertext, which nobody can take back from a cache"


def test_the_key_of_a_frame_opens_its_film_without_a_cookie(backend, film):
    frame = open_frame(film)
    playlist = backend.ask(frame_url(film, frame, f"{PACKAGE}/720p.m3u8"))
    _path, key_file = segments_of(playlist.body.decode())[0]
    assert frame.encode() not in playlist.body
    assert backend.ask(frame_url(film, frame, f"{PACKAGE}/{key_file}")).status == 200
    assert backend.ask(key_url(film, key_file)).status == 403


def test_a_film_that_was_removed_is_404_at_the_site_and_the_cdn_fetches_nothing_more(backend, film, cookie):
    (kept, _key), (other, _same_key), *_others = segments(backend, film, cookie)
    assert backend.cdn.ask(kept).status == 200
    packages.remove_leftovers(film.video_file, package=PACKAGE)
    assert [backend.ask(path).status for path in (kept, other)] == [404, 404]
    assert backend.cdn.ask(other).status == 404
    assert backend.cdn.ask(kept).header("X-Cache-Status") == "HIT"


def packets(*source):
    """Return the digests of all packets of `source` (arguments of ffmpeg), by stream."""
    command = [ffmpeg.binary(), "-v", "error", *source, "-map", "0", "-c", "copy", "-f", "streamhash", "-"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return sorted(line.partition(",")[2] for line in done.stdout.splitlines())


def test_ffmpeg_reads_the_whole_film_by_its_playlist(backend, tmp_path):
    """FFmpeg is another reader of RFC 8216: it follows the list, asks for keys with the cookie, and decrypts."""
    video = hls_clips.make_packaged_video()
    plain = tmp_path / "plain.mp4"
    folder = paths.package_directory(video.video_file.uuid, hls_clips.FIRST_PACKAGE)
    plain.write_bytes(protected_storage().open(f"{folder}/360p.mp4").read())
    address = f"http://localhost:{backend.application.port}/stream/{video.uuid}/{hls_clips.FIRST_PACKAGE}/360p.m3u8"
    sent = f"Cookie: {cookie_of(unlocked(video))}\r\n"
    assert packets("-headers", sent, "-i", address) == packets("-i", str(plain))
