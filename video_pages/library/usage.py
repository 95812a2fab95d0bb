"""The bytes that the library takes on its disk, computed from rows and marks without a walk through all files."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet, Sum

from video_pages.library import local_files
from video_pages.library.models import DiscardedFile, Rendition, VideoFile
from video_pages.library.storage import protected_storage


def bytes_in_use(*, excluding: int | None = None) -> int:
    """Return the bytes of all sources and renditions, and of files that were deleted but are not removed yet.

    `excluding` is the primary key of a video file that is left out with its renditions, because its source is about to
    be replaced. Images and texts, a few megabytes for each video, and orphans are not counted.
    """
    files = VideoFile.objects.exclude(pk=excluding) if excluding else VideoFile.objects.all()
    renditions = Rendition.objects.filter(video_file__in=files)
    return _total(files) + _total(renditions) + sum(_bytes_at(name) for name in _marked_names())


def _total(rows: QuerySet[Any]) -> int:
    return rows.aggregate(total=Sum("size_bytes"))["total"] or 0


def _marked_names() -> Iterator[str]:
    """Return the deleted names whose bytes the worker has not removed yet; without those that a row names again."""
    marked = DiscardedFile.objects.to_be_removed().exclude(name__in=VideoFile.objects.exclude(file="").values("file"))
    return marked.values_list("name", flat=True).iterator()


def _bytes_at(name: str) -> int:
    """Return the bytes of the file or the folder `name` in protected storage; 0 if there is none."""
    storage = protected_storage()
    try:
        if local_files.is_folder(name):
            return sum(storage.size(entry.name) for entry in local_files.entries(name) if not entry.is_folder)
        return storage.size(name)
    except FileNotFoundError:
        return 0
