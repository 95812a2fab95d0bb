"""The bytes that the library takes on its disk, computed from rows and marks without a walk through all files.

Requests ask the database only. A mark for removal has its size: in a directory from its beginning, in a bucket from the
next minute on, when the worker has measured it (`measure_discarded`). Until then its bytes do not count.
"""

import logging
import time
from typing import Any

from django.db.models import QuerySet, Sum

from video_pages.library import local_files
from video_pages.library.models import DiscardedFile, Rendition, VideoFile
from video_pages.library.storage import StorageAway, protected_storage

MEASURE_SECONDS = 20
"""Time of one `measure_discarded`: other periodic work waits for it."""

logger = logging.getLogger(__name__)


def bytes_in_use(*, excluding: int | None = None) -> int:
    """Return the bytes of all sources and renditions, and of files that were deleted but are not removed yet.

    `excluding` is the primary key of a video file that is left out with its renditions, because its source is about to
    be replaced. Images and texts, a few megabytes for each video, and orphans are not counted.
    """
    files = VideoFile.objects.exclude(pk=excluding) if excluding else VideoFile.objects.all()
    renditions = Rendition.objects.filter(video_file__in=files)
    return _total(files) + _total(renditions) + _total(_marked())


def measure_discarded(*, seconds: float = MEASURE_SECONDS) -> int:
    """Write the sizes into the marks that have none, for `seconds` at most; return their number. Raises StorageAway."""
    measured, end = 0, time.monotonic() + seconds
    for mark in _marked().filter(size_bytes=None).order_by("pk").iterator():
        if time.monotonic() > end:
            break
        try:
            size = _bytes_at(mark.name)
        except StorageAway:
            raise
        except OSError as error:
            logger.warning("The deleted file %s could not be measured. %s", mark.name, error)
            continue
        # The name may be marked again meanwhile, for other bytes.
        same = DiscardedFile.objects.filter(pk=mark.pk, marked_at=mark.marked_at, size_bytes=None)
        measured += same.update(size_bytes=size)
    return measured


def _total(rows: QuerySet[Any]) -> int:
    return rows.aggregate(total=Sum("size_bytes"))["total"] or 0


def _marked() -> QuerySet[DiscardedFile]:
    """Return the marks of deleted names whose bytes are not removed yet; without names that a row has again."""
    return DiscardedFile.objects.to_be_removed().exclude(name__in=VideoFile.objects.exclude(file="").values("file"))


def _bytes_at(name: str) -> int:
    """Return the bytes of the file or the folder `name` in protected storage; 0 if there is none."""
    storage = protected_storage()
    try:
        if local_files.is_folder(name):
            return sum(storage.size(entry.name) for entry in local_files.entries(name) if not entry.is_folder)
        return storage.size(name)
    except FileNotFoundError:
        return 0
