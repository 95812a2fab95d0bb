"""“New version”: replace the video file, and choose what happens to captions and chapters beyond its end."""

import pytest
from django.core.files import File

from tests import clips, factories
from tests.uploads import resumable as tus
from tests.uploads.forms import clip_named
from tests.wagtail_admin.page_screens import form_of, make_editor_of, screen
from tests.wagtail_admin.video_screens import codes, editor_browser, shown_messages
from video_pages.ingest import versions
from video_pages.library import packages, services
from video_pages.library.models import LIVE_COLUMNS
from video_pages.models import Cue, TextTrack, VideoFile, VideoPage
from video_pages.pages.chapters import VideoChapter, chapters_of
from video_pages.transcoding import jobs
from video_pages.transcoding.probe import probe

pytestmark = pytest.mark.django_db
SHORT_SECONDS = 1


def version(page, name=""):
    return f"/admin/videos/{page.pk}/new-version/{name}"


def make_captioned_video(**options):
    """A published film of 30 seconds with chapters at 0 and 20 s and captions whose last line begins at 25 s."""
    file = factories.make_video_file(duration=30.0, chapters=[], facts={"duration_seconds": 30.0})
    film = factories.make_video("Salt flats", video_file=file, **options)
    film.chapters = [VideoChapter(start_seconds=start, title=f"At {start}") for start in (0, 20)]
    film.save_revision().publish()
    track = TextTrack.objects.create(video_file=file, language="en", label="English")
    for start in (0, 25):
        Cue.objects.create(track=track, start_ms=start * 1000, end_ms=start * 1000 + 500, text=f"at {start}")
    return film


def give_package(file, version=1):
    VideoFile.objects.filter(pk=file.pk).update(package=packages.new_package(), package_version=version)


def shorten(film, seconds=SHORT_SECONDS):
    """Give the film a real source of a second."""
    path = clips.mp4(seconds)
    with open(path, "rb") as stream:
        versions.replace(film.video_file, File(stream, name="short.mp4"), probe(path), user=None)
    film.refresh_from_db()
    return film


def fresh(film):
    return VideoPage.objects.get(pk=film.pk)


def times(film):
    return [chapter.start_seconds for chapter in fresh(film).chapters.all()]


class TestTheFile:
    def test_an_upload_takes_its_place_and_the_page_keeps_everything_else(self):
        film, client = make_captioned_video(), editor_browser()
        address, _response = tus.upload(client, clips.mp4(), replaces=film.video_file_id)
        sent = {"upload_token": tus.row(address).token}
        answer = client.post(version(film), sent, headers={"x-requested-with": "XMLHttpRequest"})
        assert answer.json() == {"leads_to": version(film)}
        after = fresh(film)
        assert after.video_file_id == film.video_file_id and after.video_file.source_version == 2
        assert after.uuid == film.uuid and times(film) == [0, 20]
        assert "New version of the film uploaded" in client.get(f"/admin/pages/{film.pk}/history/").content.decode()

    def test_without_scripts_the_file_comes_with_the_form(self):
        film, client = make_captioned_video(), editor_browser()
        give_package(film.video_file)
        with clip_named() as upload:
            answer = client.post(version(film), {"video_file": upload}, follow=True)
        assert fresh(film).video_file.source_version == 2
        assert (
            shown_messages(answer) == []
            and "The new version is uploaded. The earlier version" in answer.content.decode()
        )

    def test_a_file_that_is_no_video_is_refused_and_replaces_nothing(self, tmp_path):
        film = make_captioned_video()
        (tmp_path / "film.mp4").write_bytes(b"no film")
        with open(tmp_path / "film.mp4", "rb") as upload:
            answer = editor_browser().post(version(film), {"video_file": upload})
        assert answer.status_code == 200 and "video_file" in codes(answer)
        assert fresh(film).video_file.source_version == 1

    def test_a_missing_file_and_another_users_upload_are_refused(self):
        film, client = make_captioned_video(), editor_browser()
        assert codes(client.post(version(film), {})) == {"video_file": ["required"]}
        assert codes(client.post(version(film), {"upload_token": "invented"})) == {"video_file": ["unknown_upload"]}

    def test_a_user_who_may_edit_the_page_and_not_the_file_is_refused(self):
        film = make_captioned_video()
        user = make_editor_of(film.get_parent(), "change", "publish")
        client = factories.browser(user)
        assert client.get(f"/admin/videos/{film.pk}/captions/").status_code == 200
        for answer in (client.get(version(film)), client.post(version(film, "fit/"), {})):
            assert answer.status_code == 302 and answer.url == "/admin/"  # Wagtail's answer to who may not
        assert "New version" not in client.get(screen(film, "edit/")).content.decode()

    def test_the_page_editor_leads_there_and_not_to_the_media_form(self):
        film = make_captioned_video()
        html = editor_browser().get(screen(film, "edit/")).content.decode()
        assert html.count(f'href="{version(film)}') == 1 and "#id_file" not in html
        actions = html[html.index("Process again") :]
        assert f'href="{version(film)}#new-version"' in actions[:400], "beside it"


