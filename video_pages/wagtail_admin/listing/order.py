"""The order of the Videos listing: of a whole list as one queryset, and as parts that follow each other.

Videos without a value stand last in both directions. No index has this order, so an unfiltered list has two parts: the
videos with a file, which an index of the files has in order, and those without one.
"""

from video_pages.analytics.statistics import with_recent_views
from video_pages.core.ordering import empty_last
from video_pages.pages.querysets import VideoPageQuerySet
from video_pages.wagtail_admin.long_lists import IdList

OF_FILES = ("video_file__created_at", "video_file__duration")
"""Columns of the file that each file has. Other columns, such as those of its job, may be missing."""


def ordered(videos: VideoPageQuerySet, ordering: str) -> VideoPageQuerySet:
    """Return `videos` in the order of the column `ordering`, descending with "-" before it; equal ones newest first."""
    if ordering.removeprefix("-") == "recent_views":
        videos = with_recent_views(videos)
    return videos.order_by(empty_last(ordering), "-pk")


def in_parts(videos: VideoPageQuerySet, ordering: str) -> IdList:
    """Return the ids of `videos`, a list without search and filters in the order `ordering`, in parts."""
    name = ordering.removeprefix("-")
    if name in OF_FILES:
        # The condition on the column lets the database begin with the index of the files; to count needs no file.
        with_file = videos.filter(**{f"{name}__isnull": False}).order_by(ordering, "-pk")
        without = videos.filter(video_file=None).order_by("-pk")
        return IdList([with_file, without], [videos.filter(video_file__isnull=False), without])
    if name == "live":
        first, then = (True, False) if ordering.startswith("-") else (False, True)
        return IdList([videos.filter(live=live).order_by("-pk") for live in (first, then)])
    return IdList([videos])
