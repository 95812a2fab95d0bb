"""The tables that a copy of the database contains, and the conditions for a copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Field, Model

# Each kind of database has its own tables of words, which `update_index` writes.
INDEX_APP = "wagtailsearch"
# A random number of each database, which its triggers change with the rows that are copied.
OWN_TO_EACH = frozenset(["home_shownversion"])
# The tables in which migrations write rows. All others are empty until somebody uses the site.
FILLED_BY_MIGRATIONS = frozenset(
    [
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "home_homepage",
        "wagtailcore_collection",
        "wagtailcore_groupcollectionpermission",
        "wagtailcore_grouppagepermission",
        "wagtailcore_locale",
        "wagtailcore_modellogentry",
        "wagtailcore_page",
        "wagtailcore_site",
        "wagtailcore_workflow",
        "wagtailcore_workflowpage",
        "wagtailcore_workflowtask",
        "wagtailcore_task",
        "wagtailcore_groupapprovaltask",
        "wagtailcore_groupapprovaltask_groups",
    ]
)
PAGES_OF_A_NEW_SITE = 2
"""Wagtail's root, and the home page below it."""


@dataclass(frozen=True)
class Table:
    """A table of the site: its model and the fields of its own columns, without those of a parent model."""

    model: type[Model]
    fields: tuple[Field[Any, Any], ...]

    @property
    def name(self) -> str:
        """The name in the database."""
        return str(self.model._meta.db_table)


def tables(*, with_index: bool = False) -> list[Table]:
    """Return all tables of the site's models, those of many-to-many relations too, by name.

    The tables of Wagtail's search index are among them if `with_index`.
    """
    found = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        is_index = meta.app_label == INDEX_APP
        is_left_out = not meta.managed or meta.proxy or meta.db_table in OWN_TO_EACH or (is_index and not with_index)
        if not is_left_out:
            fields = tuple(field for field in meta.local_concrete_fields if not field.generated)
            found[meta.db_table] = Table(model, fields)
    return [found[name] for name in sorted(found)]


def require_migrated(alias: str, name: str) -> None:
    """Raise CommandError unless the database `alias` has run all migrations. `name` is what messages call it."""
    connection = connections[alias]
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(f"The {name} cannot be reached: {_first_line(error)}") from error
    if plan:
        missing = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in plan[:3])
        raise CommandError(
            f"The {name} has not run {len(plan)} migrations, such as {missing}. Run `python manage.py migrate` with "
            f"DATABASE_URL set to its address first."
        )


def require_empty(alias: str, every: Sequence[Table]) -> None:
    """Raise CommandError if the database `alias` has rows that migrations have not written."""
    connection = connections[alias]
    used = [table.name for table in every if table.name not in FILLED_BY_MIGRATIONS and _has_rows(connection, table)]
    if not used and _count(connection, "wagtailcore_page") > PAGES_OF_A_NEW_SITE:
        used = ["wagtailcore_page"]
    if used:
        raise CommandError(
            f"The target is not empty: there are rows in {', '.join(used[:5])}. Name a database on which only "
            "`python manage.py migrate` has run."
        )


def _has_rows(connection: BaseDatabaseWrapper, table: Table) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table.name)} LIMIT 1")  # noqa: S608
        return cursor.fetchone() is not None


def _count(connection: BaseDatabaseWrapper, name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
