"""`manage.py check_storage`: find out whether the bucket can hold the library, and say what is wrong."""

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from video_pages.library.storage import storage_of

PASSED = {
    "clock": "The clocks agree.",
    "reach": "The bucket answers, and the key is right.",
    "region": "The region is right, as far as the server tells.",
    "write": "An object was written.",
    "read": "A range of it was read.",
    "list": "It was in the list at once.",
    "parts": "An object in two parts arrived whole.",
    "sign": "A signed address opens it.",
    "private": "Without a signature it is refused.",
    "browsers": "Browsers may send parts of uploads from {origin} and read the ETag header.",
    "delete": "It was deleted.",
}


class Command(BaseCommand):
    help = (
        "Write, read, list, sign, fetch and delete an object in S3_BUCKET, also while LIBRARY_STORAGE is files. "
        "Exit with 1 if anything is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--origin",
            default=settings.WAGTAILADMIN_BASE_URL,
            metavar="URL",
            help="Address of the site, from whose pages browsers reach the bucket (default: BASE_URL).",
        )
        parser.add_argument(
            "--no-browsers",
            action="store_true",
            help="Leave out what browsers need: they reach it only by DELIVERY=redirect and S3_BROWSER_UPLOADS.",
        )

    def handle(self, *args: Any, origin: str, no_browsers: bool, **options: Any) -> None:
        if not settings.S3_BUCKET:
            raise CommandError("S3_BUCKET is not set: there is no bucket to check (docs/storage.md).")
        try:
            probing = import_module("video_pages.library.s3.probing")
        except ImportError as error:
            raise CommandError(f"{error}: run .venv/bin/pip install -r requirements-scale.txt") from error
        parts = urlsplit(origin)
        origin = "" if no_browsers else f"{parts.scheme}://{parts.netloc}"
        problems = 0
        for result in probing.check_bucket(storage_of("s3"), origin=origin):
            problems += bool(result.problem)
            text = result.problem or PASSED[result.check].format(origin=origin)
            self.stdout.write(f"{'WRONG' if result.problem else 'ok':<6} {result.check:<9} {text}")
        if problems:
            raise CommandError(f"{problems} fault{'' if problems == 1 else 's'} of the bucket {settings.S3_BUCKET}.")
        self.stdout.write(f"The bucket {settings.S3_BUCKET} can hold the library.")
