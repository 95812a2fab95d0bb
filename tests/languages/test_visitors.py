"""A visitor reads the site in the language that they chose, or that their browser asks for, if the owner offers it."""

import re
from importlib import import_module

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Site

from home import compat
from home.languages import locales, visitor_language
from home.models import DEFAULT_FOOTER, HomePage, SiteSettings
from home.pages.home_page import DEFAULT_HEADLINE, DEFAULT_INTRO
from home.shown import triggers
from home.templatetags.home_tags import emphasise
from tests.factories import browser, get_home, make_section, make_superuser, make_video
from video_pages.core.all_languages import in_all_languages

pytestmark = pytest.mark.django_db
FIRST = import_module("home.migrations.0001_release_0_1").Migration
GERMAN, FRENCH = "de-AT,de;q=0.9,en;q=0.5", "fr"


@pytest.fixture(autouse=True)
def catalogues(settings):
    """Languages with a catalogue, whatever the project offers; nothing is remembered of another test."""
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("ar", "العربية")]
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    visitor_language.forget_offered()
    yield
    visitor_language.forget_offered()


@pytest.fixture
def offered():
    """A site whose owner has switched on German and Arabic."""
    get_home()
    site = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    site.languages = "de ar"
    site.save()
    return site


def lang(response):
    return response.content.decode().partition('<html lang="')[2].partition('"')[0]


def get(url="/", accepted="", client=None, **headers):
    return (client or browser()).get(url, HTTP_ACCEPT_LANGUAGE=accepted, **headers)


def choose(client, code, target="/", **extra):
    return client.post(reverse("choose_language"), {"language": code, "next": target}, **extra)


def test_the_browser_decides_among_the_languages_that_are_switched_on(offered):
    assert lang(get()) == "en"
    answer = get(accepted=GERMAN)
    assert (lang(answer), answer.headers["Content-Language"]) == ("de", "de")
    assert "Accept-Language" in answer.headers["Vary"]
    assert lang(get(accepted=FRENCH)) == "en"
    assert lang(get(accepted="fr, de;q=0.5")) == "de"
    assert '<html lang="ar" dir="rtl">' in get(accepted="ar-EG").content.decode()


def test_without_a_choice_of_the_owner_everybody_reads_the_site_s_language():
    get_home()
    answer = get(accepted=GERMAN)
    assert lang(answer) == "en"
    assert reverse("choose_language") not in answer.content.decode()


def test_the_site_s_own_language_is_that_of_the_settings(settings):
    settings.LANGUAGE_CODE = "de"
    get_home()
    assert lang(get()) == lang(get(accepted="en")) == "de"


