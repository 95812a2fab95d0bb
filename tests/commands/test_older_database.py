"""A database of an earlier day on the library of today: no film is lost, and each comes back as a page."""

import datetime as dt
import io
import json
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import clips, factories
from tests.s3_servers import site_in_bucket
from video_pages.core import clock
from video_pages.ingest import finish_upload
from video_pages.library import identity, removal
from video_pages.library.storage import protected_storage
from video_pages.models import DiscardedFile, ProcessingJob, Rendition, VideoFile, VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["files", "bucket"])
def library(request, settings, tmp_path):
    """The library of a site, in files and in a bucket."""
    settings.PROTECTED_ROOT = tmp_path / "protected"
    settings.FILE_UPLOAD_TEMP_DIR = settings.PROTECTED_ROOT / "tmp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True)
    if request.param == "files":
        yield protected_storage()
        return
    with site_in_bucket(settings, request.getfixturevalue("gateway")) as storage:
        yield storage


@pytest.fixture
def newer(library, top, tmp_path):
    """{name: bytes} of two films that were uploaded after the backup; the restored database has no row of them."""
    identity.establish()
    made = {}
    for clip in (clips.mp4(), clips.silent_mp4()):
        shutil.copy(clip, tmp_path / clip.name)
        call_command("import_videos", tmp_path / clip.name, stdout=io.StringIO())
        made[VideoFile.objects.latest("pk").file.name] = clip.read_bytes()
    for model in (ProcessingJob, Rendition, VideoFile):
        model.objects.all()._raw_delete("default")
    VideoPage.objects.get_queryset().update(video_file=None)
    return made


def run(command, *arguments):
    """Return what the command prints and its error."""
    out = io.StringIO()
    try:
        call_command(command, *arguments, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def read(name):
    with protected_storage().open(name) as file:
        return file.read()


def test_mending_and_a_month_of_work_leave_the_only_copies_and_they_come_back_as_pages(newer):
    output = run("check_library", "--older-than", "0")
    assert output.count("import_videos --orphans makes a page of it") == len(newer) and "2 problems remain" in output
    assert "2 mended" in run("check_library", "--mend", "--free-room", "--older-than", "0")
    for day in range(30):
        removal.remove_discarded(now=timezone.now() + dt.timedelta(days=day))
    assert {name: read(name) for name in newer} == newer

    lines = [json.loads(line) for line in run("import_videos", "--orphans", "--json").splitlines()]
    assert {(line["path"], line["state"]) for line in lines} == {(name, "queued") for name in newer}
    files = VideoFile.objects.all()
    assert {read(file.file.name) for file in files} == set(newer.values())
    assert all(file.title.startswith(f"Found again, stored on {timezone.localdate()} at ") for file in files)
    assert not VideoPage.objects.filter(uuid__in=[line["uuid"] for line in lines], live=True).exists()
    again = run("import_videos", "--orphans")
    assert "0 pages were made. 2 were in the library already." in again

    removal.remove_discarded(now=timezone.now() + dt.timedelta(days=30, hours=1))
    assert not any(protected_storage().exists(name) for name in newer)
    assert {read(file.file.name) for file in files} == set(newer.values()), "the copies have their own rows"
    assert "forgotten" not in run("check_library", "--older-than", "0")


def test_they_come_back_without_any_mending(newer):
    made = run("import_videos", "--orphans", "--json").splitlines()
    assert made == [], "what is younger than an hour may get its row"
    DiscardedFile.objects.bulk_create(
        DiscardedFile(name=name, marked_at=clock.now(), kept_until=clock.now() + dt.timedelta(days=1)) for name in newer
    )
    assert len(run("import_videos", "--orphans", "--json").splitlines()) == 2


def test_orphans_or_files_are_named_and_a_foreign_library_is_refused(newer, tmp_path):
    for arguments in ((), ("--orphans", tmp_path)):
        assert "in place of them" in run("import_videos", *map(str, arguments))
    identity.LibraryIdentity.objects.update(identity="0b1f9a62-0000-4000-8000-000000000000")
    assert "belongs to another database" in run("import_videos", "--orphans")
    assert not VideoFile.objects.exists()


@pytest.mark.parametrize(("days_over", "days_kept"), [(0.5, 3), (3, 30)])
def test_a_film_whose_page_was_made_after_the_backup_stays_as_an_orphan(
    library, days_over, days_kept, django_capture_on_commit_callbacks
):
    """In the restored database its file waits for a page, so the worker takes it for abandoned."""
    file = factories.make_video_file(clips.mp4(), playable=False)
    VideoFile.objects.update(awaits_page_until=clock.now() - dt.timedelta(days=days_over))
    with django_capture_on_commit_callbacks(execute=True):
        assert finish_upload.remove_unclaimed() == 1
    assert not VideoFile.objects.exists()
    for days, is_there in ((days_kept - 0.1, True), (days_kept + 0.1, False)):
        removal.remove_discarded(now=clock.now() + dt.timedelta(days=days))
        assert library.exists(file.file.name) == is_there


def test_a_worker_that_is_killed_after_the_removal_of_the_row_leaves_the_source_as_an_orphan(top):
    """The mark is written in the transaction that removes the row."""
    file = factories.make_video_file(clips.mp4(), playable=False)
    VideoFile.objects.update(awaits_page_until=clock.now())
    assert finish_upload.remove_unclaimed() == 1
    assert DiscardedFile.objects.kept().get().name == file.file.name
