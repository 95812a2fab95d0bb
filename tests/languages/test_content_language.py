"""Texts of editors name their language on a screen in another one (WCAG 3.1.2)."""

import re

import pytest
from django.conf import settings
from django.utils import translation
from wagtail.models import Site

from home.languages.visitor_language import forget_offered
from home.models import HomePage, OrdinaryPage, SiteSettings
from home.pages.first_pages import make_first_pages
from tests import factories
from tests.home import block_pages
from tests.languages.shown_language import language_around
from video_pages.access.site_settings import AccessSettings
from video_pages.core.typography import content_language, page_title_lang, title_lang


@pytest.fixture
def french(db):
    """The browser of a French visitor, on an English site that has its own words in French, too."""
    factories.get_home()
    own = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    own.languages = "fr"
    own.save()
    forget_offered()
    yield factories.browser(HTTP_ACCEPT_LANGUAGE="fr")
    forget_offered()


def test_a_film_and_its_section_name_the_language_of_their_texts(french):
    section = factories.make_section("Harbours", password=None, intro="<p>By the sea.</p>")
    film = factories.make_video("Salt flats", section=section, description="<p>White and wide.</p>")
    locked = french.get(film.url).text
    assert '<html lang="fr"' in locked and 'id="password-form-title" lang="en">Salt flats' in locked
    listed = french.get(section.url).text
    assert '<h1 lang="en">Harbours' in listed and '<div class="lead prose" lang="en">' in listed
    assert '<h3 class="video-card__title" lang="en">' in listed
    factories.unlock(french, film)
    page = french.get(film.url).text
    assert '<h1 class="player-info__title" lang="en">' in page and '<div class="prose" lang="en">' in page
    own = factories.browser(HTTP_ACCEPT_LANGUAGE="en").get(section.url).text
    assert '<html lang="en"' in own and "<h1>Harbours" in own


def test_links_name_the_language_of_the_title_of_a_page_but_not_of_one_that_is_translated(french):
    make_first_pages()
    OrdinaryPage.objects.update(live=True)
    OrdinaryPage.objects.filter(title="Privacy").update(title="House rules")
    section = factories.make_section("Harbours", password=None, show_in_menus=True)
    film = factories.make_video("Salt flats", section=section)
    locked, listed, missing = (french.get(url, follow=True).text for url in (film.url, section.url, "/nowhere/"))
    crumbs = locked.partition('class="breadcrumbs"')[2].partition("</nav>")[0]
    assert 'lang="en">Harbours</a>' in crumbs and 'href="/">Accueil</a>' in crumbs
    assert 'aria-current="page" lang="en">Harbours</span>' in listed
    assert 'lang="en">Harbours</a>' in locked.partition('class="site-head__nav"')[2].partition("</nav>")[0]
    assert 'lang="en">Harbours</a>' in missing.partition('class="message__links"')[2].partition("</nav>")[0]
    foot = locked.partition("<footer")[2]
    assert 'lang="en">House rules</a>' in foot and re.search(r'href="[^"]+">Mentions légales</a>', foot)


def test_interface_texts_in_place_of_a_title_name_no_language(french):
    with translation.override("fr"):
        assert page_title_lang("Salt flats") == ' lang="en"' and page_title_lang("") == page_title_lang(None) == ""


FORM = "password_form.html"
"""Of a section, its title is a text of the interface."""


def test_templates_name_the_language_of_each_title_of_a_page():
    paths = [path for path in (settings.BASE_DIR / "templates").rglob("*.html") if path.name != FORM]
    found = {text for path in paths for text in re.findall(r"([\w.]+)\|title_lang\s*\}", path.read_text())}
    assert found == {"site_name"}  # which is written in any language
    unknown = {path.parent.name for path in paths if "|page_title_lang" in path.read_text()}
    assert unknown == {"blocks"}, "A title of a page has a language: it may be one that nobody has translated."


def test_blocks_name_the_language_of_the_words_of_the_owner(french):
    section = factories.make_section("Harbours", password=None)
    film = factories.make_video("Salt flats", section=section)
    image = block_pages.make_image()
    AccessSettings.objects.update_or_create(
        site=Site.objects.get(is_default_site=True), defaults={"finds_passwords": True}
    )
    blocks = [*block_pages.every_block(film, section, image), block_pages.password(heading="Say the word")]
    page = french.get(block_pages.home_with(*blocks).url).text
    assert '<html lang="fr"' in page
    own = ("A hall for", "Come in.", "Look", "See this one.", "Our choice", "By place", "Part", "A window.", "A viewer")
    for words in (*own, "Thanks", "Say the word", "Type it here.", "Plain words.", "One.", "Two."):
        assert language_around(page, words) == "en", words
    assert language_around(page, "Nouveautés") == "fr", "The interface translates the heading of the newest films."


def test_the_first_words_of_the_home_page_are_translated_and_others_name_their_language(french):
    page = french.get(factories.get_home().url).text
    assert "<h1>" in page and '<p class="lead">' in page
    HomePage.objects.update(headline="Our *hall*", intro="Come in.")
    page = french.get(factories.get_home().url).text
    assert language_around(page, "Come in.") == language_around(page, "Our ") == "en"


def test_suggestions_of_the_search_name_the_language_of_the_pages(french):
    factories.make_video("Salt flats", section=factories.make_section("Salt", password=None))
    found = french.get("/search/suggestions/", {"q": "salt"}).json()["suggestions"]
    assert [(each["title"], each["lang"]) for each in found] == [("Salt", "en"), ("Salt flats", "en")]


@pytest.mark.parametrize(
    ("pages", "screen", "language"), [((), "fr", "en"), ((), "en", ""), (("de",), "de", ""), (("de",), "fr", "en")]
)
def test_a_screen_in_a_language_of_pages_shows_pages_in_it(settings, pages, screen, language):
    settings.PAGE_LANGUAGES = pages
    with translation.override(screen):
        assert content_language() == language
        assert title_lang("Salt flats", content_language()) == (f' lang="{language}"' if language else "")


def test_japanese_letters_tell_more_than_the_language_of_the_site():
    with translation.override("fr"):
        assert title_lang("海辺のカフェ", "en") == ' lang="ja"'
    with translation.override("ja"):
        assert title_lang("海辺のカフェ", "en") == "" and title_lang("Salt flats", "en") == ' lang="en"'
