"""A web server that is stopped (SIGTERM), as for a new version: uploads and streams move on by themselves."""

import contextlib
import http.client
import signal
import ssl

import pytest

from tests import clips
from tests.scale.visitor import Visitor
from tests.uploads.resumable import BYTES, VERSION, metadata
from tests.waiting import wait_for

MIB = 1024**2


def padded(megabytes):
    """A film that plays, made larger by a box that players pass over."""
    size = megabytes * MIB
    return clips.mp4(seconds=2).read_bytes() + (size + 8).to_bytes(4, "big") + b"free" + bytes(size)


class Upload:
    """An upload of `content` through nginx in the resumable protocol."""

    def __init__(self, site, editor, content):
        self.site, self.editor, self.content = site, editor, content
        self.headers = {**VERSION, "X-CSRFToken": editor.cookies["csrftoken"], "X-Requested-With": "XMLHttpRequest"}
        said = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(filename="film.mp4")}
        made = editor.ask("/admin/uploads/tus/", method="POST", headers={**self.headers, **said})
        assert made.status == 201, made
        self.path = made.headers["location"].removeprefix(site.url.rstrip("/"))

    def offset(self):
        return int(self.editor.ask(self.path, method="HEAD", headers=self.headers).headers["upload-offset"])

    def begin(self, length):
        """Send the head of a PATCH of `length` bytes from the present offset; returns the connection."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(self.site.host, timeout=30, context=context)
        connection.putrequest("PATCH", self.path, skip_host=True)
        sent = {**self.editor._headers(None), **self.headers, "Content-Type": BYTES, "Upload-Offset": self.offset()}
        for name, value in {**sent, "Content-Length": length}.items():
            connection.putheader(name, str(value))
        connection.endheaders()
        return connection

    def send_rest(self):
        """Send what is missing and return the Answer."""
        offset = self.offset()
        sent = {**self.headers, "Content-Type": BYTES, "Upload-Offset": str(offset)}
        return self.editor.ask(self.path, method="PATCH", body=self.content[offset:], headers=sent)


@pytest.mark.soak
def test_an_upload_and_a_stream_move_on_when_each_web_server_is_stopped(site, film, visitor):
    editor = Visitor(site).sign_in()
    upload = Upload(site, editor, padded(8))
    statuses = set()
    for which in (0, 1):
        before = upload.offset()
        connection = upload.begin(len(upload.content) - before)
        connection.send(upload.content[before : before + 2 * MIB])
        wait_for(lambda before=before: upload.offset() >= before + MIB)
        pid = site.send(signal.SIGTERM, "web", which)

        def is_back(which=which, pid=pid):
            statuses.add(visitor.watch(film))
            return site.pid("web", which) not in (None, pid) and site.answers(which)

        wait_for(is_back, what=site.logs)
        # The servers know what has arrived at either of them.
        assert upload.offset() >= before + MIB
        with contextlib.suppress(OSError):
            connection.close()
    assert statuses == {206}
    done = upload.send_rest()
    assert done.status == 204, done
    assert upload.offset() == len(upload.content)


@pytest.mark.soak
def test_static_files_of_the_version_before_are_served_beside_the_new_ones(site, visitor):
    """`collectstatic` of a new version adds files, and pages of the version before find theirs."""
    old = site.data_dir / "static" / "video_pages" / "css" / "earlier.0123456789ab.css"
    old.write_text("/* the version before */")
    site.manage("collectstatic", "--noinput")
    served = visitor.ask("/static/video_pages/css/earlier.0123456789ab.css")
    assert (served.status, served.headers["cache-control"]) == (200, "max-age=315360000, public, immutable")
