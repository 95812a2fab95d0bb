"""Servers without sendfile read the same answer in bounded pieces, and stop where the range stops."""

import socket
import threading
import wsgiref.simple_server

import pytest
import waitress
from django.core.files.storage import FileSystemStorage
from django.core.handlers.wsgi import WSGIHandler
from django.urls import path
from waitress import wasyncore

from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.stream import FilePart, FilePartResponse, StreamBackend

CONTENT = bytes(range(256)) * 4096  # 1 MiB: several pieces


def clip(request):
    """The one view of this module's URLconf."""
    return StreamBackend(FileSystemStorage()).deliver(request, StoredFile("clip", "video/mp4"))


urlpatterns = [path("clip", clip)]


class QuietHandler(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *arguments):
        """Write nothing between the tests' own lines."""


def with_wsgiref(application):
    """Python's own server, which `runserver` is made of: it reads a file to its end, whatever the length."""
    server = wsgiref.simple_server.make_server("127.0.0.1", 0, application, handler_class=QuietHandler)
    server.timeout = 0.1
    return server.server_port, server.handle_request, server.server_close


def with_waitress(application):
    """The server on Windows: it seeks in the file, and reads it in another thread than the view's."""
    sockets = {}
    server = waitress.create_server(application, host="127.0.0.1", port=0, map=sockets)

    def close():
        server.task_dispatcher.shutdown()
        server.close()

    return server.effective_port, lambda: wasyncore.loop(timeout=0.1, map=sockets, count=1), close


@pytest.fixture(params=[with_wsgiref, with_waitress])
def port(request, settings, tmp_path):
    (tmp_path / "clip").write_bytes(CONTENT)
    settings.ROOT_URLCONF = __name__
    settings.MEDIA_ROOT = tmp_path
    number, turn, close = request.param(WSGIHandler())
    stopping = threading.Event()

    def serve():
        while not stopping.is_set():
            turn()

    thread = threading.Thread(target=serve)
    thread.start()
    yield number
    stopping.set()
    thread.join(timeout=10)
    close()


@pytest.mark.parametrize(
    ("header", "first", "end"),
    [("", 0, None), ("bytes=0-0", 0, 1), ("bytes=1000-700000", 1000, 700001), ("bytes=-300000", -300000, None)],
)
def test_exactly_the_requested_bytes_are_sent(port, header, first, end):
    range_line = f"Range: {header}\r\n" if header else ""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall(f"GET /clip HTTP/1.1\r\nHost: localhost\r\n{range_line}Connection: close\r\n\r\n".encode())
        said = b"".join(iter(lambda: asked.recv(65536), b""))
    head, _blank, body = said.partition(b"\r\n\r\n")
    assert head.split()[1] == (b"206" if header else b"200")
    assert f"Content-Length: {len(CONTENT[first:end])}".encode() in head
    assert body == CONTENT[first:end]


@pytest.fixture
def part(tmp_path):
    """A FilePart of 100 bytes from the 50th on, and its open file."""
    (tmp_path / "clip").write_bytes(CONTENT)
    file = open(tmp_path / "clip", "rb", buffering=0)
    yield FilePart(file, 50, 100), file
    file.close()


def test_a_part_ends_where_it_ends_however_it_is_read(part):
    piece, _file = part
    assert piece.read(60) + piece.read(60) + piece.read(60) == CONTENT[50:150]
    piece.seek(140)
    assert piece.read() == CONTENT[140:150]
    assert piece.seek(0, 2) == 150
    assert piece.read(1) == b""


def test_closing_the_answer_closes_the_file_even_if_nothing_was_read(part, db):
    piece, file = part
    FilePartResponse(piece).close()
    assert file.closed


def test_the_file_is_read_in_bounded_pieces(part):
    piece, _file = part
    response = FilePartResponse(FilePart(piece._file, 0, len(CONTENT)))
    sizes = [len(chunk) for chunk in response.streaming_content]
    assert sum(sizes) == len(CONTENT)
    assert max(sizes) <= FilePartResponse.block_size


def test_content_that_a_middleware_put_in_is_not_passed_over(part):
    piece, _file = part
    response = FilePartResponse(piece)
    assert response.file_to_stream is piece
    response.streaming_content = [b"something else"]
    assert response.file_to_stream is None
    assert b"".join(response.streaming_content) == b"something else"
