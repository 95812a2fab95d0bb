"""Compare the files in protected storage with the rows.

`missing_files` starts from the rows: it finds names in a row, or in a storyboard's map, whose files are missing or have
changed. `orphaned_files` starts from the disk: it finds files that no row names. Both work in batches, so that a
library of any size takes the same memory and a few queries for each batch.
"""

import os
import re
import time
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import PurePosixPath
from typing import TypeVar

from django.conf import settings
from django.db.models import QuerySet

from video_pages.library import digests, identity, paths
from video_pages.library.models import DiscardedFile, Rendition, VideoFile
from video_pages.library.storage import protected_storage

Item = TypeVar("Item")

BATCH = 200
ORPHAN_SECONDS = 60 * 60
"""Age below which a file that no row names may be about to get its row."""
OTHER_NAMES = {"work", identity.NAME}
"""Entries of the storage's root that belong to processes and not to videos; the folder for uploads is a setting."""
SHEET = re.compile(r"^(storyboard-[1-9][0-9]{0,2}\.jpg)#", re.MULTILINE)
MAX_MAP_CHARACTERS = 1024 * 1024
VERSION = re.compile(r"v[0-9]{1,10}")


class FileFault(StrEnum):
    """A fault of one file."""

    MISSING = "missing"
    SIZE = "size"
    DIGEST = "digest"


@dataclass(frozen=True)
class ExpectedFile:
    """A name in protected storage with the known size and digest of the file; None and "" are unknown."""

    name: str
    is_source: bool = False
    size_bytes: int | None = None
    sha256: str = ""


def expected_files(video_file: VideoFile, renditions: Iterable[Rendition]) -> list[ExpectedFile]:
    """Return the files that `video_file` should have; its live package has the rows `renditions`."""
    package, key = video_file.package, video_file.uuid
    wanted = [ExpectedFile(video_file.file.name or "", True, video_file.size_bytes or None, video_file.sha256)]
    if video_file.has_poster:
        wanted.append(ExpectedFile(video_file.poster_name))
    renditions = list(renditions)
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


def _sheets(map_name: str) -> set[str]:
    """Return the file names of the sheets that the storyboard's map, stored as `map_name`, lists."""
    try:
        with open(protected_storage().path(map_name), encoding="utf-8", errors="replace") as file:
            found = set(SHEET.findall(file.read(MAX_MAP_CHARACTERS)))
    except (FileNotFoundError, NotADirectoryError):
        found = set()
    return found or {paths.storyboard_sheet(1)}


def missing_files(
    wanted: Iterable[ExpectedFile], *, with_digests: bool = False
) -> Iterator[tuple[ExpectedFile, FileFault]]:
    """Yield (ExpectedFile, FileFault) for each of `wanted` that is missing or has changed."""
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


def with_renditions(video_files: QuerySet[VideoFile]) -> Iterator[tuple[VideoFile, list[Rendition]]]:
    """Yield (VideoFile, [Rendition of its live package]) for a queryset, a batch at a time and in its order."""
    for files in _batches(video_files.iterator(chunk_size=BATCH)):
        rows: dict[int, list[Rendition]] = {file.pk: [] for file in files}
        live = {file.pk: file.package for file in files}
        for row in Rendition.objects.filter(video_file__in=rows).order_by("pk"):
            if row.package == live[row.video_file_id]:
                rows[row.video_file_id].append(row)
        for file in files:
            yield file, rows[file.pk]


def orphaned_files(
    *, busy: Collection[int] = frozenset(), older_than_seconds: float = ORPHAN_SECONDS, now: float | None = None
) -> Iterator[str]:
    """Yield the names of files, and of folders of packages, that no row names and that are not marked for removal.

    `busy` are the ids of video files that are being processed: their files are no orphans. `now` is in seconds
    since the epoch.
    """
    latest = (time.time() if now is None else now) - older_than_seconds
    for names in _batches(_unnamed(busy, latest)):
        marked = set(DiscardedFile.objects.filter(name__in=_with_folders(names)).values_list("name", flat=True))
        yield from (name for name in names if not marked.intersection(_with_folders([name])))


def _with_folders(names: Collection[str]) -> set[str]:
    """Return `names` and their folders: a file is removed if it is marked itself, or the folder of its package."""
    return {*names, *(str(PurePosixPath(name).parent) for name in names)}


def _unnamed(busy: Collection[int], latest: float) -> Iterator[str]:
    root = protected_storage().location
    temporary = os.path.realpath(settings.FILE_UPLOAD_TEMP_DIR)
    for top in _entries(root):
        if top.name in OTHER_NAMES or os.path.realpath(top.path) == temporary:
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


def _unnamed_of(row: VideoFile, folder: os.DirEntry[str], latest: float) -> Iterator[str]:
    """Yield the names in the folder of a video file that its row does not name."""
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


def _files(entry: os.DirEntry[str], name: str, latest: float) -> Iterator[str]:
    """Yield `name`, the name of the file `entry`, or the names of all files in the folder `entry`, if old enough."""
    if entry.is_dir(follow_symlinks=False):
        for inner in _entries(entry.path):
            yield from _files(inner, f"{name}/{inner.name}", latest)
    elif _is_older(entry, latest):
        yield name


def _is_older(entry: os.DirEntry[str], latest: float) -> bool:
    """Return whether `entry` was neither written to nor moved since `latest`."""
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    return max(found.st_mtime, found.st_ctime) <= latest


def _entries(folder: str | os.PathLike[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # such as lost+found on a volume of its own
        return []


def _uuids(entries: Iterable[os.DirEntry[str]]) -> list[uuid.UUID]:
    return [uuid.UUID(entry.name) for entry in entries if re.fullmatch(r"[0-9a-f]{32}", entry.name)]


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield `items` in lists of at most BATCH."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
