"""Many uploads at once end in one message, with one action where nobody can unlock them; a warning is never green."""

import pytest

from tests import factories
from tests.wagtail_admin.page_screens import make_editor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker():
    return factories.make_superuser()


def made(user, *videos):
    """The messages that the summing-up of `videos` leaves, as (level, text)."""
    client = factories.browser(user)
    answer = client.get("/admin/videos/upload/made/", {"page": [video.pk for video in videos]}, follow=True)
    assert answer.redirect_chain == [("/admin/videos/", 302)]
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


def test_videos_that_open_are_one_message(maker):
    section = factories.make_section(password=factories.PASSWORD)
    videos = [factories.make_video(section=section, password=None, owner=maker) for _number in range(3)]
    videos.append(factories.make_video(section=section, password=None, owner=maker, live=False))
    [(level, text)] = made(maker, *videos)
    assert level == "success" and "4 videos are uploaded: 3 published, 1 kept as a draft." in text


def test_videos_that_nobody_can_unlock_are_one_warning_with_one_way_to_set_a_password(maker):
    videos = [factories.make_video(password=None, owner=maker) for _number in range(60)]
    [(level, text)] = made(maker, *videos)
    assert level == "warning"
    assert "60 videos are uploaded and published." in text
    assert "Nobody can unlock them yet. Press “Set a password”." in text
    assert text.count("<a ") == 1 and f"id={videos[0].pk}&amp;" in text
    address = text.split('href="')[1].split('"')[0].replace("&amp;", "&")
    screen = factories.browser(maker).get(address)
    assert screen.status_code == 200 and "60" in screen.content.decode()


def test_some_that_nobody_can_unlock_are_counted(maker):
    videos = [factories.make_video(password=None, owner=maker), factories.make_video(owner=maker)]
    [(level, text)] = made(maker, *videos)
    assert level == "warning" and "Nobody can unlock 1 of them yet. Press “Set a password”." in text


def test_another_person_s_videos_and_invented_ids_are_not_summed_up(maker):
    video = factories.make_video("The secret film")
    assert made(maker, video) == []
    client = factories.browser(maker)
    assert client.get("/admin/videos/upload/made/", {"page": ["9" * 400, "x", "-1"]}).status_code == 302


def test_who_may_not_upload_is_refused():
    section = factories.make_section()
    client = factories.browser(make_editor_of(section, "change"))
    assert client.get("/admin/videos/upload/made/").url == "/admin/"


def test_the_number_of_queries_does_not_grow(maker, django_assert_max_num_queries):
    section = factories.make_section(password=factories.PASSWORD)
    videos = [factories.make_video(section=section, password=None, owner=maker) for _number in range(20)]
    client = factories.browser(maker)
    client.get("/admin/videos/upload/made/", {"page": [videos[0].pk]})
    with django_assert_max_num_queries(20):
        client.get("/admin/videos/upload/made/", {"page": [video.pk for video in videos]})
