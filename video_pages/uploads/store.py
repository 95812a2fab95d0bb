"""The part files of resumable uploads, one for each, until it becomes a file of the library.

The length of a part file is the true progress, so a process that is killed at any moment loses only the bytes that the
kernel did not have yet. Bytes are flushed to the disk once, before the file is stored in the library. File systems
write a file's new length after the bytes, so a power failure shortens a part file and does not corrupt it.

One request at a time writes: it holds a lock on the part file (`file_locks`), which ends with the process.

No other module uses part files. Uploads that browsers send straight to a bucket have none: see `direct`.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from video_pages.core import file_locks
from video_pages.uploads.files import PREFIX as LINK_PREFIX
from video_pages.uploads.files import SUFFIX as LINK_SUFFIX

PREFIX, SUFFIX = "resumable-", ".part"
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
MAX_RACES = 20
"""The number of tries to lock a part file that another process moves between `open` and the lock."""
WAIT_SECONDS = 0.02


class UploadLocked(Exception):
    """Another request writes to this upload."""


class Part:
    """The open and locked part file of one upload; `length` is its size in bytes."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor

    @property
    def length(self) -> int:
        return os.fstat(self._descriptor).st_size

    def append(self, block: bytes) -> None:
        """Write all of `block` at the end. Raises OSError; then a part of it may be written."""
        view = memoryview(block)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def mark_unverified(self, length: int) -> None:
        """Record that the bytes after the first `length` are not verified yet, also if this process is killed."""
        _unverified_path(self.path).write_text(str(length))

    def mark_verified(self) -> None:
        """Record that all bytes are verified."""
        _unverified_path(self.path).unlink(missing_ok=True)

    def truncate(self, length: int) -> None:
        """Remove the bytes after the first `length`."""
        os.ftruncate(self._descriptor, length)

    def flush_to_disk(self) -> None:
        """Write all bytes to the disk, before the file is stored in the library."""
        os.fsync(self._descriptor)

    def reader(self) -> BinaryIO:
        """Return a binary stream of the whole part; the caller closes it."""
        return open(self.path, "rb")

    def as_upload(self, name: str) -> "CompletePart":
        """Return the part as an uploaded file called `name`, which a storage stores by moving it.

        The storage moves a hard link. So a process that is killed before its transaction ends still finds the part, and
        one that is killed after it finds the library's file.
        """
        link = self.path.with_name(f"{LINK_PREFIX}{self.path.name}{LINK_SUFFIX}")
        try:
            link.unlink(missing_ok=True)
            os.link(self.path, link)
        except OSError:  # a file system without links: the part itself is moved, and a kill at this moment loses it
            link = self.path
        return CompletePart(link, name, self.length)

    def remove(self) -> None:
        """Remove the bytes, and the link of `as_upload` if no storage moved it."""
        self.path.with_name(f"{LINK_PREFIX}{self.path.name}{LINK_SUFFIX}").unlink(missing_ok=True)
        self.mark_verified()
        self.path.unlink(missing_ok=True)


class CompletePart(UploadedFile):
    """A complete part file as an upload that Django's storages accept."""

    def __init__(self, path: Path, name: str, size: int) -> None:
        super().__init__(open(path, "rb"), name, size=size)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)

    def flush(self) -> None:
        """Do nothing: no bytes are buffered."""


class PartStore:
    """Part files in FILE_UPLOAD_TEMP_DIR: on the library's file system, where storing one is a rename."""

    @property
    def folder(self) -> Path:
        return Path(settings.FILE_UPLOAD_TEMP_DIR)

    def length(self, token: str) -> int:
        """Return the number of verified bytes of the upload `token`; 0 if there is no part file."""
        path = self._path(token)
        try:
            unverified_from = _unverified_from(path)  # read first: bytes verified after that may count or not
            length = path.stat().st_size
        except FileNotFoundError:
            return 0
        return length if unverified_from is None else min(unverified_from, length)

    def written_at(self, token: str) -> float | None:
        """Return the Unix time of the last write to the upload `token`; None if there is no part file."""
        try:
            return self._path(token).stat().st_mtime
        except FileNotFoundError:
            return None

    @contextmanager
    def locked(self, token: str, *, wait_seconds: float = 0) -> Iterator[Part]:
        """Lock the Part of `token`, which is created if necessary, until the block ends.

        Raises UploadLocked if another process holds the lock for longer than `wait_seconds`.
        """
        with self._locked(self._path(token), wait_seconds) as part:
            unverified_from = _unverified_from(part.path)
            if unverified_from is not None:  # the writer was killed before it compared the checksum
                part.truncate(min(unverified_from, part.length))
                part.mark_verified()
            yield part

    @contextmanager
    def reservations_locked(self, *, wait_seconds: float = 10) -> Iterator[None]:
        """Lock the reservations until the block ends, which sums them and adds one. Raises UploadLocked."""
        with self._locked(self.folder / f"{PREFIX}reservations.lock", wait_seconds):
            yield

    def tokens(self, *, before: float) -> Iterator[str]:
        """Yield the tokens of the part files whose last write was before the Unix time `before`."""
        try:
            entries = list(os.scandir(self.folder))
        except FileNotFoundError:
            return
        for entry in entries:
            token = entry.name.removeprefix(PREFIX).removesuffix(SUFFIX)
            if entry.name != f"{PREFIX}{token}{SUFFIX}" or not TOKEN.fullmatch(token):
                continue
            try:
                if entry.stat(follow_symlinks=False).st_mtime < before:
                    yield token
            except FileNotFoundError:
                continue

    def _path(self, token: str) -> Path:
        if not TOKEN.fullmatch(token):
            raise ValueError(f"{token!r} is no token of an upload")
        return self.folder / f"{PREFIX}{token}{SUFFIX}"

    @contextmanager
    def _locked(self, path: Path, wait_seconds: float) -> Iterator[Part]:
        deadline = time.monotonic() + wait_seconds
        descriptor: int | None = None
        try:
            for _race in range(MAX_RACES):
                descriptor = file_locks.open_file(path)
                while not file_locks.lock(descriptor):
                    if time.monotonic() >= deadline:
                        raise UploadLocked(path.name)
                    time.sleep(WAIT_SECONDS)
                if file_locks.is_same_file(path, descriptor):
                    break
                os.close(descriptor)
                descriptor = None
            else:
                raise UploadLocked(path.name)
            yield Part(path, descriptor)
        finally:
            if descriptor is not None:
                os.close(descriptor)  # which releases the lock


def _unverified_path(path: Path) -> Path:
    return path.with_suffix(".unproved")


def _unverified_from(path: Path) -> int | None:
    """Return the number of verified bytes of the part at `path`, or None if all are verified."""
    try:
        text = _unverified_path(path).read_text()
    except FileNotFoundError:
        return None
    # Empty: the process was killed before it wrote the number, and bytes are appended only after that.
    return int(text) if text else None


store = PartStore()
