"""The numbers of the dashboard, and the settings menu of a site owner."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import GroupPagePermission, Site

from home.models import SiteSettings
from tests.factories import (
    PASSWORD,
    browser,
    get_home,
    make_section,
    make_superuser,
    make_user,
    make_video,
    unlock,
)
from tests.wagtail_admin.access import open_session
from tests.wagtail_admin.dashboard import numbers
from video_pages.analytics.day_bounds import start_of
from video_pages.models import AccessEvent, VideoPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    get_home()
    return browser(make_superuser())


def test_an_empty_site_shows_noughts(owner):
    assert numbers(owner) == {"videos": 0, "views": 0, "sessions": 0, "guesses": 0}


def test_the_numbers_count_videos_views_sessions_and_guesses(owner):
    section = make_section(password=PASSWORD)
    video, other = make_video(section=section), make_video(section=section, password=None, live=False)
    VideoPage.objects.filter(pk=video.pk).update(views=1200)
    VideoPage.objects.filter(pk=other.pk).update(views=34)
    now = timezone.now()
    open_session(video, "a" * 64, now + dt.timedelta(minutes=5))
    open_session(other, "b" * 64, now + dt.timedelta(minutes=5))
    open_session(video, "c" * 64, now - dt.timedelta(minutes=5))
    for _try in range(3):
        unlock(browser(), video, "not the password")
    assert numbers(owner) == {"videos": 2, "views": 1234, "sessions": 2, "guesses": 3}


def test_a_session_from_the_future_is_not_open_now(owner):
    video = make_video()
    row = open_session(video, "a" * 64, timezone.now() + dt.timedelta(hours=3))
    type(row).objects.update(created_at=timezone.now() + dt.timedelta(hours=1))
    assert numbers(owner)["sessions"] == 0


def test_the_right_password_is_no_refused_guess(owner):
    unlock(browser(), make_video())
    assert numbers(owner)["guesses"] == 0
    assert numbers(owner)["sessions"] == 1


def test_yesterday_s_guesses_are_not_counted_today(owner):
    video = make_video()
    midnight = start_of(timezone.localdate())
    for moment in (midnight - dt.timedelta(seconds=1), midnight):
        AccessEvent.objects.create(video=video, kind=AccessEvent.Kind.REFUSED, happened_at=moment)
    assert numbers(owner)["guesses"] == 1


def test_an_alias_adds_no_views_to_the_sum(owner):
    video = make_video()
    video.create_alias(parent=make_section(), update_slug="alias")
    VideoPage.objects.update(views=7)
    assert numbers(owner)["views"] == 7


def test_each_number_leads_to_a_screen_that_shows_what_it_counts(owner):
    make_video()
    html = owner.get("/admin/").content.decode()
    for kind in ("videos", "views", "sessions", "guesses"):
        item = html.split(f'data-figure="{kind}"', 1)[1].split("</li>")[0]
        address = re.search(r'<a href="([^"]+)"', item)[1]
        assert owner.get(address).status_code == 200


def test_an_editor_of_one_section_sees_the_numbers_of_that_section():
    theirs = make_video(section=make_section("Theirs"))
    other = make_video()
    VideoPage.objects.update(views=5)
    for video in (theirs, other):
        unlock(browser(), video, "not the password")
        unlock(browser(), video)
    group = Group.objects.create(name="Of one section")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group, page=theirs.get_parent(), permission=Permission.objects.get(codename="publish_page")
    )
    shown = numbers(browser(make_user("editor", "Of one section")))
    assert shown == {"videos": 1, "views": 5, "sessions": 1, "guesses": 1}


def test_a_user_without_page_permissions_sees_no_numbers():
    make_video()
    user = make_user("nobody")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert numbers(browser(user)) == {}


def test_wagtailmedia_s_own_number_is_replaced(owner):
    make_video()
    summary = owner.get("/admin/").content.decode().split("w-summary__list", 1)[1].split("</ul>")[0]
    assert "/admin/videos/" in summary
    assert "/admin/media/" not in summary


def test_the_settings_menu_of_a_site_owner_has_access_and_site_settings(owner):
    answer = owner.get("/admin/").content.decode()
    for name in ("video_pages/accesssettings", "home/sitesettings"):
        assert f"/admin/settings/{name}/" in answer
        assert owner.get(f"/admin/settings/{name}/", follow=True).status_code == 200


def test_the_length_of_access_set_there_holds_for_the_next_unlock(owner):
    video = make_video()
    address = owner.get("/admin/settings/video_pages/accesssettings/")["Location"]
    owner.post(address, {"access_minutes_length": "20", "access_minutes_unit": "minutes", "locked_cards": "neutral"})
    visitor = browser()
    unlock(visitor, video)
    row = video.access_sessions.get()
    assert row.expires_at - row.created_at == dt.timedelta(minutes=20)


@pytest.mark.parametrize("minutes", ["0", "", "43201", "x"])
def test_an_impossible_length_is_refused_there(owner, minutes):
    make_video()
    address = owner.get("/admin/settings/video_pages/accesssettings/")["Location"]
    answer = owner.post(
        address, {"access_minutes_length": minutes, "access_minutes_unit": "minutes", "locked_cards": "neutral"}
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors["access_minutes"]


def test_login_and_dashboard_have_the_name_that_the_owner_gave_the_site(owner):
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={"name": "Class of 2026"})
    assert "Sign in to Class of 2026" in browser().get("/admin/login/").content.decode()
    assert '<h1 class="w-h1 w-mt-0">Class of 2026</h1>' in re.sub(
        r">\s+|\s+<", lambda found: found[0].strip(), owner.get("/admin/").content.decode()
    )
