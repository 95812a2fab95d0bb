"""The only writers of a VideoFile's facts, images and source; and the removal of files that no row names."""

import datetime as dt
import os
import re
from pathlib import PurePosixPath
from typing import Any, Protocol

from django.core.files import File
from django.db import transaction
from django.db.models import Q

from video_pages.core import clock
from video_pages.library import local_files, paths, sources
from video_pages.library.models import LIVE_COLUMNS, DiscardedFile, VideoFile
from video_pages.library.results import open_result
from video_pages.library.storage import GRACE, protected_storage

# A WebP of 16x9 pixels is about 100 bytes; a larger image is not a still and must not reach a public page.
MAX_STILL_CHARACTERS = 1500
NAME_BY_PATHS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}/(?:v\d+/|[0-9a-f]{12}(?:/|\Z))")
"""The beginning of a name that `paths` returned; another name in the storage is that of a single file."""


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
    Returns False, and writes nothing, if the source has been replaced or deleted since. Raises ValueError for a
    still that is too large, NotRegularFile for a JPEG that is a link or the like.
    """
    if still and (not still.startswith("data:image/") or len(still) > MAX_STILL_CHARACTERS):
        raise ValueError(f"a still of {len(still)} characters is no still")
    storage = protected_storage()
    name = paths.poster_name(video_file.uuid, version)
    with transaction.atomic():
        row = VideoFile.objects.select_for_update().filter(pk=video_file.pk, source_version=version).first()
        is_chosen = row is not None and row.poster_is_chosen and row.poster_version == version
        if row is None or (is_chosen and storage.exists(name)):
            return row is not None
        with open_result(jpeg_path) as jpeg:
            local_files.write(name, jpeg)
        VideoFile.objects.filter(pk=row.pk).update(poster_version=version, still=still, poster_is_chosen=False)
        if row.poster_version not in (None, version):
            storage.delete(paths.poster_name(row.uuid, row.poster_version))
    return True


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
            transaction.on_commit(lambda: storage.delete(old_name))
    return video_file


def remove_discarded(*, now: dt.datetime | None = None, grace: dt.timedelta = GRACE) -> int:
    """Remove the files that were marked more than `grace` ago and that no row names; return their number.

    The images made from a source are removed with it, unless the row still names them. An orphan stays until its time
    is over, and so does every other source in a folder that is not used any more.
    """
    now = now or clock.now()
    storage = protected_storage()
    removed = 0
    due = DiscardedFile.objects.to_be_removed(now).filter(marked_at__lte=now - grace)
    for mark in due.order_by("pk").iterator():
        if not VideoFile.objects.filter(Q(file=mark.name) | Q(progressive_name=mark.name)).exists():
            for folder in _unused_folders(PurePosixPath(mark.name)):
                local_files.remove_folder(str(folder))
            if not local_files.is_folder(mark.name):  # a package that is live again stays
                storage.remove_now(mark.name)
            removed += 1
        mark.delete()
    return removed


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
