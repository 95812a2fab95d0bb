"""Make the drafts of the pages about the site: imprint, privacy and accessibility."""

from typing import Any

from django.core.management.base import BaseCommand

from home.pages.first_pages import make_first_pages, translate_first_pages


class Command(BaseCommand):
    help = (
        "Make the drafts Imprint, Privacy and Accessibility, unless the site has pages about itself. "
        "Those that nobody has changed are written anew if the site has another language now."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for page in translate_first_pages():
            if options["verbosity"]:
                self.stdout.write(f"Wrote the draft “{page.title}” in the language of the site.")
        for page in make_first_pages():
            if options["verbosity"]:
                self.stdout.write(f"Made the draft “{page.title}”.")
