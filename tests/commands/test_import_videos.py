"""`import_videos`: files and folders of the machine become pages, as if they had been uploaded."""

import errno
import hashlib
import io
import json
import os
import shutil
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from tests import clips, factories
from video_pages.access import passwords
from video_pages.ingest import import_files
from video_pages.library import digests
from video_pages.models import ProcessingJob, VideoFile, VideoIndexPage, VideoPage
from video_pages.transcoding import jobs
from video_pages.uploads import limits
from video_pages.uploads.names import title_from_filename

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    section = factories.make_section("Videos")
    section.slug = "videos"
    section.save()
    return section


@pytest.fixture
def folder(tmp_path):
    """Two films, one of them in a folder below, and what a folder of films has besides."""
    shutil.copy(clips.mp4(), tmp_path / "b_roll-final.mp4")
    (tmp_path / "a trip").mkdir()
    shutil.copy(clips.webm(), tmp_path / "a trip" / "Day 1 - the harbour.webm")
    (tmp_path / "notes.txt").write_text("bring bread")
    shutil.copy(clips.mp4(2), tmp_path / ".hidden.mp4")
    return tmp_path


def run(*arguments, **options):
    out = io.StringIO()
    call_command("import_videos", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def run_failing(*arguments):
    """Return (output, the sentence it ended with)."""
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_videos", *map(str, arguments), stdout=out)
    return out.getvalue(), str(error.value)


def as_json(output):
    return [json.loads(line) for line in output.splitlines()]


class TestWhatBecomesAPage:
    def test_a_file_becomes_a_draft_that_waits_to_be_processed(self, section, folder):
        (line,) = as_json(run(folder / "b_roll-final.mp4", "--json"))
        page = VideoPage.objects.get()
        assert line == {
            "path": str(folder / "b_roll-final.mp4"),
            "uuid": str(page.uuid),
            "url": "/videos/b-roll-final/",
            "state": "queued",
            "reason": "",
        }
        assert (page.title, page.live, page.publish_when_ready) == ("B roll final", False, False)
        assert page.get_parent().pk == section.pk
        file = page.video_file
        assert (file.original_filename, file.duration) == ("b_roll-final.mp4", pytest.approx(1, abs=0.1))
        assert file.sha256 == hashlib.sha256(clips.mp4().read_bytes()).hexdigest()
        assert file.job.state == "queued"

    def test_a_folder_gives_its_films_in_order_and_nothing_else(self, section, folder):
        lines = as_json(run(folder, "--json"))
        assert [os.path.basename(line["path"]) for line in lines] == ["Day 1 - the harbour.webm", "b_roll-final.mp4"]
        assert VideoPage.objects.filter(title="Day 1 - the harbour").exists()

    def test_the_original_stays_and_changing_it_changes_nothing_here(self, section, folder):
        original = folder / "b_roll-final.mp4"
        run(original)
        original.write_bytes(b"cut again")
        file = VideoFile.objects.get()
        assert file.file.open().read() == clips.mp4().read_bytes()
        assert os.stat(file.file.path).st_nlink == 1
        assert os.listdir(settings.FILE_UPLOAD_TEMP_DIR) == []

    def test_links_in_folders_are_not_followed(self, section, tmp_path):
        elsewhere, folder = tmp_path / "elsewhere", tmp_path / "folder"
        elsewhere.mkdir(), folder.mkdir()
        shutil.copy(clips.mp4(), elsewhere / "secret.mp4")
        (folder / "link.mp4").symlink_to(elsewhere / "secret.mp4")
        (folder / "linked").symlink_to(elsewhere)
        assert "No video was found there." in run(folder)
        assert not VideoPage.objects.exists()

    def test_a_link_that_is_named_is_taken(self, section, tmp_path):
        (tmp_path / "named.mp4").symlink_to(clips.mp4())
        assert as_json(run(tmp_path / "named.mp4", "--json"))[0]["state"] == "queued"

    def test_a_film_that_plays_is_published_at_once(self, section, folder):
        run(folder / "b_roll-final.mp4", "--publish")
        page = VideoPage.objects.get()
        assert (page.live, page.publish_when_ready) == (True, False)

    def test_a_film_that_does_not_play_yet_is_published_when_it_is_ready(
        self, section, django_capture_on_commit_callbacks
    ):
        run(clips.avi(), "--publish")
        page = VideoPage.objects.get()
        assert (page.live, page.publish_when_ready) == (False, True)
        with django_capture_on_commit_callbacks(execute=True):
            jobs.finish(jobs.claim(page.video_file.job.pk), "ready")
        page.refresh_from_db()
        assert (page.live, page.publish_when_ready) == (True, False)

    def test_the_password_comes_from_the_environment(self, section, folder, monkeypatch):
        monkeypatch.setenv("FILM_PASSWORD", "salt and pepper")
        run(folder, "--password-env", "FILM_PASSWORD")
        for page in VideoPage.objects.all():
            assert passwords.matches("salt and pepper", page.password_hash)

    def test_people_read_what_to_do_next(self, section, folder):
        output = run(folder)
        assert "/videos/b-roll-final/" in output
        assert "2 pages were made." in output
        assert "process_videos --until-idle" in output


class TestTakenUpAgain:
    def test_what_is_in_the_library_is_skipped_with_the_state_of_its_page(self, section, folder):
        run(folder / "b_roll-final.mp4")
        ProcessingJob.objects.update(state="ready")
        first, second = as_json(run(folder, "--json"))
        assert first["state"] == "queued"
        assert (second["state"], second["url"]) == ("ready", "/videos/b-roll-final/")
        assert "already" in second["reason"]
        assert VideoFile.objects.count() == 2

    def test_an_uploaded_film_is_known_too_though_nobody_computed_its_digest(self, section, folder):
        page = factories.make_video(video_file=factories.make_video_file(clips.mp4()), section=section)
        (line,) = as_json(run(folder / "b_roll-final.mp4", "--json"))
        assert (line["uuid"], line["state"]) == (str(page.uuid), "ready")
        assert VideoFile.objects.get().sha256 == hashlib.sha256(clips.mp4().read_bytes()).hexdigest()

    def test_a_file_that_an_editor_uploaded_and_that_waits_for_a_page_gets_one(self, section, folder):
        file = factories.make_video_file(clips.mp4())
        VideoFile.objects.update(awaits_page_until=timezone.now())
        (line,) = as_json(run(folder / "b_roll-final.mp4", "--json"))
        page = VideoPage.objects.get()
        assert (line["uuid"], page.video_file, page.title) == (str(page.uuid), file, "B roll final")
        file.refresh_from_db()
        assert (file.awaits_page_until, VideoFile.objects.count()) == (None, 1)
        assert "already" in as_json(run(folder / "b_roll-final.mp4", "--json"))[0]["reason"]

    def test_an_import_that_was_killed_between_two_files_is_taken_up_where_it_was(self, section, folder, monkeypatch):
        real = import_files.read_facts

        def killed_at_the_second(upload):
            if VideoPage.objects.exists():
                raise KeyboardInterrupt
            return real(upload)

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(import_files, "read_facts", killed_at_the_second)
            run(folder)
        assert VideoPage.objects.count() == 1
        assert os.listdir(settings.FILE_UPLOAD_TEMP_DIR) == []
        lines = as_json(run(folder, "--json"))
        assert ["already" in line["reason"] for line in lines] == [True, False]
        assert VideoPage.objects.count() == VideoFile.objects.count() == 2

    def test_a_file_of_the_same_size_is_another_file(self, section, folder):
        factories.make_video_file(clips.mp4())
        changed = folder / "changed.mp4"
        changed.write_bytes(clips.mp4().read_bytes()[:-1] + b"\xff")
        assert as_json(run(changed, "--json"))[0]["state"] == "queued"

    def test_a_file_that_no_page_shows_is_skipped_and_said_so(self, section, folder):
        factories.make_video_file(clips.mp4(), title="Left over")
        (line,) = as_json(run(folder / "b_roll-final.mp4", "--json"))
        assert (line["uuid"], line["url"], line["state"]) == (None, None, "ready")
        assert "Left over" in line["reason"]


class TestRefused:
    def test_what_is_no_video_is_refused_and_the_others_are_taken(self, section, folder):
        (folder / "a_lie.mp4").write_text("#EXTM3U\n/etc/passwd\n")
        output, sentence = run_failing(folder, "--json")
        by_name = {os.path.basename(line["path"]): line for line in as_json(output)}
        lie = by_name["a_lie.mp4"]
        assert (lie["uuid"], lie["url"], lie["state"]) == (None, None, "refused")
        assert lie["reason"]
        assert sentence == "1 of 3 files could not be imported."
        assert VideoPage.objects.count() == VideoFile.objects.count() == 2
        assert os.listdir(settings.FILE_UPLOAD_TEMP_DIR) == []

    def test_a_named_file_is_tried_and_refused_by_its_name(self, section, folder):
        output, _sentence = run_failing(folder / "notes.txt")
        assert output.startswith("refused")
        assert "Files called “.txt” are not taken" in output

    def test_an_empty_file_is_refused(self, section, tmp_path):
        (tmp_path / "empty.mp4").touch()
        assert "This file is empty" in run_failing(tmp_path)[0]

    def test_a_pipe_is_refused_and_not_waited_for(self, section, tmp_path):
        os.mkfifo(tmp_path / "pipe.mp4")
        assert "This is no file." in run_failing(tmp_path / "pipe.mp4")[0]

    @pytest.mark.parametrize(
        ("setting", "value", "words"),
        [
            ("MAX_UPLOAD_BYTES", 1000, "too large"),
            ("LIBRARY_QUOTA_BYTES", 1000, "The library has room"),
            ("DISK_FLOOR_BYTES", 2**62, "disk is nearly full"),
        ],
    )
    def test_the_limits_of_uploads_hold(self, section, folder, setting, value, words):
        with override_settings(**{setting: value}):
            output, _sentence = run_failing(folder / "b_roll-final.mp4")
        assert words in output
        assert not VideoFile.objects.exists()

    def test_a_disk_that_others_fill_meanwhile_ends_the_copy(self, section, folder, monkeypatch):
        monkeypatch.setattr(digests, "BLOCK_BYTES", 1000)
        monkeypatch.setattr(import_files, "CHECK_EVERY_BYTES", 2000)
        looks = iter([2**20])
        monkeypatch.setattr(limits, "disk_limit", lambda **_options: limits.Limit(next(looks, 0), limits.DISK_FULL))
        output, _sentence = run_failing(folder / "b_roll-final.mp4")
        assert "disk is nearly full" in output
        assert not VideoFile.objects.exists()

    @pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), OSError(errno.EIO, "a broken disk")])
    def test_a_server_that_can_not_look_into_it_fails_and_refuses_nothing(self, section, folder, monkeypatch, error):
        monkeypatch.setattr("video_pages.ingest.inspection.probe", Mock(side_effect=error))
        output, _sentence = run_failing(folder / "b_roll-final.mp4")
        assert output.startswith("failed")
        assert "The server could not look into this file" in output

    def test_a_disk_without_room_fails_and_refuses_nothing(self, section, folder):
        with override_settings(DISK_FLOOR_BYTES=2**62):
            output, _sentence = run_failing(folder / "b_roll-final.mp4")
        assert output.startswith("failed")

    def test_an_unreadable_file_fails_in_words(self, section, folder, monkeypatch):
        shutil.rmtree(settings.FILE_UPLOAD_TEMP_DIR)
        (settings.FILE_UPLOAD_TEMP_DIR).write_text("in the way")
        output, _sentence = run_failing(folder / "b_roll-final.mp4")
        assert output.startswith("failed")
        settings.FILE_UPLOAD_TEMP_DIR.unlink()
        settings.FILE_UPLOAD_TEMP_DIR.mkdir()


