"""A site without a section: links to the upload screen lead to the form of a section, and from there to the upload."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.html import escape

from tests import factories
from video_pages.models import VideoIndexPage

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/videos/upload/"


def add_url():
    return reverse("wagtailadmin_pages:add", args=("video_pages", "videoindexpage", factories.get_home().pk))


def test_the_upload_screen_asks_for_a_section_and_is_the_form_once_there_is_one(editor):
    answer = editor.get(UPLOAD)
    assert answer.status_code == 200
    assert f'href="{add_url()}?next=%2Fadmin%2Fvideos%2Fupload%2F"' in answer.content.decode()
    assert 'name="video_file"' not in answer.content.decode()
    factories.make_section()
    assert 'name="video_file"' in editor.get(UPLOAD).content.decode()


def test_nothing_can_be_posted_to_it_before(editor):
    assert editor.post(UPLOAD, {"title": "x"}).status_code in (302, 403)
    assert not VideoIndexPage.objects.exists()


def test_the_published_section_leads_back_to_the_upload(editor):
    (href,) = re.findall(r'href="([^"]+videoindexpage[^"]+)"', editor.get(UPLOAD).content.decode())
    form = editor.get(href)
    assert f'name="next" value="{UPLOAD}"' in form.content.decode()
    answer = editor.post(
        href.partition("?")[0],
        {
            "title": "Films",
            "slug": "films",
            "intro": "null",
            "order": "arranged",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            "intervals-TOTAL_FORMS": "0",
            "intervals-INITIAL_FORMS": "0",
            "next": UPLOAD,
            "action-publish": "1",
        },
    )
    assert (answer.status_code, answer.url) == (302, UPLOAD)
    assert VideoIndexPage.objects.get().live


def test_menu_and_dashboard_link_to_the_form_for_users_who_may_add_a_section(editor):
    for client in (editor, factories.browser(factories.make_user("ed", "Video editors"))):
        html = client.get("/admin/").content.decode()
        assert escape(UPLOAD) in html
        assert client.get(UPLOAD).status_code == 200


def test_users_who_may_not_add_a_section_see_no_link(client):
    factories.get_home()
    user = factories.make_user("pat")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    assert UPLOAD not in client.get("/admin/").content.decode()
    assert client.get(UPLOAD).status_code == 302
