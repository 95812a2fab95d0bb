"""The files of a library in a directory: paths, hard links, renames, folders. `local_files` is its interface.

No other module takes the path of a library file: `tests/library/test_local_files.py` fails for one that does.
"""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from video_pages.library.local_files import UNFINISHED
from video_pages.library.results import open_result
from video_pages.library.storage import storage_of

KIND = "files"
BLOCK_BYTES = 1024 * 1024
FOLDER_MODE = 0o750


@contextmanager
def local_copy(name: str, on_tick: Callable[[], object] | None) -> Iterator[Path]:
    """Give the path of the file itself; a missing file raises FileNotFoundError where it is opened."""
    yield _path(name)


def place_copy(name: str, path: str | os.PathLike[str]) -> None:
    """Put a hard link of the file `name` at the local `path`."""
    os.link(_path(name), path)


def move_in(path: str | os.PathLike[str], name: str, *, on_block: Callable[[bytes], object]) -> int:
    """Rename the regular file at the local `path` to `name`, after each block was given to `on_block`.

    Raises OSError if another file took its place while it was read.
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


def copy(name: str, target: str, on_tick: Callable[[], object] | None) -> None:
    """Make `target` a second name of the file `name`, or a copy on a file system without hard links."""
    source, copied = _path(name), _target(target)
    copied.unlink(missing_ok=True)
    try:
        os.link(source, copied)
    except FileNotFoundError:
        raise
    except OSError:
        with open(source, "rb") as file, open(f"{copied}{UNFINISHED}", "wb") as made:
            while block := file.read(BLOCK_BYTES):
                made.write(block)
                if on_tick:
                    on_tick()
        os.replace(f"{copied}{UNFINISHED}", copied)


def write(name: str, content: IO[bytes], *, unfinished: str) -> None:
    """Write `content` to a file whose name ends with `unfinished`, and rename it to `name`."""
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
class DiskEntry:
    """A file or folder on the disk; a link is a file here."""

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


def entries(folder: str) -> list[DiskEntry]:
    """Return the content of `folder`, [] if it can't be read."""
    try:
        with os.scandir(_path(folder) if folder else storage_of(KIND).place) as found:
            inside = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # such as lost+found on a volume of its own
        return []
    return [
        DiskEntry(f"{folder}/{entry.name}" if folder else entry.name, entry.is_dir(follow_symlinks=False), entry)
        for entry in inside
    ]


def _path(name: str) -> Path:
    if not name:
        raise ValueError("a file of the library has a name")
    return Path(storage_of(KIND).path(name))


def _target(name: str) -> Path:
    """Return the path of `name`, and create its folder."""
    target = _path(name)
    os.makedirs(target.parent, mode=FOLDER_MODE, exist_ok=True)
    return target


def abort_unfinished(before: dt.datetime, keep: Collection[str]) -> int:
    """Return 0: files are moved in by a rename."""
    return 0