class TestMakingTheSection:
    @pytest.mark.parametrize(
        "arguments", [("--make-section",), ("--make-section", "/videos/"), ("--section", "videos", "--make-section")]
    )
    def test_a_missing_one_is_made_and_published_once(self, folder, arguments):
        factories.get_home()
        first = run(folder / "b_roll-final.mp4", *arguments)
        assert first.startswith("The section /videos/ was made.\n")
        section = VideoIndexPage.objects.get()
        assert (section.title, section.live, section.url) == ("Videos", True, "/videos/")
        assert VideoPage.objects.get().get_parent().pk == section.pk
        assert "was made" not in run(folder / "b_roll-final.mp4", *arguments).splitlines()[0]
        assert VideoIndexPage.objects.count() == 1

    def test_each_one_on_the_way_is_made_and_what_is_there_stays(self, section, folder):
        (line,) = as_json(run(folder / "b_roll-final.mp4", "--make-section", "/videos/summer-school/2026/", "--json"))
        assert line["url"] == "/videos/summer-school/2026/b-roll-final/"
        titles = VideoIndexPage.objects.order_by("path").values_list("title", flat=True)
        assert list(titles) == ["Videos", "Summer school", "2026"]

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("/", "names no section"),
            ("/stream/", "This is an address of the site itself"),
            ("/new/a b/", "slug"),
            ("/videos/film/", "“film” is no section"),
        ],
    )
    def test_what_can_be_none_is_refused_and_nothing_is_made(self, section, folder, address, words):
        film = factories.make_video("film", section=section)
        VideoPage.objects.filter(pk=film.pk).update(slug="film")
        assert words in run_failing(folder, "--make-section", address)[1]
        assert (VideoIndexPage.objects.count(), VideoPage.objects.count()) == (1, 1)

    def test_nothing_is_made_for_a_command_that_is_wrong_otherwise(self, folder):
        factories.get_home()
        run_failing(folder / "gone.mp4", "--make-section")
        assert not VideoIndexPage.objects.exists()

    def test_without_it_the_sentence_names_it(self, folder):
        factories.get_home()
        assert "--make-section" in run_failing(folder)[1]


