"""The one module that takes paths of library files: no other does, and what it promises about files holds."""

import ast
import io
import os
import stat
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from video_pages.library import disk_files, local_files
from video_pages.library.results import NotRegularFile
from video_pages.library.storage import protected_storage

ROOT = Path(__file__).resolve().parents[2]
HOME = "video_pages/library/disk_files.py"
BUCKET = "video_pages/library/s3/storage.py"
STORAGE = "video_pages/library/storage.py"  # the storage itself may know where its files are
"""Its `location` is the beginning of keys in a bucket, as django-storages calls it."""
NAME = "12/345/poster.jpg"


@pytest.fixture(autouse=True)
def library(settings, tmp_path):
    """A library of its own, which no other test fills."""
    settings.PROTECTED_ROOT = tmp_path / "library"
    settings.PROTECTED_ROOT.mkdir()
    return settings.PROTECTED_ROOT


def paths_taken(source):
    """Yield the lines of `source` (Python) that take the local path of a stored file or of a storage.

    These are calls `….path(…)`, `….file.path` of a file field, and `….location` of a storage. `path(…)` of django.urls
    and `….path` of a page or a request are others.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "path":
            yield node.lineno
        elif isinstance(node, ast.Attribute) and node.attr == "location":
            yield node.lineno
        elif isinstance(node, ast.Attribute) and node.attr == "path":
            if getattr(node.value, "attr", getattr(node.value, "id", "")) in ("file", "video_file"):
                yield node.lineno


def test_no_other_module_takes_the_path_of_a_library_file():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in ("video_pages", "home", "site_config")
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in paths_taken(path.read_text(encoding="utf-8"))
    ]
    elsewhere = [place for place in found if not place.startswith((f"{HOME}:", f"{BUCKET}:", f"{STORAGE}:"))]
    assert elsewhere == [], (
        "open the file through the storage, or add what is needed to library/local_files.py and its modules"
    )
    assert found, "the test finds not even those of the module itself"


@pytest.mark.parametrize(
    "source",
    [
        "protected_storage().path(name)",
        "self.storage.path(name)",
        "with open(storage.path(name)) as file:\n    pass",
        "os.stat(row.file.path)",
        "os.stat(file.path)",
        "Path(storage.location) / name",
    ],
)
def test_a_path_of_a_library_file_is_recognised(source):
    assert list(paths_taken(source)) == [1]


@pytest.mark.parametrize("source", ["path('videos/', view)", "page.path", "part.path", "os.path.join(a)"])
def test_another_path_is_not_taken_for_one(source):
    assert list(paths_taken(source)) == []


class TestWrite:
    def test_the_file_is_there_whole_and_replaces_the_one_before(self, library):
        for content in (b"first", b"second"):
            local_files.write(NAME, io.BytesIO(content))
            assert (library / NAME).read_bytes() == content
        assert [path.name for path in (library / NAME).parent.iterdir()] == ["poster.jpg"]

    def test_a_write_that_fails_leaves_the_file_before(self, library):
        local_files.write(NAME, io.BytesIO(b"first"))

        class Broken(io.BytesIO):
            def read(self, *arguments):
                raise OSError(28, "No space left on device")

        with pytest.raises(OSError, match="No space"):
            local_files.write(NAME, Broken())
        assert (library / NAME).read_bytes() == b"first"

    def test_writers_at_the_same_time_do_not_mix_if_their_unfinished_files_differ(self, library):
        class Meanwhile(io.BytesIO):
            def read(self, *arguments):
                local_files.write(NAME, io.BytesIO(b"another and longer"), unfinished=".other")
                return super().read(*arguments)

        local_files.write(NAME, Meanwhile(b"the last"))
        assert (library / NAME).read_bytes() == b"the last"
        assert [path.name for path in (library / NAME).parent.iterdir()] == ["poster.jpg"]

    def test_a_new_folder_is_closed_to_others(self, library):
        before = os.umask(0)
        try:
            local_files.write(NAME, io.BytesIO(b"a picture"))
        finally:
            os.umask(before)
        assert stat.S_IMODE((library / NAME).parent.stat().st_mode) == 0o750


class TestMoveIn:
    def test_the_file_is_moved_and_every_block_was_read(self, library, tmp_path, monkeypatch):
        monkeypatch.setattr(disk_files, "BLOCK_BYTES", 4)
        made, blocks = tmp_path / "made.mp4", []
        made.write_bytes(b"0123456789")
        inode = made.stat().st_ino
        assert local_files.move_in(made, "12/a.mp4", on_block=blocks.append) == 10
        assert blocks == [b"0123", b"4567", b"89"]
        assert not made.exists() and (library / "12/a.mp4").stat().st_ino == inode

    def test_nothing_is_moved_if_reading_it_is_interrupted(self, library, tmp_path):
        made = tmp_path / "made.mp4"
        made.write_bytes(b"film")

        def stop(block):
            raise InterruptedError

        with pytest.raises(InterruptedError):
            local_files.move_in(made, "12/a.mp4", on_block=stop)
        assert made.exists() and not (library / "12/a.mp4").exists()

    def test_a_link_is_not_moved(self, library, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path)
        with pytest.raises(NotRegularFile):
            local_files.move_in(tmp_path / "link", "12/a.mp4", on_block=bytes)


class TestLocalCopy:
    def test_a_path_of_the_file_is_given_and_the_file_stays(self):
        protected_storage().save(NAME, ContentFile(b"a picture"))
        with local_files.local_copy(NAME) as path:
            assert path.read_bytes() == b"a picture"
        assert protected_storage().exists(NAME)

    def test_a_missing_file_is_noticed_and_no_name_is_refused(self):
        with pytest.raises(FileNotFoundError):
            with local_files.local_copy("12/none.mp4") as path:
                path.read_bytes()
        with pytest.raises(ValueError, match="name"):
            with local_files.local_copy(""):
                pass

    def test_a_copy_that_is_placed_takes_no_room_and_is_no_link_by_name(self, library, tmp_path):
        protected_storage().save(NAME, ContentFile(b"a picture"))
        local_files.place_copy(NAME, tmp_path / "copy")
        assert not (tmp_path / "copy").is_symlink() and (tmp_path / "copy").samefile(library / NAME)


class TestFolders:
    def test_entries_are_in_order_and_links_are_not_followed(self, library, tmp_path):
        local_files.write("12/b.mp4", io.BytesIO(b"film"))
        local_files.write("12/a/c.mp4", io.BytesIO(b"film"))
        (library / "12" / "link").symlink_to(tmp_path)
        found = [(entry.name, entry.own_name, entry.is_folder) for entry in local_files.entries("12")]
        assert found == [("12/a", "a", True), ("12/b.mp4", "b.mp4", False), ("12/link", "link", False)]
        assert [entry.name for entry in local_files.entries()] == ["12"]
        (link,) = (entry for entry in local_files.entries("12") if entry.own_name == "link")
        assert link.leads_to(tmp_path) and not link.leads_to(library)

    def test_what_is_missing_or_no_folder_has_no_entries(self):
        local_files.write(NAME, io.BytesIO(b"a picture"))
        assert local_files.entries("34") == local_files.entries(NAME) == []
        assert not local_files.is_folder("34") and not local_files.is_folder(NAME) and local_files.is_folder("12")

    def test_an_entry_knows_when_it_changed_until_it_is_removed(self, library):
        local_files.write(NAME, io.BytesIO(b"a picture"))
        (entry,) = local_files.entries("12/345")
        (library / NAME).unlink()
        assert entry.changed_at() is None
        (folder,) = local_files.entries("12")
        assert folder.changed_at() == pytest.approx((library / "12/345").stat().st_ctime)

    def test_a_folder_is_removed_with_its_content_and_a_missing_one_is_no_error(self, library):
        local_files.write(NAME, io.BytesIO(b"a picture"))
        for _time in range(2):
            local_files.remove_folder("12")
        assert local_files.entries() == []
