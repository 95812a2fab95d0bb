"""Inside .venv: read the environment, bring database and static files up to date, hand over to `deploy.serve`."""

import hashlib
import io
import json
import os
import signal
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

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
from deploy.supervise import parent_ended
from site_config import env

ROOT = env.PROJECT_ROOT
DISK_FOR_DATA = 200 * MIB
DEMO_PASSWORD = "open-sesame"


def prepare(values, interruption):
    """Bring everything up to date; return the new superuser's password, or "". Raises Problem."""
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
    """Ctrl-C and SIGTERM while things are prepared: both end the start, even where Python swallows the first.

    (An exception raised inside a finalizer is dropped, so the signal is remembered too.)
    """

    def __init__(self, parent=None):
        self.came, self.parent = False, parent
        signal.signal(signal.SIGINT, self._note)
        signal.signal(signal.SIGTERM, self._note)
        sys.unraisablehook = self._drop

    @staticmethod
    def _drop(unraisable):
        """Print what was raised in a finalizer, but not the signal, which is remembered."""
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(unraisable)

    def _note(self, *_):
        self.came = True
        raise KeyboardInterrupt

    def check(self):
        """Raise KeyboardInterrupt if a signal has come, here or to the parent."""
        if self.came or parent_ended(self.parent):
            raise KeyboardInterrupt


class Progress(io.StringIO):
    """Takes what `migrate` prints and says how far it is, every 25 migrations."""

    def __init__(self, total):
        super().__init__()
        self.total, self.done = total, 0

    def write(self, text):
        if "OK" in text:
            self.done += 1
            if self.done % 25 == 0:
                say(f"  {self.done} of {self.total}")
        return len(text)


def migrate():
    """Bring the database up to date, with progress where that takes a while."""
    executor = MigrationExecutor(connection)
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if steps:
        say(f"Bringing the database up to date ({steps} steps) …")
        call_command("migrate", interactive=False, stdout=Progress(steps))


def collect_static(data_dir):
    """Collect the static files if one of them has changed since they were last collected."""
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


def commands():
    """The argument lists of what is started, by the name the operator reads."""
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py")]
    return {
        "web server": [*gunicorn, "site_config.wsgi:application"],
        "worker": [sys.executable, str(ROOT / "manage.py"), "process_videos"],
    }


def reachable(address):
    """The address under which this machine reaches a server that listens on `address`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)


def welcome(values, password):
    """Return the lines that say where to look, and with which passwords."""
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


def hand_over(plan):
    """Become the supervisor of `plan`, a dictionary as `deploy.serve` reads it. Does not return.

    The same process goes on without Django in its memory. The plan travels in a pipe, because it may hold a password
    and command lines can be read by everyone on the machine.
    """
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as file:
        json.dump(plan, file)
    os.set_inheritable(reader, True)
    os.execv(sys.executable, [sys.executable, "-m", "deploy.serve", str(reader)])


def main(arguments):
    """Prepare and hand over to the supervisor; return an exit code if that was not to be."""
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
