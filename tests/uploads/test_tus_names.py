"""Twenty-five and more hostile file names: shown without their tricks, and never used on the disk."""

import base64

import pytest

from tests import clips, factories
from tests.uploads import resumable as tus
from tests.uploads.wire import in_library
from video_pages.models import VideoFile
from video_pages.uploads import names

pytestmark = pytest.mark.django_db

HOSTILE = {
    "../../../etc/passwd.mp4": "passwd.mp4",
    "..\\..\\windows\\system32\\film.mp4": "film.mp4",
    "/etc/cron.d/film.mp4": "film.mp4",
    "C:\\Users\\anna\\film.mp4": "film.mp4",
    "\\\\server\\share\\film.mp4": "film.mp4",
    "film.mp4\x00": "film.mp4",
    "film\x00.exe.mp4": "film.exe.mp4",
    "\u202e4pm.exe.mp4": "4pm.exe.mp4",
    "film\u200b\u2066.mp4": "film.mp4",
    "line\nbreak\r\n.mp4": "line break .mp4",
    "tab\there.mp4": "tab here.mp4",
    "\x1b[31mred.mp4": "[31mred.mp4",
    "CON.mp4": "CON.mp4",
    "nul.mp4": "nul.mp4",
    "COM1.mp4": "COM1.mp4",
    "-rf.mp4": "-rf.mp4",
    "$(reboot).mp4": "$(reboot).mp4",
    "`id`;film.mp4": "`id`;film.mp4",
    "film.mp4?x=1#.mp4": "film.mp4?x=1#.mp4",
    "<script>alert(1)<script>.mp4": "<script>alert(1)<script>.mp4",
    "%2e%2e%2ffilm.mp4": "%2e%2e%2ffilm.mp4",
    "'; DROP TABLE x;--.mp4": "'; DROP TABLE x;--.mp4",
    "🎬👩‍👩‍👧.mp4": "🎬👩‍👩‍👧.mp4",
    "e\u0301lan.mp4": "élan.mp4",
    "   spaces   .mp4": "spaces .mp4",
    "file:///etc/passwd.mp4": "passwd.mp4",
    "film.mp4:stream.mp4": "film.mp4:stream.mp4",
    "\ud800.mp4": ".mp4",
    "ﬁlm\u00a0one.MP4": "ﬁlm one.MP4",
}


@pytest.mark.parametrize(("name", "shown"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_a_name_is_shown_without_its_tricks(name, shown):
    assert names.clean_filename(name) == shown


@pytest.mark.parametrize("name", ["", ".", "..", "...", " . . ", "/", "a/", "\x00\x01", "\u202e"])
def test_what_is_no_name_is_none(name):
    assert names.clean_filename(name) == ""


def test_a_long_name_keeps_its_ending():
    assert names.clean_filename("x" * 10_000 + ".mp4") == "x" * 251 + ".mp4"
    assert len(names.clean_filename("film." + "y" * 10_000)) == 255


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_reaches_the_disk(name):
    editor = factories.browser(factories.make_superuser())
    response = tus.announce(editor, 10, filename=name.encode("utf-8", "replace"), content=b"0123456")
    assert response.status_code in (201, 422)
    for part in tus.parts():
        assert part == f"resumable-{tus.row(response['Location']).token}.part"


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        ("../../x/\u202e4pm.exe.mp4", "4pm.exe.mp4"),
        (b"caf\xe9\xff.mp4", "caf��.mp4"),
        ("x" * 4000 + ".mp4", "x" * 251 + ".mp4"),
    ],
)
def test_a_hostile_name_becomes_a_video_file_with_a_name_of_ours(filename, shown):
    editor = factories.browser(factories.make_superuser())
    before = in_library()
    tus.upload(editor, clips.mp4(), filename=filename)
    video_file = VideoFile.objects.get()
    assert video_file.original_filename == shown
    key = video_file.uuid.hex
    assert in_library() - before == {f"{key[:2]}/{key}/v1/source.mp4"}


@pytest.mark.parametrize("key", ["title", "fingerprint"])
def test_other_words_are_cleaned_too(key):
    editor = factories.browser(factories.make_superuser())
    address = tus.create(editor, 10, **{key: "a\x00\u202eb\n" + "c" * 400})
    upload = tus.row(address)
    assert upload.title == ("ab " + "c" * 252 if key == "title" else "")
    assert upload.fingerprint == ""


def test_base64_may_be_missing_for_a_key_without_a_value():
    editor = factories.browser(factories.make_superuser())
    encoded = base64.b64encode(b"film.mp4").decode()
    response = tus.announce(editor, 10, headers={"Upload-Metadata": f"is_secret,filename {encoded}"})
    assert response.status_code == 201
