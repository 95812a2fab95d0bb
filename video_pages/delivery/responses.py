"""Responses with a file: ranges, exact headers, and a body that the kernel sends.

Under gunicorn sendfile(2) sends the body: Django passes `file_to_stream` to `wsgi.file_wrapper`, and gunicorn sends
Content-Length bytes from the file's position. Every other server reads the same object in bounded blocks, and the
object ends where the range ends. The database connection is released before the first byte. Django alone keeps it until
the last byte, so five hundred slow viewers would hold five hundred connections.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from typing import IO, TypeVar

from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from video_pages.access.responses import keep_out_of_caches
from video_pages.core.connections import release_connections
from video_pages.delivery.compat import SourceResponse, exempt_from_report_only_policy
from video_pages.delivery.ranges import Answer, Representation, evaluate

BLOCK_SIZE = 64 * 1024  # bytes that one read takes where there is no sendfile

Response = TypeVar("Response", bound=HttpResponseBase)

MEDIA_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class FilePart:
    """The `length` bytes of an open, unbuffered `file` that begin at `first`.

    Reading ends where the part ends. `seek` and `tell` use the positions of the file, which gunicorn (through `fileno`)
    and waitress (through seeking) both need. Iteration releases the database connection and yields bounded blocks.
    """

    def __init__(self, file: IO[bytes], first: int, length: int) -> None:
        self._file = file
        self._end = first + length
        file.seek(first)

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
        return self._file.seek(offset, whence)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
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


def serve_file(
    request: HttpRequest, storage: FileSystemStorage, name: str, *, content_type: str
) -> StreamingHttpResponse:
    """Answer a GET or HEAD with the file `name` of a file system `storage`, whole or in part.

    The caller has decided that the browser may have the file. The response is complete: 200, 206, 304, 412 or 416, with
    every header that media needs. Raises FileNotFoundError if there is no such regular file.
    """
    file = _open(storage, name)
    try:
        representation = _describe(name, os.fstat(file.fileno()))
        answer = evaluate(request.headers, representation)
        response: StreamingHttpResponse
        if request.method == "GET" and answer.length:
            response = FilePartResponse(FilePart(file, answer.first, answer.length))
        else:
            file.close()
            # Streaming, because Django sets the length 0 on every other empty response, also on a 304.
            response = StreamingHttpResponse()
    except BaseException:
        file.close()
        raise
    response.status_code = answer.status
    _describe_answer(response, answer, representation, content_type)
    return protect(response)


def protect(response: Response) -> Response:
    """Set the headers of every response about media, also of refusals, and return the response."""
    for name, value in MEDIA_HEADERS.items():
        response.headers[name] = value
    # django-csp does not replace a policy, but it would add the report-only one of the pages.
    exempt_from_report_only_policy(response)
    return keep_out_of_caches(response)


def plain_refusal(text: str, *, status: int) -> HttpResponse:
    """Return a protected response of one plain line: 403, 404 or 405."""
    return protect(HttpResponse(text, status=status, content_type="text/plain; charset=utf-8"))


def has_media_bytes(response: HttpResponseBase) -> bool:
    """Return whether the body of this response of `serve_file` contains bytes of the file."""
    return isinstance(response, FilePartResponse)


def _open(storage: FileSystemStorage, name: str) -> IO[bytes]:
    """Open the regular file without a buffer: sendfile starts from the file's position in the kernel."""
    if not name:
        raise FileNotFoundError
    try:
        file = open(storage.path(name), "rb", buffering=0)
    except IsADirectoryError as error:
        raise FileNotFoundError(name) from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(name)
    return file


def _describe(name: str, facts: os.stat_result) -> Representation:
    """Return the Representation of a file with this name and these facts.

    The tag is strong: a name contains the version of the source, so other bytes have another name, size or time.
    """
    seed = f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}"
    etag = f'"{hashlib.sha256(seed.encode()).hexdigest()[:32]}"'
    return Representation(size=facts.st_size, etag=etag, modified=int(facts.st_mtime))


def _describe_answer(
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
