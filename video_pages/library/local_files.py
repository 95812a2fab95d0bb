"""Files of the library for work that needs more than opening one by its name: local paths, whole files, folders.

Code that reads a file opens it through the storage. But ffmpeg and probes need a path, a file must appear whole or not
at all, and folders are listed and removed. These functions do that in terms of names, for the storage that the setting
LIBRARY_STORAGE chooses: `disk_files` for a directory, `s3.files` for a bucket.
"""

import datetime as dt
import importlib
import os
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol, cast

from django.conf import settings

UNFINISHED = ".new"
"""The end of the name of a file that is being written."""
# Names and not modules, so that the packages of object storage are imported only if it is chosen.
MODULES = {"files": "video_pages.library.disk_files", "s3": "video_pages.library.s3.files"}

OnTick = Callable[[], object] | None
"""Called several times a second while a large file is fetched; what it raises ends the work."""


class Entry(Protocol):
    """A file or folder of the library, found by `entries`. `name` is that in the storage."""

    @property
    def name(self) -> str: ...
    @property
    def is_folder(self) -> bool: ...
    @property
    def own_name(self) -> str:
        """The last part of `name`."""

    def changed_at(self) -> float | None:
        """Return when it was last written or moved, in seconds since the epoch; None if it has been removed since."""

    def leads_to(self, path: str | os.PathLike[str]) -> bool:
        """Return whether this is the local `path`, or a link to it."""


class LibraryFiles(Protocol):
    """The functions of this module, as the module of one storage implements them."""

    def local_copy(self, name: str, on_tick: OnTick) -> AbstractContextManager[Path]: ...
    def place_copy(self, name: str, path: str | os.PathLike[str]) -> None: ...
    def move_in(self, path: str | os.PathLike[str], name: str, *, on_block: Callable[[bytes], object]) -> int: ...
    def copy(self, name: str, target: str, on_tick: OnTick) -> None: ...
    def write(self, name: str, content: IO[bytes], *, unfinished: str) -> None: ...
    def is_folder(self, name: str) -> bool: ...
    def remove_folder(self, name: str) -> None: ...
    def entries(self, folder: str) -> Sequence[Entry]: ...
    def abort_unfinished(self, before: dt.datetime, keep: Collection[str]) -> int: ...


def files_of(kind: str) -> LibraryFiles:
    """Return the functions for the storage of this `kind`, a value of LIBRARY_STORAGE."""
    return cast(LibraryFiles, importlib.import_module(MODULES[kind]))


def _files() -> LibraryFiles:
    return files_of(settings.LIBRARY_STORAGE)


def local_copy(name: str, on_tick: OnTick = None) -> AbstractContextManager[Path]:
    """Give a local path of the file `name`, to be read within the block.

    In a directory it is that of the file itself; from a bucket the file is fetched to the disk and removed afterwards.
    A missing file raises FileNotFoundError, here or where the path is opened; an empty name raises ValueError. A disk
    without room for a copy raises OSError (ENOSPC).
    """
    return _files().local_copy(name, on_tick)


def place_copy(name: str, path: str | os.PathLike[str]) -> None:
    """Put the file `name` at the local `path`, to be read there. Raises FileNotFoundError."""
    _files().place_copy(name, path)


def move_in(path: str | os.PathLike[str], name: str, *, on_block: Callable[[bytes], object]) -> int:
    """Move the regular file at the local `path` into the library as `name`; return its size in bytes.

    Its blocks of at most a megabyte are given to `on_block` first, and, while it is sent to a bucket, empty ones. The
    file appears whole under `name` and replaces what was there. Raises NotRegularFile if it is a link or the like, and
    OSError if it is not the file that was read.
    """
    return _files().move_in(path, name, on_block=on_block)


def copy(name: str, target: str, *, on_tick: OnTick = None) -> None:
    """Have the file `name` in the library as `target` as well; what was there is replaced. Raises FileNotFoundError.

    Neither is written to afterwards: in a directory they are two names of one file. A bucket copies it by itself.
    """
    _files().copy(name, target, on_tick)


def write(name: str, content: IO[bytes], *, unfinished: str = UNFINISHED) -> None:
    """Write the rest of the open file `content` into the library as `name`, whole or not at all.

    `unfinished` is the end of the name of the file before it is whole; processes that may write the same name at the
    same time need different ones.
    """
    _files().write(name, content, unfinished=unfinished)


def is_folder(name: str) -> bool:
    """Return whether `name` is a folder."""
    return _files().is_folder(name)


def remove_folder(name: str) -> None:
    """Remove the folder `name` with everything in it, if there is one.

    A file on the disk that can't be removed stays; a bucket that can't be used raises StorageAway.
    """
    _files().remove_folder(name)


def entries(folder: str = "") -> Sequence[Entry]:
    """Return what lies in `folder` ("" is the whole library), in the order of the names; [] if it can't be read."""
    return _files().entries(folder)


def abort_unfinished(before: dt.datetime, *, keep: Collection[str] = frozenset()) -> int:
    """Remove the parts of files that were begun in a bucket before `before`, and return the number of files.

    They are what killed processes have left, and uploads of browsers without a row. `keep` are the names of the
    uploads that go on.
    """
    return _files().abort_unfinished(before, keep)
