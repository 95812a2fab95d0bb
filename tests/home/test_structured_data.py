"""`VideoObject`: what an open film says to search engines, and every film that says nothing."""

import datetime as dt
import json
import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from home.sharing.structured_data import as_json, iso_duration, language_code
from tests import factories
from tests.home.block_pages import make_image
from video_pages.access import passwords
from video_pages.access.set_listed import set_listed
from video_pages.access.set_window import set_window
from video_pages.models import VideoFile, VideoPage

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>')


def found_in(path, client=None, **extra):
    """The data of the page at `path`, or None."""
    match = BLOCK.search((client or factories.browser()).get(path, **extra).content.decode())
    return json.loads(match[1]) if match else None


@pytest.fixture
def film():
    film = factories.make_video(
        "Salt </script> flats",
        video_file=factories.make_video_file(duration=754.0),
        password=None,
        description="<p>White &amp; wide.</p>",
        director="Ana Silva, Rui Costa",
        language="Portuguese, Mirandese",
        country="Portugal",
        year=2026,
        age_rating="12",
    )
    passwords.set_open(film, True)
    return film


def test_an_open_film_is_described_without_an_address_of_its_bytes(film):
    film.thumbnail = make_image()
    film.save()
    page = factories.browser().get(film.url).content.decode()
    data = found_in(film.url)
    assert data["@type"] == "VideoObject"
    assert data["name"] == "Salt </script> flats"
    assert data["description"] == "White & wide."
    assert data["url"] == f"http://testserver{film.url}"
    assert data["duration"] == "PT12M34S"
    assert data["uploadDate"] == film.first_published_at.isoformat()
    assert [person["name"] for person in data["director"]] == ["Ana Silva", "Rui Costa"]
    assert data["inLanguage"] == ["pt", "Mirandese"]
    assert data["countryOfOrigin"][0]["name"] == "Portugal"
    assert data["dateCreated"] == "2026"
    assert "/media/" in data["thumbnailUrl"]
    assert "/stream/" not in BLOCK.search(page)[1]
    assert not {"contentUrl", "embedUrl", "expires"} & data.keys()


def test_without_a_thumbnail_the_picture_is_the_poster_of_the_open_film(film):
    VideoFile.objects.update(poster_version=1)
    assert found_in(film.url)["thumbnailUrl"] == f"http://testserver/stream/{film.uuid}/poster"


def robots_may_fetch(path):
    """Return whether robots.txt lets robots fetch `path`: the longest rule that matches holds (RFC 9309, 2.2.2)."""
    rules = re.findall(r"^(Allow|Disallow): (.*)$", factories.browser().get("/robots.txt").text, re.MULTILINE)
    patterns = [(len(rule), kind, re.escape(rule).replace(r"\*", ".*").replace(r"\$", "$")) for kind, rule in rules]
    matching = [(length, kind) for length, kind, pattern in patterns if re.match(pattern, path)]
    return max(matching, default=(0, "Allow"))[1] == "Allow"


@pytest.mark.parametrize("has_thumbnail", [True, False])
def test_robots_may_fetch_the_picture_and_nothing_else_of_the_film(film, has_thumbnail):
    VideoFile.objects.update(poster_version=1)
    film.thumbnail = make_image() if has_thumbnail else None
    film.save()
    assert robots_may_fetch(urlsplit(found_in(film.url)["thumbnailUrl"]).path)
    for name in ("source", "download", "poster.mp4", "hls/master.m3u8"):
        assert not robots_may_fetch(reverse("stream", args=(film.uuid, name))), name
    assert not robots_may_fetch("/admin/")


def test_the_end_of_the_window_is_told(film):
    closes_at = timezone.now() + dt.timedelta(days=2)
    set_window(film, opens_at=None, closes_at=closes_at)
    assert found_in(film.url)["expires"] == closes_at.isoformat()


def test_a_page_with_the_data_still_has_the_strict_policy(film):
    response = factories.browser().get(film.url)
    assert "script-src" in response["Content-Security-Policy"]
    assert "'unsafe-inline'" not in response["Content-Security-Policy"].split("script-src")[1].split(";")[0]


class TestNothingIsSaid:
    def test_of_a_film_with_a_password_locked_or_unlocked(self):
        film = factories.make_video("Salt flats")
        client = factories.browser()
        assert found_in(film.url, client) is None
        factories.unlock(client, film)
        assert found_in(film.url, client) is None

    def test_of_a_film_that_the_password_of_its_section_opens(self):
        section = factories.make_section(password=factories.PASSWORD)
        film = factories.make_video(section=section, password=None)
        client = factories.browser()
        factories.unlock(client, section)
        assert "data-player" in client.get(film.url).content.decode()
        assert found_in(film.url, client) is None

    def test_of_a_film_that_is_open_to_its_editor_only(self):
        film = factories.make_video(password=None)
        assert found_in(film.url, factories.browser(factories.make_superuser())) is None

    @pytest.mark.parametrize("listed", ["unlocked", "nowhere"])
    def test_of_a_film_that_lists_do_not_show_to_everyone(self, film, listed):
        set_listed(film, listed)
        assert "data-player" in factories.browser().get(film.url).content.decode()
        assert found_in(film.url) is None

    def test_of_a_film_in_a_section_that_lists_do_not_show(self, film):
        set_listed(film.get_parent().specific, "nowhere")
        assert found_in(film.url) is None

    @pytest.mark.parametrize("is_before", [True, False])
    def test_of_a_film_outside_its_window_not_even_to_its_editor(self, film, is_before):
        moment = timezone.now() + dt.timedelta(days=1 if is_before else -1)
        set_window(film, opens_at=moment if is_before else None, closes_at=None if is_before else moment)
        assert found_in(film.url) is None
        assert found_in(film.url, factories.browser(factories.make_superuser())) is None

    def test_of_a_film_that_wagtail_restricts_not_even_to_whoever_may_see_it(self, film):
        PageViewRestriction.objects.create(page=film.get_parent(), restriction_type=PageViewRestriction.LOGIN)
        client = factories.browser(factories.make_user("member"))
        assert "data-player" in client.get(film.url).content.decode()
        assert found_in(film.url, client) is None

    def test_of_an_alias_of_a_restricted_film(self, film):
        alias = film.create_alias(parent=factories.make_section("Elsewhere"))
        PageViewRestriction.objects.create(page=film, restriction_type=PageViewRestriction.LOGIN)
        assert found_in(alias.url, factories.browser(factories.make_user("member"))) is None

    def test_of_a_film_that_has_ended(self, film):
        VideoPage.objects.update(expire_at=timezone.now() - dt.timedelta(minutes=1))
        assert found_in(film.url) is None

    def test_of_a_film_without_a_file(self, film):
        VideoPage.objects.update(video_file=None)
        assert found_in(film.url) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, ""), (0.4, ""), (30, "PT30S"), (60, "PT1M"), (5530.9, "PT1H32M10S"), (3600, "PT1H")]
)
def test_lengths_are_written_as_iso_8601(seconds, text):
    assert iso_duration(seconds) == text


def test_languages_are_known_by_their_english_and_their_own_name():
    assert [language_code(name) for name in ("German", "deutsch", "Français", "Elvish")] == ["de", "de", "fr", "Elvish"]


def test_data_can_not_end_its_element():
    assert as_json({"name": "</script><b>&"}) == '{"name":"\\u003C/script\\u003E\\u003Cb\\u003E\\u0026"}'
