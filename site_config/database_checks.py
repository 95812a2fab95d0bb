"""System checks of rows in the database that would break a promise of the site. `migrate` runs them at each start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from video_pages.access import shared_passwords


@register(Tags.database)
def no_shared_passwords(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """Refuse pages and collections with a shared password of Wagtail's; runs before each `migrate`."""
    if not databases:
        return []
    try:
        pages, collections = shared_passwords.protected_places()
    except DatabaseError:  # no tables yet
        return []
    named = [f"the page {name}" for name in pages] + [f"the collection {name}" for name in collections]
    if not named:
        return []
    return [
        Error(
            f"A shared password of Wagtail's, which is kept in plain text and lets nobody in here, is on "
            f"{', '.join(named)}.",
            hint="Run `python manage.py end_shared_passwords`: it makes them private to signed-in people. Or choose "
            "another privacy setting in the admin, and give the page a password of its own.",
            id="video_pages.E013",
        )
    ]
