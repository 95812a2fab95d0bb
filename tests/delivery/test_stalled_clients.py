"""Without a proxy, a client that stops reading or sending, and stays, holds no thread for ever."""

import contextlib
import socket
import sys
import time

import pytest

from tests import factories, shared_data
from tests.conftest import environment_of_children
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.raw_http import Address, request
from tests.delivery.servers import gunicorn
from video_pages.library.storage import protected_storage

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux measures how long a connection stalls"),
]

own_media_roots = shared_data.media_of_run

SIZE = 24 * 1024 * 1024  # more than the socket buffers of both sides hold
THREADS, STALLED_SECONDS = 4, 2


@pytest.fixture
def film():
    video = factories.make_video()
    with open(protected_storage().path(video.video_file.playable_name), "wb") as file:
        file.truncate(SIZE)
    return video


@pytest.fixture
def cookie(film):
    return f"sessionid={unlocked(film).cookies['sessionid'].value}"


@pytest.fixture(scope="module")
def server(django_db_setup, tmp_path_factory):
    """The Address of a gunicorn with THREADS threads and a short STALLED_SECONDS; its log has no error at the end."""
    folder = tmp_path_factory.mktemp("stalled")
    shorter = f"\nimport deploy.web_worker\n\ndeploy.web_worker.STALLED_SECONDS = {STALLED_SECONDS}\n"
    with gunicorn(environment_of_children(), folder, threads=THREADS, more=shorter) as running:
        yield Address(running.port)
    log = (folder / "gunicorn.log").read_text()
    assert "Traceback" not in log and "rror" not in log, log


@contextlib.contextmanager
def connections(server, *, number=THREADS):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(server.connect()) for _number in range(number)]


def test_clients_that_do_not_read_hold_no_thread_for_long(server, film, cookie):
    with connections(server) as clients:
        for client in clients:
            client.sendall(request(source_url(film), cookie=cookie))
        for client in clients:
            assert client.recv(1024).startswith(b"HTTP/1.1 200")
        assert server.ask(f"/stream/{film.uuid}/status", cookie=cookie).status == 200
        received = 0
        with contextlib.suppress(ConnectionResetError):
            while block := clients[0].recv(1 << 20):
                received += len(block)
        assert received < SIZE


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/admin/uploads/tus/"])
def test_clients_that_do_not_send_what_they_announced_hold_no_thread_for_long(server, film, cookie, path):
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "1000"}
    with connections(server) as clients:
        for client in clients:
            started = request(path, method="POST", headers=headers, cookie=f"csrftoken={'t' * 32}")
            client.sendall(started + b"csrfmiddlewaretoken=")
        assert server.ask(f"/stream/{film.uuid}/status", cookie=cookie).status == 200


def test_clients_that_do_not_end_their_headers_hold_no_thread_for_long(server, film, cookie):
    with connections(server) as clients:
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: local")
        assert server.ask(f"/stream/{film.uuid}/status", cookie=cookie).status == 200


def test_a_client_that_reads_slowly_gets_everything(server, film, cookie):
    with server.connect() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * 1024)
        client.sendall(request(source_url(film), cookie=cookie))
        began, received = time.monotonic(), 0
        while block := client.recv(1 << 20):
            received += len(block)
            if time.monotonic() - began < 3 * STALLED_SECONDS:
                time.sleep(STALLED_SECONDS / 4)
        assert received > SIZE and time.monotonic() - began > 3 * STALLED_SECONDS
