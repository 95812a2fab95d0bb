"""The Upload video screen: one form that makes a file, a page and a password, or nothing."""

import io
import os

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.images import get_image_model
from wagtail.log_actions import registry
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, PageLogEntry, Revision

from tests import clips, factories
from tests.uploads import forms, wire
from video_pages.ingest import create
from video_pages.models import DiscardedFile, ProcessingJob, VideoFile, VideoPage
from video_pages.transcoding import jobs

pytestmark = pytest.mark.django_db

URL = "/admin/videos/upload/"
RICH_TEXT = (
    '{"blocks": [{"key": "a", "text": "A few words", "type": "unstyled", "depth": 0, '
    '"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'
)


def a_picture(size=(640, 360)):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "PNG")
    return SimpleUploadedFile("cover.png", file.getvalue(), content_type="image/png")


def messages_of(client, response):
    page = client.get(response.url)
    return " ".join(str(message) for message in page.context["messages"])


class TestWhatAnUploadMakes:
    def test_the_file_and_the_published_page(self, editor):
        section = factories.make_section("Films")
        response = forms.upload(editor, section, title="Night train", description=RICH_TEXT)
        assert (response.status_code, response.url) == (302, reverse("videos:index"))
        page = VideoPage.objects.get()
        assert (page.title, page.slug, page.live) == ("Night train", "night-train", True)
        assert page.get_parent().pk == section.pk
        assert "A few words" in page.description
        video_file = page.video_file
        assert (video_file.title, video_file.original_filename) == ("Night train", "film.mp4")
        assert video_file.size_bytes == clips.mp4().stat().st_size == video_file.file.size
        assert (video_file.container, video_file.video_codec, video_file.audio_codec) == ("mp4", "h264", "aac")
        assert (video_file.width, video_file.height) == (320, 180)
        assert video_file.duration == pytest.approx(1, abs=0.1)
        assert video_file.source_version == 1
        assert page.check_password(factories.PASSWORD)
        assert "uploaded and published" in messages_of(editor, response)

    def test_several_stand_in_the_order_of_their_names_whichever_arrives_first(self, editor):
        section = factories.make_section()
        factories.make_video("There already", section=section)
        editor.defaults["HTTP_X_REQUESTED_WITH"] = "XMLHttpRequest"
        last = forms.upload(editor, section, title="Part 10", several="1").json()["page"]
        first = forms.upload(editor, section, title="Part 2", several="1", before=last).json()["page"]
        forms.upload(editor, section, title="Part 1", several="1", before=first)
        in_order = VideoPage.objects.child_of(section).order_by("path")
        assert [page.title for page in in_order] == ["There already", "Part 1", "Part 2", "Part 10"]
        assert factories.browser().get(in_order[1].url).status_code == 200

    @pytest.mark.parametrize("place", ["9" * 30, "x", "0", "-1", "other"])
    def test_a_place_that_is_no_place_of_the_editors_own_is_the_end(self, editor, place):
        section = factories.make_section()
        other = factories.make_video("Another's", section=section)
        forms.upload(editor, section, title="Mine", before=other.pk if place == "other" else place)
        assert [page.title for page in VideoPage.objects.child_of(section).order_by("path")] == ["Another's", "Mine"]

    def test_where_it_is_listed(self, editor):
        forms.upload(editor, factories.make_section(), title="Night train", listed="nowhere")
        page = VideoPage.objects.get()
        assert (page.listed, page.live) == ("nowhere", True)
        assert "Night train" not in factories.browser().get("/").content.decode()

    def test_a_job_that_waits_for_the_worker(self, editor, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks:
            forms.upload(editor, factories.make_section())
        job = ProcessingJob.objects.get()
        assert (job.state, job.source_version) == ("queued", 1)
        assert callbacks, "the queue hears of it only after the commit"

    def test_a_draft_that_nobody_sees(self, editor):
        response = forms.upload(editor, factories.make_section(), publish="no")
        page = VideoPage.objects.get()
        assert not page.live and page.has_unpublished_changes
        assert factories.browser().get(page.url).status_code == 404
        assert "kept as a draft" in messages_of(editor, response)

    def test_a_revision_a_log_and_no_password_in_either(self, editor):
        forms.upload(editor, factories.make_section(), title="Night train")
        page = VideoPage.objects.get()
        assert page.latest_revision is not None and page.live_revision == page.latest_revision
        actions = list(PageLogEntry.objects.filter(page=page.pk).values_list("action", flat=True))
        assert {"wagtail.create", "wagtail.publish", "video_pages.access_changed"} <= set(actions)
        assert registry.get_logs_for_instance(page).first().user.username == "admin"
        stored = str(list(Revision.objects.values_list("content", flat=True)))
        stored += str(list(PageLogEntry.objects.values_list("data", flat=True)))
        assert factories.PASSWORD not in stored and page.password_hash not in stored

    def test_a_page_that_its_password_opens(self, editor):
        forms.upload(editor, factories.make_section())
        page = VideoPage.objects.get()
        visitor = factories.browser()
        assert factories.unlock(visitor, page, "not-it-at-all").status_code == 403
        assert factories.unlock(visitor, page).status_code == 303

    def test_a_password_kept_exactly_as_typed(self, editor):
        forms.upload(editor, factories.make_section(), password="  Sésame ouvre-toi ")
        assert VideoPage.objects.get().check_password("  Sésame ouvre-toi ")
        assert not VideoPage.objects.get().check_password("Sésame ouvre-toi")

    def test_a_page_opened_by_its_sections_password(self, editor):
        response = forms.upload(editor, factories.make_section(password="section-words"), password="")
        assert "Nobody can unlock" not in messages_of(editor, response)
        visitor = factories.browser()
        assert factories.unlock(visitor, VideoPage.objects.get(), "section-words").status_code == 303

    def test_a_page_that_nobody_can_unlock_says_so(self, editor):
        response = forms.upload(editor, factories.make_section(), password="")
        text = messages_of(editor, response)
        assert "Nobody can unlock “A film” yet" in text and "Press “Set a password”." in text
        assert f'href="/admin/access/{VideoPage.objects.get().pk}/"' in text
        assert VideoPage.objects.get().password_hash == ""

    def test_a_thumbnail_drawn_anew(self, editor):
        forms.upload(editor, factories.make_section(), thumbnail=a_picture())
        image = VideoPage.objects.get().thumbnail
        assert (image.width, image.height, image.uploaded_by_user.username) == (640, 360, "admin")
        assert image.title == "Thumbnail"  # images are seen by others than pages are
        assert image.file.name.endswith(".jpg")
        assert wire.arrived() == set()

    def test_a_page_that_goes_live_by_itself_when_it_is_ready(self, editor, django_capture_on_commit_callbacks):
        response = forms.upload(editor, factories.make_section(), publish="ready")
        page = VideoPage.objects.get()
        assert (page.live, page.publish_when_ready) == (False, True)
        assert "It goes live by itself when it is ready to play." in messages_of(editor, response)
        with django_capture_on_commit_callbacks(execute=True):
            jobs.finish(jobs.claim(page.video_file.job.pk), "ready")
        page.refresh_from_db()
        assert (page.live, page.publish_when_ready) == (True, False)

    def test_a_file_that_browsers_cannot_play_says_so(self, editor):
        response = forms.upload(editor, factories.make_section(), name="film.avi", path=clips.avi())
        assert "t play this file as it is" in messages_of(editor, response)
        page = VideoPage.objects.get()
        ProcessingJob.objects.update(state="ready")
        screen = editor.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))).content.decode()
        assert "can&#x27;t be played by browsers" in screen or "can't be played by browsers" in screen

    def test_addresses_that_are_free_and_not_the_sites_own(self, editor):
        section = factories.make_section()
        for title in ("Same", "Same", "???", "電影", "x" * 255, "x" * 255):
            assert forms.upload(editor, section, title=title).status_code == 302
        slugs = set(VideoPage.objects.values_list("slug", flat=True))
        assert {"same", "same-2", "video", "電影", "x" * 240, "x" * 240 + "-2"} == slugs


