"""Copy the library from one storage to the other while the site serves, and compare both.

A name that the target has already is not copied again, unless the source was written later or has another size: so a
copy that was killed goes on where it stopped. The comparison reads every byte on both sides.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.conf import settings

from video_pages.library import digests
from video_pages.library.local_files import UNFINISHED, Entry, files_of
from video_pages.library.storage import StorageAway, storage_of

OTHER_FOLDERS = {"work"}
"""Folders of the library's directory that belong to processes; the one for uploads is a setting."""
OTHER = {"files": "s3", "s3": "files"}
"""The storage that the library moves from, by the one that it moves to."""
MOVING = ".moving"
TRIES = 5
PAUSE_SECONDS = 2.0
"""Pause before the second try for a file while the bucket does not answer, doubled after each further one."""

Result = TypeVar("Result")
logger = logging.getLogger(__name__)

Report = Callable[[str, str], object]
"""Called with a name and what was done with it: copied, kept, gone, or different."""


@dataclass
class Counts:
    """Numbers of files: `copied` now, `kept` because they were there, `gone` while they were copied; and of bytes."""

    copied: int = 0
    kept: int = 0
    gone: int = 0
    copied_bytes: int = 0


def copy_library(source: str, target: str, report: Report) -> Counts:
    """Copy what the storage `target` lacks from the storage `source` (values of LIBRARY_STORAGE); return the Counts.

    Raises StorageAway if the bucket does not answer for a minute, OSError if the disk is full. Can be repeated.
    """
    counts = Counts()
    for entry in walk(source):
        try:
            if patiently(partial(_is_there, entry, source, target)):
                counts.kept += 1
                report(entry.name, "kept")
                continue
            counts.copied_bytes += patiently(partial(_copy, entry.name, source, target))
            counts.copied += 1
            report(entry.name, "copied")
        except FileNotFoundError:  # the worker has removed it, or an editor has replaced it
            counts.gone += 1
            report(entry.name, "gone")
    return counts


def differences(source: str, target: str, report: Report) -> Iterator[str]:
    """Yield the names whose bytes are not the same in both storages; `report` hears of every name.

    What the source no longer has when it is read counts as no difference.
    """
    for entry in walk(source):
        equal = is_equal(entry.name, source, target)
        report(entry.name, "equal" if equal else "different")
        if not equal:
            yield entry.name


def is_equal(name: str, source: str, target: str) -> bool:
    """Return whether the file `name` has the same SHA-256 in both; True if the source no longer has it."""
    try:
        wanted = patiently(partial(_digest, source, name))
    except FileNotFoundError:
        return True
    try:
        return patiently(partial(_digest, target, name)) == wanted
    except FileNotFoundError:
        return False


def walk(kind: str, folder: str = "") -> Iterator[Entry]:
    """Yield every file of the storage `kind` that belongs to the library, in the order of the names."""
    for entry in files_of(kind).entries(folder):
        if entry.is_folder:
            if folder or not (entry.name in OTHER_FOLDERS or entry.leads_to(settings.FILE_UPLOAD_TEMP_DIR)):
                yield from walk(kind, entry.name)
        elif not entry.name.endswith((UNFINISHED, MOVING)):
            yield entry


def copy_again(name: str, source: str, target: str) -> None:
    """Copy the file `name` whatever the target has. Raises FileNotFoundError and StorageAway."""
    patiently(partial(_copy, name, source, target))


def patiently(work: Callable[[], Result]) -> Result:
    """Return `work()`, tried again for a minute while the bucket does not answer. Raises StorageAway."""
    for attempt in range(1, TRIES):
        try:
            return work()
        except StorageAway as error:
            logger.warning("%s Tried again.", error)
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
    return work()


def _is_there(entry: Entry, source: str, target: str) -> bool:
    """Return whether `target` has a file of this name and size that was not written before that of the source.

    Servers tell whole seconds. What was written in the second of its copy is found by the comparison of digests.
    """
    written_at = entry.changed_at()
    if written_at is None:
        raise FileNotFoundError(entry.name)
    storage = storage_of(target)
    try:
        size, copied_at = storage.size(entry.name), storage.get_modified_time(entry.name).timestamp()
    except FileNotFoundError:
        return False
    return size == storage_of(source).size(entry.name) and copied_at >= int(written_at)


def _copy(name: str, source: str, target: str) -> int:
    """Copy one file; return its size in bytes."""
    with storage_of(source).open(name) as content:
        files_of(target).write(name, content, unfinished=MOVING)
        return content.tell()


def _digest(kind: str, name: str) -> str:
    with storage_of(kind).open(name) as content:
        return digests.sha256_of(content)
