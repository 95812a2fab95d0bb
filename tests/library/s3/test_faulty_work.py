"""Work on a bucket that fails in the middle: jobs, uploads, moves, removals. Nothing is lost or half live."""

import contextlib
import datetime as dt
import hashlib
import io
import os

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import clips, factories
from tests.library.s3.answers import check_storage
from tests.library.working import IN_ORDER, check_library, run_again
from tests.s3_faults import DROP, HALF, INTERNAL, SLOW, SLOW_DOWN, UNHEARD, faulty_proxy
from tests.uploads import bucket
from tests.uploads import resumable as tus
from video_pages.library import copying, identity, inventory, local_files, removal, scratch
from video_pages.library.models import DiscardedFile, VideoFile
from video_pages.library.s3 import client
from video_pages.library.s3 import outage as outage_module
from video_pages.library.storage import GRACE, StorageAway, storage_of
from video_pages.transcoding import jobs
from video_pages.transcoding.models import Stage, State
from video_pages.worker.slots import Slots

pytestmark = pytest.mark.django_db
DENIED = (403, b"<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>")
LATER = GRACE + dt.timedelta(minutes=1)


def sound(method, path, number):
    """The plan of a bucket that works."""


@pytest.fixture
def proxy(gateway_site, gateway, settings, monkeypatch):
    """The proxy through which the site reaches its bucket. An outage is over as soon as the server answers."""
    monkeypatch.setattr(outage_module, "PAUSE_SECONDS", 0)
    with faulty_proxy(gateway.url) as proxy:
        settings.S3_ENDPOINT_URL = proxy.url
        client.forget_clients()
        yield proxy


def spoil(proxy, fault, *methods, after=0):
    """Requests with these methods have the `fault` from now on, but for the first `after` of them."""
    left = [after]

    def plan(method, path, number):
        if method not in methods:
            return None
        left[0] -= 1
        return fault if left[0] < 0 else None

    proxy.plan = plan


class TestJobs:
    @pytest.fixture
    def film(self, proxy, top):
        """A file that waits for its first job."""
        identity.establish()
        file = factories.make_video_file(clips.mp4(3, "640x360"), ready=False)
        jobs.submit(file)
        return file

    @pytest.mark.parametrize(
        ("fault", "methods", "after"),
        [
            (HALF, ["GET"], 1),  # while the source is fetched; the first is for the library's identity
            (SLOW_DOWN, ["HEAD", "GET"], 2),
            (INTERNAL, ["PUT", "POST"], 0),  # while the first file of the package is sent
            (SLOW_DOWN, ["PUT", "POST"], 3),  # and a later one
            (DROP, ["PUT", "GET", "HEAD", "POST", "DELETE"], 12),
        ],
        ids=["half-source", "busy", "500-first", "busy-later", "gone-in-the-middle"],
    )
    def test_a_job_waits_tells_the_editor_and_is_done_when_the_bucket_is_well(self, film, proxy, fault, methods, after):
        spoil(proxy, fault, *methods, after=after)
        assert run_again(film) == State.QUEUED
        assert (film.job.attempt, "does not answer" in film.job.reason) == (0, True), film.job.reason
        proxy.plan = sound
        if film.package:  # what is live by now is whole
            (found,) = inventory.with_renditions(VideoFile.objects.all())
            assert list(inventory.missing_files(inventory.expected_files(*found), with_digests=True)) == []
        assert run_again(film) == State.READY, film.job.reason
        removal.remove_discarded(now=timezone.now() + LATER)
        assert check_library() == IN_ORDER
        assert list(scratch.root().iterdir()) == []

    def test_a_job_that_can_not_begin_tells_it_too_and_no_longer_when_it_can(self, film, proxy):
        slots = Slots("worker", lambda: False)
        spoil(proxy, SLOW_DOWN, "HEAD", "GET")
        with CaptureQueriesContext(connection) as asked:
            assert not slots.run_one([Stage.PLAYABLE]) and not slots.run_one([Stage.PLAYABLE])
        assert len([query for query in asked.captured_queries if query["sql"].startswith("UPDATE")]) == 1
        film.job.refresh_from_db()
        assert (film.job.state, film.job.attempt) == (State.QUEUED, 0)
        assert "can't be used at the moment" in film.job.reason
        proxy.plan = sound
        assert slots._library_is_usable()
        film.job.refresh_from_db()
        assert film.job.reason == ""

    def test_a_slow_bucket_is_waited_for(self, film, proxy):
        spoil(proxy, SLOW, "GET")
        assert run_again(film) == State.READY

    def test_what_plays_stays_while_a_new_version_can_not_be_stored(self, film, proxy):
        assert run_again(film) == State.READY
        before = film.package
        VideoFile.objects.filter(pk=film.pk).update(source_version=1)
        jobs.submit(film)
        spoil(proxy, INTERNAL, "PUT", "POST", after=1)
        assert run_again(film) == State.QUEUED
        proxy.plan = sound
        assert film.package == before
        (found,) = inventory.with_renditions(VideoFile.objects.all())
        assert list(inventory.missing_files(inventory.expected_files(*found), with_digests=True)) == []


