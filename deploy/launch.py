"""Inside .venv: read the environment, update database and static files, then replace the process by `deploy.serve`."""

import hashlib
import io
import json
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from deploy import bundles
from deploy.first_start import MARKER, first_start, is_loopback
from deploy.problems import (
    MIB,
    Problem,
    check_disk,
    check_port,
    check_writable,
    explain_os_error,
    report,
    say,
)
from deploy.processes import parent_ended
from site_config.environment import env

ROOT = env.PROJECT_ROOT
DISK_FOR_DATA = 200 * MIB
DEMO_PASSWORD = "open-sesame"


def prepare(values: SimpleNamespace, interruption: "Interruption") -> str:
    """Update database and static files; return the new superuser's password, or "". Raises Problem."""
    check_port(values.LISTEN_ADDRESS, values.PORT)
    check_writable(values.DATA_DIR)
    check_disk(values.DATA_DIR, DISK_FOR_DATA)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.dev")
    try:
        django.setup()
        call_command("check", stdout=io.StringIO())
        migrate()
        interruption.check()
        collect_static(values.DATA_DIR)
        interruption.check()
        password = first_start(values)
        interruption.check()
        connections.close_all()
        return password
    except ImproperlyConfigured as error:
        raise Problem(str(error)) from None
    except (SystemCheckError, CommandError) as error:
        raise Problem(f"The settings do not fit together.\n{error}") from None
    except DatabaseError as error:
        raise Problem(f"The database can't be used: {error} (see DATABASE_URL and DATA_DIR)") from None
    except OSError as error:
        raise Problem(explain_os_error(error, error.filename or values.DATA_DIR)) from None


class Interruption:
    """Ends the start after Ctrl-C or SIGTERM.

    Python drops an exception that is raised inside a finalizer, so the signal is stored as well.
    """

    def __init__(self, parent: int | None = None) -> None:
        self.came, self.parent = False, parent
        signal.signal(signal.SIGINT, self._note)
        signal.signal(signal.SIGTERM, self._note)
        sys.unraisablehook = self._drop

    @staticmethod
    def _drop(unraisable: "sys.UnraisableHookArgs") -> None:
        """Print an exception of a finalizer, except the KeyboardInterrupt of a signal, which is stored."""
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(unraisable)

    def _note(self, *_: object) -> NoReturn:
        self.came = True
        raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt if this process or its parent has received a signal."""
        if self.came or parent_ended(self.parent):
            raise KeyboardInterrupt


class Progress(io.StringIO):
    """Receives the output of `migrate` and prints the progress after every 25 migrations."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total, self.done = total, 0

    def write(self, text: str) -> int:
        if "OK" in text:
            self.done += 1
            if self.done % 25 == 0:
                say(f"  {self.done} of {self.total}")
        return len(text)


def migrate() -> None:
    """Migrate the database if it is not up to date, with progress."""
    executor = MigrationExecutor(connection)
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if steps:
        say(f"Bringing the database up to date ({steps} steps) …")
        call_command("migrate", interactive=False, stdout=Progress(steps))


def collect_static(data_dir: Path) -> None:
    """Collect the static files if one of them has changed since they were last collected.

    Raises Problem if the bundles are not those of this project's sources: another start has made them meanwhile.
    """
    with bundles.only_one():
        if not bundles.is_bundled():
            raise Problem(
                "The scripts of the pages are not those of this version of the site: another start that uses the same "
                "folder ({}) has made its own. Start again when it runs, or give each a folder.".format(
                    bundles.output()
                )
            )
        _collect_static(data_dir)


def _collect_static(data_dir: Path) -> None:
    from django.contrib.staticfiles.finders import get_finders

    content = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            content.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    fingerprint, stamp = content.hexdigest(), data_dir / ".static-files"
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    say("Collecting the static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def commands() -> dict[str, list[str]]:
    """Return {name for the operator: argument list} of the programs."""
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py")]
    return {
        "web server": [*gunicorn, "site_config.wsgi:application"],
        "worker": [sys.executable, str(ROOT / "manage.py"), "process_videos"],
    }


def reachable(address: str) -> str:
    """Return the address under which this machine reaches a server that listens on `address`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)


def welcome(values: SimpleNamespace, password: str) -> str:
    """Return the message with the addresses of the site and the passwords."""
    host = reachable(values.LISTEN_ADDRESS)
    site = f"http://{f'[{host}]' if ':' in host else host}:{values.PORT}/"
    lines = ["", "Screening Room is running.", f"  Site    {site}"]
    if values.DEMO and is_loopback(values.LISTEN_ADDRESS):
        lines.append(f"  Videos  {site}videos/   password of each demo video: {DEMO_PASSWORD}")
    if password and values.ADMIN_PASSWORD:
        lines.append(f"  Admin   {site}admin/   user: admin, password: the one in ADMIN_PASSWORD")
    elif password:
        lines.append(f"  Admin   {site}admin/   user: admin, password: {password}   (shown this once)")
    else:
        lines.append(f"  Admin   {site}admin/   user: admin")
    if not is_loopback(values.LISTEN_ADDRESS) and not values.ALLOWED_HOSTS:
        lines.append("  Others  are turned away until ALLOWED_HOSTS names the hosts they use")
    return "\n".join([*lines, "  Stop    Ctrl-C", ""])


def hand_over(plan: dict[str, Any]) -> NoReturn:
    """Replace this process by the supervisor of `plan`, a dictionary as `deploy.serve` reads it. Does not return.

    The new program has no Django in its memory. The plan is passed in a pipe: it may contain a password, and all users
    of the machine can read command lines.
    """
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as file:
        json.dump(plan, file)
    os.set_inheritable(reader, True)
    os.execv(sys.executable, [sys.executable, "-m", "deploy.serve", str(reader)])


def main(arguments: list[str]) -> int:
    """Prepare the site and become its supervisor; return an exit code if that fails."""
    parent = os.getppid() if "--end-with-parent" in arguments else None
    try:
        os.chdir(ROOT)
        try:
            values = env.read(env.environment())
        except ImproperlyConfigured as error:
            raise Problem(str(error)) from None
        interruption = Interruption(parent)
        password = prepare(values, interruption)
        say("Starting …")
        interruption.check()
        hand_over(
            {
                "commands": commands(),
                "address": reachable(values.LISTEN_ADDRESS),
                "port": values.PORT,
                "welcome": welcome(values, password),
                "first_start_marker": str(values.DATA_DIR / MARKER),
                "parent": parent,
            }
        )
    except Problem as problem:
        return report(problem)
    except KeyboardInterrupt:
        return 130
