"""The entries by which lists find videos: after every way in which a page changes they are as if written anew."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from tests.factories import browser, get_home, make_section, make_superuser, make_video
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.models import ListEntry, VideoIndexPage, VideoPage
from video_pages.pages import list_entries
from video_pages.worker import periodic

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return make_section("Lessons")


@pytest.fixture
def videos(section):
    return [make_video(f"Film {number}", section=section, password=None) for number in range(3)]


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def publish(page):
    page.save_revision().publish()


def rename(page):
    page.title = "Another name"
    publish(page)


def schedule(page):
    page.go_live_at = timezone.now() + dt.timedelta(hours=1)
    page.save_revision().publish()
    revision = page.latest_revision
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - dt.timedelta(minutes=1))
    Page.objects.filter(pk=page.pk).update(go_live_at=timezone.now() - dt.timedelta(minutes=1))
    call_command("publish_scheduled")


def expire(page):
    page.expire_at = timezone.now() - dt.timedelta(minutes=1)
    page.save()
    call_command("publish_scheduled")


def revert(page):
    first = page.save_revision()
    page.title = "Changed"
    publish(page)
    first.as_object().save_revision().publish()


def delete_the_section(page):
    fresh(page.get_parent()).delete()


def move_the_section(page):
    section = VideoIndexPage.objects.parent_of(page).get()
    section.move(make_section("Elsewhere"), pos="last-child")


def hide_the_section(page):
    set_listed(VideoIndexPage.objects.parent_of(page).get(), Listed.NOWHERE)


def arrange_by_dragging(page):
    address = reverse("wagtailadmin_pages:set_page_position", args=(page.pk,))
    assert browser(make_superuser()).post(f"{address}?position=0").status_code == 200


WAYS = {
    "unpublish": lambda page: page.unpublish(),
    "unpublish and publish": lambda page: (page.unpublish(), publish(fresh(page))),
    "rename": rename,
    "save a draft": lambda page: page.save_revision(),
    "schedule": schedule,
    "expire": expire,
    "revert": revert,
    "delete": lambda page: page.delete(),
    "delete by queryset": lambda page: Page.objects.filter(pk=page.pk).delete(),
    "delete its section": delete_the_section,
    "copy": lambda page: page.copy(update_attrs={"slug": "copy", "title": "A copy"}),
    "copy a hidden page": lambda page: (set_listed(page, Listed.NOWHERE), fresh(page).copy(update_attrs={"slug": "b"})),
    "copy its section": lambda page: page.get_parent().specific.copy(recursive=True, update_attrs={"slug": "again"}),
    "alias": lambda page: page.create_alias(update_slug="alias"),
    "alias, then rename": lambda page: (page.create_alias(update_slug="alias"), rename(fresh(page))),
    "alias, then unpublish": lambda page: (page.create_alias(update_slug="alias"), fresh(page).unpublish()),
    "alias, then hide": lambda page: (page.create_alias(update_slug="alias"), set_listed(page, Listed.NOWHERE)),
    "to the front": lambda page: page.move(page.get_siblings().first(), pos="left"),
    "to the end": lambda page: page.move(page.get_parent(), pos="last-child"),
    "to another section": lambda page: page.move(make_section("Other"), pos="last-child"),
    "to another section, first": lambda page: page.move(make_video(section=make_section()), pos="left"),
    "move its section": move_the_section,
    "drag": arrange_by_dragging,
    "list after unlocking": lambda page: set_listed(page, Listed.UNLOCKED),
    "list nowhere": lambda page: set_listed(page, Listed.NOWHERE),
    "list nowhere and everywhere": lambda page: [set_listed(page, way) for way in (Listed.NOWHERE, Listed.EVERYWHERE)],
    "hide its section": hide_the_section,
    "unpublish its section": lambda page: page.get_parent().specific.unpublish(),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_each_way_to_change_a_page_leaves_the_entries_right(section, videos, way):
    assert ListEntry.objects.count() == 3
    way(fresh(videos[1]))
    assert list_entries.refresh_all() == 0


def test_a_draft_and_a_video_listed_nowhere_have_no_entry(section):
    make_video(section=section, live=False)
    set_listed(make_video(section=section), Listed.NOWHERE)
    assert not ListEntry.objects.exists()


def test_the_worker_corrects_what_a_statement_changed(section, videos):
    Page.objects.filter(pk=videos[0].pk).update(title="By hand")
    ListEntry.objects.filter(pk=videos[1].pk).delete()
    VideoPage.objects.filter(pk=videos[2].pk).update(live=False)
    assert list_entries.refresh_all() == 3
    ListEntry.objects.all().delete()
    periodic.refresh_list_entries(timezone.now())
    assert ListEntry.objects.count() == 2 and list_entries.refresh_all() == 0


def test_a_stale_entry_reveals_nothing(section, videos):
    """Lists ask the page, whatever its entry says."""
    hidden, gone = videos[0], videos[1]
    VideoPage.objects.filter(pk=hidden.pk).update(listed=Listed.NOWHERE)
    VideoPage.objects.filter(pk=gone.pk).update(live=False)
    for address in (section.url, "/"):
        text = browser().get(address).content.decode()
        assert "Film 2" in text and "Film 0" not in text and "Film 1" not in text


def test_an_entry_that_is_right_costs_three_short_queries(section, videos, django_assert_num_queries):
    page = fresh(videos[0])
    with django_assert_num_queries(3):  # the page, its section, its entry: nothing differs, nothing is written
        list_entries.refresh(VideoPage.objects.filter(pk=page.pk))


def test_the_entries_of_a_moved_section_need_no_change(section, videos):
    top = make_section("Top", parent=get_home())
    before = list(ListEntry.objects.order_by("pk").values())
    fresh(section).move(top, pos="last-child")
    assert list(ListEntry.objects.order_by("pk").values()) == before
