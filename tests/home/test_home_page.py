"""The page at `/`, the frame around every page, and the first migration that makes them."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.test.utils import WagtailPageTestCase

from home.models import HomePage, OrdinaryPage, SiteSettings
from tests import factories
from video_pages.models import VideoIndexPage

first_site = import_module("home.migrations.0002_first_site")


class HomePageTests(WagtailPageTestCase):
    def test_the_home_page_is_at_the_root_and_contains_sections_and_pages_about_the_site(self):
        self.assertAllowedParentPageTypes(HomePage, {Page})
        self.assertAllowedSubpageTypes(HomePage, {VideoIndexPage, OrdinaryPage})

    def test_there_is_one_home_page_at_most(self):
        factories.get_home()
        self.assertFalse(HomePage.can_create_at(Page.objects.get(depth=1)))

    def test_it_shows_its_headline_and_links_to_the_videos(self):
        home = factories.get_home()
        section = factories.make_section("Videos")
        response = self.client.get("/")
        self.assertContains(response, "Shown to the right people, and <em>nobody else.</em>", html=False)
        self.assertContains(response, f'class="button" href="{section.url}"')
        self.assertContains(response, home.intro)

    def test_without_videos_it_says_so(self):
        factories.get_home()
        response = self.client.get("/")
        self.assertContains(response, "There is nothing to watch here yet.")
        self.assertNotContains(response, "Watch videos")

    def test_the_newest_films_come_first(self):
        section = factories.make_section()
        old = factories.make_video("Old film", section=section)
        old.first_published_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        old.save()
        factories.make_video("New film", section=section)
        text = self.client.get("/").content.decode()
        self.assertLess(text.index("New film"), text.index("Old film"))

    def test_drafts_and_restricted_films_are_not_shown(self):
        section = factories.make_section()
        factories.make_video("A draft", section=section, live=False)
        private = factories.make_video("A private film", section=section)
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
        response = self.client.get("/")
        self.assertNotContains(response, "A draft")
        self.assertNotContains(response, "A private film")

    def test_it_is_kept_out_of_shared_caches_because_cards_depend_on_the_browser(self):
        video = factories.make_video()
        response = self.client.get("/")
        self.assertEqual(response.headers["Cache-Control"], "private, no-cache")
        self.assertIn("Cookie", response.headers["Vary"])
        factories.unlock(self.client, video)
        response = self.client.get("/")
        self.assertEqual(response.headers["Cache-Control"], "private, no-store")
        self.assertIn("Cookie", response.headers["Vary"])

    def test_a_visit_sets_no_cookie(self):
        factories.make_video()
        self.assertFalse(self.client.get("/").cookies)

    def test_queries_do_not_grow_with_the_number_of_films(self):
        section = factories.make_section()
        factories.make_video(section=section)
        self.client.get("/")  # warm the site cache
        baseline = self.count_queries("/")
        factories.make_video(section=section)
        factories.make_video(section=factories.make_section(password="a-long-password"))
        self.assertEqual(self.count_queries("/"), baseline)

    def count_queries(self, url):
        with CaptureQueriesContext(connection) as queries:
            self.client.get(url)
        return len(queries)


@pytest.mark.django_db
class TestFrame:
    def test_the_name_at_the_top_is_the_owners_then_the_sites(self, client):
        factories.get_home()
        site = Site.objects.get(is_default_site=True)
        site.site_name = "Film school"
        site.save()
        assert "Film school" in client.get("/").content.decode()
        SiteSettings.objects.update_or_create(site=site, defaults={"name": "Class of 2026"})
        text = client.get("/").content.decode()
        assert "Class of 2026" in text
        assert "Film school" not in text

    def test_the_line_at_the_bottom_can_be_changed_and_left_out(self, client):
        factories.get_home()
        settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
        assert "Please ask them for yours." in client.get("/").content.decode()
        settings.footer = ""
        settings.save()
        assert "site-foot" not in client.get("/").content.decode()

    def test_the_navigation_names_first_level_sections_and_marks_the_current_one(self, client):
        section = factories.make_section("Lectures", show_in_menus=True)
        factories.make_section("Quiet", show_in_menus=False)
        factories.make_section("Below", parent=section, show_in_menus=True)
        video = factories.make_video(section=section)
        navigation = '<a class="site-head__link" href="{}"{}>Lectures</a>'
        at_section, below = client.get(section.url), client.get(video.url)
        assert navigation.format(section.url, ' aria-current="page"') in at_section.content.decode()
        assert navigation.format(section.url, ' aria-current="true"') in below.content.decode()
        home = client.get("/").content.decode()
        assert navigation.format(section.url, "") in home
        assert "Quiet</a></li>" not in home
        assert "Below</a></li>" not in home

    def test_a_draft_or_restricted_section_is_not_in_the_navigation(self, client):
        factories.make_section("A draft", live=False, show_in_menus=True)
        private = factories.make_section("For members", show_in_menus=True)
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
        text = client.get("/").content.decode()
        assert "A draft" not in text
        assert "For members" not in text

    def test_search_is_marked_where_one_is(self, client):
        factories.get_home()
        assert f'href="{reverse("search")}" aria-current="page"' in client.get(reverse("search")).content.decode()

    def test_pages_name_their_language(self, client):
        factories.get_home()
        assert '<html lang="en">' in client.get("/").content.decode()


@pytest.mark.django_db
class TestFirstSite:
    @pytest.fixture
    def apps(self):
        """The models at the state of the migration."""
        return MigrationLoader(connection).project_state(("home", "0001_release_0_1")).apps

    def test_a_fresh_database_has_a_home_page_in_the_place_of_the_welcome_page(self):
        site = Site.objects.get(is_default_site=True)
        assert isinstance(site.root_page.specific, HomePage)
        assert site.root_page.path == "00010001"
        assert not Page.objects.filter(title__startswith="Welcome to your").exists()

    def test_it_can_be_undone_and_done_again(self, apps):
        first_site.home_to_welcome(apps, None)
        assert not HomePage.objects.exists()
        assert Site.objects.get(is_default_site=True).root_page.title == first_site.WELCOME_TITLE
        first_site.welcome_to_home(apps, None)
        assert HomePage.objects.get().title == "Home"

    def test_a_first_page_that_someone_made_their_own_is_left_alone(self, apps):
        first_site.home_to_welcome(apps, None)
        Page.objects.filter(depth=2).update(title="Our own first page")
        first_site.welcome_to_home(apps, None)
        assert not HomePage.objects.exists()
        assert Page.objects.get(depth=2).title == "Our own first page"
