"""The dialog "New section" of the upload screen: what it makes, and whom it refuses."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import browser, get_home, make_section, make_superuser, make_user
from tests.wagtail_admin.page_screens import give_media_rights, make_editor_of
from video_pages.models import VideoIndexPage

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/videos/upload/section/"
NEW = "a-new-password"
JSON = {"x-requested-with": "XMLHttpRequest", "accept": "application/json"}


def post(client, place, **data):
    data = {"title": "Acme", "parent": place.pk, **data}
    return client.post(ADDRESS, {f"new-section-{name}": value for name, value in data.items()}, headers=JSON)


def made():
    return VideoIndexPage.objects.filter(title="Acme")


@pytest.fixture
def section():
    return make_section("Clients")


def test_makes_a_section_with_its_password_and_answers_with_the_choices(editor, section):
    answer = post(editor, section, password=NEW)
    page = made().get()
    assert answer.status_code == 200
    assert answer.json()["id"] == page.pk
    assert answer.json()["message"] == "The section “Acme” is made and chosen."
    assert [choice[1].strip() for choice in answer.json()["choices"]] == ["---------", "Clients", "Acme"]
    assert page.live and page.check_password(NEW) and page.get_parent().pk == section.pk
    assert editor.get(page.url).status_code == 200 and NEW not in answer.text


def test_makes_a_programme_if_that_is_ticked(editor, section):
    post(editor, section)
    assert not made().get().is_programme
    assert post(editor, section, is_programme="on").status_code == 200
    assert [page.is_programme for page in made().order_by("pk")] == [False, True]
    assert "This section is a programme" in editor.get(reverse("upload_video")).text


def test_the_screen_offers_it_with_the_pages_below_which_it_can_be(editor, section):
    shown = editor.get(reverse("upload_video")).text
    assert "data-new-section-button" in shown
    for parent in (get_home(), section):
        assert f'<option value="{parent.pk}"' in shown
        assert post(editor, parent).status_code == 200
    assert [page.slug for page in made()] == ["acme", "acme"]
    assert post(editor, section).status_code == 200
    assert made().filter(slug="acme-2").exists()


def test_an_editor_who_may_not_publish_makes_a_draft_and_may_upload_there(section):
    user = make_editor_of(section, "add")
    give_media_rights(user, "add_media")
    client = browser(user)
    answer = post(client, section, password=NEW)
    page = made().get()
    assert answer.json()["message"] == "The section “Acme” is made as a draft, and chosen."
    assert not page.live and page.owner == user and page.check_password(NEW)
    assert str(page.pk) in dict(answer.json()["choices"])


def test_other_peoples_sections_are_no_places(section):
    mine = make_section("Mine")
    user = make_editor_of(mine, "add", "change", "publish")
    give_media_rights(user, "add_media")
    client = browser(user)
    for place in (section, get_home()):
        assert post(client, place).json()["errors"]["parent"]
        assert f'<option value="{place.pk}"' not in client.get(reverse("upload_video")).text
    assert not made().exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "nul\0"}, "title"),
        ({"password": "short"}, "password"),
        ({"parent": 0}, "parent"),
        ({"parent": "x"}, "parent"),
    ],
)
def test_what_is_wrong_is_named_at_its_field_and_nothing_is_made(editor, section, data, field):
    before = VideoIndexPage.objects.count()
    answer = post(editor, section, **data)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert VideoIndexPage.objects.count() == before


def test_titles_in_any_script_and_without_letters(editor, section):
    for title in ("Größe 映画", "🎬", "x" * 255):
        assert post(editor, section, title=title).status_code == 200
    slugs = VideoIndexPage.objects.child_of(section).values_list("slug", flat=True)
    assert set(slugs) == {"größe-映画", "section", "x" * 240}


def test_those_who_may_not_upload_are_refused(section):
    assert post(browser(), section).status_code in (302, 401, 403)
    for user in (make_user("nobody"), make_editor_of(section, "add", "change")):
        assert post(browser(user), section).status_code in (302, 403)
    assert not made().exists()


def test_an_address_that_is_opened_or_posted_from_elsewhere_makes_nothing(editor, section):
    assert editor.get(ADDRESS).status_code == 405
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_superuser("other"))
    assert post(client, section).status_code == 403
    assert not made().exists()
