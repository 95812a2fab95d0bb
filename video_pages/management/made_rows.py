"""Rows of a made catalogue, written in bulk as the site would write them one by one.

Wagtail writes a page by some thirty statements, so 100,000 pages would take hours. These rows have the same columns:
place in the tree, address, content type, language. What is built from pages is left out: revisions, log entries, and
the search and reference indexes, which Wagtail's commands rebuild.
"""

import colorsys
import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Sequence

from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from PIL import Image
from wagtail.models import Collection, Page

from video_pages.analytics import site_days
from video_pages.analytics.models import DailyStatistics, RolledDay
from video_pages.library import paths
from video_pages.library.models import VideoFile
from video_pages.library.stills import STILL_SIZE, still_address
from video_pages.management.bulk_rows import BulkRows
from video_pages.management.made_catalogue import (
    FIRST_DAY,
    MadeSection,
    MadeVideo,
    sections,
    uuid_of,
    videos_of,
)
from video_pages.pages.compat import child_path
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.transcoding.models import ProcessingJob, State

VIDEOS_BETWEEN_CALLS = 1000
STILLS = 12
MOST_WATCHED = 0.05  # the share of the videos that has views on a day


def make_rows(count: int, home: Page, *, password: str, report: Callable[[int], None] = lambda made: None) -> list[int]:
    """Write a catalogue of `count` videos below the page `home`; return the ids of its videos.

    `password` opens each locked page. `report(number)` is called now and then with the number of videos made. There
    must be no section, video or file yet. One transaction.
    """
    plan = sections(count)
    maker = _Maker(home, make_password(password))
    ids: list[int] = []
    with transaction.atomic():
        pages = maker.write_sections(plan)
        for section, page in zip(plan, pages, strict=True):
            for place, video in enumerate(videos_of(section, first=len(ids)), start=1):
                ids.append(maker.add_video(page, place, video))
                if not len(ids) % VIDEOS_BETWEEN_CALLS:
                    report(len(ids))
        maker.finish()
    return ids


