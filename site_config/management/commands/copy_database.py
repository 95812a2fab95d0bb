"""`manage.py copy_database --from sqlite:///… --to postgres://…`: move a site to another database, or back."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections

from site_config.database_copy.copying import copy_database
from site_config.environment import engines, env, packages

SOURCE, TARGET = "copy_source", "copy_target"


class Command(BaseCommand):
    help = (
        "Copies all rows of one database to another, with their numbers, uuids and hashes, and compares both. "
        "The target has to be migrated and empty. Stop the site before, or what it writes meanwhile is not copied."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="source", required=True, metavar="URL", help="as DATABASE_URL writes it")
        parser.add_argument("--to", dest="target", required=True, metavar="URL", help="as DATABASE_URL writes it")

    def handle(self, *args: Any, source: str, target: str, verbosity: int = 1, **options: Any) -> None:
        if source == target:
            raise CommandError("--from and --to name the same database.")
        _connect(SOURCE, source, "--from")
        _connect(TARGET, target, "--to")

        def report(name: str, rows: int) -> None:
            if verbosity > 1:
                self.stdout.write(f"{rows:>9,}  {name}")

        try:
            tables, rows = copy_database(SOURCE, TARGET, report)
        finally:
            for alias in (SOURCE, TARGET):
                connections[alias].close()
                del connections[alias]
                del connections.databases[alias]
        self.stdout.write(f"Copied {rows:,} rows of {tables} tables. Both databases give the same digests.")
        self._index(target)

    def _index(self, target: str) -> None:
        """Fill the search index of the target in a process of its own: Wagtail knows one kind of index at a time."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "update_index", "--verbosity=0"]
        done = subprocess.run(  # noqa: S603  our own command
            command, env={**env.environment(), "DATABASE_URL": target}, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise CommandError(
                "The rows are copied. The search index is not: run `python manage.py update_index` with DATABASE_URL "
                f"set to the target. It said: {done.stderr.strip()[-300:]}"
            )
        self.stdout.write("The search index is written. Set DATABASE_URL to the target and start the site.")


def _connect(alias: str, url: str, option: str) -> None:
    """Make a connection `alias` to the database at `url`. Raises CommandError for an address that is none."""
    if not url:
        raise CommandError(f"{option} is empty.")
    try:
        packages.require_packages(SimpleNamespace(DATABASE_URL=url))
        config = engines.databases(url, settings.DATA_DIR)["default"]
    except (ImproperlyConfigured, ValueError) as error:
        raise CommandError(f"{option}: {error}") from error
    if config["ENGINE"] == engines.DATABASE_ENGINES["sqlite"] and not Path(config["NAME"]).is_file():
        # SQLite would make the file.
        raise CommandError(f"{option}: there is no file {config['NAME']}.")
    config["OPTIONS"].pop("pool", None)  # one connection is enough
    every = connections.configure_settings({DEFAULT_DB_ALIAS: connections.databases[DEFAULT_DB_ALIAS], alias: config})
    connections.databases[alias] = every[alias]
