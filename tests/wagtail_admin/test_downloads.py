"""The choice about downloads in the access dialog, and what the panel says of it."""

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry, Site

from tests import factories
from video_pages.access.downloads import set_downloads
from video_pages.access.models import Downloads
from video_pages.access.site_settings import AccessSettings
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db


def dialog(page):
    return reverse("video_access", args=(page.pk,))


def choose(client, page, choice):
    return client.post(dialog(page), {"action": "set_downloads", "access-downloads": choice}, follow=True)


@pytest.mark.parametrize("make", [factories.make_video, factories.make_section], ids=["video", "section"])
def test_the_dialog_sets_the_choice_and_the_history_records_it(editor, make):
    page = make(password=None)
    response = choose(editor, page, "allowed")
    assert "Downloads are allowed: whoever may watch may keep a copy." in response.content.decode()
    assert type(page).objects.get(pk=page.pk).downloads == Downloads.ALLOWED
    assert PageLogEntry.objects.filter(page=page.pk, action="video_pages.access_changed").count() == 1
    choose(editor, page, "inherit")
    assert type(page).objects.get(pk=page.pk).downloads == Downloads.INHERIT


def test_another_choice_changes_nothing(editor):
    video = factories.make_video()
    for choice in ("", "always"):
        assert "Choose one of these." in choose(editor, video, choice).content.decode()
    assert VideoPage.objects.get(pk=video.pk).downloads == Downloads.INHERIT


def test_who_may_not_change_access_may_not_change_it():
    video = factories.make_video()
    editor = factories.browser(factories.make_user("eve", "Editors"))
    choose(editor, video, "allowed")
    assert VideoPage.objects.get(pk=video.pk).downloads == Downloads.INHERIT


def test_the_summary_names_the_section_and_the_rule_of_the_site(editor):
    section = factories.make_section("Festival")
    video = factories.make_video(section=section)
    set_downloads(section, Downloads.ALLOWED)
    assert "Downloads are allowed by the section “Festival”" in editor.get(dialog(video)).content.decode()
    AccessSettings.objects.update_or_create(
        site=Site.objects.get(is_default_site=True), defaults={"downloads_off": True}
    )
    assert "off on the whole site: nobody can download" in editor.get(dialog(video)).content.decode()


def test_the_settings_of_the_site_have_the_rule(editor):
    site = Site.objects.get(is_default_site=True)
    address = reverse("wagtailsettings:edit", args=("video_pages", "accesssettings", site.pk))
    fields = {
        "access_minutes_length": "1",
        "access_minutes_unit": "hours",
        "locked_cards": "still",
        "downloads_off": "on",
    }
    assert "No downloads on this site" in editor.get(address).content.decode()
    assert editor.post(address, fields).status_code == 302
    assert AccessSettings.for_site(site).downloads_off
