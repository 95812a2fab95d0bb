"""The real server: bodies leave by sendfile(2), connections stay in step, viewers hold no database."""

import contextlib
import datetime as dt
import hashlib
import socket

import pytest
from django.db import connection
from django.db.models import F

from site_config.environment import env
from site_config.sqlite3.pool import MOST_IDLE
from tests import factories
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.servers import gunicorn
from video_pages.library.storage import protected_storage
from video_pages.models import VideoPage, VideoView

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 24 * 1024 * 1024  # more than the socket buffers of both sides hold
SLOW_VIEWERS = 24


@pytest.fixture
def film():
    """A video page whose film is SIZE bytes of no regular pattern."""
    block = b"".join(hashlib.sha256(number.to_bytes(4)).digest() for number in range(32768))
    video = factories.make_video()
    with open(protected_storage().path(video.video_file.playable_name), "wb") as file:
        file.write((block * (SIZE // len(block) + 1))[:SIZE])
    return video


@pytest.fixture
def content(film):
    with open(protected_storage().path(film.video_file.playable_name), "rb") as file:
        return file.read()


@pytest.fixture
def cookie(film):
    return f"sessionid={unlocked(film).cookies['sessionid'].value}"


def test_whole_files_and_ranges_are_sent_by_the_kernel(film, content, cookie, child_environment, tmp_path):
    """Every byte that reached us is one that sendfile(2) says it sent, and one connection serves them all."""
    expected = [
        ({}, 200, content),
        ({"Range": "bytes=1000000-1999999"}, 206, content[1000000:2000000]),
        ({"Range": "bytes=-77"}, 206, content[-77:]),
        ({"Range": "bytes=0-0"}, 206, content[:1]),
        ({"Range": f"bytes={SIZE}-"}, 416, b""),
        ({"If-Match": '"x"'}, 412, b""),
        ({"If-None-Match": "*"}, 304, b""),
        ({"Range": "bytes=5-9"}, 206, content[5:10]),
    ]
    with gunicorn(child_environment, tmp_path) as server:
        viewer = server.connect()
        for method in ("GET", "HEAD"):
            for headers, status, body in expected:
                viewer.request(method, source_url(film), headers={"Cookie": cookie, **headers})
                reply = viewer.getresponse()
                received = reply.read()
                assert (reply.status, reply.getheader("Connection")) == (status, "keep-alive"), headers
                assert received == (body if method == "GET" else b""), headers
                if status in (200, 206):
                    assert reply.getheader("Content-Length") == str(len(body))
            # The bytes may be here before the server has written down that it sent them; HEAD adds none.
            assert server.settles(server.sent_by_kernel, sum(len(body) for _headers, _status, body in expected))
    film.refresh_from_db()
    assert film.views == 1
    assert "dropping per RFC" not in (tmp_path / "gunicorn.log").read_text()


def test_slow_viewers_hold_no_database_connection(film, cookie, child_environment, tmp_path):
    request = f"GET {source_url(film)} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
    with gunicorn(child_environment, tmp_path, threads=SLOW_VIEWERS + 4) as server:
        viewers = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(SLOW_VIEWERS)]
        try:
            for viewer in viewers:
                viewer.sendall(request)
            for viewer in viewers:
                # The answer has begun; the rest stays in the server's hands, for the buffers are full.
                assert viewer.recv(1024).startswith(b"HTTP/1.1 200")
            if connection.vendor == "postgresql":
                # Idle ones stay in the pool; viewers that held one each would have left none for the others.
                assert server.open_database_connections() <= env.read({}).DATABASE_POOL < SLOW_VIEWERS
            else:
                assert server.open_database_connections() <= 2 * MOST_IDLE < SLOW_VIEWERS
            # The others are still served while all of these watch.
            asked = server.connect()
            asked.request("GET", source_url(film), headers={"Cookie": cookie, "Range": "bytes=0-9"})
            assert asked.getresponse().status == 206
        finally:
            for viewer in viewers:
                viewer.close()


def test_a_server_that_is_asked_to_end_stores_the_reports_that_wait(film, cookie, child_environment, tmp_path):
    headers = {"Cookie": cookie, "Content-Type": "application/json"}
    with gunicorn(child_environment, tmp_path) as server:
        viewer = server.connect()
        viewer.request("GET", source_url(film), headers={**headers, "Range": "bytes=0-9"})
        viewer.getresponse().read()
        VideoView.objects.update(started_at=F("started_at") - dt.timedelta(minutes=5))
        for ranges in ("[[0, 40]]", "[[40, 60]]"):
            viewer.request("POST", f"/stream/{film.uuid}/watched", f'{{"ranges": {ranges}}}', headers)
            reply = viewer.getresponse()
            assert (reply.status, reply.read()) == (204, b"")
        server.stop()
    assert VideoView.objects.get().watch_seconds == 60


def test_two_processes_count_each_view_once(film, child_environment, tmp_path):
    cookies = [f"sessionid={unlocked(film).cookies['sessionid'].value}" for _browser in range(6)]
    with gunicorn(child_environment, tmp_path, workers=2) as server:
        for _round in range(4):
            for cookie in cookies:
                # A connection each time, so that both processes answer some of them.
                connection = server.connect()
                headers = {"Cookie": cookie, "Range": "bytes=0-99"}
                connection.request("GET", source_url(film), headers=headers)
                assert connection.getresponse().status == 206
                connection.close()
    assert VideoPage.objects.get(pk=film.pk).views == len(cookies)
    assert film.video_views.count() == len(cookies)


def test_a_new_viewer_is_answered_while_any_process_has_a_free_thread(film, cookie, child_environment, tmp_path):
    """15 slow viewers on 2 processes of 8 threads: neither may hold more than 8, or one of them waits for hours."""
    request = f"GET {source_url(film)} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
    with gunicorn(child_environment, tmp_path, workers=2, threads=8) as server, contextlib.ExitStack() as viewers:
        for _number in range(15):
            viewer = viewers.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            viewer.sendall(request)
            assert viewer.recv(1024).startswith(b"HTTP/1.1 200")
        for _number in range(5):
            connection = server.connect()
            connection.request("GET", source_url(film), headers={"Cookie": cookie, "Range": "bytes=0-9"})
            assert connection.getresponse().status == 206
            connection.close()


def test_a_viewer_beyond_the_last_thread_is_answered_when_one_ends(film, cookie, child_environment, tmp_path):
    """The connection waits in the queue that the processes share, so that the first free thread takes it."""
    request = f"GET {source_url(film)} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
    with gunicorn(child_environment, tmp_path, workers=2, threads=4) as server, contextlib.ExitStack() as held:
        viewers = [
            held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30)) for _number in range(8)
        ]
        for viewer in viewers:
            viewer.sendall(request)
            assert viewer.recv(1024).startswith(b"HTTP/1.1 200")
        for viewer in (viewers[0], viewers[7]):
            new = held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            new.sendall(request)
            viewer.close()
            assert new.recv(1024).startswith(b"HTTP/1.1 200")


def test_viewers_keep_their_connections_between_segments(film, cookie, child_environment, tmp_path):
    """40 viewers on one process of 8 threads: a connection that is idle holds no thread, and stays open."""
    with gunicorn(child_environment, tmp_path, threads=8) as server, contextlib.ExitStack() as viewers:
        connections = [viewers.enter_context(contextlib.closing(server.connect())) for _number in range(40)]
        for _segment in range(2):
            for viewer in connections:
                viewer.request("GET", source_url(film), headers={"Cookie": cookie, "Range": "bytes=0-9"})
                answer = viewer.getresponse()
                assert (answer.status, answer.getheader("Connection")) == (206, "keep-alive")
                assert answer.read()
