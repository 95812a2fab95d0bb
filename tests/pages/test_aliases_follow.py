"""An alias is shown only while its source is: it is scheduled, ended and unpublished with it."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page

from tests.factories import PASSWORD, browser, make_section, unlock
from video_pages.access.listed import viewer_with
from video_pages.models import VideoAccessSession, VideoPage
from video_pages.pages.content_actions import ScheduleAction, SetEndAction, UnscheduleAction

pytestmark = pytest.mark.django_db

SOON = timezone.now() + dt.timedelta(days=3)
LATER = timezone.now() + dt.timedelta(days=9)
AGO = timezone.now() - dt.timedelta(minutes=1)


def read(page):
    return page.specific_class.objects.get(pk=page.pk)


def is_listed(page):
    return page.specific_class.objects.filter(pk=page.pk).listed_to(viewer_with()).exists()


def shows_nothing(page):
    client = browser()
    listed = [path for path in (read(page).get_parent().url, "/", "/sitemap.xml") if page.title in body(client, path)]
    return client.get(page.get_url()).status_code == 404 and not is_listed(page) and not listed


def body(client, path):
    return client.get(path).content.decode()


def schedule(page):
    page = read(page)
    page.go_live_at = SOON
    page.save_revision().publish()


SCHEDULES = [schedule, lambda page: ScheduleAction(read(page), SOON).execute(skip_permission_checks=True)]


@pytest.mark.parametrize("plan", SCHEDULES, ids=["the editor", "the bulk action"])
@pytest.mark.parametrize("was_live", [True, False])
def test_the_aliases_of_a_scheduled_draft_wait_with_it(plan, was_live, film, alias, second):
    read(film).unpublish()
    if not was_live:
        VideoPage.objects.filter(pk=film.pk).update(first_published_at=None)
    plan(film)
    assert not VideoPage.objects.filter(live=True).exists()
    assert read(film).scheduled_revision is not None and read(alias).has_unpublished_changes
    for page in (film, alias, second):
        assert shows_nothing(page), page


def test_they_go_live_with_it_and_stay_drafts_without_its_date(film, alias, second):
    read(film).unpublish()
    schedule(film)
    UnscheduleAction(read(film)).execute(skip_permission_checks=True)
    assert not VideoPage.objects.filter(live=True).exists()
    read(film).save_revision().publish()
    assert VideoPage.objects.filter(live=True).count() == 3
    assert is_listed(alias) and not read(second).has_unpublished_changes


def test_the_alias_of_a_scheduled_section_waits_with_it(elsewhere):
    source = make_section("Coming", intro="<p>On Friday</p>", live=False)
    alias = source.create_alias(parent=elsewhere, update_slug="coming-elsewhere")
    schedule(source)
    assert not read(alias).live and shows_nothing(alias)


@pytest.mark.parametrize("is_past_its_end", [True, False])
def test_lists_and_addresses_show_no_live_alias_whose_source_is_not_current(film, alias, is_past_its_end):
    """Rows that an earlier version of the site has left."""
    inner = make_section("Inner", parent=film.get_parent())
    inner_alias = inner.create_alias(parent=read(alias).get_parent(), update_slug="inner-elsewhere")
    assert is_listed(alias) and is_listed(inner_alias)
    assert browser().get(inner_alias.get_url()).status_code == 200
    sources = Page.objects.filter(pk__in=[film.pk, inner.pk])
    sources.update(**({"expire_at": AGO} if is_past_its_end else {"live": False}))
    assert read(alias).live and read(inner_alias).live
    assert shows_nothing(alias) and shows_nothing(inner_alias)
    assert shows_nothing(film) and shows_nothing(inner)


@pytest.mark.parametrize("before", [None, SOON])
@pytest.mark.parametrize("end", [None, LATER])
def test_a_new_end_is_that_of_the_aliases_too(film, alias, second, before, end):
    VideoPage.objects.update(expire_at=before)
    SetEndAction(read(film), end).execute(skip_permission_checks=True)
    assert {page.expire_at for page in VideoPage.objects.all()} == {end}


def test_a_film_whose_end_is_put_off_stays_live_everywhere_on_the_old_date(film, alias):
    VideoPage.objects.update(expire_at=AGO)
    SetEndAction(read(film), LATER).execute(skip_permission_checks=True)
    call_command("publish_scheduled")
    assert read(film).live and read(alias).live and is_listed(alias)


@pytest.mark.parametrize("kind", ["video", "section"])
def test_the_schedule_ends_access_as_unpublishing_does(kind, film):
    page = film if kind == "video" else make_section(password=PASSWORD)
    client = browser()
    assert unlock(client, page).status_code == 303
    type(page).objects.filter(pk=page.pk).update(expire_at=AGO)
    call_command("publish_scheduled")
    assert read(page).expired and not VideoAccessSession.objects.exists()
    page = read(page)
    page.expire_at = None
    page.save_revision().publish()
    assert read(page).live
    assert b'name="password"' in client.get(page.url).content, "the password is asked for again"


def test_saving_a_plain_page_that_is_a_draft_ends_nothing(film):
    section = make_section(password=PASSWORD, live=False)
    VideoAccessSession.objects.create(section=section, session_key="x", created_at=AGO, expires_at=LATER)
    VideoAccessSession.objects.create(video=film, session_key="x", created_at=AGO, expires_at=LATER)
    for page in (section, film):
        Page.objects.get(pk=page.pk).save()
    assert VideoAccessSession.objects.count() == 2
