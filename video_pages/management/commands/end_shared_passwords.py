"""Replace Wagtail's shared passwords, which the site refuses to start with."""

from typing import Any

from django.core.management.base import BaseCommand

from video_pages.access import shared_passwords


class Command(BaseCommand):
    help = (
        "Make each page and collection that has one of Wagtail's shared passwords private to signed-in people, and "
        "delete the password. The pages' own passwords stay."
    )
    requires_system_checks = []  # one of them fails until the command has run

    def handle(self, *args: Any, **options: Any) -> None:
        pages, collections = shared_passwords.protected_places()
        for name in (*pages, *collections):
            self.stdout.write(f"Private to signed-in people from now on: {name}")
        ended = shared_passwords.require_sign_in_instead()
        self.stdout.write(f"Ended {ended} shared password{'' if ended == 1 else 's'}.")
