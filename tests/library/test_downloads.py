"""The files that may be downloaded, and the names under which browsers save them."""

import pytest

from tests import factories
from video_pages.library.downloads import MOST_NAME_BYTES, downloadable_files, file_name
from video_pages.library.models import Rendition, VideoFile

NAMES = {
    "The Third Man": "The Third Man",
    'AC/DC: "Live" <1> | a\\b?*': "AC DC Live 1 a b",
    "  ..hidden. ": "hidden",
    "-rf": "rf",
    "100 %": "100",
    "line\r\nbreak\ttab": "linebreaktab",
    "\u202egpj.exe": "gpj.exe",
    "CON": "_CON",
    "nul.txt": "_nul.txt",
    "Größe – 映画 🎬": "Größe – 映画 🎬",
    "": "film",
    "???": "film",
}


@pytest.mark.parametrize(("title", "name"), NAMES.items())
def test_a_title_becomes_the_name_of_a_file(title, name):
    assert file_name(title) == name


def test_a_long_title_is_cut_between_characters_and_keeps_its_addition():
    name = file_name("映" * 255, " (720p)")
    assert name.endswith("映 (720p)")
    assert MOST_NAME_BYTES - 3 < len(name.encode()) <= MOST_NAME_BYTES


@pytest.mark.django_db
class TestDownloadableFiles:
    def test_the_original_comes_first_then_the_progressive_file(self, django_assert_num_queries):
        file = factories.make_video_file()
        with django_assert_num_queries(1):
            original, made = downloadable_files(file)
        assert (original.size, original.name, original.size_bytes) == ("original", file.file.name, 4096)
        assert (made.size, made.name, made.size_bytes) == ("180p", file.playable_name, None)
        assert original.filename("A/B") == "A B.mp4"
        assert made.filename("A/B") == "A B (180p).mp4"

    def test_a_progressive_rendition_is_named_by_its_height(self):
        file = factories.make_video_file()
        kind = Rendition.Kind.PROGRESSIVE
        Rendition.objects.create(video_file=file, package="", kind=kind, name="film", height=720, size_bytes=99)
        made = downloadable_files(file)[1]
        assert (made.size, made.size_bytes, made.filename("A")) == ("720p", 99, "A (720p).mp4")

    def test_without_any_height_it_is_the_mp4(self):
        assert downloadable_files(factories.make_video_file(height=None))[1].size == "mp4"

    def test_a_new_version_that_is_not_live_is_not_given_away(self):
        file = factories.make_video_file()
        VideoFile.objects.filter(pk=file.pk).update(package_version=1, source_version=2)
        file.refresh_from_db()
        assert [each.size for each in downloadable_files(file)] == ["180p"]

    def test_nothing_while_nothing_plays(self):
        assert downloadable_files(factories.make_video_file(playable=False)) == []
        assert downloadable_files(None) == []
