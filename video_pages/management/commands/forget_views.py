"""Erase statistics: of one video or of all, of the days before a date or of all days."""

import datetime as dt
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from video_pages.analytics.erasing import erase_statistics
from video_pages.pages.models import VideoPage


class Command(BaseCommand):
    help = (
        "Delete views, typed passwords and statistics by day: of one video (--video) or of all, from days before a "
        "date (--before) or from all days. They can't be restored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--video", type=uuid.UUID, metavar="UUID", help="Of this video only; see video_statistics.")
        parser.add_argument("--before", type=dt.date.fromisoformat, metavar="DATE", help="Of the days before it only.")
        parser.add_argument("--no-input", action="store_true", help="Don't ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        video, before = self._video(options["video"]), options["before"]
        what = f"of “{video.title}”" if video else "of every video and section"
        when = f"from days before {before}" if before else "of all days"
        if not options["no_input"]:
            answer = input(f"Erase the statistics {what}, {when}? Type yes: ")
            if answer.strip().lower() != "yes":
                raise CommandError("Nothing was erased.")
        gone = erase_statistics(video=video, before=before)
        self.stdout.write(
            f"Erased {what}, {when}: {gone.views} views, {gone.typed} typed passwords, {gone.days} rows of days."
        )

    def _video(self, wanted: uuid.UUID | None) -> VideoPage | None:
        if wanted is None:
            return None
        video = VideoPage.objects.filter(uuid=wanted).first()
        if video is None:
            raise CommandError(f"No video has the id {wanted}; video_statistics lists them.")
        return video.source
