"""Files are taken on the upload screens from people with the right; everywhere else nothing of them is kept."""

import contextlib
import gc
import os

import pytest
from django.urls import NoReverseMatch, resolve, reverse
from wagtail.images import get_image_model

from tests import clips, factories
from tests.uploads import wire
from video_pages.library import services
from video_pages.models import VideoFile
from video_pages.uploads import policy

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024
# The bytes that the parser reads ahead before it has seen that a file begins.
ONE_BLOCK = 128 * 1024


@pytest.mark.parametrize("name", sorted({*policy.VIDEO_SCREENS, *policy.SMALL_SCREENS}))
def test_each_screen_of_the_policy_has_an_address(name):
    addresses = []
    for args in [(), (1,), (1, 1), ("video",)]:
        with contextlib.suppress(NoReverseMatch):
            addresses.append(reverse(name, args=args))
    assert addresses and {resolve(address).view_name for address in addresses} == {name}


def a_video_of(size, field="video_file"):
    return wire.Body(wire.multipart([(field, "film.mp4", b"\0" * size)], [("title", "A film")]))


def assert_unread(path, body, client=None):
    status, _text = wire.post(path, body, client=client)
    assert status < 500
    assert body.bytes_read <= ONE_BLOCK
    assert body.files_seen == set() == wire.arrived()


def test_20_megabytes_from_anyone_to_any_public_page_are_not_read():
    video = factories.make_video()
    for path in ("/", video.url, video.get_parent().url, "/search/", f"/stream/{video.uuid}/source", "/nowhere/"):
        assert_unread(path, a_video_of(20 * MIB))


def test_20_megabytes_from_anyone_to_an_upload_screen_are_not_read():
    video_file = factories.make_video_file()
    for path in (
        reverse("upload_video"),
        reverse("wagtailmedia:add", args=("video",)),
        reverse("wagtailmedia:edit", args=(video_file.pk,)),
        reverse("wagtailmedia:chooser_upload", args=("video",)),
        reverse("wagtailimages:add"),
        reverse("wagtailadmin_login"),
    ):
        for field in ("file", "video_file", "media-chooser-upload-file"):
            assert_unread(path, a_video_of(20 * MIB, field))


def test_files_of_a_user_without_access_to_the_admin_are_not_read():
    client = factories.browser(factories.make_user())
    assert_unread(reverse("upload_video"), a_video_of(20 * MIB), client)
    assert_unread(reverse("wagtailimages:add"), a_video_of(20 * MIB, "file"), client)


def test_a_video_from_someone_who_may_not_add_media_is_not_read():
    user = factories.make_user("writer", "Editors")
    user.groups.get().collection_permissions.all().delete()
    client = factories.browser(user)
    assert_unread(reverse("upload_video"), a_video_of(20 * MIB), client)
    assert_unread(reverse("wagtailmedia:add", args=("video",)), a_video_of(20 * MIB, "file"), client)


def test_an_editor_sends_no_file_to_a_public_page():
    client = factories.browser(factories.make_superuser())
    assert_unread("/", a_video_of(20 * MIB), client)
    assert_unread(factories.make_video().url, a_video_of(20 * MIB), client)


def test_the_screens_for_sound_take_nothing():
    client = factories.browser(factories.make_superuser())
    for kind in ("audio", "media"):
        path = f"/admin/media/{kind}/add/"
        status, _text = wire.post(path, a_video_of(1000, "file"), client=client)
        assert status == 404
    assert not VideoFile.objects.exists()


def test_only_the_field_for_the_video_takes_one():
    factories.make_section()
    client = factories.browser(factories.make_superuser())
    clip = clips.mp4().read_bytes()
    body = wire.Body(wire.multipart([("file", "film.mp4", clip), ("other", "film.mp4", clip)]))
    status, text = wire.post(reverse("upload_video"), body, client=client)
    assert status == 200
    assert body.files_seen == set()


def test_a_second_file_in_the_same_field_is_dropped():
    client = factories.browser(factories.make_superuser())
    files = [("file", "film.mp4", clips.mp4().read_bytes()), ("file", "more.mp4", b"\0" * 100_000)]
    body = wire.Body(wire.multipart(files, [("title", "A film"), ("tags", "")]))
    status, _text = wire.post(reverse("wagtailmedia:add", args=("video",)), body, client=client)
    assert status == 302
    assert VideoFile.objects.get().original_filename == "film.mp4"


def test_wagtails_own_image_upload_works():
    client = factories.browser(factories.make_superuser())
    picture = clips.draw("frame.png", *clips.video(1), "-frames:v", "1").read_bytes()
    body = wire.Body(wire.multipart([("file", "frame.png", picture)], [("title", "A picture"), ("tags", "")]))
    status, _text = wire.post(reverse("wagtailimages:add"), body, client=client)
    assert status == 302
    assert get_image_model().objects.get().width == 320


def test_a_large_file_for_another_screen_of_the_admin_is_dropped_with_a_message(settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 50_000
    client = factories.browser(factories.make_superuser())
    body = wire.Body(wire.multipart([("file", "picture.png", b"\0" * MIB)], [("title", "A picture")]))
    status, text = wire.post(reverse("wagtailimages:add"), body, client=client)
    assert status == 200
    assert "too large" in text
    assert wire.arrived() == set()


def test_a_broken_connection_leaves_nothing_behind():
    factories.make_section()
    client = factories.browser(factories.make_superuser())
    body = wire.Body(
        wire.multipart([("video_file", "film.mp4", b"\0" * (4 * MIB))], [("title", "A film")]),
        breaks_after=2 * MIB,
    )
    status, _text = wire.post(reverse("upload_video"), body, client=client)
    assert body.files_seen, "the film was arriving"
    gc.collect()
    assert wire.arrived() == set()


def test_a_body_that_ends_too_soon_leaves_nothing_behind():
    factories.make_section()
    client = factories.browser(factories.make_superuser())
    whole = wire.multipart([("video_file", "film.mp4", b"\0" * MIB)], [("title", "A film")])
    body = wire.Body(whole[: len(whole) // 2])
    status, _text = wire.post(reverse("upload_video"), body, client=client)
    assert status == 200
    assert body.files_seen
    assert wire.arrived() == set()
    assert not VideoFile.objects.exists()


def test_an_upload_is_moved_into_the_library_and_not_copied(monkeypatch):
    """The inode that arrived is the one that stays."""
    inodes = []
    client = factories.browser(factories.make_superuser())
    real = services.describe_upload

    def watch(video_file, upload):
        inodes.append(os.stat(upload.temporary_file_path()).st_ino)
        return real(video_file, upload)

    monkeypatch.setattr(services, "describe_upload", watch)
    body = wire.Body(
        wire.multipart([("file", "film.mp4", clips.mp4().read_bytes())], [("title", "A film"), ("tags", "")])
    )
    wire.post(reverse("wagtailmedia:add", args=("video",)), body, client=client)
    assert [os.stat(VideoFile.objects.get().file.path).st_ino] == inodes
    assert wire.arrived() == set()
