"""Directories for one piece of work on the local disk: none outlives its process for long.

Each is locked while it is used, and the lock ends with the process. So whoever needs room next removes the directories
that killed processes left. On a file system without locks they are removed by their age (`transcoding.workspace`).
"""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from video_pages.core import file_locks

LOCK = ".lock"


def root() -> Path:
    """Return the directory of all of them, on the file system where uploads arrive."""
    return Path(settings.PROTECTED_ROOT) / "work"


@contextlib.contextmanager
def directory(prefix: str) -> Iterator[Path]:
    """Make an empty directory whose name begins with `prefix`, and remove it with its content at the end."""
    root().mkdir(parents=True, exist_ok=True, mode=0o750)
    folder, descriptor = _locked_directory(prefix)
    try:
        yield folder
    finally:
        os.close(descriptor)
        shutil.rmtree(folder, ignore_errors=True)


def _locked_directory(prefix: str) -> tuple[Path, int]:
    """Return a new directory and the descriptor that holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=root()))
        descriptor = file_locks.open_file(folder / LOCK)
        try:
            is_ours = file_locks.lock(descriptor)
        except OSError:  # a file system without locks
            return folder, descriptor
        if is_ours and file_locks.is_same_file(folder / LOCK, descriptor):
            return folder, descriptor
        os.close(descriptor)  # another process has found it without a lock, and removes it


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
        if entry.is_dir(follow_symlinks=False):
            removed += _remove_if_abandoned(Path(entry.path))
    return removed


def is_in_use(folder: Path) -> bool:
    """Return whether a living process holds the lock of `folder`; False on a file system without locks."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not file_locks.lock(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _remove_if_abandoned(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR)
    except OSError:  # removed meanwhile, not locked yet, or made by a version without locks
        return False
    try:
        if not file_locks.lock(descriptor):
            return False
        shutil.rmtree(folder, ignore_errors=True)  # under its lock: its process may be about to take it
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(descriptor)
    shutil.rmtree(folder, ignore_errors=True)  # Windows removes no open file
    return True
