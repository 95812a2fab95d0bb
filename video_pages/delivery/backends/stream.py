"""The application sends the bytes itself: ranges, exact headers, and a body that the kernel sends.

Under gunicorn sendfile(2) sends the body: Django passes `file_to_stream` to `wsgi.file_wrapper`, and gunicorn sends
Content-Length bytes from the file's position. Every other server reads the same object in bounded blocks, and the
object ends where the range ends. The database connection is released before the first byte. Django alone keeps it until
the last byte, so five hundred slow viewers would hold five hundred connections.
"""

import datetime as dt
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from typing import IO, cast

from django.core.files.storage import Storage
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from video_pages.core.connections import release_connections
from video_pages.core.metrics import tally
from video_pages.delivery.backends.base import BaseDeliveryBackend, StoredFile
from video_pages.delivery.compat import SourceResponse
from video_pages.delivery.kept_texts import is_kept, open_kept
from video_pages.delivery.ranges import Answer, Representation, evaluate

CONDITIONS = [
    (name, f"HTTP_{name.upper().replace('-', '_')}")
    for name in ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range")
]
BLOCK_SIZE = 64 * 1024  # bytes that one read takes where there is no sendfile


class FilePart:
    """The `length` bytes of an open, unbuffered `file` that begin at `first`.

    Reading ends where the part ends. `seek` and `tell` use the positions of the file, which gunicorn (through `fileno`)
    and waitress (through seeking) both need. Iteration releases the database connection and yields bounded blocks.
    """

    def __init__(self, file: IO[bytes], first: int, length: int) -> None:
        self._file = file
        self._first = self._reached = first
        self._end = first + length
        file.seek(first)
        if hasattr(file, "expect_end"):  # an object of a bucket, which is fetched in pieces
            file.expect_end(self._end)
        tally.begin_stream(self)

    def __iter__(self) -> Iterator[bytes]:
        release_connections()
        while block := self.read(BLOCK_SIZE):
            yield block

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._end - self._file.tell())
        return self._file.read(left if size is None or size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            return self._file.seek(self._end + offset)
        position = self._file.seek(offset, whence)
        self._reached = max(self._reached, position)
        return position

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        if not self._file.closed:
            # After sendfile(2), Python's `socket.sendfile` seeks the end of the bytes that were sent, and gunicorn the
            # beginning again.
            tally.end_stream(self, max(self._reached, self._file.tell()) - self._first)
        self._file.close()


class FilePartResponse(SourceResponse):
    """A response that streams one FilePart, closes its file, and holds no database connection meanwhile."""

    block_size = BLOCK_SIZE

    @property
    def file_to_stream(self) -> FilePart | None:
        """The object that Django's WSGI handler passes to the server's file wrapper; None if a middleware replaced it.

        Django reads it after all middleware and before it sends anything, so it releases the database connection.
        """
        if not isinstance(self.content_source, FilePart):
            return None
        release_connections()
        return self.content_source


class StreamBackend(BaseDeliveryBackend):
    """Answers with 200, 206, 304, 412 or 416 and the bytes. Works with every storage whose open files can seek."""

    def _deliver(
        self, request: HttpRequest, file: StoredFile, *, allowed_until: dt.datetime | None
    ) -> HttpResponseBase:
        opened = self._open(file.name)
        try:
            representation = describe(self.storage, file.name, opened)
            answer = evaluate(conditions(request), representation)
            response: StreamingHttpResponse
            if request.method == "GET" and answer.length:
                response = FilePartResponse(FilePart(opened, answer.first, answer.length))
            else:
                opened.close()
                # Streaming, because Django sets the length 0 on every other empty response, also on a 304.
                response = StreamingHttpResponse()
        except BaseException:
            opened.close()
            raise
        response.status_code = answer.status
        describe_answer(response, answer, representation, file.content_type)
        return response

    def _open(self, name: str) -> IO[bytes]:
        """Open what is sent for `name`. Raises FileNotFoundError."""
        return open_file(self.storage, name)

    def gives_bytes(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        return isinstance(response, FilePartResponse)


def conditions(request: HttpRequest) -> dict[str, str]:
    """Return the headers that `evaluate` reads. `request.headers` would first collect all headers."""
    return {name: request.META[variable] for name, variable in CONDITIONS if variable in request.META}


def open_file(storage: Storage, name: str) -> IO[bytes]:
    """Open the regular file `name` without a buffer: sendfile starts from the file's position in the kernel.

    Raises FileNotFoundError.
    """
    if is_kept(storage, name):
        return open_kept(storage, name)
    try:
        opened = storage.open(name)
    except IsADirectoryError as error:
        raise FileNotFoundError(name) from error
    file = cast(IO[bytes], opened.file.detach() if isinstance(opened.file, io.BufferedReader) else opened)
    facts = _facts(file)
    if facts and not stat.S_ISREG(facts.st_mode):
        file.close()
        raise FileNotFoundError(name)
    return file


def _facts(file: IO[bytes]) -> os.stat_result | None:
    """Return the facts of the open `file` itself, or None if it is no file of the operating system."""
    try:
        return os.fstat(file.fileno())
    except io.UnsupportedOperation:
        return None


def describe(storage: Storage, name: str, file: IO[bytes]) -> Representation:
    """Return the Representation of the open `file` with this name in `storage`.

    The tag is strong: a name contains the version of the source, so other bytes have another name, size or time.
    """
    if hasattr(file, "representation"):  # made for this answer
        return cast(Representation, file.representation)
    facts = _facts(file)
    if facts:
        size, modified_ns = facts.st_size, facts.st_mtime_ns
    elif hasattr(file, "facts"):  # an object of a bucket: opening it has brought its facts
        size, modified_ns = file.facts.size, int(file.facts.modified_at.timestamp() * 1_000_000) * 1000
    else:
        size, modified_ns = storage.size(name), int(storage.get_modified_time(name).timestamp() * 1_000_000) * 1000
    etag = hashlib.sha256(f"{name}\0{size}\0{modified_ns}".encode()).hexdigest()[:32]
    return Representation(size=size, etag=f'"{etag}"', modified=modified_ns // 10**9)


def describe_answer(
    response: HttpResponseBase, answer: Answer, representation: Representation, content_type: str
) -> None:
    """Set the headers about the file that this status may have (RFC 9110, 15.4.5, 15.5.17)."""
    headers = response.headers
    headers["Accept-Ranges"] = "bytes"
    if answer.status in (412, 416):
        headers["Content-Length"] = "0"
        del headers["Content-Type"]
        if answer.status == 416:
            headers["Content-Range"] = f"bytes */{representation.size}"
        return
    headers["ETag"] = representation.etag
    headers["Last-Modified"] = http_date(representation.modified)
    if answer.status == 304:
        del headers["Content-Type"]
        return
    headers["Content-Type"] = content_type
    headers["Content-Length"] = str(answer.length)
    if answer.status == 206:
        last = answer.first + answer.length - 1
        headers["Content-Range"] = f"bytes {answer.first}-{last}/{representation.size}"
