"""What is in protected storage against what should be: sets of names, and their differences.

`missing_files` starts from the rows: it finds names in a row, or in a storyboard's map, whose files are missing or have
changed. `orphaned_files` starts from the disk: it finds files that no row names. Both work in batches, so that a
library of any size takes the same memory and a few queries for each batch.
"""

import os
import re
import time
import uuid
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import PurePosixPath

from django.conf import settings

from video_pages.library import digests, identity, paths
from video_pages.library.models import DiscardedFile, Rendition, VideoFile
from video_pages.library.storage import protected_storage

BATCH = 200
ORPHAN_SECONDS = 60 * 60
"""Age below which a file that no row names may be on its way in."""
OUR_FOLDERS = {"work", identity.NAME}
"""Folders in the storage's root that belong to processes and not to videos; the one for uploads is a setting."""
SHEET = re.compile(r"^(storyboard-[1-9][0-9]{0,2}\.jpg)#", re.MULTILINE)
MAX_MAP_CHARACTERS = 1024 * 1024
VERSION = re.compile(r"v[0-9]{1,10}")


class FileFault(StrEnum):
    """What may be wrong with one file."""

    MISSING = "missing"
    SIZE = "size"
    DIGEST = "digest"


@dataclass(frozen=True)
class ExpectedFile:
    """A name in protected storage, and what is known of the file; None and "" are unknown."""

    name: str
    is_source: bool = False
    size_bytes: int | None = None
    sha256: str = ""


def expected_files(video_file, renditions):
    """Return what should be there of `video_file`, whose live package has the rows `renditions`."""
    package, key = video_file.package, video_file.uuid
    wanted = [ExpectedFile(video_file.file.name, True, video_file.size_bytes or None, video_file.sha256)]
    if video_file.has_poster:
        wanted.append(ExpectedFile(video_file.poster_name))
    names = {paths.playlist_of(row.name) for row in renditions if row.kind != Rendition.Kind.PROGRESSIVE}
    if names:
        names.add(paths.MASTER_PLAYLIST)
    if package and video_file.has_storyboard:
        names |= {paths.STORYBOARD_MAP, *_sheets(paths.made_name(key, package, paths.STORYBOARD_MAP))}
    if package:
        names |= {paths.frame_image(number) for number in range(1, video_file.frame_count + 1)}
    wanted += [ExpectedFile(paths.made_name(key, package, name)) for name in sorted(names)]
    for row in renditions:
        media = paths.made_name(key, package, paths.media_of(row.name))
        wanted.append(ExpectedFile(media, False, row.size_bytes or None, row.sha256))
    known = {one.name for one in wanted}
    if video_file.progressive_name and video_file.progressive_name not in known:
        wanted.append(ExpectedFile(video_file.progressive_name))
    return wanted


def _sheets(map_name):
    """The file names of the sheets that the storyboard's map, called `map_name` in the storage, leads to."""
    try:
        with open(protected_storage().path(map_name), encoding="utf-8", errors="replace") as file:
            found = set(SHEET.findall(file.read(MAX_MAP_CHARACTERS)))
    except (FileNotFoundError, NotADirectoryError):
        found = set()
    return found or {paths.storyboard_sheet(1)}


def missing_files(wanted, *, with_digests=False):
    """Yield (Expected, Wrong) for each of `wanted` that is missing, or is not what it was."""
    storage = protected_storage()
    for one in wanted:
        try:
            size = os.stat(storage.path(one.name)).st_size
            if one.size_bytes is not None and size != one.size_bytes:
                yield one, FileFault.SIZE
            elif with_digests and one.sha256 and digests.stored_sha256(one.name) != one.sha256:
                yield one, FileFault.DIGEST
        except (FileNotFoundError, NotADirectoryError):
            yield one, FileFault.MISSING


def with_renditions(video_files):
    """Yield (VideoFile, [Rendition of its live package]) for a queryset, a batch at a time and in its order."""
    for files in _batches(video_files.iterator(chunk_size=BATCH)):
        rows = {file.pk: [] for file in files}
        live = {file.pk: file.package for file in files}
        for row in Rendition.objects.filter(video_file__in=rows).order_by("pk"):
            if row.package == live[row.video_file_id]:
                rows[row.video_file_id].append(row)
        for file in files:
            yield file, rows[file.pk]


def orphaned_files(*, busy=frozenset(), older_than_seconds=ORPHAN_SECONDS, now=None):
    """Yield the names of files, and of folders of packages, that no row names and that are not marked to be removed.

    `busy` are the ids of video files that are being processed: nothing of theirs is an orphan. `now` is in seconds
    since the epoch.
    """
    latest = (time.time() if now is None else now) - older_than_seconds
    for names in _batches(_unnamed(busy, latest)):
        marked = set(DiscardedFile.objects.filter(name__in=_ways_to_mark(names)).values_list("name", flat=True))
        yield from (name for name in names if not marked.intersection(_ways_to_mark([name])))


def _ways_to_mark(names):
    """A file goes when it is marked itself, and when the folder of its package is."""
    return {*names, *(str(PurePosixPath(name).parent) for name in names)}


def _unnamed(busy, latest):
    root = protected_storage().location
    temporary = os.path.realpath(settings.FILE_UPLOAD_TEMP_DIR)
    for top in _entries(root):
        if top.name in OUR_FOLDERS or os.path.realpath(top.path) == temporary:
            continue
        if not top.is_dir(follow_symlinks=False) or not re.fullmatch(r"[0-9a-f]{2}", top.name):
            yield from _files(top, top.name, latest)
            continue
        for folders in _batches(_entries(top.path)):
            rows = {row.uuid.hex: row for row in VideoFile.objects.filter(uuid__in=_uuids(folders))}
            for folder in folders:
                row = rows.get(folder.name)
                if row is None or not folder.name.startswith(top.name):
                    yield from _files(folder, f"{top.name}/{folder.name}", latest)
                elif row.pk not in busy:
                    yield from _unnamed_of(row, folder, latest)


def _unnamed_of(row, folder, latest):
    """Yield what the row of a video file does not name in its folder."""
    named = {row.file.name, row.poster_name, row.progressive_name}
    kept_folders = {str(PurePosixPath(name).parent) for name in named if name}
    of_file = f"{folder.name[:2]}/{folder.name}"
    for entry in _entries(folder.path):
        name = f"{of_file}/{entry.name}"
        is_package = entry.is_dir(follow_symlinks=False) and paths.PACKAGE.fullmatch(entry.name)
        if is_package and entry.name == row.package:
            files = _files(entry, name, latest)
            yield from (one for one in files if not paths.MADE_FILE.fullmatch(one.removeprefix(f"{name}/")))
        elif is_package and name not in kept_folders:
            if _is_older(entry, latest):
                yield name
        else:
            yield from (one for one in _files(entry, name, latest) if one not in named)


def _files(entry, name, latest):
    """Yield the names of `entry`, which is called `name`, or of everything in it, as far as it is old enough."""
    if entry.is_dir(follow_symlinks=False):
        for inner in _entries(entry.path):
            yield from _files(inner, f"{name}/{inner.name}", latest)
    elif _is_older(entry, latest):
        yield name


def _is_older(entry, latest):
    """True if nothing was written there since `latest`; a file that was moved in counts from then."""
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    return max(found.st_mtime, found.st_ctime) <= latest


def _entries(folder):
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # such as lost+found on a volume of its own
        return []


def _uuids(entries):
    return [uuid.UUID(entry.name) for entry in entries if re.fullmatch(r"[0-9a-f]{32}", entry.name)]


def _batches(items):
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch
