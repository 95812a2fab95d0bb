"""A bucket behind a bad network, on two S3 servers: nothing half is taken for whole, and visitors are told in words."""

import datetime as dt
import io
import os
import re
import socket
import time

import botocore.auth
import pytest
from django.core.files.base import ContentFile
from django.db import connections

from tests import clips, factories
from tests.s3_faults import DROP, HALF, INTERNAL, LOSE, SLOW_DOWN, faulty_proxy
from tests.s3_servers import one_server
from tests.uploads import resumable as tus
from video_pages.library import local_files
from video_pages.library.models import VideoFile
from video_pages.library.s3 import client, transfer
from video_pages.library.s3 import outage as outage_module
from video_pages.library.storage import StorageAway

NAME = "12/345/film.mp4"
CONTENT = os.urandom(300_000)


@pytest.fixture
def proxy(s3_site, s3_server, settings, monkeypatch):
    """The proxy through which the site reaches its bucket from now on; the object NAME is there.

    An outage is over as soon as the server answers, but in tests about that.
    """
    monkeypatch.setattr(outage_module, "PAUSE_SECONDS", 0)
    s3_site.save(NAME, ContentFile(CONTENT))
    with faulty_proxy(s3_server.url) as proxy:
        settings.S3_ENDPOINT_URL = proxy.url
        client.forget_clients()
        yield proxy


def first(times, fault, *, method="GET"):
    """A plan: the first `times` requests with this method have the `fault`."""
    left = [times]

    def plan(asked, path, number):
        if asked != method or not left[0]:
            return None
        left[0] -= 1
        return fault

    return plan


@one_server
@pytest.mark.parametrize("fault", [INTERNAL, SLOW_DOWN, DROP, HALF], ids=["500", "503", "drop", "half"])
def test_a_fault_that_passes_is_not_noticed(proxy, s3_site, fault):
    proxy.plan = first(1, fault)
    with s3_site.open(NAME) as file:
        assert file.read() == CONTENT
    proxy.plan = first(1, fault)
    with local_files.local_copy(NAME) as path:
        assert path.read_bytes() == CONTENT
    if fault != HALF:
        proxy.plan = first(1, fault, method="PUT")
        local_files.write(NAME, io.BytesIO(b"another"))
        with s3_site.open(NAME) as file:
            assert file.read() == b"another"


@one_server
@pytest.mark.parametrize("fault", [INTERNAL, SLOW_DOWN, DROP, HALF], ids=["500", "503", "drop", "half"])
def test_a_fault_that_stays_is_told_in_time_and_is_no_missing_file(proxy, s3_site, fault):
    proxy.plan = lambda method, path, number: fault if method == "GET" else None
    begun = time.monotonic()
    with pytest.raises(StorageAway), s3_site.open(NAME) as file:
        file.read()
    assert time.monotonic() - begun < 180


@one_server
def test_during_an_outage_one_request_tries_and_the_others_fail_at_once(proxy, s3_site, monkeypatch):
    monkeypatch.setattr(outage_module, "PAUSE_SECONDS", 60)
    proxy.plan = lambda method, path, number: INTERNAL
    with pytest.raises(StorageAway):
        s3_site.exists(NAME)
    asked = len(proxy.seen)
    begun = time.monotonic()
    for _viewer in range(200):
        with pytest.raises(StorageAway, match="a moment ago"):
            s3_site.open(NAME)
    assert time.monotonic() - begun < 60 and len(proxy.seen) == asked
    proxy.plan = lambda method, path, number: None
    monkeypatch.setattr(time, "monotonic", lambda real=time.monotonic: real() + 61)
    assert s3_site.exists(NAME)
    assert s3_site.exists(NAME), "one answer ends the outage"


