"""Every process of the server refuses the next bytes within two seconds after the end of access, and goes on refusing.

The tests run against each of ENGINES with a real server of two processes. Its verdicts are warm when access ends: each
process has sent bytes to this browser before, and is asked all the time.
"""

import contextlib
import http.client
import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests import factories
from tests.conftest import environment_of_children
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.endings import ENDS
from tests.delivery.servers import gunicorn
from video_pages.access import passwords
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db(transaction=True)

MOST_SECONDS = 2.0
PAUSE = 0.05  # seconds between two requests
WORKERS = 2


@contextlib.contextmanager
def stream(environment, folder):
    """The application sends the bytes."""
    with gunicorn(environment, folder, workers=WORKERS, threads=8) as server:
        yield server


# Each starts a server and yields it with `port`, and `worker_pids()`: the processes that answer.
ENGINES = {"stream": stream}


@pytest.fixture(scope="class", params=ENGINES.values(), ids=ENGINES)
def server(request, django_db_setup, own_media_roots, tmp_path_factory):
    """One server for all tests of the class: rows and files are the test's."""
    environment = {**environment_of_children(), "DATA_DIR": str(settings.DATA_DIR)}
    with request.param(environment, tmp_path_factory.mktemp("server")) as running:
        yield running


def worker_of(viewer, pids):
    """Return the id of the process in `pids` that holds the other end of the connection `viewer`, or None."""
    port = f":{viewer.sock.getsockname()[1]:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{fields[9]}]" for fields in lines if fields[2].endswith(port)}
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(descriptor) in sockets:
                    return pid
    return None


def ask(viewer, address, cookie):
    """Return the status of a request for the first bytes at `address`."""
    headers = {"Range": "bytes=0-9", **({"Cookie": f"sessionid={cookie}"} if cookie else {})}
    viewer.request("GET", address, headers=headers)
    reply = viewer.getresponse()
    reply.read()
    return reply.status


def viewers_of_each_process(server, address, cookie):
    """Return a connection to each process of `server` on which the browser has just got bytes."""
    found = {}
    for _attempt in range(200):
        viewer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        assert ask(viewer, address, cookie) == 206
        if viewer.sock is None:  # the server has closed it
            continue
        worker = worker_of(viewer, server.worker_pids())
        if worker is None or worker in found:
            viewer.close()
        else:
            found[worker] = viewer
        if len(found) == WORKERS:
            return list(found.values())
    raise AssertionError(f"only {len(found)} of {WORKERS} processes answer")


def ends_within_two_seconds(*ends):
    """Check that no request that is sent MOST_SECONDS after an end gets bytes, by asking until then and a while on.

    Each of `ends` is (name, viewers, address, cookie, monotonic time at which access ended).
    """
    last = {name: ended for name, *_others, ended in ends}
    stop = max(last.values()) + MOST_SECONDS + 0.5
    sent = 0.0
    while sent < stop:
        for name, viewers, address, cookie, _ended in ends:
            for viewer in viewers:
                sent = time.monotonic()
                status = ask(viewer, address, cookie)
                assert status in (206, 403, 500, 503), (name, status)
                if status == 206:
                    last[name] = sent
        time.sleep(PAUSE)
    assert {name: last[name] - ended for name, *_others, ended in ends if last[name] - ended >= MOST_SECONDS} == {}


class TestEachProcess:
    def watched(self, server, video, cookie):
        """Return the viewers of `video`, whose verdicts are warm in each process."""
        address = source_url(video)
        viewers = viewers_of_each_process(server, address, cookie)
        for _time in range(3):
            assert [ask(viewer, address, cookie) for viewer in viewers] == [206] * WORKERS
        return viewers

    def test_refuses_within_two_seconds_after_each_end_of_access(self, server):
        """All at the same time, each with a video and a browser of its own; the waiting is then the same for all."""
        videos = {name: factories.make_video() for name in ENDS}
        asked = {
            name: (source_url(video), unlocked(video).cookies["sessionid"].value) for name, video in videos.items()
        }
        viewers = viewers_of_each_process(server, *next(iter(asked.values())))
        for _time in range(3):
            for name, asking in asked.items():
                assert [ask(viewer, *asking) for viewer in viewers] == [206] * WORKERS, name
        ended = []
        for name, asking in asked.items():
            assert [ask(viewer, *asking) for viewer in viewers] == [206] * WORKERS, name
            ENDS[name](videos[name])
            ended.append((name, viewers, *asking, time.monotonic()))
        ends_within_two_seconds(*ended)
        for name, asking in asked.items():
            assert [ask(viewer, *asking) for viewer in viewers] == [403] * WORKERS, name

    @pytest.mark.parametrize("end", ["new password", "moved"])
    def test_refuses_what_a_section_has_opened_after(self, server, end):
        section = factories.make_section(password="section-password")
        videos = [factories.make_video(section=section, password=None) for _number in range(2)]
        client = factories.browser()
        factories.unlock(client, section, "section-password")
        cookie = client.cookies["sessionid"].value
        viewers = [self.watched(server, video, cookie) for video in videos]
        if end == "moved":
            for video in videos:
                video.move(factories.make_section(password="of another section"), "last-child")
        else:
            passwords.set_password(section, "another password")
        ended = time.monotonic()
        addresses = [source_url(video) for video in videos]
        ends_within_two_seconds(
            *((address, each, address, cookie, ended) for each, address in zip(viewers, addresses, strict=True))
        )

    def test_refuses_everybody_when_an_open_video_is_closed(self, server):
        video = factories.make_video(password=None)
        passwords.set_open(video, True)
        time.sleep(1.5)  # a process that was asked before learns within this time that it is open
        viewers = self.watched(server, video, None)
        passwords.set_open(video, False)
        ends_within_two_seconds(("closed", viewers, source_url(video), None, time.monotonic()))

    def test_goes_on_for_the_other_browser_when_the_access_of_one_ends(self, server):
        video = factories.make_video()
        one, other = (unlocked(video).cookies["sessionid"].value for _browser in range(2))
        viewers = self.watched(server, video, one)
        self.watched(server, video, other)
        video.access_sessions.order_by("pk").first().delete()
        ends_within_two_seconds(("deleted", viewers, source_url(video), one, time.monotonic()))
        assert [ask(viewer, source_url(video), other) for viewer in viewers] == [206] * WORKERS

    def test_sends_nothing_while_the_database_is_away_and_goes_on_after_it(self, server):
        if connection.vendor != "sqlite":
            pytest.skip("the database of other tests is on the same server")
        video = factories.make_video()
        cookie = unlocked(video).cookies["sessionid"].value
        viewers = self.watched(server, video, cookie)
        database = Path(connection.settings_dict["NAME"])
        away = database.with_name("away")
        files = [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
        names = [file for file in files if file.exists()]
        for file in names:
            file.rename(away.with_name(away.name + file.name))
        database.mkdir()
        try:
            ends_within_two_seconds(("away", viewers, source_url(video), cookie, time.monotonic()))
        finally:
            database.rmdir()
            for file in names:
                away.with_name(away.name + file.name).rename(file)
        deadline = time.monotonic() + 10
        for viewer in viewers:
            while ask(viewer, source_url(video), cookie) != 206:
                assert time.monotonic() < deadline
        assert VideoPage.objects.filter(pk=video.pk).exists()
