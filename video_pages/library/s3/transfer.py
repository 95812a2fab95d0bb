"""Send files to the bucket, fetch and copy them, in parts and by several threads (s3transfer, the library below boto3).

The calling thread waits and is told so several times a second: a worker renews its lease then. What it raises ends the
transfer; parts that were sent are removed from the bucket.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from s3transfer.manager import TransferConfig, TransferManager

from video_pages.library.s3.client import Client, internal_client
from video_pages.library.s3.errors import as_file_errors, away
from video_pages.library.s3.reader import ObjectFacts

PART_BYTES = 16 * 1024 * 1024
"""Size of a part of a large object. S3 allows 10,000 parts, which makes 156 GiB."""
COPIED_BYTES = 4 * 1024**3
"""Size from which an object is copied in parts: one request copies at most 5 GiB."""
PARTS_IN_MEMORY = 4
THREADS = 4
TICK_SECONDS = 0.1

OnTick = Callable[[], object] | None


class _KeptOpen:
    """A file that s3transfer reads and does not close: it closes what it has sent, but the file is the caller's."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell

    def close(self) -> None:
        """Do nothing."""


def send(file: Any, bucket: str, key: str, *, name: str, parameters: dict[str, str], on_tick: OnTick = None) -> int:
    """Write the rest of the open binary `file` as the object `key`; return its size in bytes.

    It appears whole, and replaces what was there. `name` is the file's name in errors. `parameters` are further
    ones of boto3's `put_object`. Raises StorageAway.
    """
    first = file.tell()
    with as_file_errors(name), _manager(internal_client()) as manager:
        _wait(manager.upload(_KeptOpen(file), bucket, key, parameters), on_tick)
    size: int = file.seek(0, os.SEEK_END) - first
    with as_file_errors(name):
        stored = internal_client().head_object(Bucket=bucket, Key=key)["ContentLength"]
    if stored != size:
        raise away(name, f"{stored} of {size} bytes have arrived")
    return size


def fetch(facts: ObjectFacts, path: str | os.PathLike[str], *, name: str, on_tick: OnTick = None) -> None:
    """Write the object with `facts` to the local `path`. Raises FileNotFoundError and StorageAway."""
    with as_file_errors(name), _manager(internal_client()) as manager:
        _wait(manager.download(facts.bucket, facts.key, os.fspath(path)), on_tick)
    size = os.stat(path).st_size
    if size != facts.size:
        raise away(name, f"{size} of {facts.size} bytes have arrived")


def copy(facts: ObjectFacts, key: str, *, name: str, on_tick: OnTick = None) -> None:
    """Copy the object with `facts` to `key` in the same bucket, without its bytes passing here. Raises StorageAway."""
    source = {"Bucket": facts.bucket, "Key": facts.key}
    with as_file_errors(name), _manager(internal_client(), COPIED_BYTES) as manager:
        _wait(manager.copy(source, facts.bucket, key), on_tick)


@contextmanager
def _manager(client: Client, part_bytes: int | None = None) -> Iterator[Any]:
    part_bytes = part_bytes or PART_BYTES
    config = TransferConfig(
        multipart_threshold=part_bytes,
        multipart_chunksize=part_bytes,
        max_request_concurrency=THREADS,
        max_submission_concurrency=1,
        max_in_memory_upload_chunks=PARTS_IN_MEMORY,
    )
    with TransferManager(client, config) as manager:
        yield manager


def _wait(future: Any, on_tick: OnTick) -> None:
    """Wait for the end of a transfer; raise what it raised. An exception from `on_tick` ends the transfer."""
    try:
        while not future.done():
            if on_tick:
                on_tick()
            time.sleep(TICK_SECONDS)
        future.result()
    except BaseException:
        future.cancel()
        raise
