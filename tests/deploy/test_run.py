"""`make run`, whole: it serves, a second start is quick, Ctrl-C leaves nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from deploy.bootstrap import ROOT
from tests.engines import free_port
from tests.waiting import wait_for

# A database from nothing takes most of it, and more on a busy machine.
FIRST_START_SECONDS = 300
SECOND_START_SECONDS = 60


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def processes_of(data_dir):
    """Ids of the running processes that were started on `data_dir`, from their environments."""
    mark, found = f"DATA_DIR={data_dir}".encode(), []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
        except OSError:
            continue
    return found


def command_line(pid):
    """The words of process `pid`, or "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


class Site:
    """A site that `make run` starts on a data directory of its own."""

    def __init__(self, data_dir):
        self.data_dir, self.port = data_dir, free_port()
        self.log = data_dir.parent / "log"
        self.process = None

    def start(self, seconds, **variables):
        """Start, wait for the welcome, and return what was printed."""
        environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith(("DJANGO", "DATABASE"))},
            "ENV_FILE": "-",
            "DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "DEMO": "0",
            **variables,
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["make", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + seconds
        while "Ctrl-C" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)
        return self.log.read_text()

    def press_ctrl_c(self):
        """Send a signal as a terminal does: to make and to all processes that it started."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=60)

    def get(self, path):
        """Return (status, headers, body) of a GET."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def wait_until_well(self, seconds=60):
        """Wait until /healthz answers 200, and return what it says."""
        deadline = time.monotonic() + seconds
        while True:
            status, _, body = self.get("/healthz")
            if status == 200:
                return json.loads(body)
            assert time.monotonic() < deadline, body
            time.sleep(0.5)


@pytest.fixture
def site(tmp_path, require):
    require("make")
    site = Site(tmp_path / "data")
    yield site
    for pid in processes_of(site.data_dir):
        os.kill(pid, signal.SIGKILL)
    if site.process:
        site.process.wait()


def test_make_run_serves_the_site_and_ctrl_c_leaves_nothing_running(site):
    said = site.start(FIRST_START_SECONDS)
    assert re.search(r"user: admin, password: \S{16}   \(shown this once\)", said)
    assert "Traceback" not in said
    wait_for(lambda: not (site.data_dir / ".first-start").exists(), seconds=5)

    status, _, page = site.get("/")
    assert status == 200
    health = site.wait_until_well()
    assert "publish_scheduled" in health["periodic"]

    sheet = re.search(rb'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)[1].decode()
    status, headers, _ = site.get(sheet)
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert site.get("/.secret-key")[0] == site.get("/static/.secret-key")[0] == 404

    # A system short of memory kills the worker: the site goes on, and the worker comes back.
    worker = next(pid for pid in processes_of(site.data_dir) if "process_videos" in command_line(pid))
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: "The worker ended by signal 9: it is started again in 1 s." in site.log.read_text(), seconds=10)
    assert site.get("/")[0] == 200
    wait_for(lambda: any("process_videos" in command_line(pid) for pid in processes_of(site.data_dir)), seconds=10)

    site.press_ctrl_c()
    assert processes_of(site.data_dir) == []
    assert is_free(site.port)

    said = site.start(SECOND_START_SECONDS)
    assert "password" not in said
    assert "Bringing the database" not in said
    assert "Collecting" not in said
    # Not a terminal but another program sends the signal, and to make alone.
    site.process.send_signal(signal.SIGINT)
    site.process.wait(timeout=120)
    assert processes_of(site.data_dir) == []


@pytest.mark.soak
def test_site_survives_being_killed_again_and_again(site):
    site.start(FIRST_START_SECONDS)
    for number in range(10):
        site.wait_until_well()
        assert site.get("/")[0] == 200
        # Kill make, one of the two servers, or all at once: the rest must go, and the next start must work.
        victims = processes_of(site.data_dir)
        for pid in victims if number % 3 == 0 else victims[number % len(victims) :][:1]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(2)
        if site.process.poll() is None:
            os.killpg(site.process.pid, signal.SIGINT)
        deadline = time.monotonic() + 60
        while processes_of(site.data_dir):
            assert time.monotonic() < deadline, site.log.read_text()
            time.sleep(0.2)
        site.process.wait(timeout=60)
        site.start(SECOND_START_SECONDS)
    site.press_ctrl_c()
    assert processes_of(site.data_dir) == []
