"""The newest videos below a page, which may be the home page of the site: at any depth, in all sections."""

from django.db.models import ExpressionWrapper, F, IntegerField, Q

from video_pages.access.guard import SECTION, VIDEO, page_model
from video_pages.access.listed import Viewer
from video_pages.pages.querysets import VideoPageQuerySet


def newest_below(viewer: Viewer, first: str, last: str) -> VideoPageQuerySet:
    """Return the videos below a page that lists show to `viewer`, the newest first.

    `first` and `last` are `path_range.below` of the page's path.

    The sections that list nothing to this viewer are left out by their ids: the index on dates skips their videos
    without reading one of them.
    """
    # "+ 0" keeps databases from collecting the videos of each section and sorting them all.
    of_section = ExpressionWrapper(F("list_entry__section_id") + 0, output_field=IntegerField())
    sections = page_model(SECTION).objects.filter(path__gt=first, path__lte=last).listed_to(viewer)
    open_here = Q(of_section__in=sections.order_by().values("pk"))
    if viewer.videos:
        unlocked = Q(pk__in=viewer.videos) | Q(alias_of__in=viewer.videos)
        open_here |= unlocked & Q(path__gt=first, path__lte=last)
    videos: VideoPageQuerySet = page_model(VIDEO).objects.alias(of_section=of_section).filter(open_here)
    return videos.in_lists(viewer).newest_first()
