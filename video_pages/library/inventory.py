"""Compare the files in protected storage with the rows.

`missing_files` starts from the rows: it finds names in a row, or in a storyboard's map, whose files are missing or have
changed. `orphaned_files` starts from the disk: it finds files that no row names. Both work in batches, so that a
library of any size takes the same memory and a few queries for each batch.
"""

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

from video_pages.library import digests, identity, local_files, paths
from video_pages.library.local_files import Entry
from video_pages.library.models import DiscardedFile, Rendition, VideoFile
from video_pages.library.storage import protected_storage

Item = TypeVar("Item")

BATCH = 200
ORPHAN_SECONDS = 60 * 60
"""Age below which a file that no row names may be about to get its row."""
OTHER_NAMES = {"work", identity.NAME}
"""Entries of the storage's root that belong to processes and not to videos; the folder for uploads is a setting."""
SHEET = re.compile(r"^(storyboard-[1-9][0-9]{0,2}\.jpg)#", re.MULTILINE)
MAX_MAP_BYTES = 1024 * 1024
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
        with protected_storage().open(map_name) as file:
            found = set(SHEET.findall(file.read(MAX_MAP_BYTES).decode(errors="replace")))
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
            size = storage.size(one.name)
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
    """Return `names` and their folders: a file is removed if it is marked itself, or the folder of its package.

    Without those that can't have a mark, because no query can ask for them.
    """
    marked = {*names, *(str(PurePosixPath(name).parent) for name in names)}
    return {name for name in marked if paths.is_storable(name)}


def _unnamed(busy: Collection[int], latest: float) -> Iterator[str]:
    for top in local_files.entries():
        if top.name in OTHER_NAMES or top.leads_to(settings.FILE_UPLOAD_TEMP_DIR):
            continue
        if not top.is_folder or not re.fullmatch(r"[0-9a-f]{2}", top.name):
            yield from _files(top, latest)
            continue
        for folders in _batches(local_files.entries(top.name)):
            rows = {row.uuid.hex: row for row in VideoFile.objects.filter(uuid__in=_uuids(folders))}
            for folder in folders:
                row = rows.get(folder.own_name)
                if row is None or not folder.own_name.startswith(top.name):
                    yield from _files(folder, latest)
                elif row.pk not in busy:
                    yield from _unnamed_of(row, folder, latest)


def _unnamed_of(row: VideoFile, folder: Entry, latest: float) -> Iterator[str]:
    """Yield the names in the folder of a video file that its row does not name."""
    named = {row.file.name, row.poster_name, row.progressive_name}
    kept_folders = {str(PurePosixPath(name).parent) for name in named if name}
    for entry in local_files.entries(folder.name):
        is_package = entry.is_folder and paths.PACKAGE.fullmatch(entry.own_name)
        if is_package and entry.own_name == row.package:
            files = _files(entry, latest)
            yield from (one for one in files if not paths.MADE_FILE.fullmatch(one.removeprefix(f"{entry.name}/")))
        elif is_package and entry.name not in kept_folders:
            if _is_older(entry, latest):
                yield entry.name
        else:
            yield from (one for one in _files(entry, latest) if one not in named)


def _files(entry: Entry, latest: float) -> Iterator[str]:
    """Yield the name of `entry`, or the names of all files in it if it is a folder, as far as they are old enough."""
    if entry.is_folder:
        for inner in local_files.entries(entry.name):
            yield from _files(inner, latest)
    elif _is_older(entry, latest):
        yield entry.name


def _is_older(entry: Entry, latest: float) -> bool:
    """Return whether `entry` is there and was neither written to nor moved since `latest`."""
    changed_at = entry.changed_at()
    return changed_at is not None and changed_at <= latest


def _uuids(entries: Iterable[Entry]) -> list[uuid.UUID]:
    return [uuid.UUID(entry.own_name) for entry in entries if re.fullmatch(r"[0-9a-f]{32}", entry.own_name)]


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield `items` in lists of at most BATCH."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
