"""Packages: the output of one processing of a source, which goes live as a whole or not at all.

A package is a folder with a random name, so two workers never write into the same one. Its files are moved in, its rows
are written, and then one conditional update makes it live. The package before is removed after its last viewers.
"""

import hashlib
import io
import logging
import os
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import transaction

from video_pages.library import local_files, paths
from video_pages.library.models import Rendition, VideoFile
from video_pages.library.storage import StorageAway, protected_storage

logger = logging.getLogger(__name__)

MAX_BIT_RATE = 2**31 - 1
"""The largest value of the columns for bits per second; a higher rate is stored as this one."""


@dataclass(frozen=True)
class MadeRendition:
    """A rendition in a workspace: its media file, and its `transcoding.hls.MediaPlaylist` or None."""

    name: str
    kind: str
    media: Path
    codecs: str = ""
    playlist: Any = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    is_copy: bool = False
    language: str = ""
    label: str = ""
    is_default: bool = False


@dataclass(frozen=True)
class StoredRendition(MadeRendition):
    """A rendition whose media file is in the library as `stored_name`, with its size in bytes and its SHA-256.

    `media` is where `place` puts it for children to read.
    """

    stored_name: str = ""
    size_bytes: int = 0
    sha256: str = ""


def place(made: MadeRendition) -> Path:
    """Return the local path of the media file of `made`; if it is in the library alone, it is put there first."""
    if isinstance(made, StoredRendition) and not made.media.exists():
        local_files.place_copy(made.stored_name, made.media)
    return made.media


def new_package() -> str:
    """Return a random name for a new package."""
    return secrets.token_hex(6)


def keep_rendition(
    video_file: VideoFile,
    package: str,
    made: MadeRendition,
    *,
    playlist_text: str = "",
    on_tick: Callable[[], object] | None = None,
) -> Rendition:
    """Move the files of the MadeRendition `made` into `package`; return its unsaved Rendition row.

    That of a StoredRendition is copied, and stays. Raises NotRegularFile if the media file is a link or the like.
    """
    filename = paths.media_of(made.name)
    if isinstance(made, StoredRendition):
        size, digest = made.size_bytes, made.sha256
        local_files.copy(made.stored_name, paths.made_name(video_file.uuid, package, filename), on_tick=on_tick)
    else:
        size, digest = keep_file(video_file, package, filename, made.media, on_tick=on_tick)
    if playlist_text:
        keep_text(video_file, package, paths.playlist_of(made.name), playlist_text)
    return Rendition(
        video_file=video_file,
        package=package,
        kind=made.kind,
        name=made.name,
        is_copy=made.is_copy,
        codecs=made.codecs,
        width=made.width,
        height=made.height,
        frame_rate=made.frame_rate,
        bandwidth=min(made.playlist.bandwidth, MAX_BIT_RATE) if made.playlist else 0,
        average_bandwidth=min(made.playlist.average_bandwidth, MAX_BIT_RATE) if made.playlist else 0,
        size_bytes=size,
        sha256=digest,
        language=made.language,
        label=made.label,
        is_default=made.is_default,
    )


def keep_file(
    video_file: VideoFile,
    package: str,
    filename: str,
    path: str | os.PathLike[str],
    *,
    on_tick: Callable[[], object] | None = None,
) -> tuple[int, str]:
    """Move the regular file at `path` into `package` as `filename`; return (size in bytes, SHA-256 in hex).

    `on_tick()` is called for each block that is read: reading a large file takes minutes. Raises what
    `local_files.move_in` raises.
    """
    digest = hashlib.sha256()

    def read(block: bytes) -> None:
        digest.update(block)
        if on_tick:
            on_tick()

    size = local_files.move_in(path, paths.made_name(video_file.uuid, package, filename), on_block=read)
    return size, digest.hexdigest()


def keep_text(video_file: VideoFile, package: str, filename: str, text: str) -> None:
    """Write `text` into `package` as `filename`, whole or not at all."""
    local_files.write(paths.made_name(video_file.uuid, package, filename), io.BytesIO(text.encode()))


def go_live(
    video_file: VideoFile,
    package: str,
    renditions: Collection[Rendition],
    *,
    version: int,
    confirm: Callable[[], object] | None = None,
    **fields: Any,
) -> bool:
    """Make `package`, whose rows are `renditions` and whose files are in place, the live one of `video_file`.

    `fields` are further columns of the VideoFile (`progressive_name`, `has_storyboard`, …). `confirm()` is called
    in the transaction; an exception from it, because the job was stopped, rolls everything back. Returns False, and
    changes nothing, if the source has been replaced or deleted since. The package before is marked for removal.
    """
    with transaction.atomic():
        before = VideoFile.objects.select_for_update().filter(pk=video_file.pk, source_version=version).first()
        if before is None:
            return False
        if confirm:
            confirm()
        Rendition.objects.filter(video_file=video_file).exclude(package=before.package).delete()
        Rendition.objects.filter(video_file=video_file, package=package).delete()
        for rendition in renditions:
            rendition.pk = None
        Rendition.objects.bulk_create(renditions)
        VideoFile.objects.filter(pk=video_file.pk).update(package=package, package_version=version, **fields)
        if before.package and before.package != package:
            Rendition.objects.filter(video_file=video_file, package=before.package).delete()
            discard(before, before.package)
        progressive = fields.get("progressive_name", before.progressive_name)
        if before.progressive_name not in ("", progressive, before.file.name):
            protected_storage().delete(before.progressive_name)
    return True


def discard(video_file: VideoFile, package: str) -> None:
    """Mark the folder of `package` for removal; the worker removes it when its viewers have finished."""
    protected_storage().delete(paths.package_directory(video_file.uuid, package))


def discard_others(video_file: VideoFile, *, keep: Collection[str]) -> None:
    """Mark every package of `video_file` for removal except those in `keep`: killed workers leave packages behind."""
    of_file = PurePosixPath(paths.package_directory(video_file.uuid, "0" * 12)).parent
    try:
        folders, _files = protected_storage().listdir(str(of_file))
    except FileNotFoundError:
        return
    for package in folders:
        if paths.PACKAGE.fullmatch(package) and package not in keep:
            discard(video_file, package)


def remove_leftovers(video_file: VideoFile, *, package: str) -> None:
    """Remove the folder of `package`, which never was live, at once.

    While a bucket can't be used it stays, until the next job of this file marks it (`discard_others`).
    """
    try:
        local_files.remove_folder(paths.package_directory(video_file.uuid, package))
    except StorageAway as error:
        logger.warning("The package %s of the video file %s is left behind. %s", package, video_file.pk, error)
