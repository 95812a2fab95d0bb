"""`make scale` under test: started once for a run, its parts killed and hung, its rows read."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from deploy.scale import s3
from tests.scale.progress import wait_while_working
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 60
PASSWORD = "correct horse battery"
PROGRAMS = ("make", "nginx", "initdb", "redis-server", "openssl")


def own_environment():
    """The variables of this process without those of the tests' own site."""
    ours = ("DJANGO", "DATABASE", "DATA_DIR", "TEST")
    return {name: text for name, text in os.environ.items() if not name.startswith(ours)}


@dataclass(frozen=True)
class Film:
    """A published video with a password: its page's number, uuid and path."""

    page_id: int
    uuid: str
    path: str
    password: str = PASSWORD

    @property
    def source(self):
        return f"/stream/{self.uuid}/source"


class Scale:
    """A set-up on a data directory of its own."""

    admin_password = "made-up for the tests"

    def __init__(self, data_dir):
        self.data_dir, self.log = data_dir, data_dir.parent / f"{data_dir.name}.log"

    def start(self, **variables):
        """Start it, detached from this process, and wait for its message."""
        environment = {
            **own_environment(),
            "ENV_FILE": "-",
            "DATA_DIR": str(self.data_dir),
            "ADMIN_PASSWORD": self.admin_password,
            "DEMO": "0",
            **variables,
        }
        with self.log.open("w") as log:
            process = subprocess.Popen(
                ["make", "scale"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        is_ready = lambda: "Stop Ctrl-C" in self.log.read_text() or process.poll() is not None  # noqa: E731
        wait_while_working(is_ready, self.processes, self.log.read_text)
        assert process.poll() is None, self.log.read_text() + self.logs()
        return process

    def logs(self):
        """The end of each program's log, for a failure."""
        return "".join(
            f"\n== {path.name}\n{path.read_text()[-2000:]}" for path in (self.data_dir / "scale" / "logs").glob("*.log")
        )

    @property
    def state(self):
        """The content of scale.json."""
        return json.loads((self.data_dir / "scale.json").read_text())

    @property
    def url(self):
        return self.state["site"]

    @property
    def host(self):
        return urlsplit(self.url).netloc

    def is_running(self):
        return (self.data_dir / "scale.json").exists()

    def pid(self, kind, number=0):
        """The process id of `kind` ("web", "workers", "redis", …); None while it is started again."""
        part = self.state[kind]
        return (part[number] if isinstance(part, list) else part)["pid"]

    def send(self, number, kind, which=0):
        """Send a signal to one process of `kind`, and return its id."""
        pid = self.pid(kind, which)
        os.kill(pid, number)
        return pid

    def wait_until_back(self, kind, which, old_pid):
        """Wait until the supervisor has started another process in place of `old_pid`, and a web server answers."""
        wait_for(lambda: self.pid(kind, which) not in (None, old_pid), what=self.log.read_text)
        if kind == "web":
            wait_for(lambda: self.answers(which))

    def answers(self, which):
        """Return whether the web server with this index is ready."""
        from tests.scale.visitor import Visitor

        try:
            return Visitor(self).ask("/healthz/ready", at=which).status == 200
        except OSError:
            return False

    def rows(self, query, *parameters):
        """Return the rows of an SQL query."""
        with psycopg.connect(self.state["postgresql"]["url"], autocommit=True) as connection:
            done = connection.execute(query, parameters)
            return done.fetchall() if done.description else []

    def manage(self, *arguments, **variables):
        """Run a command of manage.py on this site and return what it printed."""
        environment = {
            **own_environment(),
            "ENV_FILE": self.state["environment"],
            "DJANGO_SETTINGS_MODULE": "site_config.settings.production",
            **variables,
        }
        command = [sys.executable, "manage.py", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def add_videos(self, *clips):
        """Make a published video of each clip and return them as Film; the workers process them."""
        said = self.manage(
            "import_videos",
            *clips,
            "--make-section",
            "/videos/",
            "--publish",
            "--password-env",
            "FILM",
            "--json",
            FILM=PASSWORD,
        )
        found = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        return [self.video_of(line["uuid"], urlsplit(line["url"]).path) for line in found]

    def add_ready_video(self, clip):
        """Make a published video of the clip, wait until all of it is made, and return it as Film."""
        (film,) = self.add_videos(clip)
        self.wait_until_ready(film)
        return film

    def video_of(self, uuid, path):
        ((page_id,),) = self.rows("SELECT page_ptr_id FROM video_pages_videopage WHERE uuid = %s", uuid)
        return Film(page_id, uuid, path)

    def job(self, film):
        """Return (state, worker, attempt, reason) of the film's job."""
        ((found),) = self.rows(
            "SELECT state, worker, attempt, reason FROM video_pages_processingjob job"
            " JOIN video_pages_videopage page ON page.video_file_id = job.video_file_id WHERE page.uuid = %s",
            film.uuid,
        )
        return found

    def wait_until_ready(self, film, seconds=180):
        wait_for(lambda: self.job(film)[0] == "ready", seconds, lambda: f"{self.job(film)}{self.logs()}")

    def processes(self):
        """Ids of the running processes of this set-up, by their environments."""
        mark, found = f"DATA_DIR={self.data_dir}".encode(), []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark in environ.read_bytes().split(b"\0"):
                    found.append(int(environ.parent.name))
        return found

    def stop(self, number=signal.SIGINT):
        """Send `number` to the supervisor, and wait until no process is left. Fails if one stays."""
        self.send(number, "supervisor")
        wait_for(lambda: not self.processes(), STOP_SECONDS, lambda: f"still there: {self.processes()}")

    def remove(self):
        """Kill what is left, and remove the cluster, which may lie elsewhere."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree((self.data_dir / "scale" / "postgresql-place").read_text().strip(), ignore_errors=True)


def programs_of(variables):
    """Return the names of the programs that a set-up with these variables starts."""
    return (*PROGRAMS, "juicefs") if s3.is_wanted(variables) else PROGRAMS


@contextlib.contextmanager
def running(folder, require, **variables):
    """Yield a running Scale below `folder` that this block alone uses; skip the test where a program is missing."""
    for program in programs_of(variables):
        require(program)
    site = Scale(folder / "data")
    try:
        site.start(**variables)
        yield site
        site.stop()
    finally:
        site.remove()


@contextlib.contextmanager
def shared(folder):
    """Yield the running Scale of this run of the tests, whose processes share `folder`; the last one stops it."""
    site = Scale(folder / "scale")
    with open(folder / "scale.users", "a") as users:
        with held(folder / "scale.starting"):
            if not site.is_running():
                site.start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield site
        finally:
            with held(folder / "scale.starting"):
                fcntl.flock(users, fcntl.LOCK_UN)
                with contextlib.suppress(BlockingIOError):  # another process of the run uses it
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    try:
                        site.stop()
                    finally:
                        site.remove()


@contextlib.contextmanager
def held(path):
    """Hold the lock `path` while the block lasts; other processes wait."""
    with open(path, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
