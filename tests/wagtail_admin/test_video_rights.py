"""The page editor refuses a video file that its user may not use: the editors of a page may use its file."""

import pytest
from django.urls import reverse
from wagtail.models import Collection

from tests.factories import browser, make_section, make_superuser, make_user, make_video, make_video_file
from tests.wagtail_admin.access import fresh
from tests.wagtail_admin.page_screens import add_screen, form_of, give_media_rights, make_editor_of, screen
from video_pages.models import VideoFile, VideoPage
from video_pages.pages.panels.video_form import FOREIGN_FILE

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}
PUBLISH = {"action-publish": "action-publish"}


@pytest.fixture
def film():
    """A video of others, whose file has a title that nobody else should read."""
    return make_video("Theirs", video_file=make_video_file(title="The secret film"))


@pytest.fixture
def section():
    return make_section("Mine")


def refusal(answer):
    """Return the codes of what the form says of `video_file`."""
    assert answer.status_code == 200
    return [error.code for error in answer.context["form"].errors.as_data()["video_file"]]


def new_page(**fields):
    return VideoPage(title="Mine", slug="mine", **fields)


@pytest.mark.parametrize("rights", [["add"], ["add", "change", "publish"]])
@pytest.mark.parametrize("action", [{}, PUBLISH])
def test_a_new_page_with_another_sections_file_is_refused_and_serves_no_byte(film, section, rights, action):
    client = browser(make_editor_of(section, *rights))
    form = form_of(new_page(video_file=film.video_file))
    answer = client.post(add_screen(section), form | action)
    assert refusal(answer) == ["not_yours"]
    assert str(FOREIGN_FILE) in answer.content.decode()
    assert VideoPage.objects.count() == 1
    assert client.get(film.video_file.url).status_code == 403


def test_the_refusal_does_not_contain_the_file_s_title(film, section):
    client = browser(make_editor_of(section, "add"))
    answer = client.post(add_screen(section), form_of(new_page(video_file=film.video_file)))
    assert answer.status_code == 200
    assert "The secret film" not in answer.content.decode()
    assert "film.mp4" not in answer.content.decode()


def test_autosave_of_a_new_page_refuses_another_sections_file(film, section):
    client = browser(make_editor_of(section, "add"))
    answer = client.post(add_screen(section), form_of(new_page(video_file=film.video_file)), headers=JSON)
    assert answer.json()["success"] is False
    assert VideoPage.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, JSON])
def test_an_editor_cannot_choose_another_sections_file(film, section, headers):
    mine = make_video("Mine", section=section)
    before = mine.video_file_id
    user = make_editor_of(section, "add", "change", "publish")
    client = browser(user)
    for action in ({}, PUBLISH):
        answer = client.post(
            screen(mine, "edit/"), form_of(mine, video_file=film.video_file_id) | action, headers=headers
        )
        assert answer.status_code in (200, 400)
        assert "The secret film" not in answer.content.decode()
        assert fresh(mine).video_file_id == before
        assert not mine.revisions.exists()
    assert client.get(film.video_file.url).status_code == 403


def test_a_preview_refuses_another_sections_file(film, section):
    mine = make_video("Mine", section=section)
    client = browser(make_editor_of(section, "change"))
    for address in (screen(mine, "edit/preview/"), f"{add_screen(section)}preview/"):
        client.post(address, form_of(mine, title="As typed", slug="typed", video_file=film.video_file_id))
        shown = client.get(f"{address}?mode=").content.decode()
        assert film.video_file.url not in shown


def test_an_alias_in_the_editor_s_own_section_gives_no_right_to_the_file(film, section):
    film.create_alias(parent=section, update_slug="alias")
    client = browser(make_editor_of(section, "add", "change", "publish"))
    assert client.get(film.video_file.url).status_code == 403
    answer = client.post(add_screen(section), form_of(new_page(video_file=film.video_file)))
    assert refusal(answer) == ["not_yours"]


def test_a_file_of_another_collection_is_refused_and_an_own_file_accepted(film, section):
    own = Collection.get_first_root_node().add_child(name="Own")
    user = make_editor_of(section, "add")
    give_media_rights(user, "add_media", "change_media", collection=own)
    client = browser(user)
    assert refusal(client.post(add_screen(section), form_of(new_page(video_file=film.video_file)))) == ["not_yours"]
    VideoFile.objects.filter(pk=film.video_file_id).update(collection=own)
    assert client.post(add_screen(section), form_of(new_page(video_file=film.video_file))).status_code == 302


