"""A site in a temporary directory, served by gunicorn exactly as `make run` serves one."""

import contextlib
import dataclasses
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@contextlib.contextmanager
def temporary_site(workers: int, threads: int) -> Iterator[dict[str, str]]:
    """Make the site's data and set Django up in this process; yields the environment for its server."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        os.environ.update(
            ENV_FILE="-",
            DATA_DIR=directory,
            PORT=str(probe.getsockname()[1]),
            WEB_WORKERS=str(workers),
            WEB_THREADS=str(threads),
            DJANGO_SETTINGS_MODULE="bench.support.settings",
            PYTHONPATH=str(ROOT),
        )
        probe.close()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield dict(os.environ)


def cpu_seconds_of_children(pid: int) -> float:
    """Return the processor time of the child processes of `pid`, in user code and in the kernel (Linux)."""
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for worker in workers:
        fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Server:
    """A running gunicorn on the loopback address: its port, and the id of its first process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """The processor time that its workers have used, in user code and in the kernel (Linux)."""
        return cpu_seconds_of_children(self.pid)


@contextlib.contextmanager
def server(environment: dict[str, str], root: Path = ROOT, log: Path | None = None) -> Iterator[Server]:
    """Run gunicorn with the site's own settings while the block lasts; yields a Server.

    `root` is the directory of the site's code: this one, or that of an earlier commit (`earlier.checked_out`). `log` is
    the Path of a file for the log, which is otherwise written to the standard error of this process.
    """
    port = int(environment["PORT"])
    command = [sys.executable, "-m", "gunicorn", "--config", str(root / "deploy" / "gunicorn.conf.py")]
    with open(log, "wb") if log else contextlib.nullcontext() as output:
        process = subprocess.Popen([*command, "site_config.wsgi"], env=environment, cwd=root, stderr=output)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)
