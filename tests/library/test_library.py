"""The source is sacred: names, replacing, deleting later than asked, and what a poster may be."""

import datetime as dt
import os
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from tests.factories import make_video, make_video_file
from video_pages.library import paths, removal, services
from video_pages.library.storage import NoPublicAddress, protected_storage
from video_pages.models import DiscardedFile, VideoFile, VideoPage

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(hours=1)


def on_disk(name):
    return os.path.exists(protected_storage().path(name))


def later():
    return timezone.now() + LATER


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (".mp4", ".mp4"),
        (".MP4", ".mp4"),
        ("mov", ".mov"),
        ("", ""),
        (".m/../p4", ""),
        (".php%00", ""),
        (".reallylongextension", ""),
        (".ｍｐ４", ""),
    ],
)
def test_nothing_that_a_person_typed_reaches_a_name_on_disk(typed, kept):
    key = uuid.UUID(int=0xAB << 120)
    assert paths.source_name(key, 3, typed) == f"ab/{key.hex}/v3/source{kept}"


def test_a_source_is_recognised_by_every_name_that_it_may_have():
    key, token = uuid.UUID(int=0xAB << 120), "0123456789abcdef"
    folder = paths.directory(key, 3)
    names = [paths.source_name(key, 3, ".mp4"), paths.source_name(key, 3, ".mp4", token), paths.source_name(key, 3, "")]
    assert names[1] == f"{folder}/source-{token}.mp4"
    names += [protected_storage().get_alternative_name(f"{folder}/source{part}", ".mp4") for part in ("", f"-{token}")]
    assert all(map(paths.is_source, names))
    assert not any(map(paths.is_source, [f"{folder}/poster.jpg", f"{folder}/source-x.mp4", f"{folder}/source/a.mp4"]))


def test_protected_storage_has_no_public_address():
    video_file = make_video_file()
    with pytest.raises(NoPublicAddress):
        protected_storage().url(video_file.file.name)
    with pytest.raises(NoPublicAddress):
        _ = video_file.file.url
    assert video_file.url.startswith("/admin/")


def test_a_file_whose_name_leaves_the_library_is_refused():
    from django.core.exceptions import SuspiciousFileOperation

    for name in ("../outside.mp4", "/etc/passwd", "ab/../../x"):
        with pytest.raises(SuspiciousFileOperation):
            protected_storage().open(name)


def test_a_delete_only_marks_and_the_worker_removes_what_no_row_names():
    video_file = make_video_file()
    name = video_file.file.name
    protected_storage().delete(name)
    protected_storage().delete(name)
    assert on_disk(name)
    assert removal.remove_discarded(now=later()) == 0  # the row still names it
    assert on_disk(name) and not DiscardedFile.objects.exists()
    VideoFile.objects.all().delete()
    protected_storage().delete(name)
    assert removal.remove_discarded() == 0  # too early
    assert removal.remove_discarded(now=later()) == 1
    assert not on_disk(name)


def test_deleting_a_video_file_leaves_its_pages_and_their_revisions_openable(django_capture_on_commit_callbacks):
    video = make_video()
    revision = video.save_revision()
    name = video.video_file.file.name
    with django_capture_on_commit_callbacks(execute=True):
        video.video_file.delete()
    assert VideoPage.objects.get(pk=video.pk).video_file is None
    assert revision.as_object().video_file is None
    removal.remove_discarded(now=later())
    assert not on_disk(name)


def test_replacing_a_source_keeps_the_row_raises_the_version_and_removes_the_old_file_after(
    django_capture_on_commit_callbacks,
):
    video = make_video()
    video_file, old = video.video_file, video.video_file.file.name
    with django_capture_on_commit_callbacks(execute=True):
        services.replace_source(video_file, SimpleUploadedFile("new cut.mov", b"new bytes"))
    fresh = VideoFile.objects.get(pk=video_file.pk)
    assert (fresh.pk, fresh.uuid, fresh.source_version) == (video_file.pk, video_file.uuid, 2)
    assert fresh.original_filename == "new cut.mov" and fresh.size_bytes == 9
    assert fresh.container == "" and fresh.duration == 0
    assert fresh.file.name != old and fresh.file.read() == b"new bytes"
    assert on_disk(old)
    removal.remove_discarded(now=later())
    assert not on_disk(old) and on_disk(fresh.file.name)


