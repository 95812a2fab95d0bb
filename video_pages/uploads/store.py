"""Where the bytes of resumable uploads lie until they are a file of the library: one part file for each.

The length of a part file is the truth about how much has arrived, so a process that is killed at any moment loses
no more than what had not reached the kernel. Bytes are forced to the disk once, before the file goes into the
library; file systems write a file's new length after the bytes, so a power failure shortens a part file and puts
nothing false into it.

One request at a time writes: it holds a lock of the operating system on the part file, which is gone with the process
however that ends. Linux and macOS: flock(2). Windows: a byte far behind the end, by `msvcrt`. Where the folder is
on a network share, the share's own locks must work.

What another store has to offer to stand here (presigned parts of an object store, say) is `PartStore`'s methods and
`Part`'s; nothing else knows of part files.
"""

import errno
import os
import re
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from video_pages.uploads.files import PREFIX as LINK_PREFIX
from video_pages.uploads.files import SUFFIX as LINK_SUFFIX

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

PREFIX, SUFFIX = "resumable-", ".part"
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
MODE = 0o640
LOCKED_BYTE = 2**62  # behind the end of any file: Windows' locks keep others from reading, too
BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
RACES = 20
"""How often a part file may be moved away between being opened and being locked before that is no chance."""
WAIT_SECONDS = 0.02


class UploadLocked(Exception):
    """Another request is writing to this upload."""


class Part:
    """The open and locked part file of one upload; `length` is how many bytes it holds."""

    def __init__(self, path, descriptor):
        self.path, self._descriptor = path, descriptor

    @property
    def length(self):
        return os.fstat(self._descriptor).st_size

    def append(self, block):
        """Write all of the bytes-like `block` at the end. Raises OSError; then a part of it may be there."""
        view = memoryview(block)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def mark_unverified(self, length):
        """Write down that what comes behind `length` bytes has still to be proved, also if this process is killed."""
        _unverified_path(self.path).write_text(str(length))

    def mark_verified(self):
        """What is there counts from now on."""
        _unverified_path(self.path).unlink(missing_ok=True)

    def truncate(self, length):
        """Forget what lies behind the first `length` bytes."""
        os.ftruncate(self._descriptor, length)

    def settle(self):
        """Force everything to the disk: what comes next relies on it."""
        os.fsync(self._descriptor)

    def reader(self):
        """Return a binary stream of the whole part, to be closed."""
        return open(self.path, "rb")

    def as_upload(self, name):
        """Return the part as an uploaded file called `name`, which a storage takes by moving it.

        What moves is a second name of the same bytes. So a process that is killed before its transaction ends
        still finds the part, and one that is killed after it finds the library's file.
        """
        link = self.path.with_name(f"{LINK_PREFIX}{self.path.name}{LINK_SUFFIX}")
        try:
            link.unlink(missing_ok=True)
            os.link(self.path, link)
        except OSError:  # a file system without links: moved itself, with a moment in which a kill can lose it
            link = self.path
        return CompletePart(link, name, self.length)

    def remove(self):
        """Remove the bytes, and what `as_upload` left if nothing took it."""
        self.path.with_name(f"{LINK_PREFIX}{self.path.name}{LINK_SUFFIX}").unlink(missing_ok=True)
        self.mark_verified()
        self.path.unlink(missing_ok=True)


class CompletePart(UploadedFile):
    """A part file that holds everything, in the shape in which Django's storages take uploads."""

    def __init__(self, path, name, size):
        super().__init__(open(path, "rb"), name, size=size)
        self._path = path

    def temporary_file_path(self):
        return str(self._path)

    def flush(self):
        """Nothing waits in a buffer."""


class PartStore:
    """Part files in FILE_UPLOAD_TEMP_DIR: on the library's file system, where taking one in is a rename."""

    @property
    def folder(self):
        return Path(settings.FILE_UPLOAD_TEMP_DIR)

    def length(self, token):
        """How many bytes of the upload `token` are here and count; 0 if there is no part file."""
        path = self._path(token)
        try:
            doubted = _unverified_from(path)  # asked first: what is believed meanwhile may count or not
            length = path.stat().st_size
        except FileNotFoundError:
            return 0
        return length if doubted is None else min(doubted, length)

    def written_at(self, token):
        """The time of the last write to the upload `token`, a Unix time; None if there is no part file."""
        try:
            return self._path(token).stat().st_mtime
        except FileNotFoundError:
            return None

    @contextmanager
    def locked(self, token, *, wait_seconds=0):
        """Give the Part of `token`, made if need be, to nobody else until the block ends. Raises Busy.

        `wait_seconds`: how long to wait for somebody who has it.
        """
        with self._locked(self._path(token), wait_seconds) as part:
            doubted = _unverified_from(part.path)
            if doubted is not None:  # whoever wrote was killed before the checksum could prove it
                part.truncate(min(doubted, part.length))
                part.mark_verified()
            yield part

    @contextmanager
    def alone(self, *, wait_seconds=10):
        """Let one process at a time into the block: what is reserved is counted and added to. Raises Busy."""
        with self._locked(self.folder / f"{PREFIX}reservations.lock", wait_seconds):
            yield

    def tokens(self, *, before):
        """Yield the tokens of the part files last written to before the Unix time `before`."""
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

    def _path(self, token):
        if not TOKEN.fullmatch(token):
            raise ValueError(f"{token!r} is no token of an upload")
        return self.folder / f"{PREFIX}{token}{SUFFIX}"

    @contextmanager
    def _locked(self, path, wait_seconds):
        deadline = time.monotonic() + wait_seconds
        descriptor = None
        try:
            for _race in range(RACES):
                descriptor = _open(path)
                while not _lock(descriptor):
                    if time.monotonic() >= deadline:
                        raise UploadLocked(path.name)
                    time.sleep(WAIT_SECONDS)
                if _is_still(path, descriptor):
                    break
                os.close(descriptor)
                descriptor = None
            else:
                raise UploadLocked(path.name)
            yield Part(path, descriptor)
        finally:
            if descriptor is not None:
                os.close(descriptor)  # which lets go of the lock


def _unverified_path(path):
    return path.with_suffix(".unproved")


def _unverified_from(path):
    """Return the length up to which the part at `path` is proved, or None if all of it counts."""
    try:
        text = _unverified_path(path).read_text()
    except FileNotFoundError:
        return None
    # Empty: killed before the number was written, and nothing is appended before that.
    return int(text) if text else None


def _open(path):
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(path, flags, MODE)
    except FileNotFoundError:
        os.makedirs(path.parent, mode=0o750, exist_ok=True)
        return os.open(path, flags, MODE)


def _is_still(path, descriptor):
    """True if `path` names the file that is open: who held the lock before may have moved or removed it."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _lock(descriptor):
    """Take the lock, or return False if somebody else has it."""
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            os.lseek(descriptor, LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        if error.errno in BUSY:
            return False
        raise
    return True


store = PartStore()
