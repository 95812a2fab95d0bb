"""`/metrics` of a real gunicorn with several processes: its sums, its readers, and what a killed process leaves."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from tests import factories
from tests.delivery.addresses import unlocked
from tests.delivery.servers import gunicorn
from tests.engines import free_port
from video_pages.library.storage import protected_storage

TOKEN = "t" * 40
WORKERS = 3
PART = 1000


def ask(port, path, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "localhost", **(headers or {})})
        reply = connection.getresponse()
        return reply.status, reply.read().decode("latin-1")
    finally:
        connection.close()


def numbers_of(port):
    """Return {(name, labels): value} of all samples."""
    status, text = ask(port, "/metrics")
    assert status == 200
    return {
        (sample.name.removeprefix("screening_room_"), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(numbers, name, **labels):
    return numbers.get((name, tuple(sorted(labels.items()))), 0)


def comes_to(port, wanted, name, **labels):
    """Check that the sample gets the value `wanted` within a few seconds: processes count once a second."""
    deadline = time.monotonic() + 30
    while (found := value(numbers_of(port), name, **labels)) != wanted and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found == wanted


@pytest.mark.django_db(transaction=True)
def test_processes_count_together_and_keep_what_a_killed_one_has_counted(child_environment, tmp_path, own_media_roots):
    video = factories.make_video()
    cookie = unlocked(video).cookies["sessionid"].value
    port = free_port()
    environment = {**child_environment, "METRICS_PORT": str(port), "METRICS_TOKEN": TOKEN}
    with gunicorn(environment, tmp_path, workers=WORKERS) as server:
        part = {"Cookie": f"sessionid={cookie}", "Range": f"bytes=0-{PART - 1}"}
        first = value(numbers_of(port), "sent_bytes_total")
        for _request in range(60):
            assert ask(server.port, f"/stream/{video.uuid}/source", part)[0] == 206
        refused = [ask(server.port, f"/stream/{video.uuid}/source")[0] for _request in range(7)]
        assert refused == [403] * 7

        comes_to(port, 60, "requests_total", route="stream", status="206")
        numbers = numbers_of(port)
        assert value(numbers, "sent_bytes_total") - first >= 60 * PART
        by_source = {
            source: value(numbers, "verdicts_total", source=source, outcome="allowed")
            for source in ("memory", "database", "view")
        }
        # The first request in each process is answered by the view, which begins the count of the view.
        assert sum(by_source.values()) == 60 and by_source["memory"] and by_source["view"]
        assert value(numbers, "verdicts_total", source="memory", outcome="refused") == 7
        assert value(numbers, "verdict_seconds_count", source="memory") == by_source["memory"] + 7
        assert value(numbers, "database_up") == 1
        assert value(numbers, "disk_free_bytes", disk="library") > 0

        # A process is killed without a chance to say anything. Its sums stay, and no file is left over.
        os.kill(server.worker_pids()[0], signal.SIGKILL)
        time.sleep(0.5)
        comes_to(port, 60, "requests_total", route="stream", status="206")
        assert server.settles(lambda: len(server.worker_pids()), WORKERS)
        assert ask(server.port, f"/stream/{video.uuid}/source", part)[0] == 206
        comes_to(port, 61, "requests_total", route="stream", status="206")
        [folder] = Path("/dev/shm").glob(f"screening-room-metrics-{server._process.pid}-*")  # noqa: S108
        names = [path.name.rpartition("_")[2] for path in folder.glob("counter_*.db")]
        assert len(names) <= WORKERS

        # The site's own port shows nothing without the token; the other port shows nothing but the numbers.
        assert ask(server.port, "/metrics")[0] == 404
        assert ask(server.port, "/metrics", {"Authorization": f"Bearer {TOKEN[:-1]}x"})[0] == 404
        status, text = ask(server.port, "/metrics", {"Authorization": f"Bearer {TOKEN}"})
        assert status == 200 and "screening_room_requests_total" in text
        assert [ask(port, path)[0] for path in ("/", "/admin/", f"/stream/{video.uuid}/source")] == [404] * 3
        for secret in (str(video.uuid), video.title, cookie, "127.0.0.1"):
            assert secret not in text
    assert not folder.exists()


@pytest.mark.django_db(transaction=True)
def test_open_streams_and_bytes_are_those_that_the_client_has_read(child_environment, tmp_path, own_media_roots):
    size = 40_000_000  # more than the buffers of both sides hold
    video = factories.make_video()
    with open(protected_storage().path(video.video_file.playable_name), "wb") as file:
        file.truncate(size)
    cookie = unlocked(video).cookies["sessionid"].value
    port = free_port()
    with gunicorn({**child_environment, "METRICS_PORT": str(port)}, tmp_path, workers=2) as server:
        reader = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        reader.request("GET", f"/stream/{video.uuid}/source", headers={"Cookie": f"sessionid={cookie}"})
        reply = reader.getresponse()
        reply.read(1000)
        comes_to(port, 1, "streams_open")
        before = value(numbers_of(port), "sent_bytes_total")
        reader.close()
        reply.close()
        comes_to(port, 0, "streams_open")
        sent = value(numbers_of(port), "sent_bytes_total") - before
        assert 1000 <= sent < size


def connected(path):
    """Return a socket that is connected to the Unix socket `path`, as soon as somebody listens there."""
    deadline = time.monotonic() + 60
    while True:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(60)
        try:
            client.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            client.close()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return client


@pytest.mark.django_db(transaction=True)
def test_host_header_on_a_unix_socket_does_not_reach_the_port_of_the_numbers(child_environment, tmp_path):
    port = free_port()
    folder = tmp_path / "config"
    folder.mkdir()
    environment = {**child_environment, "METRICS_PORT": str(port), "GUNICORN_CMD_ARGS": f"--bind unix:{tmp_path}/s"}
    # The command line's --bind takes the place of the file's, as the sockets of systemd do.
    command = [sys.executable, "-m", "gunicorn", "site_config.wsgi", "--config", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
    try:
        with connected(tmp_path / "s") as client:
            client.sendall(f"GET /metrics HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
            assert client.recv(100).split()[1] == b"404"
    finally:
        process.terminate()
        process.wait(timeout=30)
