"""Make the index of the visitors' search anew, from the pages as they are."""

from typing import Any

from django.core.management.base import BaseCommand

from video_pages.search import upkeep


class Command(BaseCommand):
    help = "Make the index of the visitors' search anew. The search goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        total = upkeep.rebuild()
        self.stdout.write(f"The search has {total} {'entry' if total == 1 else 'entries'}.")
