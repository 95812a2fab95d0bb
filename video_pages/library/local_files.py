"""The one module that knows where files of the library lie on the disk.

Code that reads a file opens it through the storage, by its name. Some work needs more: ffmpeg and probes need a path, a
file must appear whole or not at all, and folders are listed and removed. All of that is here, in terms of names, so
that a storage without local paths needs another version of this module only. `tests/library/test_local_files.py` fails
for any other module that takes the path of a library file.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from video_pages.library.results import open_result
from video_pages.library.storage import protected_storage

BLOCK_BYTES = 1024 * 1024
FOLDER_MODE = 0o750
UNFINISHED = ".new"
"""The end of the name of a file that is being written."""


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """Give a local path of the file `name`, to be read within the block; here it is that of the file itself.

    A missing file raises FileNotFoundError, here or where the path is opened; an empty name raises ValueError.
    """
    yield _path(name)


def place_copy(name: str, path: str | os.PathLike[str]) -> None:
    """Put the file `name` at the local `path`, to be read there; here it is a hard link. Raises FileNotFoundError."""
    os.link(_path(name), path)


def move_in(path: str | os.PathLike[str], name: str, *, on_block: Callable[[bytes], object]) -> int:
    """Move the regular file at the local `path` into the library as `name`; return its size in bytes.

    Every block of at most `BLOCK_BYTES` is given to `on_block` first. The file appears whole under `name` and replaces
    what was there. Raises NotRegularFile if it is a link or the like, and OSError if another file took its place while
    it was read.
    """
    target = _target(name)
    with open_result(path) as file:
        while block := file.read(BLOCK_BYTES):
            on_block(block)
        size = file.tell()
        os.replace(path, target)
        if os.stat(target).st_ino != os.fstat(file.fileno()).st_ino:
            os.remove(target)
            raise OSError(f"{path} was replaced while it was read")
    return size


def write(name: str, content: IO[bytes], *, unfinished: str = UNFINISHED) -> None:
    """Write the rest of the open file `content` into the library as `name`, whole or not at all.

    `unfinished` is the end of the name of the file before it is whole; processes that may write the same name at the
    same time need different ones.
    """
    target = _target(name)
    with open(f"{target}{unfinished}", "wb") as file:
        shutil.copyfileobj(content, file)
    os.replace(f"{target}{unfinished}", target)


def is_folder(name: str) -> bool:
    """Return whether `name` is a folder."""
    return os.path.isdir(_path(name))


def remove_folder(name: str) -> None:
    """Remove the folder `name` with everything in it, if there is one; what can't be removed stays."""
    shutil.rmtree(_path(name), ignore_errors=True)


@dataclass(frozen=True)
class Entry:
    """A file or folder of the library, found by `entries`; a link is a file here. `name` is that in the storage."""

    name: str
    is_folder: bool
    _found: os.DirEntry[str]

    @property
    def own_name(self) -> str:
        """The last part of `name`."""
        return self._found.name

    def changed_at(self) -> float | None:
        """Return when it was last written or moved, in seconds since the epoch; None if it has been removed since."""
        try:
            facts = self._found.stat(follow_symlinks=False)
        except FileNotFoundError:
            return None
        return max(facts.st_mtime, facts.st_ctime)

    def leads_to(self, path: str | os.PathLike[str]) -> bool:
        """Return whether this is the local `path`, or a link to it."""
        return os.path.realpath(self._found.path) == os.path.realpath(path)


def entries(folder: str = "") -> list[Entry]:
    """Return what lies in `folder` ("" is the whole library), in the order of the names; [] if it can't be read."""
    try:
        with os.scandir(_path(folder) if folder else protected_storage().location) as found:
            inside = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # such as lost+found on a volume of its own
        return []
    return [
        Entry(f"{folder}/{entry.name}" if folder else entry.name, entry.is_dir(follow_symlinks=False), entry)
        for entry in inside
    ]


def _path(name: str) -> Path:
    if not name:
        raise ValueError("a file of the library has a name")
    return Path(protected_storage().path(name))


def _target(name: str) -> Path:
    """Return the path of `name`, and create its folder."""
    target = _path(name)
    os.makedirs(target.parent, mode=FOLDER_MODE, exist_ok=True)
    return target
