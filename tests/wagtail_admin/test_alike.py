"""The screen "Make a section like this one": its form, its menu entries, and whom it refuses."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from tests.error_reports import kept_reports
from tests.factories import browser, get_home, make_section, make_superuser, make_user, make_video
from tests.wagtail_admin.page_screens import make_editor_of, text_of
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.sections.alike import SLICE
from video_pages.sections.permissions import may_see_alike
from video_pages.wagtail_admin.sections.alike_form import AlikeForm

pytestmark = pytest.mark.django_db

NEW = "a-new-password"
ENTRY = "Make a section like this one"


def address(section):
    return reverse("section_alike", args=(section.pk,))


def post(client, section, **data):
    return client.post(address(section), {"title": "New client", **data}, follow=True)


@pytest.fixture
def section():
    return make_section("Acme", password="their-password")


def test_makes_a_section_and_shows_its_pages(section, editor):
    make_video("Film", section=section)
    answer = post(editor, section, password=NEW, with_videos="on", may_open="on", publish="on")
    made = VideoIndexPage.objects.get(slug="new-client")
    assert answer.redirect_chain[-1][0] == reverse("wagtailadmin_explore", args=(made.pk,))
    assert "is made, with 1 page below it." in answer.content.decode()
    assert made.live and made.check_password(NEW) and made.numchild == 1


def test_shows_the_section_and_names_the_fault_if_a_page_below_can_not_be_copied(section, editor):
    for number in range(SLICE):
        make_video(f"Film {number}", section=section)
    spoiled = make_video("Spoiled", section=section)
    Page.objects.filter(pk=spoiled.pk).update(slug="not a slug")  # by hand: no form takes it
    answer = post(editor, section, password=NEW, with_videos="on", may_open="on", publish="on")
    shown = answer.content.decode()
    made = VideoIndexPage.objects.get(slug="new-client")
    assert "No section was made" not in shown
    assert "A page could not be copied, nor those after it:" in shown
    assert f"is made, with {made.numchild} pages below it." in shown
    assert made.check_password(NEW) and 0 < made.numchild == made.get_descendants().count() < SLICE + 1


def test_says_what_is_not_copied_and_what_nobody_can_unlock(section, editor):
    make_video("Film", section=section, open_to_everyone=True)
    make_video("Elsewhere").create_alias(parent=section, update_slug="alias")
    shown = text_of(editor.get(address(section)).content.decode())
    assert "There is 1 film." in shown
    assert "1 is open to everyone; its copy is locked until you open it." in shown
    assert "1 alias of a page elsewhere is not copied." in shown
    assert "1 film or section below has a password of its own." in shown
    assert "It has no password yet" in post(editor, section).content.decode()


@pytest.mark.parametrize(
    "place",
    [
        "video_pages.wagtail_admin.sections.alike_form.with_own_password",  # in clean()
        "video_pages.wagtail_admin.sections.alike_form.free_slug",  # in wishes()
        "video_pages.sections.alike.pages_below",
        "video_pages.access.new_passwords.hash_with_salt_of",
        "video_pages.sections.alike.give_password",
    ],
)
def test_an_error_report_leaves_the_typed_password_out(section, place, monkeypatch):
    make_video("Film", section=section)
    client = Client(raise_request_exception=False)
    client.force_login(make_superuser())
    form = AlikeForm.__init__

    def fail(*args, **kwargs):
        raise RuntimeError("the disk is full")

    def init(*args, **kwargs):
        form(*args, **kwargs)
        monkeypatch.setattr(place, fail)

    monkeypatch.setattr(AlikeForm, "__init__", init)
    with kept_reports() as reports:
        assert post(client, section, password=NEW, with_videos="on", may_open="on").status_code == 500
    assert "the disk is full" in reports[0] and NEW not in reports[0]


def test_asks_before_the_new_password_opens_what_has_one_of_its_own(section, editor):
    make_video("Film", section=section)
    answer = post(editor, section, password=NEW, with_videos="on")
    assert "Tick this, or leave out what has a password of its own." in answer.content.decode()
    assert not VideoIndexPage.objects.filter(slug="new-client").exists()
    assert NEW not in answer.content.decode()


def test_asks_for_a_password_that_a_section_above_would_make_up_for(editor):
    section = make_section("Acme", parent=make_section(password="agency-password"), password="their-password")
    make_video("Film", section=section, password=None)
    answer = post(editor, section, with_videos="on")
    assert "Give the new section a password" in answer.content.decode()
    assert not VideoIndexPage.objects.filter(slug="new-client").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 256}, "at most 255 characters"),
        ({"slug": "two words"}, "valid “slug”"),
        ({"slug": "stream"}, "an address of the site"),
        ({"slug": "taken"}, "There is a page"),
        ({"password": "short"}, "Use at least 8 characters."),
        ({"password": "p" * 129}, "Use at most 128 characters."),
    ],
)
def test_names_what_is_wrong_at_its_field(section, editor, data, message):
    VideoIndexPage.objects.filter(pk=make_section().pk).update(slug="taken")
    before = VideoIndexPage.objects.count()
    assert message in post(editor, section, **data).content.decode()
    assert VideoIndexPage.objects.count() == before


def test_takes_titles_in_any_script_and_finds_a_free_slug(section, editor):
    for title, slug in (
        ("Größe 映画", "größe-映画"),
        ("Größe 映画", "größe-映画-2"),
        ("…", "section"),
        ("x" * 255, "x" * 240),
    ):
        post(editor, section, title=title)
        assert VideoIndexPage.objects.get(slug=slug).title == title


def test_refuses_those_who_may_not_and_shows_them_no_entry(section):
    make_video("Film", section=section)
    for user in (make_user("nobody"), make_editor_of(section, "add", "change", "publish")):
        client = browser(user)
        assert client.get(address(section)).status_code in (302, 403)
        post(client, section)
        assert not VideoIndexPage.objects.filter(slug="new-client").exists()
    assert ENTRY not in client.get(reverse("wagtailadmin_explore", args=(section.pk,))).content.decode()
    assert browser().get(address(section)).status_code == 302


def test_an_editor_without_the_right_to_publish_is_offered_a_draft(section):
    client = browser(make_editor_of(get_home(), "add", "change"))
    assert 'name="publish"' not in client.get(address(section)).content.decode()
    post(client, section, publish="on")
    assert not VideoIndexPage.objects.get(slug="new-client").live


def test_films_of_others_are_refused_at_their_field(section):
    user = make_editor_of(get_home(), "add")
    VideoIndexPage.objects.filter(pk=section.pk).update(owner=user)
    make_video("Theirs", section=section, password=None)
    answer = post(browser(user), section, with_videos="on")
    assert "There are films or sections below this one that you may not edit." in answer.content.decode()
    assert VideoPage.objects.count() == 1


def test_a_post_from_another_site_is_refused(section):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_superuser())
    assert post(client, section).status_code == 403
    assert not VideoIndexPage.objects.filter(slug="new-client").exists()


def test_is_in_the_menus_of_a_section_and_costs_no_query_for_each(section, django_assert_num_queries):
    user = make_editor_of(get_home(), "add", "change")
    client = browser(user)
    assert address(section) in client.get(reverse("wagtailadmin_explore", args=(section.get_parent().pk,))).text
    assert ENTRY in client.get(reverse("wagtailadmin_explore", args=(section.pk,))).text
    assert may_see_alike(section, user)
    other = make_section()
    with django_assert_num_queries(0):
        assert may_see_alike(other, user)