class TestUploads:
    @pytest.fixture
    def admin(self, proxy, settings):
        settings.S3_BROWSER_UPLOADS = True
        return factories.browser(factories.make_superuser())

    @pytest.mark.parametrize("fault", [INTERNAL, SLOW_DOWN, DROP, UNHEARD], ids=["500", "503", "drop", "unheard"])
    def test_parts_that_can_not_be_joined_wait_and_nothing_is_sent_twice(self, admin, proxy, settings, fault):
        upload = tus.create(admin, bucket.SIZE, filename="film.mp4")
        bucket.send(admin, upload, 1, 2, 3)
        is_join = lambda method, path: method == "POST" and "uploadId=" in path  # noqa: E731
        proxy.plan = lambda method, path, number: fault if is_join(method, path) else None
        first = bucket.complete(admin, upload)
        # An answer that was lost has joined them: the second try finds that, and the first may.
        assert first.status_code in ((200, 503) if fault == UNHEARD else (503,)), first.content
        assert VideoFile.objects.count() == (first.status_code == 200)
        proxy.plan = sound
        sent = len([path for method, path in proxy.seen if "partNumber=" in path])
        assert bucket.complete(admin, upload).status_code == 200
        assert len([path for method, path in proxy.seen if "partNumber=" in path]) == sent == 3
        video_file = VideoFile.objects.get()
        with video_file.file.open() as stored:
            assert stored.read() == bucket.CONTENT
        assert not DiscardedFile.objects.exists() and bucket.unfinished(settings) == []

    def test_a_part_that_was_lost_is_asked_for_again_and_no_other(self, admin, proxy):
        upload = tus.create(admin, bucket.SIZE, filename="film.mp4")
        addresses = bucket.parts(admin, upload, 1, 2, 3)["addresses"]
        proxy.plan = lambda method, path, number: INTERNAL if "partNumber=2" in path else None
        output = {number: bucket.status_of_put(at, bucket.bytes_of(int(number))) for number, at in addresses.items()}
        assert output == {"1": 200, "2": 500, "3": 200}
        assert bucket.parts(admin, upload)["sent"] == [1, 3]
        assert bucket.complete(admin, upload).status_code == 409
        proxy.plan = sound
        bucket.send(admin, upload, 2)
        assert bucket.complete(admin, upload).status_code == 200