class TestTheEarlierVersion:
    def test_it_plays_with_its_own_length_and_chapters_until_the_new_one_is_live(self):
        film = make_captioned_video()
        give_package(film.video_file)
        film.refresh_from_db()
        before = {name: getattr(film.video_file, name) for name in LIVE_COLUMNS}
        package = film.video_file.package
        shorten(film)
        file = VideoFile.objects.get(pk=film.video_file_id)
        assert {name: getattr(file, name) for name in LIVE_COLUMNS} == before
        assert file.package == package and file.plays_earlier_source
        assert file.source_seconds == pytest.approx(SHORT_SECONDS, abs=0.1)
        assert [chapter.start_seconds for chapter in chapters_of(fresh(film))] == [0, 20]

    def test_looking_into_the_new_source_and_saving_a_stale_row_change_nothing_of_it(self):
        film = make_captioned_video()
        give_package(film.video_file)
        shorten(film)
        facts = probe(clips.mp4(SHORT_SECONDS))
        services.record_facts(VideoFile.objects.get(pk=film.video_file_id), facts, version=2)
        stale = VideoFile.objects.get(pk=film.video_file_id)
        stale.duration = 7.0
        stale.save()
        assert VideoFile.objects.get(pk=film.video_file_id).duration == 30.0

    def test_processing_makes_the_new_one_live_with_its_length_and_size(self, django_capture_on_commit_callbacks):
        film = make_captioned_video()
        give_package(film.video_file)
        shorten(film)
        job = film.video_file.job
        assert jobs.run(job.pk) == "ready"
        file = VideoFile.objects.get(pk=film.video_file_id)
        assert not file.plays_earlier_source
        assert file.duration == pytest.approx(SHORT_SECONDS, abs=0.1) and (file.width, file.height) == (320, 180)
        assert [chapter.start_seconds for chapter in chapters_of(fresh(film))] == [0]

    def test_its_poster_and_subtitles_stay_while_the_new_one_is_encoded(self, monkeypatch):
        """An MKV of odd size has to be encoded: nothing of it is live until the end."""
        film = make_captioned_video()
        give_package(film.video_file)
        path = clips.odd_sized_mkv()
        with open(path, "rb") as stream:
            versions.replace(film.video_file, File(stream, name="odd.mkv"), probe(path), user=None)
        flags = []
        real = services.attach_poster

        def watch(video_file, *args, **kwargs):
            flags.append(VideoFile.objects.get(pk=video_file.pk).plays_earlier_source)
            return real(video_file, *args, **kwargs)

        monkeypatch.setattr(services, "attach_poster", watch)
        assert jobs.run(film.video_file.job.pk) == "ready"
        assert flags == [False]

    def test_the_screen_shows_the_playing_version_apart_from_the_new_file(self):
        film, client = make_captioned_video(), editor_browser()
        give_package(film.video_file)
        VideoFile.objects.filter(pk=film.video_file_id).update(width=640, height=360)
        shorten(film)
        html = " ".join(client.get(version(film)).content.decode().split())
        now = html[html.index("data-playing-now") :]
        now = now[: now.index("</p>")]
        assert "0:30" in now and "640×360" in now and "short.mp4" not in now and "0:01" not in now
        new = html[html.index("The new version</strong>") :]
        assert "short.mp4 · 0:01" in new
        assert "The new version is uploaded. The earlier version plays until the new one is ready." in new
        assert "The new version ends at 0:01." in html
        assert jobs.run(film.video_file.job.pk) == "ready"
        html = client.get(version(film)).content.decode()
        assert "data-playing-now" not in html and "The new version is uploaded" not in html


