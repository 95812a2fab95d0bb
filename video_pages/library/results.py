"""Open a file that a sandboxed process made. Nothing but a plain file is taken from its directory.

A decoder that was taken over may leave a link to another video or a pipe that never ends under the name of the
picture it was to draw, and whoever opens that name here is not confined as it is.
"""

import os
import stat

FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    FLAGS |= getattr(os, _name, 0)  # no system has all of them


class NotRegularFile(OSError):
    """What lies under the name is a link, a pipe or something else that no honest child puts there."""


def open_result(path):
    """Open the file at `path` for reading bytes. Raises FileNotFoundError, and NotRegularFile for all but a plain file.

    A file with a second name is none either: it may be another video's.
    """
    _require_plain(path, os.lstat(path))
    try:
        descriptor = os.open(path, FLAGS)
    except FileNotFoundError:
        raise
    except OSError as error:  # a link (ELOOP) or a socket (ENXIO) that took its place in between
        raise NotRegularFile(f"{path}: {error.strerror}") from error
    try:
        _require_plain(path, os.fstat(descriptor))
    except NotRegularFile:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def _require_plain(path, found):
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise NotRegularFile(f"{path} is not a plain file of its own")
