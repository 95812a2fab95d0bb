"""The right to download: the nearest choice on the path, the rule of the site, editors."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import Site

from tests import factories
from video_pages.access.access_rows import Invited
from video_pages.access.decide import Reason, Verdict
from video_pages.access.downloads import download_rule, may_download, set_downloads
from video_pages.access.invitations import create_invitation
from video_pages.access.models import Downloads
from video_pages.access.site_settings import AccessSettings
from video_pages.models import VideoPage

pytestmark = pytest.mark.django_db

WATCHES = Verdict(True, Reason.UNLOCKED)


def rule(page):
    return download_rule(type(page).objects.get(pk=page.pk))


def test_downloads_are_off_until_somebody_allows_them(django_assert_num_queries):
    video = factories.make_video()
    with django_assert_num_queries(1):
        assert not may_download(video, WATCHES, AnonymousUser())


def test_the_nearest_choice_counts():
    outer = factories.make_section("Outer")
    inner = factories.make_section(parent=outer)
    video = factories.make_video(section=inner)
    set_downloads(outer, Downloads.ALLOWED)
    assert rule(video).allows
    assert rule(video).section_title == "Outer"
    set_downloads(inner, Downloads.OFF)
    assert not rule(video).allows
    set_downloads(video, Downloads.ALLOWED)
    assert rule(video).allows
    assert rule(video).section_title == ""
    set_downloads(video, Downloads.INHERIT)
    assert not rule(video).allows


def test_a_refused_verdict_downloads_nothing():
    video = factories.make_video()
    set_downloads(video, Downloads.ALLOWED)
    assert may_download(video, WATCHES, None)
    assert not may_download(video, Verdict(False, Reason.LOCKED), None)


def test_the_rule_of_the_site_is_above_all_choices_but_not_above_editors():
    video = factories.make_video()
    set_downloads(video, Downloads.ALLOWED)
    AccessSettings.objects.create(site=Site.objects.get(is_default_site=True), downloads_off=True)
    assert rule(video).is_off_on_site
    assert not may_download(video, WATCHES, AnonymousUser())
    assert may_download(video, Verdict(True, Reason.EDITOR), None)
    assert may_download(video, WATCHES, factories.make_superuser())


class TestInvitation:
    def verdict(self, video, **limits):
        invitation, _secret = create_invitation(video, kind="link", label="Jury", **limits)
        invited = Invited(invitation.pk, None, None, 0, None, None, None)
        return Verdict(True, Reason.UNLOCKED, timezone.now() + dt.timedelta(hours=1), 1, invited=invited)

    def test_it_allows_downloads_for_those_who_came_by_it(self):
        video = factories.make_video()
        assert may_download(video, self.verdict(video, allows_download=True), None)
        assert not may_download(video, WATCHES, None)

    def test_one_that_does_not_gives_none(self):
        video = factories.make_video()
        assert not may_download(video, self.verdict(video), None)

    def test_a_page_that_says_off_and_the_site_are_above_it(self):
        video = factories.make_video()
        verdict = self.verdict(video, allows_download=True)
        set_downloads(video, Downloads.OFF)
        assert not may_download(video, verdict, None)
        set_downloads(video, Downloads.INHERIT)
        site = Site.objects.get(is_default_site=True)
        AccessSettings.objects.update_or_create(site=site, defaults={"downloads_off": True})
        assert not may_download(video, verdict, None)


def test_a_page_in_the_alias_of_a_section_has_the_choice_of_its_source():
    section = factories.make_section()
    set_downloads(section, Downloads.ALLOWED)
    alias = section.create_alias(update_slug="alias", parent=factories.make_section())
    assert alias.downloads == Downloads.INHERIT
    assert rule(factories.make_video(section=alias)).allows


def test_no_save_of_the_page_changes_the_choice_and_a_copy_begins_without_one():
    video = factories.make_video()
    stale = VideoPage.objects.get(pk=video.pk)
    set_downloads(video, Downloads.ALLOWED)
    stale.save_revision().publish()
    assert rule(video).allows
    copy = video.copy(update_attrs={"slug": "a-copy"})
    assert not rule(copy).allows
