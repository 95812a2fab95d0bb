"""`manage.py move_library --to s3|files`: copy the library to the other storage, and compare both."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from video_pages.core.humanize import format_size
from video_pages.library import copying, identity
from video_pages.library.storage import KINDS, StorageAway, storage_of

SERVE_ON = (
    "The site still uses {source}. To change over: stop the workers and the web servers, run this command again for "
    "what was written meanwhile, set LIBRARY_STORAGE={target}, and start them. The files in {source} stay; "
    "remove them when check_library finds no fault."
)


class Command(BaseCommand):
    help = (
        "Copy the library to the other storage while the site serves, and compare all bytes of both. "
        "A copy that was interrupted goes on where it stopped. Exit with 1 if anything differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", choices=sorted(KINDS), required=True, help="the storage to copy to")
        parser.add_argument(
            "--no-compare", action="store_true", help="leave out the comparison, which reads every byte of both"
        )

    def handle(self, *args: Any, to: str, no_compare: bool, verbosity: int = 1, **options: Any) -> None:
        source = copying.OTHER[to]
        if settings.LIBRARY_STORAGE == to:
            raise CommandError(f"LIBRARY_STORAGE is {to!r}: the library is there already.")
        if not settings.S3_BUCKET:
            raise CommandError("S3_BUCKET is not set (docs/storage.md).")

        def report(name: str, deed: str) -> None:
            if verbosity > 1:
                self.stdout.write(f"{deed:<9} {name}")

        try:
            self._require_own(to)
            counts = copying.copy_library(source, to, report)
            size = format_size(counts.copied_bytes)
            self.stdout.write(f"{counts.copied} files copied ({size}), {counts.kept} were there already.")
            if not no_compare:
                self._compare(source, to, report)
        except ImportError as error:
            raise CommandError(f"{error}: run .venv/bin/pip install -r requirements-scale.txt") from error
        except StorageAway as error:
            raise CommandError(
                f"{error} Run manage.py check_storage, then this again: it goes on where it stopped."
            ) from error
        except OSError as error:
            raise CommandError(f"{error}. Run this again: it goes on where it stopped.") from error
        places = {"source": storage_of(source).place, "target": to}
        self.stdout.write(SERVE_ON.format(**places))

    def _require_own(self, target: str) -> None:
        """Refuse a target that holds the library of another site."""
        if identity.is_foreign(target):
            raise CommandError(
                f"{storage_of(target).place} holds the library of another database: choose an empty place, as by "
                "another S3_PREFIX or DATA_DIR."
            )

    def _compare(self, source: str, target: str, report: copying.Report) -> None:
        """Compare all bytes; copy again what differs, because it was written meanwhile, and compare that again."""
        different = list(copying.differences(source, target, report))
        for name in different:
            try:
                copying.copy_again(name, source, target)
            except FileNotFoundError:
                continue
        wrong = [name for name in different if not copying.is_equal(name, source, target)]
        if wrong:
            raise CommandError(f"{len(wrong)} files differ after two copies: {', '.join(wrong[:5])}")
        self.stdout.write("All files have equal digests (SHA-256) in both.")
