"""Working directories of sandboxed children: the input under a neutral name, and a directory for results.

They lie on the file system of a library in files, so that an input is a hard link and not a copy.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from video_pages.library import scratch


@dataclass(frozen=True)
class Workspace:
    """A working directory: `source` is the input under a neutral name, `out` an empty directory for results.

    Without an input, no file lies at `source`. `readable` are the only paths of the library that the child may read.
    """

    root: Path
    source: Path
    out: Path
    readable: tuple[Path, ...]


def work_root() -> Path:
    """Return the directory of all working directories."""
    return scratch.root()


@contextmanager
def workspace(source: str | Path | None = None) -> Iterator[Workspace]:
    """Make a Workspace for the file at `source`, if given, and remove it with its content at the end.

    Raises FileNotFoundError if `source` is missing and ValueError if it is not a regular file.
    """
    original = Path(os.path.realpath(source)) if source else None
    if original and not stat.S_ISREG(os.stat(original).st_mode):
        raise ValueError(f"{source} is not a regular file")
    with scratch.directory("w-") as root:
        inputs, out = root / "in", root / "out"
        inputs.mkdir()
        out.mkdir()
        if original:
            _link(original, inputs / "source")
        yield Workspace(
            root=root,
            source=inputs / "source",
            out=out,
            readable=(inputs, original) if original else (),
        )


def _link(original: Path, name: Path) -> None:
    """Make `name` a hard link to `original`: some readers resolve a symbolic link and see the original path."""
    try:
        os.link(original, name)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without hard links
        os.symlink(original, name)


def remove_stale_workspaces(*, older_than_seconds: float, now: float) -> int:
    """Remove working directories that killed processes left; return how many.

    Those that a killed process had locked go at once, those without a lock by their age; what a living process holds
    stays, however old it is. `now` in seconds since the epoch.
    """
    removed = scratch.remove_abandoned()
    if work_root().is_dir():
        for entry in os.scandir(work_root()):
            try:
                is_old = entry.name.startswith("w-") and entry.stat().st_mtime < now - older_than_seconds
            except FileNotFoundError:  # its process has removed it
                continue
            if is_old and not scratch.is_in_use(Path(entry.path)):
                shutil.rmtree(entry.path, ignore_errors=True)
                removed += 1
    return removed