@one_server
def test_viewers_do_not_wait_long_for_a_server_that_hangs(s3_site, settings, monkeypatch):
    assert client.READ_ATTEMPTS * client.READ_SECONDS < 20
    monkeypatch.setattr(client, "READ_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the kernel takes the connection, and nobody answers
        settings.S3_ENDPOINT_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client.forget_clients()
        begun = time.monotonic()
        with pytest.raises(StorageAway):
            s3_site.open(NAME)
        assert time.monotonic() - begun < 10 * client.READ_ATTEMPTS * client.READ_SECONDS


def test_an_answer_that_refuses_is_no_outage(proxy, s3_site, monkeypatch):
    monkeypatch.setattr(outage_module, "PAUSE_SECONDS", 60)
    assert not s3_site.exists("12/345/none.mp4")
    s3_site.bucket_name = "no-such-bucket-at-all"
    with pytest.raises(StorageAway):
        s3_site.listdir("12")
    s3_site.bucket_name = "-".join(["again", "none"])
    with pytest.raises(StorageAway, match="NoSuchBucket"):
        s3_site.listdir("12")


def test_a_lost_part_never_becomes_an_object(proxy, s3_site, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "PART_BYTES", 5 * 1024 * 1024)
    made = tmp_path / "made"
    made.write_bytes(os.urandom(12_000_000))
    proxy.plan = lambda method, path, number: LOSE if "partNumber=2" in path else None
    with pytest.raises(StorageAway):
        local_files.move_in(made, "12/345/other.mp4", on_block=bytes)
    assert made.exists(), "what was not stored stays"
    assert not s3_site.exists("12/345/other.mp4")


def test_a_lost_object_is_noticed_at_once(proxy, s3_site):
    proxy.plan = first(1, LOSE, method="PUT")
    with pytest.raises((StorageAway, FileNotFoundError)):
        local_files.write("12/345/other.mp4", io.BytesIO(b"text"))
    proxy.plan = first(1, LOSE, method="PUT")
    with pytest.raises(StorageAway, match="300000 of 4 bytes"):
        local_files.write(NAME, io.BytesIO(b"text"))


@one_server
@pytest.mark.parametrize(("minutes", "works"), [(10, True), (-10, True), (20, False)])
def test_a_clock_that_is_off(proxy, s3_site, minutes, works, monkeypatch):
    """Ten minutes are accepted. Beyond fifteen, requests are refused (not by moto), and files not taken for missing."""
    real = botocore.auth.get_current_datetime
    monkeypatch.setattr(
        botocore.auth, "get_current_datetime", lambda *a, **k: real(*a, **k) + dt.timedelta(minutes=minutes)
    )
    if works:
        assert s3_site.exists(NAME)
    else:
        with pytest.raises(StorageAway):
            s3_site.exists(NAME)


@pytest.mark.django_db
@one_server
class TestVisitorsAndEditors:
    @pytest.fixture
    def film(self, proxy):
        return factories.make_real_video()

    def test_a_visitor_is_told_to_wait_and_the_page_still_opens(self, film, proxy):
        visitor = factories.browser()
        factories.unlock(visitor, film)
        proxy.plan = lambda method, path, number: SLOW_DOWN
        assert visitor.get(film.url).status_code == 200
        assert visitor.get("/healthz/ready").status_code == 200, "another server would not reach the bucket either"
        assert visitor.get("/healthz").json()["library"] in ("away", "down")
        answer = visitor.get(f"/stream/{film.uuid}/source", headers={"Range": "bytes=0-9"})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] and b"not reachable at the moment" in answer.content
        proxy.plan = lambda method, path, number: None
        again = visitor.get(f"/stream/{film.uuid}/source", headers={"Range": "bytes=0-9"})
        assert again.status_code == 206

    def test_an_editor_reads_words_and_no_error_page(self, film, proxy):
        editor = factories.browser(factories.make_superuser())
        proxy.plan = lambda method, path, number: SLOW_DOWN
        answer = editor.get(film.video_file.url)
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
        assert b"not reachable at the moment" in answer.content
        announced = tus.announce(editor, 1000)
        assert announced.status_code < 500 and b"library" in announced.content

    def test_an_upload_that_ends_while_the_bucket_is_away_is_stored_when_it_is_back(self, proxy, s3_site):
        editor = factories.browser(factories.make_superuser())
        clip = clips.mp4()
        address = tus.create(editor, clip.stat().st_size)
        proxy.plan = lambda method, path, number: SLOW_DOWN if method == "PUT" else None
        assert tus.send(editor, address, clip.read_bytes()).status_code == 204
        payload = editor.get(address).json()
        assert payload["state"] == "inspecting" and "does not answer" in payload["problem"]
        assert not VideoFile.objects.exists()
        proxy.plan = lambda method, path, number: None
        assert editor.get(address).json()["state"] == "ready"
        video_file = VideoFile.objects.get()
        with s3_site.open(video_file.file.name) as stored:
            assert stored.read() == clip.read_bytes()
        assert tus.parts() == []

    def test_a_new_version_is_sent_before_the_row_is_locked(self, proxy, s3_site):
        editor = factories.browser(factories.make_superuser())
        video_file = factories.make_video_file(clips.mp4())
        own, open_transactions = connections["default"], []  # that of this thread; the proxy has others

        def look(method, path, number):
            if method == "PUT":
                open_transactions.append(len(own.savepoint_ids))

        proxy.plan = look
        tus.upload(editor, clips.silent_mp4(), replaces=video_file.pk)
        video_file.refresh_from_db()
        folder = f"{video_file.uuid.hex[:2]}/{video_file.uuid.hex}/v2"
        assert re.fullmatch(rf"{folder}/source-[0-9a-f]{{16}}\.mp4", video_file.file.name)
        with s3_site.open(video_file.file.name) as stored:
            assert stored.read() == clips.silent_mp4().read_bytes()
        assert open_transactions == [0]
