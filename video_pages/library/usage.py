"""How many bytes the library takes on its disk, as far as rows and marks tell: no walk through all of its files."""

import os

from django.db.models import Sum

from video_pages.library.models import DiscardedFile, Rendition, VideoFile
from video_pages.library.storage import protected_storage


def bytes_in_use(*, excluding=None):
    """Return the bytes of all sources, of what was made of them, and of what is marked but not removed yet.

    `excluding` is the primary key of a video file that is left out with its renditions, because its source is about to
    be replaced. Pictures and texts, a few megabytes for each film, are not counted.
    """
    files = VideoFile.objects.exclude(pk=excluding) if excluding else VideoFile.objects.all()
    renditions = Rendition.objects.filter(video_file__in=files)
    return _total(files) + _total(renditions) + sum(_bytes_at(name) for name in _marked_names())


def _total(rows):
    return rows.aggregate(total=Sum("size_bytes"))["total"] or 0


def _marked_names():
    """Names that were deleted and whose bytes wait for the worker; not those that a row names again."""
    marked = DiscardedFile.objects.exclude(name__in=VideoFile.objects.exclude(file="").values("file"))
    return marked.values_list("name", flat=True).iterator()


def _bytes_at(name):
    """The bytes of the file or the folder `name` in protected storage; 0 if it is gone."""
    path = protected_storage().path(name)
    try:
        if os.path.isdir(path):
            return sum(entry.stat().st_size for entry in os.scandir(path) if entry.is_file())
        return os.path.getsize(path)
    except FileNotFoundError:
        return 0
