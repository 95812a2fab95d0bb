"""wagtailmedia's own screens with protected files: all of them work, offer video only, and print no public address."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Collection

from tests import clips, factories
from tests.uploads import forms
from tests.wagtail_admin.page_screens import give_media_rights, make_editor_of
from video_pages.access import passwords
from video_pages.library.removal import remove_discarded
from video_pages.library.storage import GRACE
from video_pages.models import DiscardedFile, ProcessingJob, VideoFile, VideoPage
from video_pages.transcoding import jobs

pytestmark = pytest.mark.django_db


def html_of(response):
    """The page, or the fragment that a chooser's answer holds."""
    assert response.status_code == 200
    is_json = response.headers["Content-Type"].startswith("application/json")
    return response.json()["html"] if is_json else response.content.decode()


def addresses(html):
    return set(re.findall(r"""(?:src|href|action|data-chooser-url)=["']([^"'#]+)""", html))


def send(client, url, **fields):
    with forms.clip_named() as upload:
        return client.post(url, {"title": "A title", "file": upload, "tags": "", **fields})


ADD = "/admin/media/video/add/"


class TestEveryScreen:
    def screens(self):
        video = factories.make_video(video_file=factories.make_video_file(clips.mp4(), title="A film"))
        pk = video.video_file_id
        return video, [
            reverse("wagtailmedia:index"),
            reverse("wagtailmedia:index") + "?q=film",
            reverse("wagtailmedia:edit", args=(pk,)),
            reverse("wagtailmedia:delete", args=(pk,)),
            reverse("wagtailmedia:media_usage", args=(pk,)),
            reverse("wagtailmedia:add", args=("video",)),
            reverse("wagtailmedia:chooser_typed", args=("video",)),
            reverse("wagtailmedia:chooser_typed", args=("video",)) + "?q=film",
            reverse("wagtailadmin_pages:edit", args=(video.pk,)),
            reverse("wagtailadmin_explore", args=(video.get_parent().pk,)),
            reverse("wagtailadmin_home"),
        ]

    def test_none_prints_an_address_of_a_file_outside_the_admin(self, editor):
        video, screens = self.screens()
        name = video.video_file.file.name
        for screen in screens:
            html = html_of(editor.get(screen))
            assert name not in html and video.video_file.uuid.hex not in html
            assert "media/protected" not in html
            found = {a for a in addresses(html) if a.startswith(("/media/", "/stream/")) or ".mp4" in a}
            assert found == set(), (screen, found)

    def test_none_offers_sound(self, editor):
        _video, screens = self.screens()
        for screen in screens:
            html = html_of(editor.get(screen))
            found = {a for a in addresses(html) if "/audio/" in a or "/media/add" in a}
            assert found == set(), (screen, found)
            assert "audio" not in re.sub(r"<(script|svg|symbol).*?</\1>", "", html, flags=re.S).lower(), screen

    def test_the_addresses_for_sound_lead_nowhere(self, editor):
        for address in (
            "/admin/media/audio/add/",
            "/admin/media/media/add/",
            "/admin/media/chooser/audio/",
            "/admin/media/xchooser/audio/",
            "/admin/media/audio/chooser/upload/",
        ):
            assert editor.get(address).status_code == 404, address
            assert send(editor, address).status_code == 404, address
        assert not VideoFile.objects.exists()

    def test_the_chooser_without_a_kind_is_the_one_for_video(self, editor):
        response = editor.get("/admin/media/chooser/?q=x")
        assert response.status_code == 302
        assert response.url == "/admin/media/chooser/video/?q=x"

    def test_the_film_plays_on_the_edit_screen_and_in_the_chooser(self, editor):
        video, _screens = self.screens()
        url = video.video_file.url
        assert url.startswith("/admin/")
        for screen in (
            reverse("wagtailmedia:edit", args=(video.video_file_id,)),
            reverse("wagtailmedia:chooser_typed", args=("video",)),
        ):
            assert re.search(rf'<video[^>]*src="{url}"', html_of(editor.get(screen))), screen

    def test_a_list_of_nothing_offers_video(self, editor):
        html = html_of(editor.get(reverse("wagtailmedia:index")))
        assert "There are no video files here yet" in html and ADD in html


