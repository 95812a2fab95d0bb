"""A video file's address in the admin: bytes, with ranges, for those who may choose it or edit a page showing it."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission

from tests import clips, factories
from video_pages.models import VideoView

pytestmark = pytest.mark.django_db


@pytest.fixture
def video():
    return factories.make_video(video_file=factories.make_video_file(clips.mp4()))


def body(response):
    return b"".join(response.streaming_content)


def an_editor_of(section):
    """A user who may edit the pages below `section` and has no right to media at all."""
    group = Group.objects.create(name="Page editors")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(group=group, page=section, permission_type="change")
    user = factories.make_user("page-editor")
    user.groups.add(group)
    return user


def test_the_whole_file_and_a_range_of_it(video):
    client = factories.browser(factories.make_superuser())
    whole = clips.mp4().read_bytes()
    response = client.get(video.video_file.url)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "video/mp4")
    assert body(response) == whole
    response = client.get(video.video_file.url, headers={"range": "bytes=100-199"})
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert body(response) == whole[100:200]


def test_no_cache_keeps_it_and_no_other_site_embeds_it(video):
    response = factories.browser(factories.make_superuser()).get(video.video_file.url)
    assert "no-store" in response.headers["Cache-Control"] and "private" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_stranger_gets_no_byte(video):
    response = factories.browser().get(video.video_file.url)
    assert response.status_code == 302 and "/login/" in response.url


def test_a_visitor_with_the_password_gets_no_byte_here(video):
    visitor = factories.browser()
    factories.unlock(visitor, video)
    assert visitor.get(video.video_file.url).status_code == 302


def test_an_editor_without_a_right_to_the_file_or_its_pages_gets_403(video):
    user = an_editor_of(factories.make_section("Elsewhere"))
    assert factories.browser(user).get(video.video_file.url).status_code == 403
    assert factories.browser(user).get("/admin/video-files/999999/source").status_code == 403


def test_who_may_edit_a_page_that_shows_the_file_watches_it(video):
    user = an_editor_of(video.get_parent())
    assert factories.browser(user).get(video.video_file.url).status_code == 200


def test_the_right_goes_with_the_page(video):
    user = an_editor_of(video.get_parent())
    other = factories.make_video_file(clips.webm())
    type(video).objects.filter(pk=video.pk).update(video_file=other)
    assert factories.browser(user).get(video.video_file.url).status_code == 403
    assert factories.browser(user).get(other.url).status_code == 200


def test_who_may_edit_a_page_watches_the_file_of_its_draft(video):
    user = an_editor_of(video.get_parent())
    other = factories.make_video_file(clips.webm())
    assert factories.browser(user).get(other.url).status_code == 403
    video.video_file = other
    video.save_revision()
    assert factories.browser(user).get(other.url).status_code == 200


def test_nothing_is_counted_as_a_view(video):
    response = factories.browser(factories.make_superuser()).get(video.video_file.url)
    body(response)
    video.refresh_from_db()
    assert video.views == 0 and not VideoView.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_read(video, method):
    client = factories.browser(factories.make_superuser())
    assert getattr(client, method)(video.video_file.url).status_code == 405
