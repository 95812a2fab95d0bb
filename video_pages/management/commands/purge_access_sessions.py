"""Remove expired access sessions; the worker does the same each hour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from video_pages.access import revoke


class Command(BaseCommand):
    help = "Remove the access sessions whose time is over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch-size", type=int, default=revoke.PURGE_BATCH, help="Rows to delete at a time (default %(default)s)."
        )

    def handle(self, *args: Any, batch_size: int, **options: Any) -> None:
        purged = revoke.purge_expired(batch_size=batch_size)
        self.stdout.write(f"Removed {purged} expired access session{'' if purged == 1 else 's'}.")
