"""Make the drafts of the pages about the site: imprint, privacy and accessibility."""

from typing import Any

from django.core.management.base import BaseCommand

from home.pages.first_pages import make_first_pages


class Command(BaseCommand):
    help = "Make the drafts Imprint, Privacy and Accessibility, unless the site has pages about itself."

    def handle(self, *args: Any, **options: Any) -> None:
        for page in make_first_pages():
            if options["verbosity"]:
                self.stdout.write(f"Made the draft “{page.title}”.")
