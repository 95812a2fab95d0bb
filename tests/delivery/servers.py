"""A real gunicorn in front of the site, set up as `make run` sets it up, on the test's own database and files.

Use it in a transactional test.
"""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

START_SECONDS = 60
SETTLE_SECONDS = 30
# By this name PostgreSQL tells the server's connections from those that threads of other tests have left open.
APPLICATION = "screening-room-under-test"

# Additions to the site's own settings. `counted_sendfile` is the real call; what the kernel says it has
# sent is written down.
CONFIG = """
import os

def post_worker_init(worker):
    from pathlib import Path

    from django.conf import settings

    settings.PROTECTED_ROOT = Path({protected!r})
    real_sendfile = os.sendfile
    log = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def counted_sendfile(*arguments):
        sent = real_sendfile(*arguments)
        os.write(log, b"%d\\n" % sent)
        return sent

    os.sendfile = counted_sendfile
"""


class Gunicorn:
    """A running gunicorn: `get` asks it, `sent_by_kernel` adds up what sendfile(2) has sent."""

    def __init__(self, port, process, log):
        self.port = port
        self._process = process
        self._log = log

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def stop(self):
        """End the server before its block does."""
        self._process.terminate()
        self._process.wait(timeout=15)

    def sent_by_kernel(self):
        return sum(int(line) for line in self._log.read_text().split()) if self._log.exists() else 0

    def open_database_connections(self):
        """Return the number of connections to the test's database that the server's processes hold now."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = %s",
                    [APPLICATION],
                )
                return cursor.fetchone()[0]
        # Each connection has the log open once. SQLite may keep the file itself open for connections that are closed,
        # until no other holds a lock on it (unixClose in os_unix.c).
        return sum(_open_files(pid, f"{connection.settings_dict['NAME']}-wal") for pid in self._pids())

    @staticmethod
    def settles(count, wanted):
        """True as soon as `count()` gives `wanted`; False if it does not within a few seconds."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while count() != wanted:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def worker_pids(self):
        """The ids of the processes that answer requests."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return list(map(int, children.read_text().split()))

    def _pids(self):
        return [self._process.pid, *self.worker_pids()]


def _open_files(pid, name):
    files = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            files.append(os.readlink(descriptor))
    return files.count(str(name))


@contextlib.contextmanager
def gunicorn(environment, folder, *, workers=1, threads=8, more=""):
    """Run the site under gunicorn while the block lasts; `folder` (Path) takes its config and its log.

    `more` are lines of Python at the end of the config.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config, log = folder / "gunicorn.conf.py", folder / "sendfile.log"
    own = (settings.BASE_DIR / "deploy" / "gunicorn.conf.py").read_text()
    config.write_text(own + CONFIG.format(protected=str(settings.PROTECTED_ROOT), log=str(log)) + more)
    command = [sys.executable, "-m", "gunicorn", "site_config.wsgi", "--config", str(config)]
    environment = {
        **environment,
        "PORT": str(port),
        "WEB_WORKERS": str(workers),
        "WEB_THREADS": str(threads),
        "PGAPPNAME": APPLICATION,
    }
    with open(folder / "gunicorn.log", "w") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=settings.BASE_DIR, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(port, process, folder / "gunicorn.log")
        yield Gunicorn(port, process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port, process, output):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, output.read_text()
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
            asked.request("GET", "/stream/")
            assert asked.getresponse().status == 403, output.read_text()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(output.read_text())
