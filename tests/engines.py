"""Real engines for the tests: PostgreSQL and Redis on loopback, a small disk; each gone when its block ends."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A running server: its `url`, and ways to make it hang."""

    def __init__(self, url, pid):
        self.url, self.pid = url, pid

    def hang(self):
        """Stop all its processes: connections are still taken by the kernel, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def wake(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in [self.pid, *map(int, children)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


class Postgresql(Server):
    """A running PostgreSQL: the directory `data`, and `away`, a function of contexts in which it is stopped."""

    def __init__(self, url, pid, data):
        super().__init__(url, pid)
        self.data, self.away = data, None

    @property
    def migrated_url(self):
        """The address of the migrated database, which a server of `tests.database.postgresql` has."""
        return self.url.rpartition("/")[0] + "/migrated"


@contextlib.contextmanager
def postgresql(initdb, pg_ctl, cluster=None):
    """Run a PostgreSQL of our own while the block lasts. `initdb` and `pg_ctl` are paths.

    It begins with a copy of the directory `cluster`, or from nothing.
    """
    # Not below pytest's own directory, which every run closes to all but its user.
    directory = Path(tempfile.mkdtemp(prefix="screening-room-postgresql-"))
    # PostgreSQL refuses to run as root; Debian's package has made a user for it.
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_postgres:
        shutil.chown(directory, "postgres")
    port, data = free_port(), directory / "data"

    def run(*command):
        subprocess.run([*as_postgres, *command], cwd="/", check=True, capture_output=True, timeout=120)

    if cluster:
        copy_cluster(cluster, data)
    else:
        run(initdb, "-D", str(data), "-U", "tester", "--auth=trust", "--no-sync")
    options = f"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c max_connections=200"
    # No test pulls the plug, and no database lives long enough to need a vacuum.
    options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off"
    # Its log goes to a file, or the server would hold our pipe open and `run` would never return.
    start = [pg_ctl, "-D", str(data), "-o", options, "-l", str(directory / "log"), "-w", "start"]
    stop = [pg_ctl, "-D", str(data), "stop", "-m"]
    run(*start)

    def pid():
        return int((data / "postmaster.pid").read_text().splitlines()[0])

    server = Postgresql(f"postgres://tester:@127.0.0.1:{port}/postgres", pid(), data)

    @contextlib.contextmanager
    def away(mode="immediate"):
        run(*stop, mode)
        try:
            yield
        finally:
            run(*start)
            server.pid = pid()

    server.away = away
    try:
        yield server
    finally:
        server.wake()
        run(*stop, "immediate")
        shutil.rmtree(directory)


def copy_cluster(source, target):
    """Copy the files of a PostgreSQL server that does not run; they keep their owner."""
    subprocess.run(["cp", "-Rp", source, target], check=True, timeout=120)


@contextlib.contextmanager
def redis(program, port=None):
    """Run a Redis of our own while the block lasts, on `port` if one is given. `program` is a path."""
    port = port or free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
    try:
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < deadline and process.poll() is None, "Redis does not start"
            time.sleep(0.05)
        yield Server(f"redis://127.0.0.1:{port}/0", process.pid)
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def small_disk(directory, mebibytes=8):
    """Mount a file system of that size on `directory` (Path) while the block lasts, or skip the test."""
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(directory)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here: that needs root")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True, capture_output=True)


def fill(directory):
    """Write a file `filler` that takes all the room that is left at `directory` (Path)."""
    with open(directory / "filler", "ab", buffering=0) as file:
        for size in (64 * 1024, 4096):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