class TestBeyondTheEnd:
    def test_what_still_fits_is_kept_and_the_rest_is_listed(self):
        film = shorten(make_captioned_video())
        html = editor_browser().get(version(film)).content.decode()
        assert "Chapter “At 20” at 0:20" in html and "Chapter “At 0”" not in html
        assert "“English”: 1 of 2 lines begins after the end" in html
        assert times(film) == [0, 20] and Cue.objects.count() == 2

    def test_nothing_is_listed_where_everything_fits(self):
        assert "Beyond the end" not in editor_browser().get(version(make_captioned_video())).content.decode()

    def test_it_is_removed_where_that_is_chosen_and_the_page_is_published_as_it_was(self):
        film = shorten(make_captioned_video())
        track = TextTrack.objects.get()
        choice = {"chapter_20": "remove", f"track_{track.pk}": "cut"}
        answer = editor_browser().post(version(film, "fit/"), choice, follow=True)
        assert shown_messages(answer) == ["1 chapter is removed. 1 track is changed."]
        assert times(film) == [0], (fresh(film).has_unpublished_changes, fresh(film).live)
        assert [cue.text for cue in track.cues.all()] == ["at 0"]
        assert "Beyond the end" not in answer.content.decode()

    def test_a_draft_s_own_changes_are_not_published_along(self):
        film = shorten(make_captioned_video())
        film.title = "A title in the draft"
        film.save_revision()
        track = TextTrack.objects.get()
        editor_browser().post(version(film, "fit/"), {"chapter_20": "remove", f"track_{track.pk}": "remove"})
        after = fresh(film)
        assert after.title == "Salt flats" and times(film) == [0, 20]
        draft = after.get_latest_revision_as_object()
        assert draft.title == "A title in the draft" and [c.start_seconds for c in draft.chapters.all()] == [0]
        assert not TextTrack.objects.exists()

    def test_keeping_changes_nothing(self):
        film = shorten(make_captioned_video())
        track = TextTrack.objects.get()
        answer = editor_browser().post(
            version(film, "fit/"), {"chapter_20": "keep", f"track_{track.pk}": "keep"}, follow=True
        )
        assert shown_messages(answer) == ["All is kept."] and times(film) == [0, 20] and track.cues.count() == 2

    def test_an_outdated_choice_changes_nothing(self):
        film = shorten(make_captioned_video())
        answer = editor_browser().post(version(film, "fit/"), {"chapter_99": "remove"}, follow=True)
        assert "Nothing was changed." in shown_messages(answer)[0] and times(film) == [0, 20]

    @pytest.mark.parametrize("is_draft", [False, True])
    def test_the_page_can_be_saved_and_previewed_all_the_same(self, is_draft):
        film, client = make_captioned_video(), editor_browser()
        if is_draft:
            film.chapters = [VideoChapter(start_seconds=start, title=f"At {start}") for start in (0, 20)]
            film.save_revision()
        shorten(film)
        draft = fresh(film).get_latest_revision_as_object()
        rows = list(draft.chapters.all())
        fields = {
            "chapters-TOTAL_FORMS": 2,
            "chapters-INITIAL_FORMS": 0 if is_draft else 2,
            "chapters-MIN_NUM_FORMS": 0,
        }
        for number, row in enumerate(rows):
            fields |= {
                f"chapters-{number}-id": row.pk or "",
                f"chapters-{number}-start_seconds": "0:20" if row.start_seconds else "0:00",
                f"chapters-{number}-title": row.title,
                f"chapters-{number}-ORDER": number + 1,
            }
        form = form_of(draft, **{"chapters-MAX_NUM_FORMS": 1000}, **fields)
        assert client.post(screen(film, "edit/preview/"), form).json()["is_valid"]
        assert client.post(screen(film, "edit/"), form | {"action-publish": "yes"}).status_code == 302
        assert times(film) == [0, 20]
        html = client.get(screen(film, "edit/")).content.decode()
        assert "The film ends at 0:01. 1 chapter begins after that, and visitors do not see it." in html
        form["chapters-1-start_seconds"] = "0:21"
        answer = client.post(screen(film, "edit/"), form)
        assert "no chapter can begin at 0:21" in answer.content.decode()
