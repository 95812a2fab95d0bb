"""The poster that an editor chooses: a frame of the video, or an image. It stays when the source is processed again."""

import hashlib
import io
from collections.abc import Callable
from contextlib import nullcontext

from django.db import transaction

from video_pages.library import local_files, paths
from video_pages.library.models import VideoFile
from video_pages.library.stills import still_address
from video_pages.library.storage import protected_storage


class NoSuchFrame(LookupError):
    """The live package has no frame with this number."""


def choose_frame(video_file: VideoFile, number: int, *, admit: Callable[[], bool] | None = None) -> None:
    """Make frame `number` (from 1) of the live package the poster of `video_file`. Raises NoSuchFrame.

    `admit` is that of `use_image`.
    """
    if not (video_file.package and 1 <= number <= video_file.frame_count):
        raise NoSuchFrame(number)
    try:
        with protected_storage().open(frame_name(video_file, number)) as frame:
            jpeg = frame.read()
    except FileNotFoundError as error:
        raise NoSuchFrame(number) from error
    use_image(video_file, jpeg, admit=admit)


def use_image(
    video_file: VideoFile,
    jpeg_bytes: bytes,
    *,
    version: int | None = None,
    admit: Callable[[], bool] | None = None,
) -> bool:
    """Make a JPEG that this site has drawn the poster of `video_file`, with a still of it; no address changes.

    It belongs to the source of the present poster: a new source gets a new one. Returns False, and changes nothing, if
    `version` is given and the source is another one by now, or if `admit` returns False. `admit` is called before the
    file is written: in files within the same transaction, while the row is locked.
    """
    still = still_address(io.BytesIO(jpeg_bytes))
    is_remote = protected_storage().is_remote
    rows = VideoFile.objects.all() if is_remote else VideoFile.objects.select_for_update()
    while True:
        # In files, the row is locked while the file is written. A bucket may take a minute: no transaction is open.
        with nullcontext() if is_remote else transaction.atomic():
            row = rows.get(pk=video_file.pk)
            if version is not None and row.source_version != version:
                return False
            if admit is not None and not admit():
                return False
            of_source = row.poster_version or row.source_version
            name = paths.poster_name(row.uuid, of_source)
            local_files.write(name, io.BytesIO(jpeg_bytes))
            same = rows.filter(pk=row.pk, source_version=row.source_version, poster_version=row.poster_version)
            if same.update(poster_version=of_source, still=still, poster_is_chosen=True):
                if is_remote:  # a job may have written its own between the two
                    local_files.write(name, io.BytesIO(jpeg_bytes))
                return True
            if not VideoFile.objects.filter(pk=row.pk, poster_version=of_source).exists():
                protected_storage().delete(name)


def frame_name(video_file: VideoFile, number: int) -> str:
    """Return the name in protected storage of frame `number` of the live package."""
    return paths.made_name(video_file.uuid, video_file.package, paths.frame_image(number))


def different_frames(video_file: VideoFile) -> list[tuple[int, bool]]:
    """Return [(number, whether it is the poster)] of the frames of the live package; a repeated frame is left out.

    Frames are compared byte for byte: packages of earlier versions of this program contain some frames twice.
    """
    count = video_file.frame_count if video_file.package else 0
    poster = _digest(video_file.poster_name) if video_file.has_poster else None
    found: dict[bytes | int, tuple[int, bool]] = {}
    for number in range(1, count + 1):
        digest = _digest(frame_name(video_file, number))
        found.setdefault(digest or number, (number, digest is not None and digest == poster))
    return list(found.values())


def _digest(name: str) -> bytes | None:
    """Return a digest of the file `name` in protected storage, or None if there is none."""
    try:
        with protected_storage().open(name) as file:
            return hashlib.sha256(file.read()).digest()
    except FileNotFoundError:
        return None
