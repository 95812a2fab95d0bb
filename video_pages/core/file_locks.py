"""Locks of the operating system on files, which end with the process that holds them.

Linux and macOS: flock(2). Windows: `msvcrt` locks a byte far after the end. For a file on a network share, the share's
own locks must work.
"""

import errno
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MODE = 0o640
LOCKED_BYTE = 2**62  # after the end of any file: a lock on Windows prevents reading, too
LOCKED_ERRORS = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


def open_file(path: Path) -> int:
    """Return a descriptor of the file at `path`, which is created with its folder if necessary."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(path, flags, MODE)
    except FileNotFoundError:
        os.makedirs(path.parent, mode=0o750, exist_ok=True)
        return os.open(path, flags, MODE)


def is_same_file(path: Path, descriptor: int) -> bool:
    """Return whether `path` names the open file: the last holder of the lock may have moved or removed it."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def lock(descriptor: int) -> bool:
    """Lock the file; return False if another process holds the lock. Closing the descriptor releases it."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in LOCKED_ERRORS:
            return False
        raise
    return True
