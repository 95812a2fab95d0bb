"""Open a file that a sandboxed process made. Only regular files are read from its directory.

A compromised decoder may leave a link to another video, or a pipe that never ends, under the name of its output, and
the process that opens this name is not sandboxed.
"""

import os
import stat
from typing import BinaryIO

FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    FLAGS |= getattr(os, _name, 0)  # no system has all of them


class NotRegularFile(OSError):
    """The name is that of a link, a pipe or another thing that is no regular file."""


def open_result(path: str | os.PathLike[str]) -> BinaryIO:
    """Open the file at `path` for reading bytes. Raises FileNotFoundError, and NotRegularFile.

    A file with a second hard link is refused, too: it may be that of another video.
    """
    _require_regular(path, os.lstat(path))
    try:
        descriptor = os.open(path, FLAGS)
    except FileNotFoundError:
        raise
    except OSError as error:  # a link (ELOOP) or a socket (ENXIO) replaced it in the meantime
        raise NotRegularFile(f"{path}: {error.strerror}") from error
    try:
        _require_regular(path, os.fstat(descriptor))
    except NotRegularFile:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def _require_regular(path: str | os.PathLike[str], found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise NotRegularFile(f"{path} is not a regular file with one name")
