"""The listing of a page: a kept column, and one rule on the whole path."""

import random

import pytest
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction

from tests.factories import (
    PASSWORD,
    browser,
    make_section,
    make_video,
    make_video_file,
    unlock,
)
from tests.lists import LISTS, shown
from video_pages.access import passwords
from video_pages.access.browser import Browser
from video_pages.access.grant import grant
from video_pages.access.guard import guard_of
from video_pages.access.listed import viewer_with
from video_pages.access.listings import listing_of
from video_pages.access.models import Listed
from video_pages.access.set_listed import set_listed
from video_pages.access.visitor import Visitor
from video_pages.models import VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db
EVERYWHERE, UNLOCKED, NOWHERE = Listed.EVERYWHERE, Listed.UNLOCKED, Listed.NOWHERE


def titles(model, viewer, **options):
    return set(model.objects.listed_to(viewer, **options).values_list("title", flat=True))


class TestKept:
    """Not content: no draft, publish or move changes where a page is listed, and no copy tells what it does not."""

    def test_an_old_draft_brings_no_old_choice_back(self, top):
        film = make_video(section=top)
        revision = film.save_revision()
        set_listed(VideoPage.objects.get(pk=film.pk), NOWHERE)
        revision.publish()
        film.save()
        assert VideoPage.objects.get(pk=film.pk).listed == NOWHERE

    def test_a_copy_is_listed_no_more_widely_than_its_original(self, top):
        section = make_section("Acme", parent=top)
        set_listed(section, NOWHERE)
        set_listed(make_video(section=section), UNLOCKED)
        copy = section.copy(recursive=True, update_attrs={"slug": "copied", "title": "Copied"})
        assert VideoIndexPage.objects.get(pk=copy.pk).listed == NOWHERE
        assert VideoPage.objects.child_of(copy).get().listed == UNLOCKED

    def test_an_alias_has_its_sources_choice_now_and_later(self, top):
        film = make_video("Acme film", section=make_section())
        set_listed(film, NOWHERE)
        alias = film.create_alias(parent=top, update_slug="alias")
        second = alias.create_alias(parent=top, update_slug="alias-of-alias")
        assert "Acme film" not in shown(browser(), *LISTS)
        set_listed(film, EVERYWHERE)
        assert browser().get("/videos/").content.decode().count('class="video-card"') == 2
        set_listed(second, UNLOCKED)
        assert set(VideoPage.objects.values_list("listed", flat=True)) == {UNLOCKED}
        client = browser()
        assert "Acme film" not in shown(client, *LISTS)
        unlock(client, film)
        assert "Acme film" in shown(client, "/videos/")

    def test_an_alias_made_into_a_page_of_its_own_stays_unlisted(self, top):
        film = make_video(section=make_section())
        set_listed(film, NOWHERE)
        alias = film.create_alias(parent=top, update_slug="alias")
        ConvertAliasPageAction(alias).execute()
        assert VideoPage.objects.get(pk=alias.pk).listed == NOWHERE


class TestRule:
    """The querysets against the rule, written once more in the plainest way, on trees of every shape."""

    def nodes(self, page):
        return [*VideoIndexPage.objects.ancestor_of(page), page]

    def holds(self, page, keys):
        guard = guard_of(page)
        return guard is not None and guard.key in keys

    def may_be_named(self, page, keys):
        nodes = self.nodes(page)
        if any(not node.live or node.listed == NOWHERE for node in nodes):
            return False
        return all(
            node.listed == EVERYWHERE or any(self.holds(below, keys) for below in nodes[place:])
            for place, node in enumerate(nodes)
        )

    def strictest(self, page):
        ranks = [EVERYWHERE, UNLOCKED, NOWHERE]
        above = self.nodes(page)[:-1]
        choices = [page.listed, *(node.listed if node.live else NOWHERE for node in above)]
        return max(choices, key=ranks.index)

    @pytest.mark.parametrize("seed", [3, 5])  # of the first eight those that notice the most faults
    def test_they_agree_on_random_trees(self, seed):
        chance = random.Random(seed)  # noqa: S311 - trees, not secrets
        file = make_video_file()
        sections, videos = [make_section()], []
        for _ in range(14):
            below = chance.choice(sections)
            sections.append(make_section(parent=VideoIndexPage.objects.get(pk=below.pk), live=chance.random() < 0.9))
        for _ in range(20):
            below = VideoIndexPage.objects.get(pk=chance.choice(sections).pk)
            videos.append(make_video(section=below, password=None, video_file=file, live=chance.random() < 0.9))
        guards = []
        for page in [*sections, *videos]:
            set_listed(page, chance.choice([EVERYWHERE, EVERYWHERE, EVERYWHERE, UNLOCKED, UNLOCKED, NOWHERE]))
            if chance.random() < 0.3:
                passwords.set_password(page, PASSWORD)
                guards.append(page)
        held = chance.sample(guards, len(guards) // 2)
        end = timezone.now() + timezone.timedelta(hours=1)
        for page in held:
            grant(guard_of(page), Visitor(Browser(("key",))), expires_at=end)
        for keys in ((), ("key",)):
            viewer = viewer_with(keys)
            open_guards = {guard_of(page).key for page in held} if keys else set()
            for model in (VideoPage, VideoIndexPage):
                expected = {page.title for page in model.objects.all() if self.may_be_named(page, open_guards)}
                assert titles(model, viewer) == expected, (model, keys)
        for listed in Listed:
            expected = {page.title for page in VideoPage.objects.all() if self.strictest(page) == listed}
            found = VideoPage.objects.with_listing(listed, viewer_with())
            assert set(found.values_list("title", flat=True)) == expected
        assert {page.pk: listing_of(page).listed for page in VideoPage.objects.all()} == {
            page.pk: self.strictest(page) for page in VideoPage.objects.all()
        }
