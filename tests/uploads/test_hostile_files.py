"""Odd names reach no file system, and what is no video is refused with a reason and nothing typed lost."""

import re
from pathlib import Path

import pytest

from tests import clips, factories
from tests.uploads import forms, wire
from video_pages.models import VideoFile, VideoPage

pytestmark = [pytest.mark.django_db, pytest.mark.real_children]

INTERNAL_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}/v1/source\.[a-z0-9]{1,8}")

HOSTILE_NAMES = [
    "../../../etc/passwd.mp4",
    "..\\..\\windows\\system32\\film.mp4",
    "/etc/cron.d/film.mp4",
    "C:\\film.mp4",
    "C:film.mp4",
    "film.mp4/../../film.mp4",
    "..mp4.mp4",
    ".mp4.mp4",
    "-i.mp4",
    "-vf movie=other.mp4",
    "concat:a.mp4|b.mp4",
    "file:film.mp4",
    "http://example.org/film.mp4",
    "data:video/mp4;base64,AAAA.mp4",
    "%2e%2e%2f%2e%2e%2ffilm.mp4",
    "film%d.mp4",
    "film;rm -rf ~.mp4",
    "$(reboot).mp4",
    "`reboot`.mp4",
    "film|tee.mp4",
    '"><script>alert(1)</script>.mp4',
    "'; DROP TABLE video_pages_videofile; --.mp4",
    "film\u202e4pm.mp4",
    "Ünïcödé 電影 🎬.mp4",
    "a" * 300 + ".mp4",
    "film.php.mp4",
    "CON.mp4",
    "film .MP4",
    "&lt;film&gt;&#47;..&#47;x.mp4",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_typed_name_never_reaches_the_file_system(editor, name):
    response = forms.upload(editor, factories.make_section(), name=name)
    assert response.status_code == 302, response.content.decode()
    video_file = VideoFile.objects.get()
    assert INTERNAL_NAME.fullmatch(video_file.file.name)
    assert wire.in_library() == {video_file.file.name}
    assert video_file.file.read() == clips.mp4().read_bytes()
    assert 0 < len(video_file.original_filename) <= 255
    assert "/" not in video_file.original_filename and "\\" not in video_file.original_filename


def test_a_script_in_a_file_name_is_shown_as_text(editor):
    forms.upload(editor, factories.make_section(), name='"><script>alert(1)</script>.mp4')
    page = VideoPage.objects.get()
    for address in ("/admin/media/", f"/admin/media/edit/{page.video_file_id}/", f"/admin/pages/{page.pk}/edit/"):
        assert "<script>alert(1)" not in editor.get(address).content.decode()


@pytest.mark.parametrize("name", ["film.exe", "film", "film.mp4.sh", "film.svg", "film.m3u8", "mp4"])
def test_a_name_that_is_no_videos_is_refused_beside_the_field(editor, name):
    response = forms.upload(editor, factories.make_section(), name=name, title="A title that was typed")
    assert forms.errors(response) == {"video_file": ["invalid_extension"]}
    assert 'value="A title that was typed"' in response.content.decode()
    assert wire.arrived() == set() == wire.in_library()


def neighbour():
    """A list that would make ffmpeg copy another file."""
    return f"ffconcat version 1.0\nfile '{clips.mp4()}'\n".encode()


HOSTILE_CONTENTS = {
    "text": (b"This is not a video.\n" * 50, "not-a-video"),
    "concat list": (neighbour, "playlist"),
    "hls playlist": (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "playlist"),
    "picture": (lambda: clips.draw("one.png", *clips.video(1), "-frames:v", "1").read_bytes(), None),
    "cut in half": (lambda: clips.mp4_with_index_at_the_end().read_bytes()[:8000], "damaged"),
    "zip": (b"PK\x03\x04" + b"\0" * 3000, "not-a-video"),
    "html": (b"<!doctype html><script>alert(1)</script>", "not-a-video"),
    "sound": (lambda: clips.audio_only_m4a().read_bytes(), "no-video"),
}


@pytest.mark.parametrize("kind", HOSTILE_CONTENTS)
def test_what_is_no_video_is_refused_with_a_reason_and_nothing_typed_is_lost(editor, kind):
    content, code = HOSTILE_CONTENTS[kind]
    section = factories.make_section("Where it was to go")
    response = forms.upload_bytes(
        editor, section, content() if callable(content) else content, title="A title that was typed", publish="no"
    )
    assert response.status_code == 200
    found = forms.errors(response)
    assert list(found) == ["video_file"]
    assert code is None or found["video_file"] == [code]
    html = response.content.decode()
    assert str(response.context["form"].errors["video_file"][0]).split("'")[0] in html
    assert 'value="A title that was typed"' in html
    assert f'<option value="{section.pk}" selected>' in html
    assert re.search(r'value="no"[^>]*checked', html)
    assert factories.PASSWORD not in html
    assert wire.arrived() == set() == wire.in_library()
    assert not VideoFile.objects.exists() and not VideoPage.objects.exists()


def test_an_empty_file_is_refused(editor):
    response = forms.upload_bytes(editor, factories.make_section(), b"")
    assert forms.errors(response) == {"video_file": ["empty"]}


def test_no_file_at_all_is_asked_for(editor):
    response = forms.upload(editor, factories.make_section(), video_file=None)
    assert forms.errors(response) == {"video_file": ["required"]}


def test_a_refused_file_leaves_no_working_directory(editor, settings):
    forms.upload_bytes(editor, factories.make_section(), neighbour())
    work = Path(settings.PROTECTED_ROOT) / "work"
    assert not work.exists() or not list(work.iterdir())
