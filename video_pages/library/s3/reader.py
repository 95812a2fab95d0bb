"""An open object of the bucket: it seeks, and fetches only the bytes that are read.

One request fetches a window of bytes; its answer is read as the reader asks for it, so memory holds no window. A break
in the middle of an answer is continued by another request. All requests name the entity tag that the object had when it
was opened, so bytes of two versions are never joined.
"""

import datetime as dt
import io
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from video_pages.library.s3.client import Client
from video_pages.library.s3.errors import as_file_errors, away, code_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FIRST_WINDOW_BYTES = 256 * 1024
"""The first request of a reader whose end is not known; each further one in a row fetches twice as much."""
MAX_WINDOW_BYTES = 8 * 1024 * 1024
"""A viewer of a slow line reads this in half a minute: servers close connections that are idle for longer."""
ATTEMPTS = 4
PAUSE_SECONDS = 0.2
"""Pause after the first broken answer, doubled after each further one."""


@dataclass(frozen=True)
class ObjectFacts:
    """The bucket, key and version of one object: its size in bytes, when it was written, its entity tag."""

    bucket: str
    key: str
    size: int
    modified_at: dt.datetime
    etag: str


class ObjectReader(io.RawIOBase):
    """A readable, seekable, unbuffered file of bytes over the object with `facts`; `name` is that in the storage."""

    def __init__(self, client: Client, name: str, facts: ObjectFacts) -> None:
        super().__init__()
        self.name, self.facts = name, facts
        self._client = client
        self._position = 0
        self._window = FIRST_WINDOW_BYTES
        self._expected_end = 0
        self._body: Any = None
        self._body_position = self._body_end = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.facts.size}[whence]
        if start + offset < 0:
            raise ValueError("negative position")
        self._position = start + offset
        return self._position

    def expect_end(self, position: int) -> None:
        """Note that the bytes up to `position` will be read in a row, so that few requests fetch exactly these."""
        self._expected_end = position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read some of the next bytes into `buffer`; return their number, 0 at the end. Raises StorageAway."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self.facts.size - self._position)
        if wanted <= 0:
            return 0
        problem: Exception | None = None
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
            try:
                block = self._read_answer(wanted)
            except (BotoCoreError, OSError) as error:
                problem = error
                self._drop_answer()
                if isinstance(error, OSError):  # `_request` has tried enough already
                    raise
                continue
            view[: len(block)] = block
            self._position += len(block)
            return len(block)
        raise away(self.name, f"the answer broke {ATTEMPTS} times at byte {self._position} ({problem})")

    def close(self) -> None:
        if not self.closed:
            self._drop_answer()
        super().close()

    def _read_answer(self, wanted: int) -> bytes:
        """Return 1 to `wanted` bytes from the present answer, or from that of a new request."""
        if self._body is None or self._body_position != self._position:
            self._drop_answer()
            self._request()
        block: bytes = self._body.read(min(wanted, self._body_end - self._body_position))
        if not block:
            raise BotoCoreError
        self._body_position += len(block)
        if self._body_position == self._body_end:
            self._drop_answer()
        return block

    def _request(self) -> None:
        """Ask for the bytes from the present position on. Raises FileNotFoundError and StorageAway."""
        end = self._expected_end if self._expected_end > self._position else self._position + self._window
        end = min(end, self._position + MAX_WINDOW_BYTES, self.facts.size)
        try:
            with as_file_errors(self.name):
                answer = self._client.get_object(
                    Bucket=self.facts.bucket,
                    Key=self.facts.key,
                    Range=f"bytes={self._position}-{end - 1}",
                    IfMatch=self.facts.etag,
                )
        except OSError as error:
            if isinstance(error.__cause__, ClientError) and code_of(error.__cause__) in ("PreconditionFailed", "412"):
                raise away(self.name, "it was replaced while it was read") from error
            raise
        length = answer["ContentLength"]
        if length != end - self._position:
            answer["Body"].close()
            raise away(self.name, f"{length} bytes came for {end - self._position}")
        self._body, self._body_position, self._body_end = answer["Body"], self._position, end
        self._window = min(self._window * 2, MAX_WINDOW_BYTES)

    def _drop_answer(self) -> None:
        if self._body is not None:
            self._body.close()
        self._body = None
