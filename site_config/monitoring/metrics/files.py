"""The files in which the processes of one gunicorn count, and what becomes of those of a process that has ended.

`deploy/gunicorn.conf.py` calls these functions; they import no Django. The folder is in memory (/dev/shm) where there
is one, and belongs to one gunicorn: its name has the id of the first process. prometheus-client reads the name of the
folder from PROMETHEUS_MULTIPROC_DIR when it is imported, so it must not be imported here, before gunicorn sets that.

The sums of a process that has ended must stay, or each restart would look like a loss. So its files wait, and the next
process of the same gunicorn continues them: there are never more files than processes at one time.
"""

import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

IN_MEMORY = Path("/dev/shm")  # noqa: S108  the folder in it gets a random name and the mode 700
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "screening-room-metrics-"
SUMS = ("counter", "histogram")
_NAME = re.compile(re.escape(PREFIX) + r"(\d+)-\w+")


def make_folder(pid: int, parent: Path | None = None) -> Path:
    """Return the folder of the gunicorn whose first process is `pid`; remove those of gunicorns that were killed."""
    parent = parent or (IN_MEMORY if IN_MEMORY.is_dir() else Path(tempfile.gettempdir()))
    for folder in sorted(parent.glob(f"{PREFIX}*")):
        match = _NAME.fullmatch(folder.name)
        if match is None or not _is_own_folder(folder):
            continue
        if int(match[1]) == pid:
            return folder  # gunicorn reads its configuration again at SIGHUP
        if not _is_alive(int(match[1])):
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{pid}-", dir=parent))


def release(folder: Path, pid: int) -> None:
    """Keep the sums of the ended process `pid` for the next one, and remove its gauges."""
    for path in folder.glob(f"gauge_*_{pid}.db"):
        path.unlink(missing_ok=True)
    for kind in SUMS:
        path = folder / f"{kind}_{pid}.db"
        if path.exists():
            path.rename(folder / f"{kind}_ended-{pid}.db")


def adopt(folder: Path, pid: int) -> None:
    """Continue the sums of one ended process in the new process `pid`, before it counts anything."""
    for kind in SUMS:
        for path in folder.glob(f"{kind}_ended-*.db"):
            try:
                path.rename(folder / f"{kind}_{pid}.db")
            except FileNotFoundError:  # another new process was faster
                continue
            break


def remove(folder: Path) -> None:
    """Remove the folder when gunicorn ends."""
    shutil.rmtree(folder, ignore_errors=True)


def _is_own_folder(path: Path) -> bool:
    """Return whether `path` is a folder of this user. Everyone may write into its parent, also links to folders."""
    try:
        found = path.lstat()
    except FileNotFoundError:  # another gunicorn removes it, too
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