class TestWhatIsRefused:
    def test_each_error_stands_beside_its_field_and_what_was_typed_stays(self, editor):
        section = factories.make_section()
        response = forms.upload(editor, section, title="  ", password="short", description=RICH_TEXT, publish="perhaps")
        assert forms.errors(response) == {
            "title": ["required"],
            "password": ["too_short"],
            "publish": ["invalid_choice"],
        }
        html = response.content.decode()
        assert "A few words" in html
        assert f'<option value="{section.pk}" selected>' in html
        assert "short" not in str(response.context["form"]["password"])
        assert "Only the files, and the password, have to be given again" in html

    def test_a_picture_that_is_none_is_refused_beside_its_field(self, editor):
        broken = SimpleUploadedFile("cover.png", b"<svg onload=alert(1)>")
        response = forms.upload(editor, factories.make_section(), thumbnail=broken)
        assert forms.errors(response) == {"thumbnail": ["invalid_image"]}
        assert not get_image_model().objects.exists()

    def test_a_section_of_someone_elses_is_no_choice(self):
        mine, others = factories.make_section("Mine"), factories.make_section("Others")
        client = factories.browser(a_writer_in(mine))
        html = client.get(URL).content.decode()
        assert "Mine" in html and "Others" not in html
        assert forms.errors(forms.upload(client, others, publish="no")) == {"section": ["invalid_choice"]}

    def test_a_writer_without_the_right_to_publish_keeps_drafts(self):
        section = factories.make_section()
        client = factories.browser(a_writer_in(section))
        assert forms.errors(forms.upload(client, section)) == {"publish": ["may_not_publish"]}
        assert forms.errors(forms.upload(client, section, publish="ready")) == {"publish": ["may_not_publish"]}
        assert forms.upload(client, section, publish="no").status_code == 302
        page = VideoPage.objects.get()
        assert not page.live and page.owner.username == "writer"
        assert page.check_password(factories.PASSWORD)

    def test_a_get_with_fields_in_the_address_makes_nothing(self, editor):
        factories.make_section()
        assert editor.get(URL, {"title": "x", "password": "y" * 9}).status_code == 200
        assert not VideoPage.objects.exists()

    def test_a_form_without_its_token_makes_nothing(self):
        before = wire.in_library()
        client = factories.browser(factories.make_superuser(), enforce_csrf_checks=True)
        assert forms.upload(client, factories.make_section()).status_code == 403
        assert not VideoFile.objects.exists()
        assert wire.arrived() == set()
        assert wire.in_library() == before

    def test_a_failure_in_the_middle_leaves_nothing(self, editor, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError("the disk of the database is full")

        monkeypatch.setattr(create.VideoPage, "save_revision", fail)
        before = wire.in_library()
        pictures = default_storage.path("original_images")
        with pytest.raises(RuntimeError):
            forms.upload(editor, factories.make_section(), thumbnail=a_picture())
        assert not VideoFile.objects.exists() and not VideoPage.objects.exists()
        assert not ProcessingJob.objects.exists()
        (left,) = wire.in_library() - before
        assert DiscardedFile.objects.get().name == left, "the worker removes it"
        assert not [name for name in os.listdir(pictures) if name.startswith("thumbnail")]


class TestWhoMayUpload:
    def test_a_stranger_is_asked_to_sign_in(self):
        response = factories.browser().get(URL)
        assert response.status_code == 302 and "/login/" in response.url

    @pytest.mark.parametrize("missing", ["media", "pages"])
    def test_an_editor_without_one_of_the_rights_may_not(self, missing):
        section = factories.make_section()
        user = a_writer_in(section)
        group = user.groups.get()
        (group.collection_permissions if missing == "media" else group.page_permissions).all().delete()
        client = factories.browser(user)
        response = client.get(URL)
        assert response.status_code == 302 and response.url == reverse("wagtailadmin_home")
        assert forms.upload(client, section, publish="no").status_code == 302
        assert not VideoFile.objects.exists()
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert URL not in home

    def test_the_dashboard_and_the_menu_lead_there(self, editor):
        factories.make_section()
        home = editor.get(reverse("wagtailadmin_home")).content.decode()
        assert home.count(URL) >= 2

    def test_without_a_section_there_is_nowhere_to_upload_to(self, editor):
        assert "Make a section first" in editor.get(URL).content.decode()
        assert editor.post(URL, {"title": "x"}).status_code == 302
        assert not VideoFile.objects.exists()

    def test_the_picture_is_offered_only_to_those_who_may_add_one(self):
        section = factories.make_section()
        user = a_writer_in(section)
        user.groups.get().collection_permissions.filter(permission__codename="add_image").delete()
        assert 'name="thumbnail"' not in factories.browser(user).get(URL).content.decode()


class TestTheQuestionBeforeTheFileTravels:
    def ask(self, client, section, *, name="film.mp4", size=1000, **changes):
        data = {"check": "1", "video_file_name": name, "video_file_size": size, **forms.fields(section, **changes)}
        return client.post(URL, data, headers={"x-requested-with": "XMLHttpRequest"})

    def test_a_right_form_may_go_on_and_nothing_is_made(self, editor):
        assert self.ask(editor, factories.make_section()).status_code == 204
        assert not VideoPage.objects.exists() and not VideoFile.objects.exists()

    def test_wrong_fields_come_back_before_the_file_is_sent(self, editor):
        response = self.ask(editor, factories.make_section(), title="", password="short")
        assert forms.errors(response) == {"title": ["required"], "password": ["too_short"]}

    @pytest.mark.parametrize(
        ("name", "size", "code"),
        [
            ("film.txt", 1000, "invalid_extension"),
            ("film.mp4", 0, "empty"),
            ("film.mp4", 2**60, "too_large"),
            ("film.mp4", "-5", "empty"),
            ("film.mp4", "9" * 5000, "too_large"),
            ("", "", "invalid_extension"),
        ],
    )
    def test_the_announced_file_is_judged(self, editor, name, size, code):
        response = self.ask(editor, factories.make_section(), name=name, size=size)
        assert forms.errors(response) == {"video_file": [code]}

    def test_a_signed_out_user_gets_403_without_a_redirect(self):
        assert self.ask(factories.browser(), factories.make_section()).status_code == 403

    @pytest.mark.parametrize("password", [factories.PASSWORD, ""])
    def test_an_upload_by_script_gets_the_address_of_the_redirect_and_the_message_to_send(self, editor, password):
        with forms.clip_named() as video_file:
            data = {"video_file": video_file, **forms.fields(factories.make_section()), "password": password}
            response = editor.post(URL, data, headers={"x-requested-with": "XMLHttpRequest"})
        page = VideoPage.objects.get()
        message = f"“{page.title}”\nhttp://testserver{page.url}\nPassword: {password}" if password else ""
        assert response.json() == {"leads_to": reverse("videos:index"), "page": page.pk, "message": message}


def a_writer_in(section, name="writer"):
    """A user who may add pages below `section` and add media and images, but publish nothing."""
    group = Group.objects.create(name=f"Writers of {section.title}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(group=group, page=section, permission_type="add")
    root = Collection.get_first_root_node()
    for app, codename in (("wagtailmedia", "add_media"), ("wagtailimages", "add_image")):
        permission = Permission.objects.get(content_type__app_label=app, codename=codename)
        GroupCollectionPermission.objects.create(group=group, collection=root, permission=permission)
    user = factories.make_user(name)
    user.groups.add(group)
    return user
