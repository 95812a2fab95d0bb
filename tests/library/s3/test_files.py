"""Files of a library in a bucket, on two S3 servers: copies for ffmpeg, whole objects, folders."""

import datetime as dt
import errno
import io
import os
import subprocess
import sys
import time

import pytest
from django.core.files.base import ContentFile

from video_pages.library import local_files, scratch
from video_pages.library.results import NotRegularFile
from video_pages.library.s3 import transfer
from video_pages.library.s3.client import internal_client

NAME = "12/345/film.mp4"


def copies():
    return [entry.name for entry in os.scandir(scratch.root())] if scratch.root().is_dir() else []


class TestLocalCopy:
    def test_it_is_a_file_that_is_gone_after_the_block(self, s3_site):
        s3_site.save(NAME, ContentFile(b"a film"))
        with local_files.local_copy(NAME) as path:
            assert path.read_bytes() == b"a film"
            assert copies() != []
        assert copies() == []

    def test_a_missing_file_and_an_empty_name_are_refused(self, s3_site):
        with pytest.raises(FileNotFoundError), local_files.local_copy(NAME):
            pass
        with pytest.raises(ValueError, match="name"), local_files.local_copy(""):
            pass
        assert copies() == []

    def test_a_disk_without_room_is_found_before_the_file_is_fetched(self, s3_site, settings):
        s3_site.save(NAME, ContentFile(b"a film"))
        settings.DISK_FLOOR_BYTES = 10**18
        with pytest.raises(OSError, match="needs .* free bytes") as caught, local_files.local_copy(NAME):
            pass
        assert caught.value.errno == errno.ENOSPC
        assert copies() == []

    def test_the_caller_is_told_while_a_large_file_is_fetched_and_may_end_it(self, s3_site, monkeypatch):
        monkeypatch.setattr(transfer, "TICK_SECONDS", 0.001)
        s3_site.save(NAME, ContentFile(bytes(40_000_000)))
        with pytest.raises(KeyboardInterrupt), local_files.local_copy(NAME, _stop):
            pass
        assert copies() == []

    def test_the_next_one_removes_what_a_killed_process_left(self, s3_site):
        s3_site.save(NAME, ContentFile(b"a film"))
        code = (
            "import django; django.setup()\n"
            f"from django.conf import settings; settings.PROTECTED_ROOT = {str(scratch.root().parent)!r}\n"
            "from video_pages.library import scratch\n"
            "with scratch.directory('copy-') as folder:\n"
            "    print(folder, flush=True); input()\n"
        )
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "site_config.settings.test"}
        with subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        ) as process:
            left = process.stdout.readline().strip()
            with local_files.local_copy(NAME):
                assert os.path.exists(left), "a living process keeps its directory"
            process.kill()
        with local_files.local_copy(NAME):
            assert not os.path.exists(left)

    def test_it_can_be_placed_where_a_child_reads_it(self, s3_site, tmp_path):
        s3_site.save(NAME, ContentFile(b"a film"))
        local_files.place_copy(NAME, tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == b"a film"
        with pytest.raises(FileNotFoundError):
            local_files.place_copy("12/none.mp4", tmp_path / "none")


class TestMoveIn:
    def test_the_file_is_read_sent_and_removed(self, s3_site, tmp_path):
        made, blocks = tmp_path / "made", []
        made.write_bytes(b"0123456789" * 300_000)
        assert local_files.move_in(made, NAME, on_block=blocks.append) == 3_000_000
        assert b"".join(blocks) == b"0123456789" * 300_000
        assert max(map(len, blocks)) <= 1024 * 1024
        assert not made.exists()
        with s3_site.open(NAME) as file:
            assert file.read() == b"".join(blocks)

    def test_a_file_of_several_parts_arrives_whole(self, s3_site, tmp_path, monkeypatch):
        monkeypatch.setattr(transfer, "PART_BYTES", 5 * 1024 * 1024)
        made = tmp_path / "made"
        made.write_bytes(os.urandom(13_000_000))
        content = made.read_bytes()
        local_files.move_in(made, NAME, on_block=bytes)
        assert s3_site.facts(NAME).etag.endswith('-3"')
        with local_files.local_copy(NAME) as path:
            assert path.read_bytes() == content

    def test_one_that_is_stopped_leaves_neither_object_nor_parts(self, s3_site, tmp_path, settings, monkeypatch):
        monkeypatch.setattr(transfer, "PART_BYTES", 5 * 1024 * 1024)
        made, blocks = tmp_path / "made", []
        made.write_bytes(bytes(40_000_000))

        def stop(block):
            blocks.append(block)
            if blocks[-1] == b"":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            local_files.move_in(made, NAME, on_block=stop)
        assert not s3_site.exists(NAME)
        unfinished = internal_client().list_multipart_uploads(Bucket=settings.S3_BUCKET, Prefix="library/")
        assert not unfinished.get("Uploads")

    def test_a_link_is_refused(self, s3_site, tmp_path):
        (tmp_path / "link").symlink_to("/etc/hostname")
        with pytest.raises(NotRegularFile):
            local_files.move_in(tmp_path / "link", NAME, on_block=bytes)
        assert not s3_site.exists(NAME)


def test_a_written_file_replaces_the_one_before(s3_site):
    for content in (b"first", b"second"):
        local_files.write(NAME, io.BytesIO(content))
        with s3_site.open(NAME) as file:
            assert file.read() == content


class TestFolders:
    def test_the_content_is_listed_in_order(self, s3_site):
        for name in ("12/b.mp4", "12/a/c.mp4", "13/d.mp4"):
            local_files.write(name, io.BytesIO(b"film"))
        found = [(entry.name, entry.own_name, entry.is_folder) for entry in local_files.entries("12")]
        assert found == [("12/a", "a", True), ("12/b.mp4", "b.mp4", False)]
        assert [entry.name for entry in local_files.entries()] == ["12", "13"]
        assert local_files.entries("14") == local_files.entries("12/b.mp4") == []
        assert local_files.is_folder("12/a")
        assert not local_files.is_folder("14") and not local_files.is_folder("12/b.mp4")

    def test_a_list_is_right_at_once_after_each_write(self, s3_site):
        for number in range(20):
            local_files.write(f"12/{number:02}.jpg", io.BytesIO(b"x"))
            assert len(local_files.entries("12")) == number + 1

    def test_an_entry_says_when_it_was_written(self, s3_site):
        local_files.write(NAME, io.BytesIO(b"film"))
        (folder,) = local_files.entries("12")
        (film,) = local_files.entries("12/345")
        assert abs(film.changed_at() - time.time()) < 60
        assert folder.changed_at() == film.changed_at()
        assert not film.leads_to("/tmp")
        local_files.remove_folder("12")
        assert folder.changed_at() is None

    def test_a_folder_goes_with_everything_in_it(self, s3_site):
        for name in ("12/a.mp4", "12/b/c.mp4", "123/d.mp4"):
            local_files.write(name, io.BytesIO(b"film"))
        local_files.remove_folder("12")
        local_files.remove_folder("12")
        assert [entry.name for entry in local_files.entries()] == ["123"]


def test_parts_of_a_killed_process_are_removed_after_a_day_but_not_those_of_browsers(s3_site, s3_server, settings):
    client, bucket = internal_client(), settings.S3_BUCKET
    own, other = f"library/12/{'12' * 16}/v1/source.mp4", "library/arriving/0123"
    for key in (own, other):
        upload = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        client.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"part")
    now = dt.datetime.now(dt.UTC)
    if s3_server.name != "moto":  # it says that each upload began in 2010
        assert local_files.abort_unfinished(before=now - dt.timedelta(hours=1)) == 0
    assert local_files.abort_unfinished(before=now + dt.timedelta(hours=1)) == 1
    assert local_files.abort_unfinished(before=now + dt.timedelta(hours=1)) == 0


def _stop():
    raise KeyboardInterrupt
