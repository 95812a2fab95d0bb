"""Answers that carry a file: ranges, exact headers, and the body sent by the kernel.

Under gunicorn the body leaves by sendfile(2): Django hands `file_to_stream` to `wsgi.file_wrapper`, and
gunicorn sends Content-Length bytes from where the file stands. Every other server reads the same object
in bounded pieces, and it ends where the range ends. The database connection is given back before the
first byte: Django alone keeps it until the last one, so five hundred slow viewers would hold five hundred.
"""

import hashlib
import os
import stat

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import http_date

from video_pages.access.responses import keep_out_of_caches
from video_pages.core.connections import release_connections
from video_pages.delivery.ranges import Representation, evaluate

MEDIA_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class FilePart:
    """The `length` bytes of an open, unbuffered `file` that begin at `first`.

    Reading ends where the part ends. `seek` and `tell` count in the file's own positions, which gunicorn
    (through `fileno`) and waitress (through seeking) both need.
    """

    def __init__(self, file, first, length):
        self._file = file
        self._end = first + length
        file.seek(first)

    def read(self, size=-1):
        left = max(0, self._end - self._file.tell())
        return self._file.read(left if size is None or size < 0 else min(size, left))

    def seek(self, offset, whence=os.SEEK_SET):
        if whence == os.SEEK_END:
            return self._file.seek(self._end + offset)
        return self._file.seek(offset, whence)

    def seekable(self):
        return True

    def tell(self):
        return self._file.tell()

    def fileno(self):
        return self._file.fileno()

    def close(self):
        self._file.close()


class FilePartResponse(StreamingHttpResponse):
    """Streams one FilePart, closes its file, and holds no database connection while it does."""

    block_size = 64 * 1024  # bytes; what one read takes where there is no sendfile

    def _set_streaming_content(self, value):
        # As in Django's FileResponse: content put in by a middleware must not be passed over.
        self._part = value if isinstance(value, FilePart) else None
        if self._part is None:
            super()._set_streaming_content(value)
            return
        super()._set_streaming_content(self._chunks(value))
        self._resource_closers.append(value.close)

    def _chunks(self, part):
        release_connections()
        while chunk := part.read(self.block_size):
            yield chunk

    @property
    def file_to_stream(self):
        """What Django's WSGI handler passes to the server's file wrapper.

        It asks once all middleware is done and before anything is sent: the moment to let go of the database.
        """
        if self._part is not None:
            release_connections()
        return self._part


def serve_file(request, storage, name, *, content_type):
    """Answer a GET or HEAD with the file `name` of a file system `storage`, whole or in part.

    Whoever calls has decided that the browser may have it. Raises FileNotFoundError if there is no such
    regular file. The answer is complete: 200, 206, 304, 412 or 416, with every header that media needs.
    """
    file = _open(storage, name)
    try:
        representation = _describe(name, os.fstat(file.fileno()))
        answer = evaluate(request.headers, representation)
        if request.method == "GET" and answer.length:
            response = FilePartResponse(FilePart(file, answer.first, answer.length))
        else:
            file.close()
            # Streaming, because Django gives every other empty answer the length 0, a 304 too.
            response = StreamingHttpResponse()
    except BaseException:
        file.close()
        raise
    response.status_code = answer.status
    _describe_answer(response, answer, representation, content_type)
    return protect(response)


def protect(response):
    """Put the headers on that every answer about media carries, a refusal too; returns the response."""
    for name, value in MEDIA_HEADERS.items():
        response.headers[name] = value
    # django-csp leaves a policy alone that is there, but would add the pages' report-only one.
    response._csp_exempt_ro = True
    return keep_out_of_caches(response)


def plain_refusal(text, *, status):
    """A protected answer of one plain line: 403, 404 or 405."""
    return protect(HttpResponse(text, status=status, content_type="text/plain; charset=utf-8"))


def has_media_bytes(response):
    """Whether the body of this answer of `serve_file` holds bytes of the file."""
    return isinstance(response, FilePartResponse)


def _open(storage, name):
    """The regular file, unbuffered: its position in the kernel is the one that sendfile starts from."""
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


def _describe(name, facts):
    """The Representation of a file with this name and these facts (`os.stat_result`).

    The tag is strong: names hold the source's version, so other bytes have another name, size or time.
    """
    seed = f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}"
    etag = f'"{hashlib.sha256(seed.encode()).hexdigest()[:32]}"'
    return Representation(size=facts.st_size, etag=etag, modified=int(facts.st_mtime))


def _describe_answer(response, answer, representation, content_type):
    """The headers that tell of the file, as far as this status may tell them (RFC 9110, 15.4.5, 15.5.17)."""
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