def test_a_user_who_may_change_files_chooses_any_of_them(film, section):
    user = make_editor_of(section, "add")
    give_media_rights(user, "change_media")
    client = browser(user)
    chosen = client.get(reverse("wagtailmedia:media_chosen", args=(film.video_file_id,)))
    assert chosen.json()["result"]["id"] == film.video_file_id
    form = form_of(new_page(video_file_id=chosen.json()["result"]["id"]))
    assert client.post(add_screen(section), form).status_code == 302
    assert VideoPage.objects.get(slug="mine").video_file_id == film.video_file_id


def test_a_user_who_may_only_add_files_chooses_only_their_own_uploads(film, section):
    user = make_editor_of(section, "add")
    give_media_rights(user, "add_media")
    client = browser(user)
    own = make_video_file(user=user)
    assert refusal(client.post(add_screen(section), form_of(new_page(video_file=film.video_file)))) == ["not_yours"]
    assert client.post(add_screen(section), form_of(new_page(video_file=own))).status_code == 302


def test_a_file_of_a_page_that_the_editor_may_edit_is_accepted(film, section):
    user = make_editor_of(section, "add")
    make_editor_of(film.get_parent(), "change")
    answer = browser(user).post(add_screen(section), form_of(new_page(video_file=film.video_file)))
    assert answer.status_code == 302


@pytest.mark.parametrize("headers", [{}, JSON])
def test_a_page_keeps_the_file_that_others_gave_it(film, headers):
    """Saved, autosaved and previewed by an editor without any right to media."""
    client = browser(make_editor_of(film.get_parent(), "change"))
    answer = client.post(screen(film, "edit/"), form_of(film, title="Better title"), headers=headers)
    assert answer.status_code == (200 if headers else 302)
    assert fresh(film).get_latest_revision_as_object().title == "Better title"
    assert client.post(screen(film, "edit/preview/"), form_of(film)).json()["is_valid"]


def test_a_page_keeps_the_file_that_another_editor_chose_in_a_draft(film):
    other = make_video_file()
    publisher = browser(make_superuser())
    assert publisher.post(screen(film, "edit/"), form_of(film, video_file=other.pk)).status_code == 302
    assert fresh(film).video_file_id == film.video_file_id
    client = browser(make_editor_of(film.get_parent(), "change"))
    draft = fresh(film).get_latest_revision_as_object()
    assert client.post(screen(film, "edit/preview/"), form_of(draft)).json()["is_valid"]
    assert client.post(screen(film, "edit/"), form_of(draft, title="Draft")).status_code == 302
    draft = fresh(film).get_latest_revision_as_object()
    assert (draft.title, draft.video_file_id) == ("Draft", other.pk)


@pytest.mark.parametrize("may_use", [True, False])
def test_an_editor_who_may_use_its_file_goes_back_to_an_earlier_revision(film, may_use):
    former = film.video_file
    film.save_revision()
    old = film.latest_revision
    VideoPage.objects.filter(pk=film.pk).update(video_file=make_video_file())
    fresh(film).save_revision().publish()
    editor = make_editor_of(film.get_parent(), "change")
    if may_use:
        give_media_rights(editor, "change_media")
    client = browser(editor)
    shown = client.get(screen(film, f"revisions/{old.pk}/revert/"))
    assert (shown.context["form"].instance.video_file == former) is may_use
    form = form_of(old.as_object(), title="Back", revision=old.pk)
    answer = client.post(screen(film, "edit/"), form)
    if not may_use:
        assert refusal(answer) == ["not_yours"]
        return
    assert answer.status_code == 302
    assert fresh(film).get_latest_revision_as_object().video_file_id == former.pk


def test_a_page_may_lose_its_file(film):
    client = browser(make_editor_of(film.get_parent(), "change"))
    assert client.post(screen(film, "edit/"), form_of(film, video_file="")).status_code == 302
    assert fresh(film).get_latest_revision_as_object().video_file_id is None


@pytest.mark.parametrize("group", ["Editors", "Moderators"])
def test_wagtail_s_own_groups_choose_files_as_before(film, section, group):
    client = browser(make_user("somebody", group))
    answer = client.post(add_screen(section), form_of(new_page(video_file=film.video_file)))
    assert answer.status_code == 302