class TestOneSentence:
    def test_about_a_section_that_is_not_there(self, section, folder):
        assert run_failing(folder, "--section", "/films/")[1].startswith("There is no section at /films/.")

    def test_about_a_path_that_is_not_there_before_anything_is_done(self, section, folder):
        assert "There is no file or folder" in run_failing(folder, folder / "gone.mp4")[1]
        assert not VideoPage.objects.exists()

    def test_about_an_empty_environment_variable(self, section, folder, monkeypatch):
        monkeypatch.setenv("FILM_PASSWORD", "")
        assert "FILM_PASSWORD is empty" in run_failing(folder, "--password-env", "FILM_PASSWORD")[1]

    def test_about_a_password_that_is_too_short_without_telling_it(self, section, folder, monkeypatch):
        monkeypatch.setenv("FILM_PASSWORD", "sesame")
        sentence = run_failing(folder, "--password-env", "FILM_PASSWORD")[1]
        assert "at least 8 characters" in sentence
        assert "sesame" not in sentence
        assert not VideoPage.objects.exists()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("salt_flats-final.mov", "Salt flats final"),
        ("2026-11-22_harbour.mp4", "2026-11-22 harbour"),
        ("my.holiday.film.mp4", "My holiday film"),
        ("Day 1 - the harbour.webm", "Day 1 - the harbour"),
        ("élan.mp4", "Élan"),
        ("___.mp4", "Video"),
        ("a\nb.mp4", "A b"),
        ("x" * 300 + ".mp4", "X" + "x" * 254),
    ],
)
def test_titles_are_made_of_names(name, title):
    assert title_from_filename(name) == title
