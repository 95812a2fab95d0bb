"""`check_library`: what is missing, damaged, left over or forgotten, and what can be mended of it."""

import hashlib
import io
import json
import os
import shutil
import time
import uuid

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from video_pages.library import inventory, orphans, paths, removal, usage
from video_pages.management.commands import check_library
from video_pages.models import DiscardedFile, ProcessingJob, Rendition, VideoFile

pytestmark = pytest.mark.django_db
PACKAGE = "0123456789ab"
OTHER_PACKAGE = "ba9876543210"
NO_UTF8 = os.fsdecode(b"\xff")


@pytest.fixture(autouse=True)
def empty_library():
    """The tests of one class share a directory; here each begins with nothing in it."""
    shutil.rmtree(settings.PROTECTED_ROOT)
    os.makedirs(settings.FILE_UPLOAD_TEMP_DIR)


def write(name, content=b"made"):
    path = VideoFile().file.storage.path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    return path


def make_packaged(title="A film"):
    """Return a video file with a poster and a live package: two sizes, a progressive MP4, a storyboard, two frames."""
    file = factories.make_video_file(title=title, playable=False)
    key = file.uuid
    for name, kind in (("360p", "video"), ("240p", "video"), ("film", "progressive")):
        content = f"{title} {name}".encode()
        write(paths.made_name(key, PACKAGE, paths.media_of(name)), content)
        if kind == "video":
            write(paths.made_name(key, PACKAGE, paths.playlist_of(name)))
        Rendition.objects.create(
            video_file=file,
            package=PACKAGE,
            kind=kind,
            name=name,
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
    for name in ("master.m3u8", "storyboard.vtt", "storyboard-1.jpg", "storyboard-2.jpg", "frame-1.jpg", "frame-2.jpg"):
        write(paths.made_name(key, PACKAGE, name))
    write(paths.poster_name(key, 1))
    VideoFile.objects.filter(pk=file.pk).update(
        package=PACKAGE,
        progressive_name=paths.made_name(key, PACKAGE, paths.PROGRESSIVE),
        has_storyboard=True,
        frame_count=2,
        poster_version=1,
    )
    return VideoFile.objects.get(pk=file.pk)


def check(*arguments, older_than=0):
    """Return ([finding, …], the sentence it ended with or "")."""
    out = io.StringIO()
    try:
        call_command("check_library", "--json", f"--older-than={older_than}", *arguments, stdout=out)
        sentence = ""
    except CommandError as error:
        sentence = str(error)
    return [json.loads(line) for line in out.getvalue().splitlines()], sentence


def found(*arguments, **options):
    """Return {(kind, name)} of what is wrong."""
    return {(line["kind"], line["name"]) for line in check(*arguments, **options)[0]}


def made(file, name):
    return paths.made_name(file.uuid, file.package, name)


def remove(name):
    os.remove(VideoFile().file.storage.path(name))


class TestInOrder:
    def test_a_whole_library_is_in_order(self):
        make_packaged()
        factories.make_video_file(playable=False)
        assert check("--digests") == ([], "")

    def test_the_text_says_so(self):
        out = io.StringIO()
        call_command("check_library", stdout=out)
        assert out.getvalue() == "The library is in order.\n"

    def test_working_directories_and_uploads_on_their_way_are_nobodys_business(self):
        write("work/w-1/out/frame.jpg")
        write("tmp/arriving-1.upload")
        assert check() == ([], "")


class TestMissing:
    @pytest.mark.parametrize(
        "name",
        ["360p.mp4", "240p.m3u8", "master.m3u8", "storyboard.vtt", "storyboard-1.jpg", "frame-2.jpg", "film.mp4"],
    )
    def test_a_file_of_the_live_package_is_made_again(self, name):
        file = make_packaged()
        remove(made(file, name))
        ((line,), sentence) = check()
        assert (line["kind"], line["name"], line["mended"]) == ("missing", made(file, name), False)
        assert sentence == "1 problem remains."
        ((line,), sentence) = check("--mend")
        assert (line["mended"], sentence) == (True, "")
        assert ProcessingJob.objects.get().state == "queued"

    def test_every_sheet_that_the_storyboards_map_leads_to_is_looked_for(self):
        file = make_packaged()
        tiles = "".join(f"00:00.000 --> 00:04.000\nstoryboard-{number}.jpg#xywh=0,0,1,1\n\n" for number in (1, 2))
        write(made(file, "storyboard.vtt"), f"WEBVTT\n\n{tiles}".encode())
        assert check() == ([], "")
        remove(made(file, "storyboard-2.jpg"))
        assert found() == {("missing", made(file, "storyboard-2.jpg"))}

    def test_names_in_a_hostile_map_lead_nowhere_else(self):
        file = make_packaged()
        write(made(file, "storyboard.vtt"), b"WEBVTT\n\n../../../x.jpg#xywh\nstoryboard-../x.jpg#xywh\n\xff\xfe#")
        assert check() == ([], "")

    def test_a_missing_poster_is_made_again(self):
        file = make_packaged()
        remove(file.poster_name)
        assert found("--mend") == {("missing", file.poster_name)}
        assert ProcessingJob.objects.get().state == "queued"

    def test_a_missing_source_can_only_come_from_a_backup(self):
        file = make_packaged()
        remove(file.file.name)
        remove(made(file, "360p.mp4"))
        lines, sentence = check("--mend")
        assert {line["name"] for line in lines} == {file.file.name, made(file, "360p.mp4")}
        assert all("backup" in line["advice"] and not line["mended"] for line in lines)
        assert sentence == "2 problems remain."
        assert ProcessingJob.objects.get().state == "ready"

    def test_what_is_being_made_is_not_submitted_twice(self):
        file = make_packaged()
        remove(made(file, "360p.mp4"))
        ProcessingJob.objects.update(state="processing", progress=40)
        ((line,), sentence) = check("--mend")
        assert (line["mended"], sentence) == (True, "")
        assert ProcessingJob.objects.get().progress == 40

    def test_a_package_that_is_not_live_is_not_missed(self):
        file = make_packaged()
        Rendition.objects.create(video_file=file, package=OTHER_PACKAGE, kind="video", name="480p", size_bytes=1)
        assert check() == ([], "")


class TestDamaged:
    def test_another_size_is_seen_without_reading(self):
        file = make_packaged()
        write(made(file, "360p.mp4"), b"cut off")
        write(file.file.name, b"cut off")
        assert found() == {("damaged", made(file, "360p.mp4")), ("damaged", file.file.name)}

    def test_other_bytes_of_the_same_size_are_seen_by_their_digest(self):
        file = make_packaged()
        write(made(file, "360p.mp4"), b"A film 361p")
        assert check() == ([], "")
        ((line,), _sentence) = check("--digests")
        assert (line["kind"], line["name"]) == ("damaged", made(file, "360p.mp4"))
        assert check("--digests", "--mend")[1] == ""
        assert ProcessingJob.objects.get().state == "queued"

    def test_a_damaged_source_is_not_submitted(self):
        file = make_packaged()
        VideoFile.objects.update(sha256=hashlib.sha256(file.file.open().read()).hexdigest())
        write(file.file.name, b"\0" * file.size_bytes)
        ((line,), sentence) = check("--digests", "--mend")
        assert (line["kind"], line["name"], line["mended"]) == ("damaged", file.file.name, False)
        assert sentence
        assert ProcessingJob.objects.get().state == "ready"

    def test_digests_that_nobody_computed_are_kept_when_mending(self):
        file = factories.make_video_file(playable=False)
        check("--digests")
        assert VideoFile.objects.get().sha256 == ""
        check("--digests", "--mend")
        assert VideoFile.objects.get().sha256 == hashlib.sha256(file.file.open().read()).hexdigest()


class TestOrphaned:
    def orphans_of(self, file):
        """Write what may be left over and return its names as they are reported."""
        key = file.uuid
        unknown = uuid.UUID("00112233445566778899aabbccddeeff")
        write(paths.made_name(key, OTHER_PACKAGE, "360p.mp4"))
        write(f"{paths.directory(key, 7)}/source.mp4")
        write(f"{paths.directory(key, 1)}/poster.jpg.new")
        write(paths.source_name(unknown, 1, ".mp4"))
        write("zz/stray.txt")
        write("stray.txt")
        return {
            paths.package_directory(key, OTHER_PACKAGE),
            f"{paths.directory(key, 7)}/source.mp4",
            f"{paths.directory(key, 1)}/poster.jpg.new",
            paths.source_name(unknown, 1, ".mp4"),
            "zz/stray.txt",
            "stray.txt",
        }

    def test_whatever_nothing_names_is_found(self):
        names = self.orphans_of(make_packaged())
        assert found() == {("orphaned", name) for name in names}

    def test_mending_marks_it_and_the_worker_removes_it_after_its_days_and_nothing_else(self, settings):
        settings.KEEP_ORPHANS_DAYS = 7
        file = make_packaged()
        names = self.orphans_of(file)
        lines, sentence = check("--mend")
        assert ({line["name"] for line in lines}, sentence) == (names, "")
        assert set(DiscardedFile.objects.values_list("name", flat=True)) == names
        again, sentence = check("--mend")
        assert ({(line["kind"], line["name"]) for line in again}, sentence) == ({("kept", name) for name in names}, "")
        storage, now = file.file.storage, timezone.now()
        removal.remove_discarded(now=now + timezone.timedelta(days=6, hours=23))
        assert all(os.path.exists(storage.path(name)) for name in names), "another run does not begin the days anew"
        removal.remove_discarded(now=now + timezone.timedelta(days=7, hours=1))
        assert not [name for name in names if os.path.exists(storage.path(name))]
        assert check("--digests") == ([], "")

    def test_room_is_freed_at_once_by_what_can_be_made_again_and_never_by_a_source(self):
        names = self.orphans_of(make_packaged())
        gone = uuid.UUID("00112233445566778899aabbccddeeff")
        only_copy = paths.package_directory(gone, OTHER_PACKAGE)
        write(f"{only_copy}/360p.mp4")
        assert "add --mend" in check("--free-room")[1]
        check("--mend")
        lines, sentence = check("--mend", "--free-room")
        spare = {line["name"] for line in lines if line["advice"] == check_library.WILL_GO}
        assert {name.split("/")[-1] for name in spare} == {OTHER_PACKAGE} and only_copy not in spare
        removal.remove_discarded(now=timezone.now() + timezone.timedelta(hours=1))
        storage = VideoFile().file.storage
        left = {name for name in names | {only_copy} if os.path.exists(storage.path(name))}
        assert (left, sentence) == ((names | {only_copy}) - spare, "")

    def test_what_is_kept_takes_nothing_of_the_quota(self):
        write(paths.source_name(uuid.UUID("00112233445566778899aabbccddeeff"), 1, ".mp4"), b"x" * 5000)
        before = usage.bytes_in_use()
        check("--mend")
        with CaptureQueriesContext(connection) as few:
            assert usage.bytes_in_use() == before
        assert len(few) == 3

    def test_a_deleted_film_takes_no_orphan_with_it(self, django_capture_on_commit_callbacks):
        """An example is the source of a version that is newer than the restored database."""
        file = factories.make_video_file(playable=False)
        newer, own = paths.source_name(file.uuid, 2, ".mp4"), file.file.name
        write(newer)
        with django_capture_on_commit_callbacks(execute=True):
            file.delete()
        removal.remove_discarded(now=timezone.now() + timezone.timedelta(hours=1))
        storage = VideoFile().file.storage
        assert (os.path.exists(storage.path(own)), os.path.exists(storage.path(newer))) == (False, True)
        assert found() == {("orphaned", newer)}

    def test_what_was_marked_while_it_was_about_to_get_its_row_is_not_told_of_or_imported_again(self):
        """An upload that ends during a run with `--older-than 0` is such a file."""
        file = make_packaged()
        VideoFile.objects.update(progressive_name=f"{paths.directory(file.uuid, 7)}/source.mp4")
        names = self.orphans_of(file) - {f"{paths.directory(file.uuid, 7)}/source.mp4"}
        check("--mend")
        until = DiscardedFile.objects.values_list("kept_until", flat=True)[0]
        package, progressive = paths.package_directory(file.uuid, PACKAGE), VideoFile.objects.get().progressive_name
        DiscardedFile.objects.bulk_create(
            DiscardedFile(name=name, marked_at=timezone.now(), kept_until=until)
            for name in (file.file.name, package, progressive)
        )
        with CaptureQueriesContext(connection) as few:
            assert set(orphans.kept()) == names
        assert len(few) == 4
        assert {name for kind, name in found() if kind == "kept"} == names
        assert file.file.name not in set(orphans.sources())

    def test_what_is_young_may_be_on_its_way_in(self):
        self.orphans_of(make_packaged())
        assert check(older_than=60) == ([], "")
        an_hour_later = time.time() + 3601
        assert len(list(inventory.orphaned_files(now=an_hour_later))) == 6

    def test_a_package_in_the_making_is_no_orphan(self):
        file = make_packaged()
        write(paths.made_name(file.uuid, OTHER_PACKAGE, "360p.mp4"))
        ProcessingJob.objects.update(state="processing")
        assert check() == ([], "")

    def test_an_old_source_that_visitors_still_get_is_no_orphan(self):
        file = factories.make_video_file(playable=False)
        old = paths.source_name(file.uuid, 7, ".mp4")
        write(old)
        VideoFile.objects.update(progressive_name=old)
        assert check() == ([], "")

    def test_links_are_reported_and_not_followed(self, tmp_path):
        (tmp_path / "elsewhere.mp4").write_bytes(b"elsewhere")
        root = VideoFile().file.storage.location
        os.symlink(tmp_path, os.path.join(root, "linked"))
        assert found() == {("orphaned", "linked")}

    @pytest.mark.parametrize(
        "name",
        [
            "zz/" + "/".join(["x" * 100] * 3),
            f"{paths.directory(uuid.UUID(int=1), 1)}/{NO_UTF8}.bin",
            f"{paths.package_directory(uuid.UUID(int=1), OTHER_PACKAGE)}/{NO_UTF8}.mp4",
            f"{NO_UTF8}/a.mp4",
        ],
        ids=["long", "no-utf8", "no-utf8-in-package", "no-utf8-folder"],
    )
    def test_a_name_that_can_not_be_marked_is_said_to_be_left(self, name):
        write(name)
        ((line,), sentence) = check("--mend", "--free-room")
        assert "by hand" in line["advice"]
        assert sentence == "1 problem remains."


class TestForgotten:
    def test_a_file_without_a_job_is_submitted(self):
        file = factories.make_video_file(ready=False)
        assert found() == {("forgotten", file.file.name)}
        assert check("--mend")[1] == ""
        assert ProcessingJob.objects.get().state == "queued"
        assert check() == ([], "")

    def test_a_job_about_an_earlier_source_is_submitted_anew(self):
        file = factories.make_video_file(playable=False)
        VideoFile.objects.update(source_version=2)
        assert found("--mend") == {("forgotten", file.file.name)}
        assert ProcessingJob.objects.get().source_version == 2

    def test_a_file_whose_source_is_gone_is_not_submitted(self):
        file = factories.make_video_file(ready=False)
        remove(file.file.name)
        assert check("--mend")[1] == "2 problems remain."
        assert not ProcessingJob.objects.exists()


def test_queries_do_not_grow_with_the_number_of_files():
    make_packaged("First")
    with CaptureQueriesContext(connection) as few:
        check()
    for number in range(4):
        make_packaged(f"Film {number}")
    with CaptureQueriesContext(connection) as many:
        check()
    # One more for each two-letter folder at most, of which there are 256 however large the library is.
    assert len(many) <= len(few) + 4


def test_people_read_a_line_for_each():
    file = make_packaged("Die Brücke")
    remove(file.file.name)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_library", stdout=out)
    assert out.getvalue().startswith(f"missing    {file.file.name} (“Die Brücke”) is missing. It can't be made again")


def test_people_read_until_when_an_orphan_is_kept_and_how_a_film_comes_back(settings):
    source = paths.source_name(uuid.UUID("00112233445566778899aabbccddeeff"), 1, ".mp4")
    write(source)
    until = timezone.localdate(timezone.now() + timezone.timedelta(days=settings.KEEP_ORPHANS_DAYS))
    outputs = []
    for mend in (True, False):
        out = io.StringIO()
        call_command("check_library", older_than=0, mend=mend, stdout=out)
        outputs.append(out.getvalue().splitlines())
    words = f"{source} is named by nothing. Kept until {until}, then the worker removes it. It is an uploaded film: "
    words += "import_videos --orphans makes a page of it."
    assert outputs[0] == [f"orphaned   {words}", "The library is in order. 1 mended."]
    assert outputs[1] == [f"kept       {words}", "The library is in order."]
