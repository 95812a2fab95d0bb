"""The links to the list in which a section's videos are dragged into order, and the text of that list."""

import pytest

from tests.factories import browser, get_home, make_section, make_superuser, make_user, make_video
from video_pages.models import VideoIndexPage
from video_pages.pages.querysets import Order

pytestmark = pytest.mark.django_db

WORDS = "Arrange the videos"


@pytest.fixture
def section():
    section = make_section("Lessons")
    make_video("One", section=section)
    return section


def list_address(section):
    return f"/admin/pages/{section.pk}/?ordering=ord"


def html(client, address):
    return client.get(address).content.decode()


def test_form_header_and_menu_of_a_section_lead_to_it(section):
    client = browser(make_superuser())
    for address in (
        f"/admin/pages/{section.pk}/edit/",
        f"/admin/pages/{section.pk}/",
        f"/admin/pages/{section.get_parent().pk}/",
    ):
        answer = html(client, address)
        assert WORDS in answer and f'href="{list_address(section)}"' in answer, address
        # Of the entries that the page has, the home page's own is called as Wagtail does.
        assert answer.count("Sort menu order") == (address == f"/admin/pages/{section.get_parent().pk}/")


def test_users_without_the_permission_see_no_link(section):
    """A user who may not publish may not arrange: Wagtail's group “Editors” submits for moderation."""
    client = browser(make_user("ed", "Editors"))
    for address in (f"/admin/pages/{section.pk}/edit/", f"/admin/pages/{section.pk}/"):
        assert client.get(address).status_code == 200
        assert WORDS not in html(client, address)


def test_a_new_section_and_a_video_have_no_such_way(section):
    client = browser(make_superuser())
    video = section.get_children().get()
    for address in (
        f"/admin/pages/add/video_pages/videoindexpage/{get_home().pk}/",
        f"/admin/pages/{video.pk}/edit/",
    ):
        assert WORDS not in html(client, address)


def test_the_list_says_how_and_when_it_has_no_effect(section):
    client = browser(make_superuser())
    assert "Drag each video to its place" in html(client, list_address(section))
    VideoIndexPage.objects.filter(pk=section.pk).update(order=Order.NEWEST)
    answer = html(client, list_address(section))
    assert "Drag each video" not in answer and "“Newest first”" in answer
    assert "Newest first" not in html(client, f"/admin/pages/{section.pk}/")
