"""Downloads on each backend: an attachment with ranges, which breaks off within two seconds after access has ended."""

import http.client
import time

import pytest
from django.core.files.base import ContentFile

from tests.delivery.raw_http import request
from video_pages.access.downloads import set_downloads
from video_pages.access.models import Downloads
from video_pages.access.revoke import end_all_access
from video_pages.library.storage import protected_storage

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 48 * 1024 * 1024  # more than sockets and nginx keep on the way
PORTION = 256 * 1024
MOST_SECONDS = 2.0
SPARE = 1.0  # seconds for the bytes on the way


@pytest.fixture
def original(film):
    """The original of `film` has SIZE bytes, and may be downloaded."""
    set_downloads(film, Downloads.ALLOWED)
    storage, name = protected_storage(), film.video_file.file.name
    storage.remove_now(name)
    storage.save(name, ContentFile(bytes(SIZE)))
    return f"/stream/{film.uuid}/download"


def test_a_download_is_an_attachment_and_ends_with_its_access(backend, film, original, cookie):
    served = backend.ask(original, headers={"Range": "bytes=2-5"}, cookie=cookie)
    assert (served.status, served.header("Content-Range"), served.body) == (206, f"bytes 2-5/{SIZE}", bytes(4))
    assert served.header("Content-Disposition") == f'attachment; filename="{film.title}.mp4"'
    assert served.header("Cache-Control") == "private, no-store"
    assert backend.ask(original).status == 403

    with backend.connect() as connection:
        connection.sendall(request(original, cookie=cookie))
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        assert (reply.status, reply.getheader("Content-Length")) == (200, str(SIZE))
        read = len(reply.read(PORTION))
        end_all_access(film)
        refused_from = time.monotonic() + MOST_SECONDS + SPARE
        with pytest.raises((OSError, http.client.IncompleteRead)):
            while portion := reply.read(PORTION):
                read += len(portion)
                # As a line with 5 MB/s, until the server must have stopped. What it sent before may still be on the
                # way, in sockets and in nginx: how soon that is read depends on the machine, so it is read at once.
                if time.monotonic() < refused_from:
                    time.sleep(0.05)
            raise http.client.IncompleteRead(b"")
        assert read < SIZE
    assert backend.ask(original, cookie=cookie).status == 403
