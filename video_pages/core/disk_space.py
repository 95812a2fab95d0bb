"""The errors of the operating system that say that no room is left on a disk."""

import errno

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The disk is full, or the quota of its user is used up."""
UNWRITABLE = FULL | {errno.EFBIG}
"""The same, or the file is larger than the file system or a limit of the process takes."""


def is_full(error: BaseException) -> bool:
    """Return whether `error` says that the disk is full: people can make room."""
    return isinstance(error, OSError) and error.errno in FULL


def is_unwritable(error: BaseException) -> bool:
    """Return whether `error` says that the disk does not take the file."""
    return isinstance(error, OSError) and error.errno in UNWRITABLE
