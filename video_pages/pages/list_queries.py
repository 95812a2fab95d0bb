"""Lists of a section, of the home page and of chosen pages, by prepared queries: the rows as instances for cards."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from wagtail.models import Page

from video_pages.access.guard import SECTION, VIDEO, page_model
from video_pages.access.listed import Viewer
from video_pages.core.path_range import below
from video_pages.core.prepared import InstanceColumns, PreparedQuery, Row
from video_pages.pages.list_pages import Fetch, Keys, beyond
from video_pages.pages.newest import newest_below
from video_pages.pages.protocols import CountedSection, Section, Video
from video_pages.pages.querysets import VideoPageQuerySet
from video_pages.pages.viewer_queries import ViewerQuery


def videos_of(section: Section, here: Page | None, viewer: Viewer, order: str, *, size: int) -> Fetch:
    """Return a function for `list_page` that reads pages of `size` of the videos that the list of `section` shows.

    `here` is the page whose list it is, or None if the list is that of a section which the page must not name.
    """

    def fetch(keys: Keys, backwards: bool) -> list[Video]:
        order_and_size = {"order": order, "backwards": backwards, "size": size + 1}
        return _videos(OF_SECTION.rows(viewer.inside(here), section.pk, *keys, **order_and_size))

    return fetch


def newest_videos(page: Page, viewer: Viewer, size: int) -> list[Video]:
    """Return at most `size` of the videos below `page` that lists show, the newest first, with the rows for cards."""
    return _videos(NEWEST.rows(viewer, *below(page.path), size=size))


def videos_with_files(ids: Iterable[int]) -> list[Video]:
    """Return the videos with these `ids`, with the rows for cards, in any order."""
    return _videos(WITH_FILES.rows(tuple(ids)))


def chosen_videos(ids: Iterable[int], viewer: Viewer) -> list[Video]:
    """Return those of the videos with `ids` that lists show to `viewer`, with the rows for cards, in any order."""
    chosen = tuple(sorted(ids))
    return _videos(CHOSEN_VIDEOS.rows(viewer, chosen)) if chosen else []


def chosen_sections(ids: Iterable[int], viewer: Viewer) -> list[CountedSection]:
    """Return those of the sections with `ids` that lists show to `viewer`, as `sections_in`, in any order."""
    chosen = tuple(sorted(ids))
    return _counted(CHOSEN_SECTIONS.rows(viewer, chosen)) if chosen else []


def sections_in(parent: Page, here: Page | None, viewer: Viewer) -> list[CountedSection]:
    """Return the sections that the list of `parent` shows, with the number of their videos and the id of their cover.

    `here` is as in `videos_of`.
    """
    return _counted(IN_SECTION.rows(viewer.inside(here), *below(parent.path), depth=parent.depth + 1))


def _counted(rows: Iterable[Row]) -> list[CountedSection]:
    found = []
    for *row, count, cover in rows:
        section = SECTION_COLUMNS.instance(tuple(row))
        section.video_count, section.cover_id = count, cover
        found.append(section)
    return found


def listed_sections(paths: Iterable[str], viewer: Viewer) -> list[Section]:
    """Return the sections at `paths` that lists show to `viewer`, in any order."""
    return [SECTION_COLUMNS.instance(row) for row in AT_PATHS.rows(viewer, tuple(paths))]


def _videos(rows: Iterable[Row]) -> list[Video]:
    """Return the videos of `rows` of VIDEO_COLUMNS; one query more if some have a thumbnail."""
    videos = [VIDEO_COLUMNS.instance(row) for row in rows]
    prefetch_related_objects(videos, "thumbnail__renditions")
    return videos


def _of_section(
    viewer: Viewer, section_id: int, *keys: Any, order: str, backwards: bool, size: int
) -> QuerySet[Any, Any]:
    videos: VideoPageQuerySet = page_model(VIDEO).objects.in_lists(viewer).filter(list_entry__section=section_id)
    return beyond(videos, order, keys, backwards=backwards).values_list(*VIDEO_COLUMNS.names)[:size]


def _newest(viewer: Viewer, first: str, last: str, *, size: int) -> QuerySet[Any, Any]:
    return newest_below(viewer, first, last).values_list(*VIDEO_COLUMNS.names)[:size]


def _with_files(ids: tuple[int, ...]) -> QuerySet[Any, Any]:
    return page_model(VIDEO).objects.filter(pk__in=ids).order_by().values_list(*VIDEO_COLUMNS.names)


def _chosen_videos(viewer: Viewer, ids: tuple[int, ...]) -> QuerySet[Any, Any]:
    found: VideoPageQuerySet = page_model(VIDEO).objects.filter(pk__in=ids).listed_to(viewer)
    return found.order_by().values_list(*VIDEO_COLUMNS.names)


def _chosen_sections(viewer: Viewer, ids: tuple[int, ...]) -> QuerySet[Any, Any]:
    videos = page_model(VIDEO).objects.listed_to(viewer)
    found = page_model(SECTION).objects.filter(pk__in=ids).listed_to(viewer)
    counted = found.with_video_count(videos).with_cover(videos).order_by()
    return counted.values_list(*SECTION_COLUMNS.names, "video_count", "cover_id")


def _in_section(viewer: Viewer, first: str, last: str, *, depth: int) -> QuerySet[Any, Any]:
    videos = page_model(VIDEO).objects.listed_to(viewer)
    sections = page_model(SECTION).objects.filter(path__gt=first, path__lte=last, depth=depth).listed_to(viewer)
    counted = sections.with_video_count(videos).with_cover(videos).order_by("path")
    return counted.values_list(*SECTION_COLUMNS.names, "video_count", "cover_id")


def _at_paths(viewer: Viewer, paths: tuple[str, ...]) -> QuerySet[Any, Any]:
    found = page_model(SECTION).objects.filter(path__in=paths).listed_to(viewer)
    return found.order_by().values_list(*SECTION_COLUMNS.names)


VIDEO_COLUMNS = InstanceColumns(lambda: page_model(VIDEO), ("video_file", "video_file__job", "thumbnail"))
SECTION_COLUMNS = InstanceColumns(lambda: page_model(SECTION))
OF_SECTION, NEWEST, IN_SECTION = ViewerQuery(_of_section), ViewerQuery(_newest), ViewerQuery(_in_section)
CHOSEN_VIDEOS, CHOSEN_SECTIONS = ViewerQuery(_chosen_videos), ViewerQuery(_chosen_sections)
AT_PATHS, WITH_FILES = ViewerQuery(_at_paths), PreparedQuery(_with_files)
