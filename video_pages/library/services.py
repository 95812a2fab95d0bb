"""The only writers of a VideoFile's facts, images and source."""

import os
from typing import Any, Protocol

from django.core.files import File
from django.db import transaction
from django.db.models import Q

from video_pages.library import local_files, paths, sources
from video_pages.library.models import LIVE_COLUMNS, VideoFile
from video_pages.library.results import open_result
from video_pages.library.storage import protected_storage

# A WebP of 16x9 pixels is about 100 bytes; a larger image is not a still and must not reach a public page.
MAX_STILL_CHARACTERS = 1500


class SourceFacts(Protocol):
    """The facts of a source that are columns of a VideoFile; the probe's `transcoding.facts.Facts` has them."""

    @property
    def container(self) -> str: ...
    @property
    def video_codec(self) -> str: ...
    @property
    def audio_codec(self) -> str: ...
    @property
    def pixel_format(self) -> str: ...
    @property
    def frame_rate(self) -> float | None: ...
    @property
    def duration_seconds(self) -> float: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    def as_dict(self) -> dict[str, Any]: ...


class NamedFile(Protocol):
    """The name and the size in bytes of a file, whether it is open here or not."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...


def describe_upload(video_file: VideoFile, upload: NamedFile) -> VideoFile:
    """Set the name and size of the uploaded file `upload` on the unsaved `video_file`, and return it.

    The facts of an earlier source are cleared. Its poster stays until that of the new source is made.
    """
    video_file.original_filename = os.path.basename(upload.name or "")[-255:]
    video_file.size_bytes = upload.size or 0
    video_file.sha256 = ""
    video_file.container = video_file.video_codec = video_file.audio_codec = video_file.pixel_format = ""
    video_file.frame_rate = video_file.width = video_file.height = None
    video_file.duration = 0
    video_file.facts, video_file.chapters = {}, []
    return video_file


def apply_facts(video_file: VideoFile, facts: SourceFacts) -> list[str]:
    """Set the probe's `facts` on `video_file` without saving it, and return the names of the fields."""
    video_file.container = facts.container
    video_file.video_codec = facts.video_codec
    video_file.audio_codec = facts.audio_codec
    video_file.pixel_format = facts.pixel_format
    video_file.frame_rate = facts.frame_rate
    video_file.facts = facts.as_dict()
    for name, value in live_values(facts).items():
        setattr(video_file, name, value)
    return ["container", "video_codec", "audio_codec", "pixel_format", "frame_rate", "facts", *live_values(facts)]


def live_values(facts: SourceFacts) -> dict[str, Any]:
    """Return the columns in `LIVE_COLUMNS` for a video that was made from the source with these `facts`."""
    return {
        "duration": facts.duration_seconds,
        "width": facts.width,
        "height": facts.height,
        "chapters": list(facts.as_dict()["chapters"]),
    }


def record_facts(video_file: VideoFile, facts: SourceFacts, *, version: int) -> bool:
    """Write the probe's `facts` of source `version`; return False if the source has been replaced since.

    While the package of an earlier source is live, the columns in `LIVE_COLUMNS` stay those of that package.
    """
    values = {name: getattr(video_file, name) for name in apply_facts(video_file, facts)}
    of_version = VideoFile.objects.filter(pk=video_file.pk, source_version=version)
    with transaction.atomic():
        plays_now = of_version.filter(Q(package_version=None) | Q(package_version=version))
        plays_now.update(**{name: values.pop(name) for name in LIVE_COLUMNS})
        return bool(of_version.update(**values))


def attach_poster(video_file: VideoFile, jpeg_path: str | os.PathLike[str], still: str, *, version: int) -> bool:
    """Copy the JPEG at `jpeg_path` into the library as the poster of source `version`, with its `still`.

    `still` is a `data:` address of at most 16x9 pixels. A poster that an editor chose for this source stays.
    Returns False, and changes nothing, if the source has been replaced or deleted since. Raises ValueError for a
    still that is too large, NotRegularFile for a JPEG that is a link or the like.
    """
    if still and (not still.startswith("data:image/") or len(still) > MAX_STILL_CHARACTERS):
        raise ValueError(f"a still of {len(still)} characters is no still")
    storage = protected_storage()
    name = paths.poster_name(video_file.uuid, version)
    of_version = VideoFile.objects.filter(pk=video_file.pk, source_version=version)
    row = of_version.first()
    was_chosen = row is not None and _is_chosen(row, version)
    if row is None or (was_chosen and storage.exists(name)):
        return row is not None
    if storage.is_remote:  # before the transaction: a bucket may take a minute
        _write_poster(name, jpeg_path)
    with transaction.atomic():
        row = of_version.select_for_update().first()
        if row is None:
            # The row of a later source names this poster until it has its own.
            if storage.is_remote and not VideoFile.objects.filter(pk=video_file.pk, poster_version=version).exists():
                storage.delete(name)
            return False
        if _is_chosen(row, version) and not was_chosen:  # an editor was first
            return True
        if not storage.is_remote:
            _write_poster(name, jpeg_path)
        of_version.update(poster_version=version, still=still, poster_is_chosen=False)
        if row.poster_version not in (None, version):
            storage.delete(paths.poster_name(row.uuid, row.poster_version))
    return True


def _is_chosen(row: VideoFile, version: int) -> bool:
    """Return whether an editor chose the poster of this source."""
    return row.poster_is_chosen and row.poster_version == version


def _write_poster(name: str, jpeg_path: str | os.PathLike[str]) -> None:
    with open_result(jpeg_path) as jpeg:
        local_files.write(name, jpeg)


def replace_source(
    video_file: VideoFile, upload: File | sources.SentSource, facts: SourceFacts | None = None, *, sha256: str = ""
) -> VideoFile:
    """Give `video_file` a new source, an uploaded file or an object; its pages and address stay. Saves the row.

    `facts` are those of the probe and `sha256` is the digest in hexadecimal, if they are known. The new file is
    written, the row is committed, and the old file is marked for removal: in this order. The live package stays, with
    the columns in `LIVE_COLUMNS`, until the new source is processed.
    """
    storage = protected_storage()
    old_name = video_file.file.name
    with transaction.atomic():
        current = VideoFile.objects.select_for_update().get(pk=video_file.pk)
        video_file.source_version = current.source_version + 1
        describe_upload(video_file, upload)
        if facts is not None:
            apply_facts(video_file, facts)
        video_file.sha256 = sha256
        video_file.package = current.package  # decides whether `save` writes the columns in LIVE_COLUMNS
        video_file.file = sources.stored_or(upload, video_file)
        video_file.save()
        if current.package:
            for name in LIVE_COLUMNS:
                setattr(video_file, name, getattr(current, name))
        if old_name and old_name != video_file.file.name:
            storage.delete(old_name)  # the mark is written with the row, the bytes go later
    return video_file