def test_a_choice_is_kept_in_a_cookie_and_counts_more_than_the_browser(offered):
    client = browser()
    page = get(client=client, url="/search/?q=sea").content.decode()
    assert 'name="next" value="/search/?q=sea"' in page
    assert 'value="en" lang="en" aria-current="true">English</button>' in page
    answer = choose(client, "de", "/search/?q=sea")
    assert (answer.status_code, answer.url) == (302, "/search/?q=sea")
    cookie = answer.cookies["language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("de", "Lax", True)
    assert lang(get(client=client, accepted="ar")) == "de"
    choose(client, "en")
    assert lang(get(client=client, accepted=GERMAN)) == "en"


def test_a_language_that_is_not_offered_is_not_kept(offered):
    for code in ("fr", "xx", "", "../de"):
        assert "language" not in choose(browser(), code).cookies
    client = browser()
    client.cookies["language"] = "fr"
    assert lang(get(client=client, accepted="de")) == "de"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil"])
def test_the_way_back_stays_on_the_site(offered, target):
    assert choose(browser(), "de", target).url == "/"


def test_the_choice_needs_no_token_and_takes_posts_only(offered):
    assert choose(Client(enforce_csrf_checks=True), "de").status_code == 302
    assert browser().get(reverse("choose_language")).status_code == 405


def test_each_language_is_a_page_of_its_own_for_browsers_that_keep_it(offered, settings):
    triggers.install()
    english, german = get(), get(accepted=GERMAN)
    assert english.headers["ETag"] != german.headers["ETag"]
    kept = {"HTTP_IF_NONE_MATCH": german.headers["ETag"]}
    assert get(accepted=GERMAN, **kept).status_code == 304
    assert get(accepted="en", **kept).status_code == 200


def test_a_language_costs_no_query_of_each_request(offered, django_assert_num_queries):
    section = make_section("Films")
    get(section.url)
    request = RequestFactory().get("/", headers={"accept-language": GERMAN})
    with django_assert_num_queries(0):
        for accepted in ("", "en", "fr;q=0.4", "sv"):
            plain = RequestFactory().get("/", headers={"accept-language": accepted})
            if compat.accepted_languages(accepted)[:1] != ["fr"]:
                assert visitor_language.language_for(plain) == "en"
    visitor_language.forget_offered()
    with django_assert_num_queries(2):
        assert visitor_language.language_for(request) == "de"
    with django_assert_num_queries(0):
        assert visitor_language.language_for(request) == "de"


def test_what_the_owner_changes_counts_at_once(offered):
    assert lang(get(accepted=GERMAN)) == "de"
    offered.languages = "fr"
    offered.save()
    assert lang(get(accepted=GERMAN)) == "en"
    assert lang(get(accepted=FRENCH)) == "fr"


def test_another_process_hears_of_a_change_after_two_seconds(offered, monkeypatch):
    assert lang(get(accepted=GERMAN)) == "de"
    SiteSettings.objects.update(languages="")
    assert lang(get(accepted=GERMAN)) == "de"
    now = visitor_language.time.monotonic()
    monkeypatch.setattr(visitor_language.time, "monotonic", lambda: now + visitor_language.MEMORY_SECONDS)
    assert lang(get(accepted=GERMAN)) == "en"


def test_invented_hosts_fill_no_memory(offered):
    for number in range(visitor_language.MOST_HOSTS + 20):
        request = RequestFactory().get("/", headers={"host": f"h{number}.example", "accept-language": GERMAN})
        visitor_language.language_for(request)
    assert len(visitor_language._offered) <= visitor_language.MOST_HOSTS


def test_bytes_of_a_film_have_the_site_s_language_for_all(offered):
    video = make_video("Sea", section=make_section("Films"))
    answer = get(f"/stream/{video.uuid}/master.m3u8", accepted=GERMAN)
    assert (answer.status_code, answer.headers["Content-Language"]) == (403, "en")


def test_the_owner_chooses_by_boxes(settings, client):
    get_home()
    client.force_login(make_superuser())
    url = reverse("wagtailsettings:edit", args=("home", "sitesettings", Site.objects.get(is_default_site=True).pk))
    page = client.get(url).content.decode()
    assert 'type="checkbox" name="languages" value="de"' in page
    assert 'name="languages" value="en"' not in page
    assert client.post(url, {"name": "Kino", "languages": ["fr", "de"]}).status_code == 302
    assert SiteSettings.objects.get().offered_languages == ("en", "de", "fr")
    page = client.get(url).content.decode()
    assert len(re.findall(r'name="languages"[^>]* checked', page)) == 2


def test_the_owner_s_texts_stay_and_untouched_ones_are_translated(offered):
    home = get_home()
    HomePage.objects.update(headline="Our *own* words", intro=str(DEFAULT_INTRO))
    in_all_languages.cache_clear()
    page = get(accepted=GERMAN).content.decode()
    assert "Our <em>own</em> words" in page
    with translation.override("de"):
        assert str(DEFAULT_INTRO) in page and str(DEFAULT_FOOTER) in page
        assert str(DEFAULT_INTRO) != home.intro
        assert SiteSettings(footer="Our films").footer_for_reader == "Our films"
        german = str(DEFAULT_FOOTER)
    # The site began in German and turned to English.
    with translation.override("ar"):
        assert SiteSettings(footer=german).footer_for_reader == str(DEFAULT_FOOTER)


@pytest.mark.parametrize("code", ["fr", "de"])
def test_untouched_texts_are_in_the_language_of_the_site_whichever_they_were_made_in(settings, code):
    get_home()
    # Pages of a migration have the texts that are written in the migration, whatever LANGUAGE is.
    (made,) = [step for step in FIRST.operations if getattr(step, "name", "") == "HomePage"]
    fields = dict(made.fields)
    HomePage.objects.update(headline=fields["headline"].default, intro=fields["intro"].default)
    in_all_languages.cache_clear()
    with translation.override("fr"):  # the site was first opened when it spoke French
        footer = str(SiteSettings.for_site(Site.objects.get(is_default_site=True)).footer)
    settings.LANGUAGE_CODE = code
    page = get().content.decode()
    assert f'<html lang="{code}"' in page
    with translation.override(code):
        for words in (str(DEFAULT_INTRO), str(DEFAULT_FOOTER), emphasise(str(DEFAULT_HEADLINE))):
            assert words in page
        assert str(DEFAULT_INTRO) != fields["intro"].default
        assert (str(DEFAULT_FOOTER) == footer) is (code == "fr")


def test_a_site_that_changes_its_language_has_a_locale_for_it(settings):
    settings.LANGUAGE_CODE = "de"
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    locales.make_after_migrations()
    locales.make_after_migrations()
    assert Locale.get_default().language_code == "de"
    assert sorted(Locale.objects.values_list("language_code", flat=True)) == ["de", "en"]


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("de-CH, fr;q=0.9, de;q=0.8, *;q=0.1", ["de", "fr"]),
        ("sv, *", []),
        ("", []),
        ("en-GB,en;q=0.9,ar;q=0.1", ["en", "ar"]),
        ("x" * 5000, []),
        ("de;q=nonsense", []),
    ],
)
def test_a_header_is_read_in_the_order_of_its_weights(header, codes):
    assert compat.accepted_languages(header) == codes