class TestAdding:
    def test_the_files_facts_are_kept_and_it_is_processed(self, editor):
        assert send(editor, ADD).url == reverse("wagtailmedia:index")
        video_file = VideoFile.objects.get()
        assert (video_file.title, video_file.original_filename) == ("A title", "film.mp4")
        assert (video_file.width, video_file.container) == (320, "mp4")
        assert video_file.size_bytes == clips.mp4().stat().st_size
        assert video_file.job.state == "queued"
        assert video_file.uploaded_by_user.username == "admin"

    def test_the_chooser_takes_an_upload_and_chooses_it(self, editor):
        with forms.clip_named() as upload:
            response = editor.post(
                reverse("wagtailmedia:chooser_upload", args=("video",)),
                {"media-chooser-upload-title": "Chosen", "media-chooser-upload-file": upload},
            )
        video_file = VideoFile.objects.get()
        assert response.json()["step"] == "media_chosen"
        assert response.json()["result"]["id"] == video_file.pk
        assert video_file.job.state == "queued"

    def test_what_is_no_video_is_refused_in_the_chooser_and_on_the_screen(self, editor):
        text = b"ffconcat version 1.0\nfile 'other.mp4'\n"
        response = editor.post(ADD, {"title": "Typed", "file": SimpleUploadedFile("film.mp4", text), "tags": ""})
        assert forms.errors(response) == {"file": ["playlist"]}
        assert 'value="Typed"' in response.content.decode()
        response = editor.post(
            reverse("wagtailmedia:chooser_upload", args=("video",)),
            {
                "media-chooser-upload-title": "Typed",
                "media-chooser-upload-file": SimpleUploadedFile("film.mp4", text),
            },
        )
        html = html_of(response)
        assert "list that points to other files" in html and 'value="Typed"' in html
        assert "tab-upload-audio" not in html
        assert not VideoFile.objects.exists()

    def test_a_missing_file_is_said_once_beside_its_field(self, editor):
        response = editor.post(ADD, {"title": "Typed", "tags": ""})
        assert forms.errors(response) == {"file": ["required"]}

    def test_an_upload_by_script_gets_the_address_of_the_redirect(self, editor):
        with forms.clip_named() as upload:
            response = editor.post(
                ADD, {"title": "A", "file": upload, "tags": ""}, headers={"x-requested-with": "XMLHttpRequest"}
            )
        assert response.json() == {"leads_to": reverse("wagtailmedia:index")}


