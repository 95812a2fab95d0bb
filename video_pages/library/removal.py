"""Remove the files that are marked as deleted and that no row names."""

import datetime as dt
import logging
import re
from collections.abc import Collection
from pathlib import PurePosixPath

from django.db.models import Q

from video_pages.core import clock
from video_pages.library import identity, local_files, paths
from video_pages.library.models import DiscardedFile, VideoFile
from video_pages.library.storage import GRACE, StorageAway, protected_storage

NAME_BY_PATHS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}/(?:v\d+/|[0-9a-f]{12}(?:/|\Z))")
"""The beginning of a name that `paths` returned; another name in the storage is that of a single file."""

logger = logging.getLogger(__name__)


class StillThere(OSError):
    """Files in a folder that was to be removed could not be removed."""


def remove_discarded(
    *, now: dt.datetime | None = None, grace: dt.timedelta = GRACE, keep: Collection[str] = frozenset()
) -> int:
    """Remove the files that were marked more than `grace` ago and that no row names; return their number.

    The images made from a source are removed with it, unless the row still names them. An orphan stays until its time
    is over, and so does every other source in a folder that is not used any more, and what is called as one of `keep`.
    One that can't be removed keeps its mark for the next time, and the others are removed. Raises StorageAway.
    """
    now = now or clock.now()
    removed = 0
    failed: dict[str, OSError] = {}
    due = DiscardedFile.objects.to_be_removed(now).filter(marked_at__lte=now - grace)
    for mark in due.order_by("pk").iterator():
        if mark.name in keep:
            continue
        try:
            removed += _remove(mark.name)
        except StorageAway as error:
            if not identity.state().is_usable:
                raise
            failed[mark.name] = error  # the bucket answers, and refuses this name
        except OSError as error:
            failed[mark.name] = error
        else:
            mark.delete()
    if failed:
        name, problem = next(iter(failed.items()))
        logger.error(
            "%s deleted files could not be removed, such as %s; they are tried again. %s", len(failed), name, problem
        )
    return removed


def _remove(name: str) -> bool:
    """Remove the file or folder `name` with the folders that are unused then, unless a row names it. Raises OSError."""
    if VideoFile.objects.filter(Q(file=name) | Q(progressive_name=name)).exists():
        return False
    for folder in map(str, _unused_folders(PurePosixPath(name))):
        local_files.remove_folder(folder)
        if local_files.is_folder(folder):
            raise StillThere(f"files in {folder} are still there")
    if not local_files.is_folder(name):  # a package that is live again stays
        protected_storage().remove_now(name)
    return True


def _unused_folders(name: PurePosixPath) -> list[PurePosixPath]:
    """Return the folders that are unused after the removal of the file `name`: see `paths.directory`.

    A folder with another source is in use: that source has a mark of its own, or is an orphan.
    """
    if not NAME_BY_PATHS.match(str(name)):
        return []
    if len(name.parts) == 3:
        return [] if VideoFile.objects.filter(uuid=name.parent.name, package=name.name).exists() else [name]
    if len(name.parts) != 4:
        return []
    of_file, of_version = name.parents[1], name.parent
    columns = ("file", "source_version", "poster_version", "progressive_name")
    row = VideoFile.objects.filter(uuid=of_file.name).values(*columns).first()
    if row is None:
        return [] if _has_other_source(of_file, name) else [of_file]
    if paths.PACKAGE.fullmatch(of_version.name) or row["progressive_name"].startswith(f"{of_version}/"):
        return []
    if int(of_version.name.removeprefix("v")) > row["source_version"]:
        # A replacement failed. The next one may have been sent to this folder, and its row not be committed yet.
        return []
    if DiscardedFile.objects.filter(name__startswith=f"{of_version}/").exclude(name=str(name)).exists():
        # Another source that was sent to this folder, whose row may come, or whose mark is due later.
        return []
    if _has_other_source(of_version, name):
        return []
    in_use = PurePosixPath(row["file"]).parent == of_version or f"v{row['poster_version']}" == of_version.name
    return [] if in_use else [of_version]


def _has_other_source(folder: PurePosixPath, name: PurePosixPath) -> bool:
    """Return whether `folder`, that of one version or of all, has a source beside the file `name`."""
    for entry in local_files.entries(str(folder)):
        is_version = entry.is_folder and not paths.PACKAGE.fullmatch(entry.own_name)
        if is_version and _has_other_source(PurePosixPath(entry.name), name):
            return True
        if entry.name != str(name) and paths.is_source(entry.name):
            return True
    return False
