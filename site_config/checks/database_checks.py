"""System checks of rows in the database that would break a promise of the site. `migrate` runs them at each start."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import DatabaseError, connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from wagtail.models import Page, Site

from video_pages.access import shared_passwords
from video_pages.pages.compat import RESERVED_SLUGS


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


@register(Tags.database)
def no_half_replaced_migrations(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """Refuse a database that ran only some of the migrations that one of ours replaces.

    Django leaves such a migration out without a message, and the columns that it adds stay missing.
    """
    ours = {key: migration for key, migration in _disk_migrations().items() if migration.replaces}
    errors: list[CheckMessage] = []
    for alias in databases or []:
        try:
            applied = MigrationRecorder(connections[alias]).applied_migrations()
        except DatabaseError:  # the server is away: `migrate` says so itself
            continue
        for key, migration in ours.items():
            missing = [name for app, name in migration.replaces if (app, name) not in applied]
            if key not in applied and 0 < len(missing) < len(migration.replaces):
                errors.append(_half_replaced(".".join(key), missing))
    return errors


def _disk_migrations() -> dict[tuple[str, str], Migration]:
    return MigrationLoader(None, ignore_no_migrations=True).disk_migrations


def _half_replaced(name: str, missing: Sequence[str]) -> Error:
    return Error(
        f"The database comes from a development version before 0.1.0: it has not run {', '.join(missing)}, which "
        f"{name} replaces.",
        hint="Start the last version that has these migrations once, so that it updates the database; then start this "
        "one. Or restore a backup of a site that ran it.",
        id="video_pages.E016",
    )


@register(Tags.database)
def no_pages_at_addresses_of_languages(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """Refuse pages at the top of a site whose slug is a language of PAGE_LANGUAGES: nobody could reach them."""
    if not databases or not settings.PAGE_LANGUAGES:
        return []
    try:
        found = _pages_at_the_top(settings.PAGE_LANGUAGES)
    except DatabaseError:  # no tables yet
        return []
    if not found:
        return []
    return [
        Error(
            f"PAGE_LANGUAGES names languages whose addresses pages have already: {', '.join(found)}.",
            hint="Start once without these languages in PAGE_LANGUAGES, and give each page another slug (in its "
            "editor, tab Promote); Wagtail can leave a redirect. Then add the languages again.",
            id="video_pages.E040",
        )
    ]


@register(Tags.database)
def no_pages_at_addresses_of_the_site(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """Name pages at the top of a site that may not be reached: the site itself uses addresses with their slug.

    Some of these it answers only with more behind the slug, and Wagtail serves the page.
    """
    if not databases:
        return []
    try:
        found = _pages_at_the_top(RESERVED_SLUGS)
    except DatabaseError:  # no tables yet
        return []
    if not found:
        return []
    return [
        CheckWarning(
            f"These pages may not be reached, because the site itself has their addresses: {', '.join(found)}.",
            hint="Give each page another slug (in its editor, tab Promote).",
            id="video_pages.W041",
        )
    ]


def _pages_at_the_top(slugs: Iterable[str]) -> list[str]:
    """Return the names of the pages directly below the root of a site that have one of `slugs`."""
    return [
        f"“{title}” (/{slug}/, number {pk})"
        for path, depth in Site.objects.values_list("root_page__path", "root_page__depth")
        for title, slug, pk in Page.objects.filter(path__startswith=path, depth=depth + 1, slug__in=slugs)
        .order_by("path")
        .values_list("title", "slug", "pk")
    ]
