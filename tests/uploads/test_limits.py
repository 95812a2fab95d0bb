"""Size, quota and disk: looked at before a byte is kept, counted while bytes flow, and said in an editor's words."""

import errno

import pytest
from django.urls import reverse

from tests import clips, factories
from tests.uploads import forms, wire
from video_pages.models import VideoFile, VideoPage
from video_pages.uploads import files, handlers, limits

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024


def send(client, size, *, field="video_file", url=None):
    """Post a film of `size` bytes in the form of the upload screen; return (body, status, text)."""
    section = factories.make_section()
    typed = [("title", "A long title that was typed"), ("section", str(section.pk)), ("publish", "yes")]
    body = wire.Body(wire.multipart([(field, "film.mp4", b"\0" * size)], typed))
    status, text = wire.post(url or reverse("upload_video"), body, client=client)
    return body, status, text


def assert_refused(body, status, text, words):
    assert status == 200
    assert words in text
    assert "A long title that was typed" in text
    assert wire.arrived() == set() == wire.in_library()
    assert not VideoFile.objects.exists() and not VideoPage.objects.exists()


def test_a_length_that_can_hold_no_acceptable_film_is_refused_before_a_byte_is_kept(editor, settings):
    settings.MAX_UPLOAD_BYTES = MIB
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100_000
    body, status, text = send(editor, 5 * MIB)
    assert body.files_seen == set()
    assert_refused(body, status, text, "This file is too large: the largest that this site takes is 1\xa0MB")


def test_the_real_bytes_are_counted_while_they_flow(editor, settings):
    settings.MAX_UPLOAD_BYTES = MIB
    body, status, text = send(editor, 2 * MIB)
    assert body.files_seen, "its length alone did not tell"
    assert_refused(body, status, text, "This file is too large")


def test_a_file_of_exactly_the_limit_is_taken(editor, settings):
    clip = clips.mp4()
    settings.MAX_UPLOAD_BYTES = clip.stat().st_size
    assert forms.upload(editor, factories.make_section()).status_code == 302
    settings.MAX_UPLOAD_BYTES -= 1
    response = forms.upload(editor, factories.make_section())
    assert forms.errors(response) == {"video_file": ["too_large"]}


def test_the_quota_counts_what_the_library_holds(editor, settings):
    factories.make_video_file()
    clip_bytes = clips.mp4().stat().st_size
    settings.LIBRARY_QUOTA_BYTES = 4096 + clip_bytes
    section = factories.make_section()
    assert forms.upload(editor, section).status_code == 302
    response = forms.upload(editor, section, title="One more")
    assert forms.errors(response) == {"video_file": ["library_full"]}
    assert "The library has room for 0" in response.content.decode()
    assert VideoPage.objects.count() == 1


def test_a_full_library_takes_not_one_byte(editor, settings):
    settings.LIBRARY_QUOTA_BYTES = 1
    body, status, text = send(editor, 6 * MIB)
    assert_refused(body, status, text, "The library has room for 1\xa0byte")


def test_a_replaced_file_makes_room_for_the_new_one(editor, settings):
    video_file = factories.make_video_file(clips.mp4())
    settings.LIBRARY_QUOTA_BYTES = video_file.size_bytes + 10
    assert limits.video_limit().code == limits.LIBRARY_FULL
    assert limits.video_limit().max_bytes == 10
    assert limits.video_limit(replacing=video_file.pk).max_bytes == video_file.size_bytes + 10
    with forms.clip_named() as upload:
        response = editor.post(
            reverse("wagtailmedia:edit", args=(video_file.pk,)), {"title": "New", "file": upload, "tags": ""}
        )
    assert response.status_code == 302
    video_file.refresh_from_db()
    assert video_file.source_version == 2


def test_another_upload_may_have_filled_the_quota_meanwhile(editor, settings, monkeypatch):
    """The handler saw room; when the form is judged, another file is saved."""
    settings.LIBRARY_QUOTA_BYTES = clips.mp4().stat().st_size + 10
    complete = handlers.PolicyUploadHandler.file_complete

    def another_is_faster(self, size):
        factories.make_video_file()
        return complete(self, size)

    monkeypatch.setattr(handlers.PolicyUploadHandler, "file_complete", another_is_faster)
    response = forms.upload(editor, factories.make_section())
    assert forms.errors(response) == {"video_file": ["library_full"]}


def test_uploads_leave_the_floor_of_the_disk(editor, settings):
    settings.DISK_FLOOR_BYTES = 2**60
    body, status, text = send(editor, 1000)
    assert_refused(body, status, text, "The server&#x27;s disk is nearly full")


def test_a_disk_that_others_fill_meanwhile_ends_the_upload(editor, settings, monkeypatch):
    monkeypatch.setattr(handlers, "CHECK_EVERY_BYTES", 100_000)
    looks = iter([10 * MIB] * 3)
    monkeypatch.setattr(limits, "disk_limit", lambda **_options: limits.Limit(next(looks, 0), limits.DISK_FULL))
    body, status, text = send(editor, 2 * MIB)
    assert body.files_seen
    assert_refused(body, status, text, "disk is nearly full")


def test_a_write_that_finds_no_space_ends_the_upload(editor, monkeypatch):
    def no_space(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.ArrivedFile, "write", no_space, raising=False)
    body, status, text = send(editor, 2 * MIB)
    assert_refused(body, status, text, "disk is nearly full")


def test_wagtailmedias_forms_say_it_beside_the_file_field(editor, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    with forms.clip_named() as upload:
        response = editor.post(
            reverse("wagtailmedia:add", args=("video",)), {"title": "Typed", "file": upload, "tags": ""}
        )
    assert forms.errors(response) == {"file": ["too_large"]}
    assert b'value="Typed"' in response.content
    with forms.clip_named() as upload:
        data = {"media-chooser-upload-title": "Typed", "media-chooser-upload-file": upload}
        response = editor.post(reverse("wagtailmedia:chooser_upload", args=("video",)), data)
    html = response.json()["html"]
    assert "This file is too large" in html and 'value="Typed"' in html


def test_the_form_tells_browsers_the_limit(editor, settings):
    factories.make_section()
    settings.MAX_UPLOAD_BYTES = 12_345
    html = editor.get(reverse("upload_video")).content.decode()
    assert 'data-max-bytes="12345"' in html
    assert 'data-max-bytes="12345"' in editor.get(reverse("wagtailmedia:add", args=("video",))).content.decode()