def make_days(video_ids: Sequence[int], days: int, last: dt.date) -> None:
    """Write the sums of the `days` days up to `last`: each day, some of the videos have views."""
    watched = max(1, int(len(video_ids) * MOST_WATCHED))
    rows = BulkRows(DailyStatistics(day=last))
    with transaction.atomic():
        for back in range(days):
            for place in range(watched):
                views = 1 + watched // (place + 1)
                rows.add(
                    video_id=video_ids[(place * len(video_ids) // watched + back) % len(video_ids)],
                    day=last - dt.timedelta(days=back),
                    views=views,
                    unique_viewers=1 + views // 2,
                    watch_seconds=600 * views,
                )
        rows.write()
        _continue_ids(DailyStatistics)
        before_last = (last - dt.timedelta(days=back) for back in range(1, days))
        RolledDay.objects.bulk_create(RolledDay(day=day, rolled_at=FIRST_DAY) for day in before_last)
    site_days.complete()


class _Maker:
    """Makes the rows of one catalogue."""

    def __init__(self, home: Page, password_hash: str) -> None:
        self._home, self._hash = home, password_hash
        self._pages: BulkRows
        self._stills = [_still(number) for number in range(STILLS)]
        self._videos = BulkRows(VideoPage(page_ptr_id=0))
        self._files = BulkRows(
            VideoFile(
                width=1280,
                height=720,
                container="mp4",
                video_codec="h264",
                audio_codec="aac",
                pixel_format="yuv420p",
                package_version=1,
                collection=Collection.get_first_root_node(),
            )
        )
        job = ProcessingJob(source_version=1, state=State.READY, progress=100, created_at=FIRST_DAY)
        self._jobs = BulkRows(job)

    def write_sections(self, plan: Sequence[MadeSection]) -> list[VideoIndexPage]:
        """Write the sections of `plan`; return their pages, in its order."""
        section_type = ContentType.objects.get_for_model(VideoIndexPage)
        places: Counter[int | None] = Counter()
        pages: list[VideoIndexPage] = []
        for number, section in enumerate(plan):
            parent = self._home if section.parent is None else pages[section.parent]
            places[section.parent] += 1
            page = VideoIndexPage(
                path=child_path(parent, places[section.parent]),
                depth=parent.depth + 1,
                numchild=section.videos + sum(other.parent == number for other in plan),
                title=section.title,
                draft_title=section.title,
                slug=section.slug,
                url_path=f"{parent.url_path}{section.slug}/",
                content_type=section_type,
                locale_id=self._home.locale_id,
                translation_key=uuid_of("section", number),
                live=section.live,
                show_in_menus=section.parent is None,
                first_published_at=FIRST_DAY if section.live else None,
                order=section.order,
                listed=section.listed,
                password_hash=self._hash if section.has_password else "",
            )
            page.save(clean=False)
            pages.append(page)
        Page.objects.filter(pk=self._home.pk).update(numchild=places[None])
        # Made only now, because it counts its ids on from those of the sections.
        video_type = ContentType.objects.get_for_model(VideoPage)
        self._pages = BulkRows(Page(depth=0, content_type=video_type, locale_id=self._home.locale_id))
        return pages

    def add_video(self, section: VideoIndexPage, place: int, video: MadeVideo) -> int:
        """Add `video` as the child number `place` of `section`, with its file and job; return the id of its page."""
        file_id = self._add_file(video)
        self._jobs.add(video_file_id=file_id, finished_at=video.published_at)
        published_at = video.published_at if video.live else None
        page_id = self._pages.add(
            path=child_path(section, place),
            depth=section.depth + 1,
            title=video.title,
            draft_title=video.title,
            slug=video.slug,
            url_path=f"{section.url_path}{video.slug}/",
            translation_key=uuid_of("page", video.number),
            live=video.live,
            has_unpublished_changes=not video.live,
            first_published_at=published_at,
            last_published_at=published_at,
            latest_revision_created_at=video.published_at,
        )
        self._videos.add(
            page_ptr_id=page_id,
            video_file_id=file_id,
            uuid=uuid_of("video", video.number),
            description=video.description,
            show_description=video.number % 5 == 0,
            password_hash=self._hash if video.has_password else "",
            open_to_everyone=video.is_open,
            listed=video.listed,
            views=video.number * 31 % 997,
        )
        return page_id

    def finish(self) -> None:
        """Write the remaining rows."""
        for rows in (self._pages, self._files, self._videos, self._jobs):
            rows.write()
        for model in (Page, VideoFile, ProcessingJob):
            _continue_ids(model)

    def _add_file(self, video: MadeVideo) -> int:
        """Add the row of a file that was processed. Its names point to nothing: a made catalogue has no bytes."""
        file_uuid = uuid_of("file", video.number)
        return self._files.add(
            title=video.title,
            file=paths.source_name(file_uuid, 1, ".mp4"),
            original_filename=f"{video.slug}.mp4",
            uuid=file_uuid,
            created_at=video.published_at,
            duration=video.seconds,
            size_bytes=int(video.seconds * 250_000),
            still=self._stills[video.number % STILLS],
            progressive_name=f"{paths.directory(file_uuid, 1)}/{paths.REMUXED}",
        )


def _continue_ids(model: type) -> None:
    """Let the database count ids on from the last row; PostgreSQL does not notice ids that a statement names."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def _still(number: int) -> str:
    """Return the still of a colour."""
    red, green, blue = colorsys.hsv_to_rgb(number / STILLS, 0.5, 0.6)
    colour = (int(red * 255), int(green * 255), int(blue * 255))
    written = io.BytesIO()
    Image.new("RGB", STILL_SIZE, colour).save(written, "JPEG")
    written.seek(0)
    return still_address(written)
