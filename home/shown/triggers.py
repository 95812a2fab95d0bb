"""Triggers that give `ShownVersion` a new token when a row changes that public pages show.

Triggers see every change: services that use `queryset.update()`, other servers, and SQL by hand. A watched table counts
with all its columns, except those that no public page shows and that change often.

On PostgreSQL a deferred trigger writes the token once, at the end of the transaction, so that no transaction holds the
row's lock while it waits for another lock. They are removed before migrations run, which may not alter a table with
pending triggers and which make a table anew on SQLite, and installed again afterwards with a new token.
"""

from typing import Any

from django.apps import apps
from django.db import connection

TABLE = "home_shownversion"
PREFIX = "home_shown_"
FUNCTION = "home_shown_changed"

WATCHED: dict[str, frozenset[str]] = {
    "wagtailcore.Page": frozenset(
        [
            "latest_revision_id",
            "latest_revision_created_at",
            "has_unpublished_changes",
            "draft_title",
            "go_live_at",
            "locked",
            "locked_at",
            "locked_by_id",
            "owner_id",
        ]
    ),
    "home.HomePage": frozenset(),
    "home.OrdinaryPage": frozenset(),
    "video_pages.VideoPage": frozenset(["views"]),
    "video_pages.VideoIndexPage": frozenset(),
    "video_pages.ProgrammeInterval": frozenset(),
    "video_pages.VideoFile": frozenset(),
    "video_pages.Invitation": frozenset(
        ["uses", "first_played_at", "last_used_at", "label", "note", "shows_label", "allows_download"]
    ),
    "video_pages.AccessSettings": frozenset(),
    "video_pages.ListEntry": frozenset(),
    "home.SiteSettings": frozenset(),
    "home.LogoDrawing": frozenset(),
    "wagtailcore.Site": frozenset(),
    "wagtailcore.PageViewRestriction": frozenset(),
    "wagtailimages.Image": frozenset(),
    "wagtailimages.Rendition": frozenset(),
}
"""{label of a model: columns whose changes do not count}."""

SQLITE_TOKEN = "random()"  # noqa: S105  a function of SQLite
POSTGRESQL_TOKEN = "(random() * 9e18)::bigint"  # noqa: S105  a function of PostgreSQL
POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('{FUNCTION}.by', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
            PERFORM set_config('{FUNCTION}.by', pg_current_xact_id()::text, true);
            UPDATE {TABLE} SET token = {POSTGRESQL_TOKEN};
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608  constants


def install(**kwargs: Any) -> None:
    """Install all triggers and write a new token; nothing while a table is missing. After migrations."""
    models = [apps.get_model(label) for label in WATCHED]
    present = set(connection.introspection.table_names())
    if not {TABLE, *(model._meta.db_table for model in models)} <= present:
        return
    with connection.cursor() as cursor:
        for statement in [*removals(), *creations()]:
            cursor.execute(statement)
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608  a constant
        token = SQLITE_TOKEN if connection.vendor == "sqlite" else POSTGRESQL_TOKEN
        cursor.execute(f"INSERT INTO {TABLE} (token) VALUES ({token})")  # noqa: S608  constants


def remove(**kwargs: Any) -> None:
    """Remove all triggers; without them no page has an ETag. Before migrations."""
    with connection.cursor() as cursor:
        for statement in removals():
            cursor.execute(statement)


def removals() -> list[str]:
    """Return the statements that remove the triggers which this database has."""
    sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    if connection.vendor == "postgresql":
        sql = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{PREFIX}%"])
        found = cursor.fetchall()
    on = " ON {1}" if connection.vendor == "postgresql" else ""
    return [f"DROP TRIGGER {{0}}{on}".format(name, table) for name, table in found]


def creations() -> list[str]:
    """Return the statements that create all triggers in this database."""
    if connection.vendor == "sqlite":
        change = f"UPDATE {TABLE} SET token = {SQLITE_TOKEN}"  # noqa: S608  constants
        return [
            f"CREATE TRIGGER {PREFIX}{table}_{event.split()[0].lower()} AFTER {event} ON {table} BEGIN {change}; END"
            for table, columns in _tables()
            for event in ("INSERT", "DELETE", f"UPDATE OF {columns}")
        ]
    triggers = [
        f"CREATE CONSTRAINT TRIGGER {PREFIX}{table} AFTER INSERT OR DELETE OR UPDATE OF {columns} ON {table}"
        f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        for table, columns in _tables()
    ]
    return [POSTGRESQL_FUNCTION, *triggers]


def count() -> int:
    """Return the number of triggers that a complete database has."""
    return len(WATCHED) * (3 if connection.vendor == "sqlite" else 1)


def _tables() -> list[tuple[str, str]]:
    """Return (table, its watched columns with commas) for each watched model; all names are those of models."""
    found = []
    for label, ignored in WATCHED.items():
        options: Any = apps.get_model(label)._meta
        columns = [field.column for field in options.local_concrete_fields if field.column not in ignored]
        found.append((options.db_table, ", ".join(map(connection.ops.quote_name, columns))))
    return found
