"""The files of a library in a bucket, for `local_files`: copies on the local disk, whole objects, folders.

A folder is a beginning that keys have in common; it needs no making and goes with its last object.
"""

import datetime as dt
import logging
import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from video_pages.library import scratch
from video_pages.library.results import open_result
from video_pages.library.s3 import transfer
from video_pages.library.s3.client import internal_client
from video_pages.library.s3.errors import as_file_errors
from video_pages.library.s3.storage import ObjectStorage
from video_pages.library.storage import storage_of

logger = logging.getLogger(__name__)

KIND = "s3"
COPY_PREFIX = "copy-"
OWN_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}/")
"""The beginning of the names of `library.paths`."""
BLOCK_BYTES = 1024 * 1024


def storage() -> ObjectStorage:
    """Return the storage of the bucket."""
    return cast(ObjectStorage, storage_of(KIND))


@contextmanager
def local_copy(name: str, on_tick: transfer.OnTick) -> Iterator[Path]:
    """Fetch the file `name` to the disk, and remove the copy at the end of the block, or when the process has died."""
    facts = storage().facts(_named(name))
    scratch.remove_abandoned()
    with scratch.directory(COPY_PREFIX) as folder:
        scratch.require_room(folder, facts.size)
        path = folder / "source"
        transfer.fetch(facts, path, name=name, on_tick=on_tick)
        yield path


def place_copy(name: str, path: str | os.PathLike[str]) -> None:
    """Fetch the file `name` to the local `path`."""
    facts = storage().facts(_named(name))
    scratch.require_room(Path(path).parent, facts.size)
    transfer.fetch(facts, path, name=name)


def move_in(path: str | os.PathLike[str], name: str, *, on_block: Callable[[bytes], object]) -> int:
    """Send the regular file at the local `path` as the object `name`, and remove it."""
    with open_result(path) as file:
        while block := file.read(BLOCK_BYTES):
            on_block(block)
        size = file.tell()
        file.seek(0)
        sent = storage().send(file, name, on_tick=lambda: on_block(b""))
    if sent != size:
        storage().remove_now(name)
        raise OSError(f"{path} changed while it was sent")
    os.remove(path)
    return size


def copy(name: str, target: str, on_tick: transfer.OnTick) -> None:
    """Let the bucket copy the object `name` to `target`."""
    transfer.copy(storage().facts(_named(name)), storage().key(_named(target)), name=name, on_tick=on_tick)


def write(name: str, content: IO[bytes], *, unfinished: str) -> None:
    """Write `content` as the object `name`. Objects appear whole, so `unfinished` is not needed."""
    storage().send(content, _named(name))


def is_folder(name: str) -> bool:
    prefix = storage().folder_prefix(_named(name))
    with as_file_errors(name):
        found = internal_client().list_objects_v2(Bucket=storage().bucket_name, Prefix=prefix, MaxKeys=1)
    return bool(found.get("Contents"))


def remove_folder(name: str) -> None:
    """Remove every object in the folder `name`."""
    for found in list(_objects(_named(name))):
        with as_file_errors(name):
            internal_client().delete_object(Bucket=storage().bucket_name, Key=found["Key"])


@dataclass(frozen=True)
class BucketEntry:
    """An object, or a folder of objects."""

    name: str
    is_folder: bool
    modified_at: dt.datetime | None = None

    @property
    def own_name(self) -> str:
        return self.name.rpartition("/")[2]

    def changed_at(self) -> float | None:
        """Return when the object, or the newest in the folder, was written."""
        if self.modified_at is not None:
            return self.modified_at.timestamp()
        return max((found["LastModified"].timestamp() for found in _objects(self.name)), default=None)

    def leads_to(self, path: str | os.PathLike[str]) -> bool:
        return False


def entries(folder: str) -> list[BucketEntry]:
    """Return the content of `folder`, by one list for a thousand names."""
    prefix = storage().folder_prefix(folder)
    beginning = f"{folder}/" if folder else ""
    found = []
    with as_file_errors(folder):
        pages = internal_client().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=storage().bucket_name, Prefix=prefix, Delimiter="/"):
            for inner in page.get("CommonPrefixes", ()):
                found.append(BucketEntry(beginning + inner["Prefix"][len(prefix) : -1], True))
            for one in page.get("Contents", ()):
                if one["Key"] != prefix:  # some programs make an empty object for a folder
                    found.append(BucketEntry(beginning + one["Key"][len(prefix) :], False, one["LastModified"]))
    return sorted(found, key=lambda entry: os.fsencode(entry.name))


def _objects(folder: str) -> Iterator[dict[str, Any]]:
    """Yield what the bucket lists of every object in `folder`, at any depth."""
    prefix = storage().folder_prefix(folder)
    with as_file_errors(folder):
        pages = internal_client().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=storage().bucket_name, Prefix=prefix):
            yield from page.get("Contents", ())


def _named(name: str) -> str:
    if not name:
        raise ValueError("a file of the library has a name")
    return name


def abort_unfinished(before: dt.datetime, keep: Collection[str]) -> int:
    """Remove the parts of objects that were begun before `before`, but not of those called `keep`; return how many.

    A bucket keeps such parts, without showing them, until somebody removes them. Only keys of the library count.
    """
    removed = 0
    prefix = storage().folder_prefix("")
    with as_file_errors(""):
        client, bucket = internal_client(), storage().bucket_name
        for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix):
            for one in page.get("Uploads", ()):
                name = one["Key"][len(prefix) :]
                if one["Initiated"] >= before or not OWN_NAME.match(name) or name in keep:
                    continue
                try:
                    with as_file_errors(name):
                        client.abort_multipart_upload(Bucket=bucket, Key=one["Key"], UploadId=one["UploadId"])
                    removed += 1
                except OSError as error:  # the others go all the same
                    logger.warning("Parts of %s could not be removed; it is tried again. %s", name, error)
    return removed
