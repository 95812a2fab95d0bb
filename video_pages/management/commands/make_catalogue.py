"""Fill a test database with a large catalogue of made-up videos, quickly: for measurements and trials."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from wagtail.models import Site

from video_pages.analytics.day_bounds import day_of
from video_pages.core import clock, planner
from video_pages.library.models import VideoFile
from video_pages.management.made_rows import make_days, make_rows
from video_pages.pages import list_entries
from video_pages.pages.models import VideoIndexPage, VideoPage

PASSWORD = "open-sesame"  # noqa: S105  known to everyone: the videos are made up, and have no bytes
MOST = 1_000_000


class Command(BaseCommand):
    help = (
        "Fill a test database with made-up videos, in sections of all sizes. They have no bytes, so they don't play. "
        f"“{PASSWORD}” opens those with a password. Refuses on a site that has a video, a file or a section."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--videos", type=int, required=True, metavar="N", help="How many videos to make.")
        parser.add_argument(
            "--days", type=int, default=0, metavar="D", help="Also make statistics of the last D days (default 0)."
        )

    def handle(self, *args: Any, videos: int, days: int, **options: Any) -> None:
        if not 1 <= videos <= MOST or days < 0:
            raise CommandError(f"--videos takes a number from 1 to {MOST:,}, --days one from 0.")
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        if site is None:
            raise CommandError("There is no site yet. Run `manage.py migrate` first.")
        refuse_a_used_site()
        started = time.monotonic()
        ids = make_rows(videos, site.root_page, password=PASSWORD, report=self.report)
        make_days(ids, days, day_of(clock.now()))
        list_entries.refresh_all()
        _update_statistics()
        self.stdout.write(f"Made {videos:,} videos in {time.monotonic() - started:.0f} s.")
        self.stdout.write("The searches and the usage of files need their indexes: run `manage.py update_search`,")
        self.stdout.write("`manage.py update_index` and `manage.py rebuild_references_index`.")

    def report(self, made: int) -> None:
        """Write how many videos are there; a terminal shows it in its last line."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{made:,} videos", ending="")
            self.stdout.flush()


def refuse_a_used_site() -> None:
    """Raise CommandError if the site has any page or file that an editor may have made."""
    kinds = ((VideoPage, "videos"), (VideoFile, "video files"), (VideoIndexPage, "sections"))
    for model, name in kinds:
        if number := model.objects.count():
            raise CommandError(
                f"This site has {number:,} {name}. `make_catalogue` fills an empty test database only: set DATA_DIR to "
                "a new folder (or DATABASE_URL to an empty database), run `manage.py migrate` there, and try again."
            )


def _update_statistics() -> None:
    """Have the tables counted, as the worker does for SQLite within an hour, and PostgreSQL some minutes later."""
    planner.update_statistics()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