class TestReplacing:
    @pytest.fixture
    def video(self):
        return factories.make_video(video_file=factories.make_video_file(clips.mp4(), title="A film"))

    def replace(self, client, video, path, name="new.webm", **fields):
        url = reverse("wagtailmedia:edit", args=(video.video_file_id,))
        with forms.clip_named(name, path) as upload:
            return client.post(url, {"title": "A film", "file": upload, "tags": "", **fields})

    def test_the_row_stays_and_the_version_rises(self, editor, video):
        before = VideoFile.objects.get()
        assert self.replace(editor, video, clips.webm()).status_code == 302
        after = VideoFile.objects.get()
        assert (after.pk, after.uuid, after.source_version) == (before.pk, before.uuid, 2)
        assert (after.container, after.video_codec, after.original_filename) == ("webm", "vp9", "new.webm")
        assert after.file.read() == clips.webm().read_bytes()
        assert "/v2/" in after.file.name
        assert after.size_bytes == clips.webm().stat().st_size
        job = ProcessingJob.objects.get()
        assert (job.state, job.source_version) == ("queued", 2)
        assert VideoPage.objects.get().video_file_id == after.pk

    def test_the_old_bytes_stay_until_the_worker_removes_them(self, editor, video, django_capture_on_commit_callbacks):
        storage, old = video.video_file.file.storage, video.video_file.file.name
        with django_capture_on_commit_callbacks(execute=True):
            self.replace(editor, video, clips.webm())
        assert storage.exists(old)
        mark = DiscardedFile.objects.get()
        assert mark.name == old
        assert remove_discarded(now=mark.marked_at + GRACE) == 1
        assert not storage.exists(old)
        assert storage.exists(VideoFile.objects.get().file.name)

    def test_a_refused_file_changes_nothing(self, editor, video):
        storage, name = video.video_file.file.storage, video.video_file.file.name
        response = self.replace(editor, video, clips.audio_only_m4a(), name="new.mp4")
        assert forms.errors(response) == {"file": ["no-video"]}
        video_file = VideoFile.objects.get()
        assert (video_file.file.name, video_file.source_version, video_file.container) == (name, 1, "mp4")
        assert storage.exists(name)
        assert not DiscardedFile.objects.exists()

    def test_a_new_title_leaves_the_file_alone(self, editor, video):
        url = reverse("wagtailmedia:edit", args=(video.video_file_id,))
        assert editor.post(url, {"title": "Another", "tags": "one, two"}).status_code == 302
        video_file = VideoFile.objects.get()
        assert (video_file.title, video_file.source_version) == ("Another", 1)
        assert set(video_file.tags.names()) == {"one", "two"}
        assert ProcessingJob.objects.get().state == "ready"

    def test_a_failure_while_saving_keeps_the_old_file(self, editor, video, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError("no database")

        monkeypatch.setattr(jobs, "submit", fail)
        storage, name = video.video_file.file.storage, video.video_file.file.name
        with pytest.raises(RuntimeError):
            self.replace(editor, video, clips.webm())
        video_file = VideoFile.objects.get()
        assert (video_file.file.name, video_file.source_version) == (name, 1)
        marks = set(DiscardedFile.objects.values_list("name", flat=True))
        assert len(marks) == 2
        remove_discarded(now=DiscardedFile.objects.latest("marked_at").marked_at + GRACE)
        assert storage.exists(name), "a row names it"
        assert not storage.exists(marks.difference({name}).pop())


class TestDeletingAndSharing:
    def test_deleting_a_file_leaves_its_page_and_marks_the_bytes(self, editor, django_capture_on_commit_callbacks):
        video = factories.make_video(video_file=factories.make_video_file(clips.mp4()))
        storage, name = video.video_file.file.storage, video.video_file.file.name
        with django_capture_on_commit_callbacks(execute=True):
            editor.post(reverse("wagtailmedia:delete", args=(video.video_file_id,)))
        assert not VideoFile.objects.exists()
        video.refresh_from_db()
        assert video.video_file is None
        assert storage.exists(name)
        remove_discarded(now=DiscardedFile.objects.get().marked_at + GRACE)
        assert not storage.exists(name)
        visitor = factories.browser()
        factories.unlock(visitor, video)
        assert visitor.get(video.url).status_code == 200
        assert editor.get(reverse("wagtailadmin_pages:edit", args=(video.pk,))).status_code == 200

    def test_deleting_a_page_leaves_its_file(self, editor):
        video = factories.make_video()
        editor.post(reverse("wagtailadmin_pages:delete", args=(video.pk,)))
        assert not VideoPage.objects.exists()
        assert VideoFile.objects.get().file.storage.exists(VideoFile.objects.get().file.name)

    def test_a_file_on_two_pages_names_the_less_protected_one(self, editor):
        video_file = factories.make_video_file(clips.mp4())
        url = reverse("wagtailmedia:edit", args=(video_file.pk,))
        factories.make_video("Own password", video_file=video_file)
        assert "is used on" not in html_of(editor.get(url))
        section = factories.make_section("Public section", password="section-words")
        other = factories.make_video("In a section", section=section, video_file=video_file, password=None)
        html = html_of(editor.get(url))
        assert "This file is used on 2 pages. “In a section” is less protected: the password of the section" in html
        other.set_password("its-own-words")
        VideoPage.objects.filter(title="Own password").update(open_to_everyone=True)
        assert "“Own password” is less protected: it is open to everyone" in html_of(editor.get(url))

    def test_pages_that_the_reader_does_not_see_are_counted_and_not_named(self):
        video_file = factories.make_video_file(clips.mp4())
        visible = factories.make_video("Seen", video_file=video_file)
        hidden = factories.make_video("Hidden", video_file=video_file)
        hidden.set_password("its-own-words")
        passwords.set_open(hidden, True)
        user = make_editor_of(visible.get_parent(), "change")
        give_media_rights(user, "change_media")
        client = factories.browser(user)
        url = reverse("wagtailmedia:edit", args=(video_file.pk,))
        html = unescape(html_of(client.get(url)))
        assert "This file is used on 2 pages; you can't see 1 of them." in html
        assert "One that you can't see is less protected: it is open to everyone" in html
        assert "Hidden" not in html
        passwords.set_open(hidden, False)
        passwords.set_open(visible, True)
        html = unescape(html_of(client.get(url)))
        assert "“Seen” is less protected" in html and "Hidden" not in html

    def test_a_file_that_browsers_cannot_play_says_so_on_its_screen(self, editor):
        video_file = factories.make_video_file(clips.avi(), container="avi", video_codec="mpeg4", audio_codec="mp3")
        html = html_of(editor.get(reverse("wagtailmedia:edit", args=(video_file.pk,))))
        assert "be played by browsers as it is" in html

    def test_a_file_whose_bytes_are_gone_still_has_a_screen(self, editor):
        video_file = factories.make_video_file(clips.mp4())
        video_file.file.storage.remove_now(video_file.file.name)
        video_file.file.storage.remove_now(video_file.playable_name)
        assert editor.get(reverse("wagtailmedia:edit", args=(video_file.pk,))).status_code == 200
        assert editor.get(video_file.url).status_code == 404


class TestCollections:
    def test_who_may_only_change_files_chooses_and_uploads_none(self):
        factories.make_video_file(clips.mp4(), title="There already")
        user = factories.make_user("edith", "Editors")
        user.groups.get().collection_permissions.filter(permission__codename="add_media").delete()
        html = html_of(factories.browser(user).get(reverse("wagtailmedia:chooser_typed", args=("video",))))
        assert "There already" in html
        assert 'type="file"' not in html

    def test_an_editor_sees_only_the_files_of_their_collections(self):
        root = Collection.get_first_root_node()
        secret = root.add_child(name="Secret")
        video_file = factories.make_video_file(clips.mp4(), title="Not for Edith")
        VideoFile.objects.filter(pk=video_file.pk).update(collection=secret)
        editors = factories.make_user("edith", "Editors")
        group = editors.groups.get()
        group.collection_permissions.all().delete()
        client = factories.browser(editors)
        for screen in (
            reverse("wagtailmedia:index"),
            reverse("wagtailmedia:edit", args=(video_file.pk,)),
            reverse("wagtailmedia:chooser_typed", args=("video",)),
        ):
            response = client.get(screen)
            assert "Not for Edith" not in response.content.decode()

    def test_the_usage_of_a_file_counts_pages_of_the_list_only_if_there_are_several(self, editor):
        video = factories.make_video("Shown here")
        address = reverse("wagtailmedia:media_usage", args=(video.video_file_id,))
        html = html_of(editor.get(address))
        assert "Shown here" in html and "Page 1 of" not in html
        for number in range(20):
            factories.make_video(f"Shown there as well {number}", video_file=video.video_file)
        assert "Page 1 of 2" in html_of(editor.get(address))

    def test_the_usage_of_a_file_is_shown_only_to_those_who_may_use_it(self):
        video = factories.make_video(video_file=factories.make_video_file(title="Not for Edith"))
        own = Collection.get_first_root_node().add_child(name="Own")
        user = make_editor_of(factories.make_section(), "add")
        give_media_rights(user, "add_media", "change_media", collection=own)
        url = reverse("wagtailmedia:media_usage", args=(video.video_file_id,))
        response = factories.browser(user).get(url)
        assert response.status_code == 302
        assert "Not for Edith" not in response.content.decode()
        VideoFile.objects.update(collection=own)
        assert "Not for Edith" in html_of(factories.browser(user).get(url))