def test_a_replacement_that_fails_leaves_the_old_source_in_place(django_capture_on_commit_callbacks):
    video_file = make_video_file()
    old = video_file.file.name
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        services.replace_source(video_file, SimpleUploadedFile("new.mp4", b"new"))
        raise RuntimeError("the database went away")
    fresh = VideoFile.objects.get(pk=video_file.pk)
    assert (fresh.file.name, fresh.source_version) == (old, 1)
    removal.remove_discarded(now=later())
    assert on_disk(old)


def test_a_failed_replacement_takes_nothing_of_the_next_one_with_it():
    video_file = make_video_file()
    failed, sent = (paths.source_name(video_file.uuid, 2, ".mp4", token * 16) for token in "ab")
    for name in (failed, sent):
        protected_storage().save(name, ContentFile(b"a film"))
    protected_storage().delete(failed)
    assert removal.remove_discarded(now=later()) == 1
    assert not on_disk(failed)
    assert on_disk(sent), "its row may not be committed yet"
    assert on_disk(video_file.file.name)


@pytest.fixture
def jpeg(tmp_path):
    path = tmp_path / "poster.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 a poster")
    return path


def test_a_poster_is_kept_beside_its_source_and_goes_with_it(jpeg, django_capture_on_commit_callbacks):
    video_file = make_video_file()
    assert services.attach_poster(video_file, jpeg, "data:image/webp;base64,AAAA", version=1)
    video_file.refresh_from_db()
    poster = video_file.poster_name
    assert video_file.has_poster and on_disk(poster)
    with django_capture_on_commit_callbacks(execute=True):
        services.replace_source(video_file, SimpleUploadedFile("new.mp4", b"new"))
    removal.remove_discarded(now=later())
    assert on_disk(poster)  # shown until the new one is ready
    assert services.attach_poster(VideoFile.objects.get(), jpeg, "", version=2)
    removal.remove_discarded(now=later())
    assert not on_disk(poster)
    video_file.refresh_from_db()
    poster = video_file.poster_name
    with django_capture_on_commit_callbacks(execute=True):
        video_file.delete()
    removal.remove_discarded(now=later())
    assert not on_disk(poster)


def test_a_poster_of_a_replaced_or_deleted_source_is_not_kept(jpeg):
    video_file = make_video_file()
    VideoFile.objects.filter(pk=video_file.pk).update(source_version=2)
    assert not services.attach_poster(video_file, jpeg, "", version=1)
    assert not on_disk(paths.poster_name(video_file.uuid, 1))
    VideoFile.objects.all().delete()
    assert not services.attach_poster(video_file, jpeg, "", version=2)


def test_a_still_that_is_more_than_a_still_is_refused(jpeg):
    for still in ("https://example.org/frame.jpg", "data:image/webp;base64," + "A" * 5000):
        with pytest.raises(ValueError, match="no still"):
            services.attach_poster(make_video_file(), jpeg, still, version=1)


@pytest.mark.parametrize(
    ("facts", "plays", "content_type"),
    [
        ({"container": "mp4"}, True, "video/mp4"),
        ({"container": "mov", "audio_codec": ""}, True, "video/mp4"),
        ({"container": "webm", "video_codec": "vp9", "audio_codec": "opus"}, True, "video/webm"),
        ({"container": "matroska"}, False, "video/x-matroska"),
        ({"container": "mp4", "video_codec": "hevc"}, False, "video/mp4"),
        ({"container": "mp4", "pixel_format": "yuv420p10le"}, False, "video/mp4"),
        ({"container": "mp4", "audio_codec": "ac3"}, False, "video/mp4"),
        ({"container": "webm"}, False, "video/webm"),
        ({"container": ""}, False, "application/octet-stream"),
    ],
)
def test_what_browsers_play_is_said_by_facts_and_not_by_a_file_name(facts, plays, content_type):
    video_file = make_video_file(**facts)
    assert video_file.plays_in_browsers is plays
    assert video_file.content_type == content_type


def test_only_videos_are_kept():
    from django.db import IntegrityError

    video_file = VideoFile(title="Sound", type="audio")
    with pytest.raises(IntegrityError), transaction.atomic():
        video_file.file.save("a.mp4", ContentFile(b"x"))
