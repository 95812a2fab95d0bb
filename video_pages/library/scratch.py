"""Directories for one piece of work on the local disk: none outlives its process for long.

Each is locked while it is used, and the lock ends with the process. So whoever needs room next removes the directories
that killed processes left. On a file system without locks they are removed by their age (`transcoding.workspace`).
"""

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from video_pages.core import file_locks

LOCK = ".lock"
MAKING_SECONDS = 60
"""Age below which a directory without a lock may be about to get it."""


def root() -> Path:
    """Return the directory of all of them, on the file system where uploads arrive."""
    return Path(settings.PROTECTED_ROOT) / "work"


@contextlib.contextmanager
def directory(prefix: str) -> Iterator[Path]:
    """Make an empty directory whose name begins with `prefix`, and remove it with its content at the end."""
    root().mkdir(parents=True, exist_ok=True, mode=0o750)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=root()))
    descriptor = file_locks.open_file(folder / LOCK)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            file_locks.lock(descriptor)
        yield folder
    finally:
        os.close(descriptor)
        shutil.rmtree(folder, ignore_errors=True)


def require_room(folder: Path, needed_bytes: int) -> None:
    """Raise OSError (ENOSPC) if the disk of `folder` has no room for a copy of `needed_bytes` and results as large.

    The renditions of a film take about as much as its source before they are sent. Uploads that arrive meanwhile need
    the space that DISK_FLOOR_BYTES keeps.
    """
    free = shutil.disk_usage(folder).free
    wanted = 2 * needed_bytes + settings.DISK_FLOOR_BYTES
    if free < wanted:
        reason = f"a film of {needed_bytes} bytes needs {wanted} free bytes for its copy and its results, not {free}"
        raise OSError(errno.ENOSPC, reason, str(folder))


def remove_abandoned() -> int:
    """Remove the directories whose process has ended; return their number."""
    removed = 0
    for entry in os.scandir(root()) if root().is_dir() else ():
        if entry.is_dir(follow_symlinks=False) and _is_abandoned(Path(entry.path)):
            shutil.rmtree(entry.path, ignore_errors=True)
            removed += 1
    return removed


def _is_abandoned(folder: Path) -> bool:
    try:
        # Its process has made it a moment ago, and may not have locked it yet.
        if time.time() - folder.stat().st_mtime < MAKING_SECONDS and not (folder / LOCK).exists():
            return False
        descriptor = os.open(folder / LOCK, os.O_RDWR)
    except OSError:  # removed meanwhile, or made by a version without locks
        return False
    try:
        return file_locks.lock(descriptor)
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(descriptor)