class TestMoves:
    CONTENT = {f"{number:02x}/{'ab' * 16}/v1/source.mp4": os.urandom(200_000 + number) for number in range(4)}

    @pytest.fixture
    def library(self, proxy, settings, monkeypatch):
        """A library in files; the bucket is empty."""
        monkeypatch.setattr(copying, "PAUSE_SECONDS", 0)
        settings.LIBRARY_STORAGE = "files"
        for name, text in self.CONTENT.items():
            storage_of("files").save(name, ContentFile(text))
        identity.establish()

    def move(self, to):
        out = io.StringIO()
        try:
            call_command("move_library", "--to", to, stdout=out)
        except CommandError as error:
            return f"{out.getvalue()}{error}"
        return out.getvalue()

    def digests(self, kind):
        found = {}
        for entry in copying.walk(kind):
            with storage_of(kind).open(entry.name) as file:
                found[entry.name] = hashlib.sha256(file.read()).hexdigest()
        return found

    def test_a_bucket_that_goes_in_the_middle_of_a_move_costs_a_second_run(self, library, proxy):
        spoil(proxy, SLOW_DOWN, "PUT", "POST", after=2)
        assert "goes on where it stopped" in self.move("s3")
        proxy.plan = sound
        there, here = self.digests("s3"), self.digests("files")
        assert len(there) == 2 and there.items() <= here.items(), "what is there is whole"
        output = self.move("s3")
        assert output.startswith("3 files copied") and "2 were there already" in output and "equal digests" in output, (
            output
        )
        assert self.digests("s3") == here

    def test_half_an_answer_becomes_no_file_on_the_way_back(self, library, proxy, settings, tmp_path):
        assert "equal digests" in self.move("s3")
        wanted = self.digests("s3")
        settings.LIBRARY_STORAGE = "s3"
        settings.PROTECTED_ROOT = tmp_path / "back"
        settings.PROTECTED_ROOT.mkdir()
        spoil(proxy, HALF, "GET", after=3)
        assert "goes on where it stopped" in self.move("files")
        proxy.plan = sound
        assert self.digests("files").items() < wanted.items()
        assert "equal digests" in self.move("files")
        assert self.digests("files") == wanted
        assert not list(settings.PROTECTED_ROOT.rglob("*.moving"))


class TestRemovals:
    def test_a_name_that_the_bucket_refuses_to_remove_stops_no_other(self, proxy, caplog):
        """An example is an object that a rule of the bucket locks."""
        names = [f"12/{'34' * 16}/v1/source.mp4", f"56/{'78' * 16}/v1/source.mp4"]
        for name in names:
            local_files.write(name, io.BytesIO(b"deleted"))
            storage_of("s3").delete(name)
        proxy.plan = lambda method, path, number: DENIED if method == "DELETE" and names[0] in path else None
        assert removal.remove_discarded(now=timezone.now() + LATER) == 1
        assert [mark.name for mark in DiscardedFile.objects.all()] == [names[0]]
        assert storage_of("s3").exists(names[0]) and not storage_of("s3").exists(names[1])
        assert names[0] in caplog.text

    def test_parts_that_the_bucket_refuses_to_remove_stop_no_others(self, proxy, settings, caplog):
        names = [f"12/{'34' * 16}/v1/source.mp4", f"56/{'78' * 16}/v1/source.mp4"]
        for name in names:
            storage_of("s3").begin_parts(name)
        proxy.plan = lambda method, path, number: DENIED if method == "DELETE" and names[0] in path else None
        later = timezone.now() + LATER
        assert local_files.abort_unfinished(before=later) == 1
        assert bucket.unfinished(settings) == [f"{settings.S3_PREFIX}/{names[0]}"] and names[0] in caplog.text
        proxy.plan = sound
        assert local_files.abort_unfinished(before=later) == 1
        assert bucket.unfinished(settings) == []

    def test_a_file_that_can_not_be_removed_now_is_removed_later(self, proxy):
        names = [f"12/{'34' * 16}/v1/source.mp4", f"56/{'78' * 16}/v1/source.mp4"]
        for name in names:
            local_files.write(name, io.BytesIO(b"deleted"))
            storage_of("s3").delete(name)
        later = timezone.now() + LATER
        for fault in (SLOW_DOWN, DENIED):
            spoil(proxy, fault, "DELETE")
            with contextlib.suppress(StorageAway):  # unless the bucket answers all other questions
                removal.remove_discarded(now=later)
            assert set(DiscardedFile.objects.values_list("name", flat=True)) == set(names)
        spoil(proxy, UNHEARD, "DELETE")
        with contextlib.suppress(StorageAway):
            removal.remove_discarded(now=later)
        proxy.plan = sound
        outage_module.outage.reset()
        removal.remove_discarded(now=later)
        assert not DiscardedFile.objects.exists() and local_files.entries() == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (INTERNAL, "fails or is overloaded at the moment (InternalError)"),
        (DROP, "The connection to 127.0.0.1"),
        (HALF, "The connection to 127.0.0.1"),
    ],
    ids=["500", "drop", "half"],
)
def test_check_storage_says_how_the_bucket_fails(proxy, fault, sentence):
    proxy.plan = lambda method, path, number: fault if method == "GET" and "list-type" not in path else None
    output, failed = check_storage("--no-browsers")
    assert failed and sentence in output, output
