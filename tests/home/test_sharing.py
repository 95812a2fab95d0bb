"""Links to pages in messages: the tags of a page, the picture, and the pages that have none."""

import datetime as dt
import html
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from wagtail.models import PageViewRestriction, Site

from home.models import SiteSettings
from home.sharing import open_graph
from tests import factories
from tests.home.block_pages import make_image
from video_pages.access.listed import MOST_LISTED_PATHS, viewer_with
from video_pages.access.set_listed import set_listed
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.pages import navigation
from video_pages.pages.navigation import is_listed

pytestmark = pytest.mark.django_db

TAG = re.compile(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+)" content="([^"]*)">')


def tags(path, client=None):
    answer = (client or factories.browser()).get(path)
    return {name: html.unescape(value) for name, value in TAG.findall(answer.content.decode())}


def restrict(page):
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def set_name(name, colour=""):
    factories.get_home()
    own = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    own.name, own.colour = name, colour
    own.save()


class TestTags:
    def test_a_locked_film_has_its_title_and_says_that_it_needs_a_password(self):
        set_name("Hall 3")
        film = factories.make_video('Salt "flats"', search_description="Behind the gate")
        expected = {
            "og:site_name": "Hall 3",
            "og:type": "video.other",
            "og:title": 'Salt "flats"',
            "og:description": "Opens with a password.",
            "og:url": f"http://testserver{film.url}",
            "og:image": f"http://testserver/look/ticket-{open_graph.ticket_key('Hall 3', '')}.png",
            "og:image:width": "1200",
            "og:image:height": "630",
            "twitter:card": "summary_large_image",
        }
        assert tags(film.url) == expected
        unlocked = factories.browser()
        factories.unlock(unlocked, film)
        assert tags(film.url, unlocked) == expected

    def test_an_open_film_has_its_words_for_search_engines(self):
        film = factories.make_video("Harbour", search_description="Ships at night")
        VideoPage.objects.update(open_to_everyone=True)
        assert tags(film.url)["og:description"] == "Ships at night"

    def test_a_section_says_whether_it_needs_a_password(self):
        locked, opened = factories.make_section("A", password="secret-secret"), factories.make_section("B")
        assert tags(locked.url)["og:description"] == "Opens with a password."
        assert tags(opened.url)["og:title"] == "B" and "og:description" not in tags(opened.url)
        visitor = factories.browser()
        visitor.post(locked.url, {"password": "secret-secret"})
        assert tags(locked.url, visitor) == tags(locked.url)

    def test_the_home_page_has_tags_too(self):
        factories.get_home()
        assert tags("/")["og:type"] == "website" and tags("/")["og:url"] == "http://testserver/"

    def test_a_film_that_no_password_opens_does_not_promise_one(self):
        film = factories.make_video("Harbour", password=None)
        assert "og:description" not in tags(film.url)

    @pytest.mark.parametrize("window", [{"opens_at": 1}, {"closes_at": -1}])
    @pytest.mark.parametrize("is_open", [True, False])
    def test_outside_its_window_no_password_opens_a_film(self, window, is_open):
        film = factories.make_video("Harbour", search_description="Ships at night")
        moments = {name: timezone.now() + dt.timedelta(days=days) for name, days in window.items()}
        VideoPage.objects.update(open_to_everyone=is_open, **moments)
        editor = factories.browser(factories.make_superuser())
        for client in (factories.browser(), editor):
            found = tags(film.url, client)
            assert found["og:title"] == "Harbour"
            assert client is editor and is_open or "og:description" not in found


class TestRefusals:
    @pytest.mark.parametrize("choice", ["unlocked", "nowhere"])
    @pytest.mark.parametrize("place", ["film", "section", "above"])
    def test_what_lists_do_not_show_to_everyone_has_no_tags(self, choice, place):
        above = factories.make_section()
        section = factories.make_section(parent=above)
        film = factories.make_video("Harbour", section=section, thumbnail=make_image())
        visitor = factories.browser()
        factories.unlock(visitor, film)
        set_listed({"film": film, "section": section, "above": above}[place], choice, user=None)
        assert tags(film.url) == {} == tags(film.url, visitor)

    def test_restricted_pages_and_aliases_of_them_have_none(self):
        section = factories.make_section()
        film = factories.make_video("Harbour", section=section, thumbnail=make_image())
        alias = film.create_alias(parent=factories.make_section(), update_slug="alias")
        assert tags(alias.url)["og:title"] == "Harbour"
        restrict(section)
        editor = factories.browser(factories.make_superuser())
        for page in (film, alias, section):
            assert tags(page.url) == {} == tags(page.url, editor)

    def test_frames_previews_and_error_pages_have_none(self):
        film = factories.make_video("Harbour")
        assert tags(f"/embed/{film.uuid}/") == {} == tags("/nothing/") == tags("/search/")
        film.live = False
        film.save()
        assert tags(film.url) == {}


class TestPicture:
    def test_a_thumbnail_is_a_public_picture_of_the_usual_shape(self):
        film = factories.make_video("Harbour", thumbnail=make_image(size=(1600, 1600)))
        found = tags(film.url)
        assert found["og:image"].startswith("http://testserver/media/images/")
        answer = factories.browser().get(found["og:image"].removeprefix("http://testserver"))
        assert Image.open(io.BytesIO(b"".join(answer))).size == (1200, 630)

    def test_a_thumbnail_whose_file_is_gone_leaves_the_ticket(self):
        image = make_image()
        image.file.storage.delete(image.file.name)
        film = factories.make_video("Harbour", thumbnail=image)
        assert "/look/ticket-" in tags(film.url)["og:image"]

    def test_the_ticket_is_drawn_once_in_the_colour_of_the_site(self, monkeypatch):
        set_name("Hall 3", "#00aa55")
        address = tags("/")["og:image"].removeprefix("http://testserver")
        answer = factories.browser().get(address)
        picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
        assert picture.size == (1200, 630) and answer.headers["Content-Type"] == "image/png"
        red, green, blue = picture.getpixel((110, 110))
        assert green > 100 and red < 60 and blue < 130
        assert "immutable" in answer.headers["Cache-Control"]
        monkeypatch.setattr(open_graph, "_drawn", lambda *arguments: b"drawn again")
        assert factories.browser().get(address).content == answer.content

    def test_that_of_a_former_name_is_gone(self):
        set_name("Hall 3")
        address = tags("/")["og:image"].removeprefix("http://testserver")
        set_name("Hall 4")
        assert factories.browser().get(address).status_code == 404

    @pytest.mark.parametrize("name", ["上映室", "A" * 200, "Überlingen " * 12, "ⅷ"])
    def test_any_name_leaves_the_edge_of_the_ticket_free(self, name):
        picture = Image.open(io.BytesIO(open_graph.ticket(name, ""))).convert("L")
        tear = open_graph.WIDTH - open_graph.MARGIN - open_graph.STUB
        strip = picture.crop((tear - 45, 200, tear - 10, 430))
        assert strip.getextrema()[0] == strip.getextrema()[1]


class TestQueries:
    def test_a_page_without_a_thumbnail_costs_none(self, monkeypatch):
        film = factories.make_video("Harbour")
        browser = factories.browser()
        browser.get(film.url)
        with CaptureQueriesContext(
            connection,
        ) as tagged:
            assert tags(film.url, browser)
        monkeypatch.setattr(open_graph, "shared", lambda *arguments, **named: None)
        with CaptureQueriesContext(connection) as plain:
            assert tags(film.url, browser) == {}
        assert len(tagged) == len(plain)

    def test_the_answer_without_a_query_is_that_of_the_lists(self, monkeypatch):
        above = factories.make_section()
        section = factories.make_section(parent=above)
        film = factories.make_video(section=section)
        other = factories.make_section()
        changes = [
            {},
            {"listed": "unlocked"},
            {"listed": "nowhere"},
            {"live": False},
            {"expire_at": timezone.now() - dt.timedelta(hours=1)},
            {"expire_at": timezone.now() + dt.timedelta(hours=1)},
        ]
        answers = set()
        for change in changes:
            for changed in (film, section, above, other):
                model = type(changed)
                usual = {"listed": "everywhere", "live": True, "expire_at": None}
                VideoPage.objects.update(**usual)
                VideoIndexPage.objects.update(**usual)
                model.objects.filter(pk=changed.pk).update(**change)
                viewer = viewer_with()
                assert viewer.hiding is not None and MOST_LISTED_PATHS > 10
                for page in (VideoPage.objects.get(), *VideoIndexPage.objects.all()):
                    rows = navigation.LISTED.rows(viewer, page.pk, kind=page.guard_kind)
                    assert is_listed(page, viewer) == bool(rows), (change, changed, page)
                    answers.add(bool(rows))
        assert answers == {True, False}
