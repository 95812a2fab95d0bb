"""Print the statistics of each video, a line for each. They are current: today is included."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from video_pages.analytics import statistics
from video_pages.analytics.day_bounds import bounded, day_of
from video_pages.analytics.statistics import Totals
from video_pages.core import clock
from video_pages.pages.models import VideoPage


class Command(BaseCommand):
    help = "Print for each video how often it was watched and unlocked, on some days or on all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="One JSON object a line.")
        parser.add_argument(
            "--from",
            dest="first",
            type=dt.date.fromisoformat,
            metavar="DATE",
            help="The first day, as 2026-05-31; default: the first with statistics.",
        )
        parser.add_argument(
            "--to", dest="last", type=dt.date.fromisoformat, metavar="DATE", help="The last day; default: today."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        last = options["last"] or day_of(now)
        first = options["first"] or min(statistics.first_day(now), last)
        if first > last:
            raise CommandError(f"--from {first} is later than --to {last}.")
        asked, (first, last) = (first, last), bounded(first, last, now)
        if asked != (first, last):
            self.stderr.write(f"These are the statistics from {first} to {last}: no more days can be asked for.")
        found = statistics.by_video(None, first, last, now=now)
        videos = VideoPage.objects.filter(alias_of=None).order_by("path").only("uuid", "title")
        for video in videos.iterator(chunk_size=500):
            line = describe(video, found.get(video.pk, Totals()))
            self.stdout.write(json.dumps(line, ensure_ascii=False) if options["json"] else as_text(line))


def describe(video: VideoPage, totals: Totals) -> dict[str, Any]:
    """Return the Totals of a VideoPage as a dictionary."""
    return {
        "uuid": str(video.uuid),
        "title": video.title,
        "views": totals.views,
        "unique_viewers": totals.unique_viewers,
        "completed": totals.completed,
        "watch_seconds": totals.watch_seconds,
        "unlocks": totals.unlocks,
        "refused_guesses": totals.refused_guesses,
        "downloads": totals.downloads,
    }


def as_text(line: dict[str, Any]) -> str:
    """Return one line for people."""
    watched = dt.timedelta(seconds=line["watch_seconds"])
    return (
        f"{line['views']:>7} views {line['unique_viewers']:>7} viewers {line['completed']:>7} to the end "
        f"{watched!s:>12} watched {line['unlocks']:>6} unlocks {line['refused_guesses']:>6} refused  {line['title']}"
    )
