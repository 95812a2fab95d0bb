"""A page that came from another section: its earlier revisions give its new editors no file, image or link of there."""

import pytest
from django.contrib.auth import get_user_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests import factories
from tests.wagtail_admin.page_screens import form_of, screen
from tests.wagtail_admin.video_screens import captions, track_form
from video_pages.models import VideoFile, VideoIndexPage, VideoPage
from video_pages.sections.editors import set_section_editors

pytestmark = pytest.mark.django_db

MARK = "Zanzibar"


def save(page, **content):
    """Publish `page` with `content` as a new revision and return that."""
    page = VideoPage.objects.get(pk=page.pk)
    for name, value in content.items():
        setattr(page, name, value)
    revision = page.save_revision()
    revision.publish()
    return revision


@pytest.fixture
def moved():
    """{"page", "old", "other", "client", "users"}: a page with the revision `old`, which shows things of `other`."""
    sections, users = {}, {}
    for word in ("ours", "theirs"):
        section, users[word] = factories.make_section(f"The class that is {word}"), factories.make_user(word)
        set_section_editors(section, people=[users[word]])
        sections[word] = VideoIndexPage.objects.get(pk=section.pk)
    theirs = sections["theirs"].collection
    image = get_image_model().objects.create(title=MARK, file=get_test_image_file(), collection=theirs)
    files = [factories.make_video_file(title=title) for title in (MARK, "A film of our own")]
    VideoFile.objects.update(collection=theirs)
    other = factories.make_video(MARK, section=sections["theirs"], video_file=files[0], thumbnail=image)
    page = factories.make_video("Moved", section=sections["theirs"], video_file=files[0])
    link = f'<p>See <a linktype="page" id="{other.pk}">this</a>.</p>'
    old = save(page, video_file=files[0], thumbnail=image, description=link)
    save(page, video_file=files[1], thumbnail=None, description="<p>New words</p>")
    VideoPage.objects.get(pk=page.pk).move(sections["ours"], pos="last-child")
    return {
        "page": VideoPage.objects.get(pk=page.pk),
        "old": old,
        "other": other,
        "client": factories.browser(get_user_model().objects.get(username="ours")),
        "owner": factories.browser(factories.make_superuser()),
    }


def revision_screen(moved, name):
    return screen(moved["page"], f"revisions/{moved['old'].pk}/{name}/")


def draft_of(moved):
    return VideoPage.objects.get(pk=moved["page"].pk).get_latest_revision_as_object()


def of_old(moved):
    """Return the form with all that the old revision has."""
    old = moved["old"].as_object()
    return form_of(old, thumbnail=old.thumbnail_id)


def assert_nothing_gained(moved):
    client, draft = moved["client"], draft_of(moved)
    assert (draft.video_file.title, draft.thumbnail) == ("A film of our own", None)
    assert "<a " not in draft.description
    assert client.get(moved["other"].video_file.url).status_code == 403
    client.post(captions(moved["page"], "add/"), track_form())
    assert not moved["other"].video_file.text_tracks.exists()


@pytest.mark.parametrize("where", ["edit", "revert", "publish"])
def test_data_of_others_in_an_earlier_revision_is_not_saved_again(moved, where):
    address = screen(moved["page"], "edit/") if where == "edit" else revision_screen(moved, "revert")
    form = of_old(moved) | ({"action-publish": "1"} if where == "publish" else {})
    answer = moved["client"].post(address, form)
    assert answer.status_code == 200
    errors = answer.context["form"].errors.as_data()
    assert {name: [error.code for error in found] for name, found in errors.items()} == {
        "video_file": ["not_yours"],
        "thumbnail": ["not_yours"],
        "description": ["not_yours"],
    }
    assert MARK not in answer.content.decode() and moved["other"].slug not in answer.content.decode()
    assert_nothing_gained(moved)


def test_the_form_of_an_earlier_revision_has_what_the_page_has_now_in_its_place(moved):
    answer = moved["client"].get(revision_screen(moved, "revert"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "that you may not use" in text and "A film of our own" in text
    assert MARK not in text and moved["other"].slug not in text
    shown = answer.context["form"].instance
    assert (shown.video_file.title, shown.thumbnail) == ("A film of our own", None)
    assert "See this." in answer.context["form"]["description"].value()


def test_the_form_can_be_saved_as_it_is_shown(moved):
    client = moved["client"]
    shown = client.get(revision_screen(moved, "revert")).context["form"].instance
    assert client.post(revision_screen(moved, "revert"), form_of(shown)).status_code == 302
    assert "See this." in draft_of(moved).description
    assert_nothing_gained(moved)


@pytest.mark.parametrize("name", ["view", "compare"])
def test_neither_preview_nor_comparison_of_it_shows_data_of_others(moved, name):
    old = moved["old"].pk
    address = revision_screen(moved, "view")
    if name == "compare":
        address = screen(moved["page"], f"revisions/compare/{old}...latest/")
    answer = moved["client"].get(address)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert MARK not in text and moved["other"].slug not in text
    assert f"/video-files/{moved['other'].video_file.pk}/" not in text
    assert "Moved" in text


def test_the_admin_api_does_not_return_to_it(moved):
    address = f"/admin/api/main/pages/{moved['page'].pk}/action/revert_to_page_revision/"
    answer = moved["client"].post(address, {"revision_id": moved["old"].pk})
    assert answer.status_code == 403
    assert_nothing_gained(moved)


def test_a_user_who_may_use_all_of_it_restores_it(moved):
    """A site owner, on the screen and through the API."""
    owner = moved["owner"]
    answer = owner.get(revision_screen(moved, "revert"))
    assert "that you may not use" not in answer.content.decode()
    assert answer.context["form"].instance.video_file == moved["other"].video_file
    assert owner.post(revision_screen(moved, "revert"), of_old(moved)).status_code == 302
    assert draft_of(moved).thumbnail == moved["other"].thumbnail
    save(moved["page"], video_file=None)
    address = f"/admin/api/main/pages/{moved['page'].pk}/action/revert_to_page_revision/"
    assert owner.post(address, {"revision_id": moved["old"].pk}).status_code == 200
    assert draft_of(moved).video_file == moved["other"].video_file


def test_a_link_to_a_page_that_was_deleted_since_prevents_no_return(moved):
    text = '<p>See <a linktype="page" id="987654">that</a>.</p>'
    page, client = moved["page"], moved["client"]
    old = save(page, description=text)
    save(page, description="")
    address = f"/admin/api/main/pages/{page.pk}/action/revert_to_page_revision/"
    assert client.post(address, {"revision_id": old.pk}).status_code == 200
    save(page, description="")
    answer = client.get(screen(page, f"revisions/{old.pk}/revert/"))
    assert "that you may not use" not in answer.content.decode()
    assert client.post(screen(page, f"revisions/{old.pk}/revert/"), form_of(answer.context["form"].instance)).url


def test_data_of_others_in_the_present_draft_may_be_saved_again(moved):
    """A user who may use the content put it there, so it is the page's own."""
    page, other = moved["page"], moved["other"]
    link = f'<p>See <a linktype="page" id="{other.pk}">this</a>.</p>'
    save(page, video_file=other.video_file, thumbnail=other.thumbnail, description=link)
    answer = moved["client"].post(screen(page, "edit/"), of_old(moved) | {"title": "Renamed"})
    assert answer.status_code == 302
    assert (draft_of(moved).title, draft_of(moved).thumbnail) == ("Renamed", other.thumbnail)
