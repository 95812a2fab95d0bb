"""A film from import to removal while the library is in a bucket, on two S3 servers."""

import datetime as dt
import io
import re
import shutil

import pytest
from django.core.files import File
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import clips, factories
from tests.library.working import IN_ORDER, check_library, run_again
from tests.s3_servers import one_server
from video_pages.ingest import versions
from video_pages.library import disk_files, local_files, removal, scratch
from video_pages.library.models import VideoFile
from video_pages.library.s3 import files as bucket_files
from video_pages.library.storage import GRACE, StorageAway
from video_pages.pages.models import VideoPage
from video_pages.transcoding import jobs, pipeline
from video_pages.transcoding.models import State
from video_pages.transcoding.probe import probe

pytestmark = pytest.mark.django_db


@pytest.fixture
def film(s3_site, top, tmp_path, monkeypatch):
    """The page of a film that was imported by command and made; nothing may take a path of the library meanwhile."""
    monkeypatch.setattr(disk_files, "_path", lambda name: pytest.fail(f"the path of {name} was taken"))
    shutil.copy(clips.mp4(3, "640x360"), tmp_path / "harbour.mp4")
    call_command("import_videos", tmp_path / "harbour.mp4", publish=True, section="/videos/", stdout=io.StringIO())
    page = VideoPage.objects.get()
    assert jobs.run(page.video_file.job.pk) == State.READY, page.video_file.job.reason
    page.refresh_from_db()
    factories._set_password(page, factories.PASSWORD)
    return page


def test_a_film_is_made_checked_and_removed(film, django_capture_on_commit_callbacks):
    file = film.video_file
    assert {entry.own_name for entry in local_files.entries(f"{file.uuid.hex[:2]}/{file.uuid.hex}")} == {
        "v1",
        file.package,
    }
    assert check_library() == IN_ORDER
    assert list(scratch.root().iterdir()) == []
    with django_capture_on_commit_callbacks(execute=True):
        film.delete()
        file.delete()
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
    assert [entry.name for entry in local_files.entries()] == []


def test_it_plays_from_the_bucket_and_only_after_the_password(film):
    file, stream = film.video_file, f"/stream/{film.uuid}"
    with file.file.storage.open(file.playable_name) as opened:
        whole = opened.read()
    client = factories.browser()
    assert client.get(f"{stream}/source").status_code == 403
    factories.unlock(client, film)
    answer = client.get(f"{stream}/source", headers={"Range": "bytes=1000-2999"})
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == whole[1000:3000]
    assert answer.headers["Content-Range"] == f"bytes 1000-2999/{len(whole)}"
    again = client.get(f"{stream}/source", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    master = b"".join(client.get(f"{stream}/hls/master.m3u8").streaming_content).decode()
    assert master.startswith("#EXTM3U")
    assert b"".join(client.get(f"{stream}/poster").streaming_content).startswith(b"\xff\xd8")
    assert client.get(f"{stream}/{file.package}/none.mp4").status_code == 404


def test_a_new_version_replaces_it_and_the_former_goes(film, django_capture_on_commit_callbacks):
    file, before = film.video_file, film.video_file.package
    with open(clips.webm(), "rb") as stream, django_capture_on_commit_callbacks(execute=True):
        versions.replace(file, File(stream, name="new.webm"), probe(clips.webm()), user=None)
    file.refresh_from_db()
    assert re.search(r"/v2/source-[0-9a-f]{16}\.webm$", file.file.name) and file.package == before
    assert jobs.run(file.job.pk) == State.READY
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
    assert check_library() == IN_ORDER
    file.refresh_from_db()
    folder = f"{file.uuid.hex[:2]}/{file.uuid.hex}"
    assert {entry.own_name for entry in local_files.entries(folder)} == {"v2", file.package}


def test_the_source_is_fetched_once_for_a_job(s3_site, top, monkeypatch):
    fetched = []
    real = bucket_files.transfer.fetch
    monkeypatch.setattr(
        bucket_files.transfer, "fetch", lambda facts, *a, **k: (fetched.append(facts.key), real(facts, *a, **k))
    )
    file = factories.make_video_file(clips.mkv(), ready=False)
    jobs.submit(file)
    assert jobs.run(file.job.pk) == State.READY
    assert fetched == [f"library/{file.file.name}"]


@one_server
class TestBucketAway:
    """A bucket that does not answer costs no attempt, and what was sent is neither live nor kept for ever."""

    @pytest.fixture
    def queued(self, s3_site, top):
        file = factories.make_video_file(clips.mp4(3, "640x360"), ready=False)
        jobs.submit(file)
        return file

    @pytest.mark.parametrize("step", ["local_copy", "move_in", "write"])
    def test_a_job_waits_and_is_done_when_it_is_back(self, queued, step, monkeypatch):
        def away(*args, **kwargs):
            raise StorageAway("the bucket is away")

        with monkeypatch.context() as broken:
            broken.setattr(bucket_files, step, away)
            broken.setattr(bucket_files, "remove_folder", away)
            for _try in range(5):
                assert run_again(queued) == State.QUEUED
                assert queued.job.attempt == 0
                assert "does not answer" in queued.job.reason
        assert run_again(queued) == State.READY
        removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
        assert check_library() == IN_ORDER

    def test_it_stays_playable_if_the_bucket_goes_while_the_ladder_is_sent(self, queued, monkeypatch):
        real = pipeline.encode.encode_ladder

        def go_away(*args, **kwargs):
            made = real(*args, **kwargs)
            monkeypatch.setattr(bucket_files, "move_in", lambda *a, **k: (_ for _ in ()).throw(StorageAway("away")))
            return made

        monkeypatch.setattr(pipeline.encode, "encode_ladder", go_away)
        assert run_again(queued) == State.QUEUED
        queued.refresh_from_db()
        assert queued.is_playable and queued.job.attempt == 0


def test_a_failed_page_leaves_no_object(s3_site, top, tmp_path, monkeypatch):
    """The source is sent before the transaction; if that fails, what was sent is marked and removed."""
    from video_pages.ingest import create

    shutil.copy(clips.mp4(), tmp_path / "a.mp4")
    monkeypatch.setattr(create.jobs, "submit", lambda *a, **k: (_ for _ in ()).throw(OSError("broken")))
    with pytest.raises(CommandError):
        call_command("import_videos", tmp_path / "a.mp4", section="/videos/", stdout=io.StringIO())
    assert not VideoFile.objects.exists()
    removal.remove_discarded(now=timezone.now() + GRACE + dt.timedelta(minutes=1))
    assert [entry.name for entry in local_files.entries()] == []
