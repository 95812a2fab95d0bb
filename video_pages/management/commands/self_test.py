"""Request the addresses of every video as a stranger, and say of each whether the answer is right."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from video_pages.self_test.base import Base, NotThisSite
from video_pages.self_test.running import MINUTES, THREADS, VIDEOS, Result, run_self_test


class Command(BaseCommand):
    help = (
        "Ask the running site for the addresses of every video without signing in: page, stream, pictures, captions, "
        "lists, search, sitemap, admin. Prints a line for each. Ends with 1 if an answer is not as it should be."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--base-url",
            required=True,
            metavar="URL",
            help="The running site, as https://host or http://127.0.0.1:8000",
        )
        parser.add_argument("--json", action="store_true", help="One JSON object with all rows.")
        parser.add_argument("--red", action="store_true", help="Print the lines that are not as they should be only.")
        parser.add_argument("--videos", type=int, default=VIDEOS, help="The most videos to test (default %(default)s).")
        parser.add_argument("--all", action="store_true", help="Test all videos.")
        parser.add_argument("--minutes", type=float, default=MINUTES, help="The longest time (default %(default)s).")
        parser.add_argument("--threads", type=int, default=THREADS, help="Requests at the same time (%(default)s).")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            base = Base.of(options["base_url"])
        except NotThisSite as error:
            raise CommandError(str(error)) from error
        if options["videos"] < 1 or options["threads"] < 1 or options["minutes"] <= 0:
            raise CommandError("--videos, --threads and --minutes take numbers above 0.")
        result = run_self_test(
            base,
            videos=None if options["all"] else options["videos"],
            minutes=options["minutes"],
            threads=min(options["threads"], 32),
        )
        if options["json"]:
            self.stdout.write(json.dumps(as_json(result), ensure_ascii=False))
        else:
            self._print(result, only_red=options["red"])
        if result.red:
            raise SystemExit(1)

    def _print(self, result: Result, *, only_red: bool) -> None:
        for row in result.red if only_red else result.rows:
            style, word = (self.style.SUCCESS, "green") if row.ok else (self.style.ERROR, "RED  ")
            about = f"{row.subject}: {row.what}" if row.subject else row.what
            self.stdout.write(style(f"{word}  {row.found} (expected {row.expected})  {about}  {row.path}"))
        self.stdout.write(
            f"{len(result.rows)} addresses of {result.base_url}, {len(result.red)} red. {result.sampling}"
        )


def as_json(result: Result) -> dict[str, Any]:
    """Return the Result as `--json` prints it."""
    return {
        "base_url": result.base_url,
        "started_at": result.started_at.isoformat(),
        "finished_at": result.finished_at.isoformat(),
        "videos": result.videos,
        "videos_tested": result.videos_tested,
        "sampling": result.sampling,
        "checked": len(result.rows),
        "red": len(result.red),
        "ok": not result.red,
        "rows": [row.as_dict() for row in result.rows],
    }
