"""Requests as a web server hands them to the site, with a body that counts how much of it is read."""

import io
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from site_config.security.request import SiteHandler

BOUNDARY = "a-boundary-of-this-test"


class Body(io.RawIOBase):
    """A request's body that remembers how many bytes were read, and breaks off after `breaks_after` of them."""

    def __init__(self, content, *, breaks_after=None):
        self._content = io.BytesIO(content)
        self._breaks_after = breaks_after
        self.bytes_read = 0
        self.files_seen = set()

    def read(self, size=-1):
        if self._breaks_after is not None and self.bytes_read >= self._breaks_after:
            raise OSError("the client is gone")
        block = self._content.read(size)
        self.bytes_read += len(block)
        self.files_seen.update(arrived())
        return block


def multipart(files, fields=()):
    """Return a multipart body: `files` are (field, name, bytes), `fields` are (field, text), these first."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields
    ]
    for field, name, content in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        parts.append(head.encode() + b"Content-Type: video/mp4\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def post(path, body, *, length=None, client=None, **environ):
    """Send `body` (a Body) to `path` with the cookies of the test client `client`; return (status, text)."""
    token = "t" * 32
    cookies = {name: morsel.value for name, morsel in client.cookies.items()} if client else {}
    cookies["csrftoken"] = token
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.errors": io.StringIO(),
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        "CONTENT_LENGTH": str(length if length is not None else len(body._content.getvalue())),
        "HTTP_X_CSRFTOKEN": token,
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        **environ,
    }
    status = []
    with the_tests_connection():
        answer = SiteHandler()(environ, lambda line, headers: status.append(int(line.split()[0])))
        text = b"".join(answer).decode(errors="replace")
        answer.close()
    return status[0], text


@contextmanager
def the_tests_connection():
    """Keep the handler from closing the connection whose transaction the test runs in, as the test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def arrived():
    """The names of the files that lie in the directory for uploads."""
    directory = Path(settings.FILE_UPLOAD_TEMP_DIR)
    return {path.name for path in directory.iterdir()} if directory.exists() else set()


def in_library():
    """The names of all files below the protected root, but for the directory of what arrives and of work."""
    root = Path(settings.PROTECTED_ROOT)
    passing = (Path(settings.FILE_UPLOAD_TEMP_DIR), root / "work")
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and not any(path.is_relative_to(other) for other in passing)
    }
